"""Adding up what the arms of an experiment would ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from seedwise.arms import Arm
from seedwise.journal import Reuse, explain_reuse
from seedwise.plan.rates import Rates
from seedwise.plan.records import Amount, ArmEstimate, Use
from seedwise.plan.replay import Lane, Library, Replay
from seedwise.records import Harvest


@dataclass(slots=True)
class Reckoning:
    """Estimates arms one after the other; what an earlier one asks is not counted again.

    Parameters
    ----------
    library, rates
        Where kept responses are looked up, and what a request uses.
    judged, accepted
        Candidates that the journal held so far.
    """

    library: Library
    rates: Rates
    judged: int = 0
    accepted: int = 0
    _seen: set[str] = field(default_factory=set)
    _covered: dict[str, Amount] = field(default_factory=dict)

    def add_arm(self, arm: Arm, replays: Sequence[Replay], stored: Sequence[Harvest]) -> ArmEstimate:
        """Estimate what an arm would ask, from the draws that were replayed and those that are stored."""
        self.judged += sum(replayed.judged for replayed in replays)
        self.accepted += sum(replayed.accepted for replayed in replays)
        rows = sum(replayed.wanted for replayed in replays)
        return ArmEstimate(
            arm=arm,
            rows=rows + count_rows(stored),
            reuse=count_stored(stored, self._seen) + self._explain(replays),
            use=sum((self._add_up(replayed.lanes) for replayed in replays), Use()),
        )

    def _explain(self, replays: Iterable[Replay]) -> Reuse:
        requests = [r for replayed in replays for r in replayed.requests if r.key not in self._seen]
        self._seen.update(request.key for request in requests)
        return explain_reuse(self.library.journal, requests)

    def _add_up(self, lanes: Iterable[Lane]) -> Use:
        """Add up what one growth uses."""
        counted = [(lane, self._count_new(lane)) for lane in lanes]
        rates = self.rates
        requests = sum((new for _, new in counted), Amount())
        prompts = sum((rates.prompt_tokens(lane, new) for lane, new in counted), Amount())
        answers = rates.completion_tokens(requests)
        if not requests.most:
            return Use()
        tokens = prompts + answers
        return Use(requests, tokens, rates.price(prompts, answers), rates.time(requests, tokens))

    def _count_new(self, lane: Lane) -> Amount:
        """Count a lane's requests from where it, or one that asks the same, has been counted to."""
        before = self._covered.get(lane.first, Amount())
        start = Amount(max(lane.answered, before.expected), max(lane.answered, before.most))
        end = Amount(lane.answered + lane.expected, lane.answered + lane.most)
        self._covered[lane.first] = Amount(max(start.expected, end.expected), max(start.most, end.most))
        expected = max(0, end.expected - start.expected)
        # Where a stricter arm uses up what a laxer one needs at most, its own part is more than nothing.
        return Amount(expected, max(expected, end.most - start.most))


def count_stored(stored: Iterable[Harvest], seen: set[str]) -> Reuse:
    """Count the requests behind stored rows that were not seen before; they are seen from now on."""
    keys = {row.request_key for harvest in stored for row in harvest.accepted + harvest.rejected} - seen
    seen |= keys
    return Reuse(len(keys))


def count_rows(stored: Iterable[Harvest]) -> int:
    """Count the rows that were wanted of stored arms and draws."""
    return sum(sum(harvest.asked.values()) for harvest in stored)
