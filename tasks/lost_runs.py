"""What the Prefect server does about runs whose process is gone.

A killed process, worker or machine leaves its flow run behind as it was: RUNNING, for ever. So a flow run
sends a heartbeat every half minute, and rules on the server act on silence:

=============================  =======================  ===================================================
rule                           waits                    then
=============================  =======================  ===================================================
seedwise-lost-run              90 s without heartbeat   the run is CRASHED, with a message that says so
seedwise-run-never-started     180 s PENDING            as above: its worker died while starting it
seedwise-cancel-unheard        120 s CANCELLING         CANCELLED: nobody was there to end it
seedwise-heard-again           heartbeat after CRASHED  RUNNING: the server was away, not the run
seedwise-start-again           60 s CRASHED             the same run is started again, three times at most
=============================  =======================  ===================================================

The last one is for deployments `experiment` and `sweep`: cells are started again by their sweep. A run
from a terminal has no worker that could start it again; it stays CRASHED.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from prefect.automations import (
    AutomationCore,
    ChangeFlowRunState,
    EventTrigger,
    Posture,
    ResourceSpecification,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.events import Event, RelatedResource, Resource

HEARTBEAT_SECONDS = 30
"""What PREFECT_FLOWS_HEARTBEAT_FREQUENCY must be wherever flows run; it is the least that Prefect takes."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long silence is borne, in seconds; Prefect takes no less than 10.

    Attributes
    ----------
    lost : int
        Without a heartbeat: two may be late, or lost.
    pending : int
        From when a worker has taken a run until it runs.
    cancelling : int
        From the wish to cancel until it is confirmed; workers kill after 30.
    grace : int
        From a crash until the run is started again, in which it may turn out to be alive.
    """

    lost: int = 3 * HEARTBEAT_SECONDS
    pending: int = 180
    cancelling: int = 120
    grace: int = 2 * HEARTBEAT_SECONDS


USUAL = Patience()

FLOWS = ("experiment", "sweep")
_STARTED_AGAIN = ("experiment", "sweep")
"""Deployments whose crashed runs the server starts again."""
_MOST_STARTS = 3
"""In all. A run that never started is not started again: nothing would count how often."""

_HEARTBEAT = "prefect.flow-run.heartbeat"
_CANCELLING = "prefect.flow-run.Cancelling"


def _states(*names: str) -> set[str]:
    return {f"prefect.flow-run.{name}" for name in names}


_STARTS = _states("Running", "Retrying", "Rerunning")
_ENDS = _states(
    "Completed", "Failed", "Cancelled", "Crashed", "TimedOut", "Scheduled", "AwaitingRetry", "Paused"
)

_ANY_RUN = ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"})

_LOST = (
    "Nothing has been heard of this run for {seconds} s: its process, its worker or their machine is gone. "
    "Every answer received and every finished stage is kept. A run of the deployments experiment and sweep "
    f"starts again by itself, {_MOST_STARTS} starts in all; a cell is started again by its sweep; for a run "
    "from a terminal give the same command again."
)
_NEVER_STARTED = (
    "A worker took this run and did not start it within {seconds} s: the worker is gone. See that workers "
    "are up (Work Pools), then press Retry; a cell is started again by its sweep."
)
_UNHEARD = (
    "Cancelled; within {seconds} s no worker confirmed that the process has ended. It was gone already, or "
    "it is cut off from the server."
)
_HEARD_AGAIN = "The run is alive: the Prefect server, or the way to it, had been away."
_AGAIN = f"Its process was lost: started again, {_MOST_STARTS} starts in all."


def list_rules(patience: Patience = USUAL) -> list[AutomationCore]:
    """List the rules, in the order of the table above."""
    return [
        _lost_run(patience.lost),
        _run_never_started(patience.pending),
        _cancel_unheard(patience.cancelling),
        _heard_again(patience.grace),
        _start_again(patience.grace),
    ]


def _lost_run(seconds: int) -> AutomationCore:
    silence = _silence(after={_HEARTBEAT}, expect=_ENDS | {_HEARTBEAT}, seconds=seconds)
    return _rule("lost-run", silence, _to(StateType.CRASHED, _LOST.format(seconds=seconds)))


def _run_never_started(seconds: int) -> AutomationCore:
    silence = _silence(after=_states("Pending"), expect=_ENDS | _STARTS | {_HEARTBEAT}, seconds=seconds)
    return _rule("run-never-started", silence, _to(StateType.CRASHED, _NEVER_STARTED.format(seconds=seconds)))


def _cancel_unheard(seconds: int) -> AutomationCore:
    silence = _silence(after={_CANCELLING}, expect=_ENDS, seconds=seconds)
    return _rule("cancel-unheard", silence, _to(StateType.CANCELLED, _UNHEARD.format(seconds=seconds)))


def _heard_again(seconds: int) -> AutomationCore:
    silence = _silence(after=_states("Crashed"), expect={_HEARTBEAT}, seconds=seconds)
    heard = silence.model_copy(update={"posture": Posture.Reactive})
    return _rule("heard-again", heard, _to(StateType.RUNNING, _HEARD_AGAIN))


def _start_again(seconds: int) -> AutomationCore:
    changes = (_ENDS | _STARTS | _states("Pending")) - _states("Crashed")
    silence = _silence(after=_states("Crashed"), expect=changes, seconds=seconds)
    # Heartbeats tell no count and pass unseen here; that the run is alive shows by what heard-again does.
    counts = [str(count) for count in range(1, _MOST_STARTS)]
    silence.match = ResourceSpecification({**_ANY_RUN.root, "prefect.run-count": counts})
    silence.match_related = _role("deployment", _STARTED_AGAIN)
    return _rule("start-again", silence, _to(StateType.SCHEDULED, _AGAIN, name="AwaitingRetry"))


def _silence(after: set[str], expect: set[str], seconds: int) -> EventTrigger:
    """Fire for a run of ours of which nothing of what is expected is heard in the time after an event."""
    return EventTrigger(
        match=_ANY_RUN,
        match_related=_role("flow", FLOWS),
        after=after,
        expect=expect,
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=timedelta(seconds=seconds),
    )


def _rule(name: str, trigger: EventTrigger, action: ChangeFlowRunState) -> AutomationCore:
    return AutomationCore(
        name=f"seedwise-{name}",
        description=f"{action.message} (Made by python -m flows.guard.)",
        trigger=trigger,
        actions=[action],
    )


def _to(state: StateType, message: str, name: str | None = None) -> ChangeFlowRunState:
    return ChangeFlowRunState(state=state, message=message, name=name)


def _role(role: str, names: Sequence[str]) -> ResourceSpecification:
    return ResourceSpecification({"prefect.resource.role": role, "prefect.resource.name": [*names]})


def clock_of(run: FlowRun, flow: str) -> Event:
    """Make the event from which on a rule counts the silence of a run of a flow that is under way."""
    is_cancelling = run.state_type == StateType.CANCELLING
    return _event_of(run, flow, _CANCELLING) if is_cancelling else heartbeat_of(run, flow)


def heartbeat_of(run: FlowRun, flow: str) -> Event:
    """Make the heartbeat of a run of a flow, as Prefect's engine sends it."""
    return _event_of(run, flow, _HEARTBEAT)


def _event_of(run: FlowRun, flow: str, name: str) -> Event:
    return Event(
        event=name,
        resource=Resource({"prefect.resource.id": f"prefect.flow-run.{run.id}"}),
        related=[
            RelatedResource(
                {
                    "prefect.resource.id": f"prefect.flow.{run.flow_id}",
                    "prefect.resource.role": "flow",
                    "prefect.resource.name": flow,
                }
            )
        ],
    )
