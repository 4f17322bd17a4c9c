"""The colours of the report, as CSS variables for a light theme beside a dark one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seedwise.arms import STANDARD_ARMS, Arm, Option


@dataclass(frozen=True, slots=True)
class Colour:
    """A CSS variable; charts are drawn in its ``light`` value, which no other colour shares."""

    variable: str
    light: str
    dark: str


INK = Colour("--ink", "#1c1f24", "#e9ebee")
INK_SOFT = Colour("--ink-soft", "#5a616b", "#a4abb5")
GRID = Colour("--grid", "#d9dce1", "#353a42")
SURFACE = Colour("--surface", "#fefefe", "#15171b")
FLOOR = Colour("--floor", "#e6e8eb", "#2b2f36")

ARM: Mapping[Arm, Colour] = {
    Arm.SEED_ONLY: Colour("--arm-seed_only", "#6b7079", "#9198a3"),
    Arm.OVERSAMPLE: Colour("--arm-oversample", "#ac5f0a", "#ddd94a"),
    Arm.REAL: Colour("--arm-real", "#33373d", "#d5d9de"),
    Arm.NAIVE: Colour("--arm-naive", "#a03028", "#ff8d54"),
    Arm.EXEMPLARS_ONLY: Colour("--arm-exemplars_only", "#178546", "#33c79c"),
    Arm.KEYWORDS_ONLY: Colour("--arm-keywords_only", "#236ef1", "#95b8ff"),
    Arm.TFIDF_GUIDED: Colour("--arm-tfidf_guided", "#4c1d8b", "#b38cd0"),
    Arm.GUIDED: Colour("--arm-guided", "#0065a3", "#4d9ff0"),
    Arm.PLACEBO: Colour("--arm-placebo", "#8c30d1", "#dca8dd"),
    Arm.OTHER_CLASS: Colour("--arm-other_class", "#4b0a55", "#e9585f"),
    Arm.SYNTHETIC_ONLY: Colour("--arm-synthetic_only", "#5c12f3", "#b0fea7"),
}
"""One colour an arm in every chart, legible as text and told apart under each kind of colour blindness."""

MARKER: Mapping[Arm, str] = dict(zip(STANDARD_ARMS, "osDvP^hoX*d", strict=True))
"""One marker an arm, so that colour is never the only difference."""

_SWITCHED_MARKER: Mapping[Option, str] = dict(zip(Option, "<>pH8d^vsDPX*hx", strict=True))
_SWITCHED_LINES = ((0, (5, 1.5)), (0, (1, 1.2)), (0, (4, 1, 1, 1)))


@dataclass(frozen=True, slots=True)
class Look:
    """How an arm is drawn: ``line`` is a matplotlib line style."""

    colour: str
    marker: str
    line: str | tuple[int, tuple[float, ...]]


def look_of(arm: Arm) -> Look:
    """Give an arm its base's colour; an option switched changes marker and line, the same in every chart."""
    colour = ARM[arm.base].light
    if arm == arm.base:
        return Look(colour, MARKER[arm], "--" if arm is Arm.REAL else "-")
    first = next(iter(arm.options))
    place = tuple(Option).index(first)
    marker = _SWITCHED_MARKER[first]
    return Look(
        colour, "o" if marker == MARKER[arm.base] else marker, _SWITCHED_LINES[place % len(_SWITCHED_LINES)]
    )


def variable_of(arm: str) -> str:
    """Name the CSS variable of an arm's colour: its base's."""
    return ARM[Arm(arm).base].variable


ACCEPTED = Colour("--accepted", "#2f8f5b", "#4fbf85")
REASONS = (
    Colour("--reason-1", "#cc6677", "#e08a98"),
    Colour("--reason-2", "#d9c25f", "#e3d27e"),
    Colour("--reason-3", "#7cc3e8", "#6fb3d8"),
    Colour("--reason-4", "#882255", "#b5527f"),
    Colour("--reason-5", "#3f9f92", "#55b8aa"),
    Colour("--reason-6", "#8c8c2e", "#b3b350"),
    Colour("--reason-7", "#4b3f9e", "#8579d6"),
)
OTHER = Colour("--reason-other", "#b4b8bf", "#6a717b")

COLOURS = (INK, INK_SOFT, GRID, SURFACE, FLOOR, *ARM.values(), ACCEPTED, *REASONS, OTHER)
"""Every colour a chart may use."""


def css_variables() -> str:
    """Write the style sheet that gives every variable its light and its dark value."""
    light = "".join(f"{colour.variable}:{colour.light};" for colour in COLOURS)
    dark = "".join(f"{colour.variable}:{colour.dark};" for colour in COLOURS)
    return f":root{{{light}}}\n@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"
