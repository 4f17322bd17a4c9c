"""A sweep in a pool whose cell is killed while it asks."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from openai_server import OpenAIServer
from sweep_bench import Answer, Ledger, Trial, Work, prepare, wait_for_answers
from worker_bench import flow_processes, opened

from seedwise.sweep import load_sweep

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Aftermath:
    """What the sweep left."""

    trial: Trial
    ledger: Ledger
    state: str
    kept: int
    left_open: Counter[str]


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    ledger = Ledger(latency=0.3)
    folder = tmp_path_factory.mktemp("killed")
    with OpenAIServer(default=ledger) as server, opened(folder) as bench:
        bench.start_prefect()
        posts = prepare(bench)
        work = Work(server.url, posts, (60,), added=12, concurrency=2, arms=("naive",))
        trial = Trial(bench, "killed", work, workers=1)
        trial.start_workers()
        trial.start_sweep()
        wait_for_answers(ledger, 8)
        (cell,) = [p for p in flow_processes(folder) if p.ppid() == trial.crew[0].pid]
        trial.kills.append(time.monotonic())
        cell.kill()
        cell.wait(30)
        kept = len(ledger.answers)
        state = trial.wait(600)
        yield Aftermath(trial, ledger, state, kept, trial.states())


def cell_states(trial: Trial) -> list[str]:
    cells = {"flow_runs": {"tags": {"all_": ["cell"]}}}
    return [run["state"]["type"] for run in trial.bench.ask("/flow_runs/filter", cells)]


def test_cell_is_started_again_and_the_sweep_ends_whole(aftermath: Aftermath) -> None:
    assert aftermath.state == "COMPLETED"
    assert sorted(cell_states(aftermath.trial)) == ["COMPLETED", "CRASHED"]
    found = load_sweep(aftermath.trial.out / "sweep-killed")
    assert [cell["state"] for cell in found["cells"]] == ["finished"]
    assert not aftermath.left_open


def test_no_answer_that_was_received_is_paid_twice(aftermath: Aftermath) -> None:
    assert aftermath.kept >= 8
    under_way, others = aftermath.ledger.paid_twice(aftermath.trial.kills)
    assert others == 0
    assert under_way <= 2, "no more than were under way together"


def test_the_count_would_find_what_is_paid_twice() -> None:
    """The control: of two repeated answers, one was under way at the kill; the third was, and then not."""
    answers = [Answer("a", 0, 1), Answer("a", 20, 21), Answer("b", 9, 11), Answer("b", 20, 21)]
    assert Ledger(answers=answers).paid_twice([10.0]) == (1, 1)
    again = [Answer("c", 9, 11), Answer("c", 20, 21), Answer("c", 30, 31)]
    assert Ledger(answers=again).paid_twice([10.0]) == (1, 1)


def test_rows_are_those_of_an_undisturbed_run(aftermath: Aftermath, tmp_path: Path) -> None:
    trial = aftermath.trial
    (cell,) = trial.findings()
    undisturbed = Trial(trial.bench, "undisturbed", trial.work)
    settings = json.loads((trial.out / cell / "report.json").read_text())["config"]
    toml = tmp_path / "cell.toml"
    toml.write_text(as_toml(settings))
    trial.bench.call("seedwise", "run", "--config", str(toml), "--jobs", "1", "--no-progress")
    assert undisturbed.findings() == trial.findings()


def as_toml(settings: dict[str, dict[str, object]]) -> str:
    """Write settings as TOML, whose values are written as in JSON where they are not tables."""
    lines = []
    for section, values in settings.items():
        lines.append(f"[{section}]")
        lines += [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    return "\n".join(lines)
