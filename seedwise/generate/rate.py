"""Finding out how many requests a provider bears at once."""

from __future__ import annotations

from seedwise.records import LimitChange

_DECREASE = 0.9
_FIRST_HOLD = 4.0
_LONGEST_HOLD = 60.0
_MOST_CHANGES = 400
_ONE_MOVE = 0.5


class AdaptiveLimit:
    """A bound on the requests under way: additive increase, multiplicative decrease.

    It starts at the ceiling. A refusal (429) lowers it to nine tenths, and as far as the requests that
    are still under way, should more be refused with it; requests sent before the last decrease do not
    lower it again by themselves. It grows by one each round trip, or doubles while it is below half of
    what it was before everything was refused. A bound at which the provider refused is kept for some
    seconds, and for twice as long each time that a step above it is refused again: so a hidden limit is
    found, and rarely run into. After TCP's congestion control (RFC 5681); the kept bound is ours.

    Times are in seconds on any clock that never goes back.

    Parameters
    ----------
    ceiling : int
        The user's own bound.
    """

    def __init__(self, ceiling: int, now: float) -> None:
        self._ceiling, self._value, self._began = float(ceiling), float(ceiling), now
        self._threshold = 0.0
        self._lowered_at, self._before, self._refusals = float("-inf"), self._value, 0
        self._roof: float | None = None
        self._last_roof: float | None = None
        self._hold, self._hold_until = _FIRST_HOLD, now
        self.changes: list[LimitChange] = [LimitChange(0.0, ceiling, "start")]

    @property
    def value(self) -> int:
        """Requests that may be under way, at least 1."""
        return max(1, int(self._value))

    def succeed(self, now: float, under_way: int) -> None:
        """Learn that a request was answered, with ``under_way`` of them at that time, itself included."""
        if under_way < self.value:
            return  # the bound was not what held requests back, so nothing was learnt about it
        if now >= self._hold_until:
            self._roof = None
        top = self._ceiling if self._roof is None else min(self._ceiling, self._roof)
        step = 1.0 if self._value < self._threshold else 1.0 / self._value
        self._move(max(self._value, min(top, self._value + step)), now, "grown")

    def refuse(self, sent_at: float, now: float, left: int, pause: float) -> None:
        """Learn that a request was refused, with ``left`` still under way and ``pause`` seconds to wait."""
        if sent_at >= self._lowered_at:
            self._begin_decrease(now)
        self._refusals += 1
        gentle = self._refusals <= max(1.0, 0.05 * self._before)
        target = max(float(left), _DECREASE * self._before) if gentle else float(left)
        self._move(max(1.0, min(self._value, target)), now, "refused")
        if self._before > 2:  # below that it is a lone probe, and what was before it counts
            self._threshold = self._before / 2 if left == 0 else self._value
        self._roof = self._last_roof = self._value
        self._hold_until = now + pause + self._hold

    def _begin_decrease(self, now: float) -> None:
        was_probing = self._roof is None and self._last_roof is not None
        near = was_probing and abs(self._value - (self._last_roof or 0)) <= max(2, 0.1 * self._value)
        self._hold = min(_LONGEST_HOLD, 2 * self._hold) if near else _FIRST_HOLD
        self._lowered_at, self._before, self._refusals = now, self._value, 0

    def _move(self, value: float, now: float, cause: str) -> None:
        before = self.value
        self._value = value
        if self.value == before:
            return
        second = round(now - self._began, 3)
        last = self.changes[-1]
        if last.cause == cause and second - last.second < _ONE_MOVE:
            self.changes.pop()  # a run of steps in one direction is one line, kept by its end
        self.changes.append(LimitChange(second, self.value, cause))
        if len(self.changes) > _MOST_CHANGES:
            del self.changes[1 : _MOST_CHANGES // 2 : 2]

    def note(self, now: float, limit: int, cause: str) -> None:
        """Enter a bound that another than the provider's refusals has set."""
        self.changes.append(LimitChange(round(now - self._began, 3), limit, cause))
