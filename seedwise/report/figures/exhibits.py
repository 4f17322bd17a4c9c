"""How exhibits are drawn: arms, or files that were not made here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matplotlib.lines import Line2D

from seedwise.arms import Arm
from seedwise.report.figures.canvas import shown
from seedwise.report.figures.palette import ARM, Look, look_of, variable_of
from seedwise.report.numbers import listed

MOST_MARKS = 9
"""Exhibits beyond this number would hide one another on a line."""

MOST_PANELS = 6
"""Exhibits that get a panel of their own."""

_MOST_TOLD = 4
"""Exhibits that a sentence has room for."""

_FIRST = (Arm.GUIDED, Arm.NAIVE, Arm.PLACEBO)
"""Arms that are drawn first where there is no room for all."""


def look_of_exhibit(name: str) -> Look:
    """Give an arm its look in every other chart; a file of another origin has guided's colour."""
    arm = as_arm(name)
    return Look(ARM[Arm.GUIDED].light, "o", "-") if arm is None else look_of(arm)


def variable_of_exhibit(name: str) -> str:
    """Name the CSS variable of an exhibit's colour."""
    return variable_of(as_arm(name) or Arm.GUIDED)


def as_arm(name: str) -> Arm | None:
    """Find the arm of a name; None for an exhibit that is none."""
    try:
        return Arm(name)
    except ValueError:
        return None


def drawn_exhibits(names: Iterable[str], most: int = MOST_MARKS) -> tuple[str, ...]:
    """Choose at most so many exhibits, in their order: guided, naive, placebo, other plain arms, the rest."""
    found = tuple(dict.fromkeys(names))
    kept = sorted(found, key=_rank)[:most]
    return tuple(name for name in found if name in kept)


def cut_exhibits_note(names: Iterable[str], most: int = MOST_MARKS) -> str:
    """Say that exhibits are left out of the drawing; empty where none is."""
    missing = len(set(names)) - most
    return f" Left out of the drawing: {missing} arms." if missing > 0 else ""


def told(parts: Mapping[str, str]) -> str:
    """List what is said of each exhibit, e.g. ``naive 12 of 14 and guided 8 of 14``; of many, only a few."""
    names = drawn_exhibits(parts, _MOST_TOLD)
    beyond = len(parts) - len(names)
    more = f" (the other {beyond} stand in the table)" if beyond else ""
    return listed([f"{shown(name, 40)} {parts[name]}" for name in names]) + more


def legend_handles(names: Sequence[str]) -> list[Line2D]:
    """Make a legend's entries: each exhibit's mark beside its name."""
    return [_handle(name) for name in names]


def _rank(name: str) -> int:
    arm = as_arm(name)
    if arm in _FIRST:
        return _FIRST.index(arm)
    is_plain = arm is not None and arm is arm.base and not arm.is_alone
    return len(_FIRST) + (0 if is_plain else 1)


def _handle(name: str) -> Line2D:
    look = look_of_exhibit(name)
    return Line2D([], [], color=look.colour, marker=look.marker, linestyle="", label=shown(name, 28))
