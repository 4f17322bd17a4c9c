"""How numbers are written for a reader."""

from __future__ import annotations

import math
from collections.abc import Sequence

UNDEFINED = "–"
"""What stands for a number that is not defined."""


def signed_interval(difference: float | None, low: float | None, high: float | None) -> str:
    """Format a difference and its interval; a dash where there is none."""
    if difference is None or low is None or high is None:
        return UNDEFINED
    if not all(math.isfinite(value) for value in (difference, low, high)):
        return UNDEFINED
    return f"{_signed(difference)} [{_signed(low)}, {_signed(high)}]"


def fraction(value: float | None) -> str:
    """Format a score in [0, 1] with three places; a dash where it is not defined."""
    return UNDEFINED if value is None or not math.isfinite(value) else f"{value:.3f}"


def with_spread(mean: float, deviation: float | None) -> str:
    """Format a mean with its standard deviation, where there is one."""
    return fraction(mean) + (f" ± {fraction(deviation)}" if deviation is not None else "")


def p_value(p: float | None) -> str:
    """Format a p-value with two digits that count, e.g. ``.012``; a dash where it is not defined."""
    if p is None or not math.isfinite(p):
        return UNDEFINED
    if p < 0.001:
        return "<.001"
    return (f"{p:.3f}" if p < 0.1 else f"{p:.2f}").removeprefix("0")


def p_clause(p: float) -> str:
    """Write a p-value as part of a sentence, e.g. ``p = .012``."""
    text = p_value(p)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def short(value: float) -> str:
    """Format a number below 1 without its leading zero, e.g. ``.029``; a dash where it is not defined."""
    return fraction(value).removeprefix("0")


def margin(value: float) -> str:
    """Format a margin with as many places as it has, e.g. ``.02``."""
    return f"{value:g}".removeprefix("0")


def exchange(rate: float) -> str:
    """Format a number of real rows a row is worth; it has none beyond the real curve or without a bound."""
    if math.isnan(rate):
        return UNDEFINED
    if math.isinf(rate):
        return "> curve" if rate > 0 else "-∞"
    return f"{rate:.2f}"


def figure(value: float | None) -> str:
    """Format a count as it is and any other number with three places; a dash where it is not defined."""
    if value is None or not math.isfinite(value):
        return UNDEFINED
    return f"{value:,.0f}" if value == int(value) else f"{value:.3f}"


def percent(share: float | None) -> str:
    """Format a share in [0, 1] as a whole percentage, e.g. ``34 %``; a dash where it is not defined."""
    return UNDEFINED if share is None or not math.isfinite(share) else f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def listed(parts: Sequence[str]) -> str:
    """Join parts of a sentence, e.g. ``a, b and c``; empty without any."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def plural(count: int, noun: str) -> str:
    """Write a count with its noun, e.g. ``5 draws``."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _signed(value: float) -> str:
    text = f"{value:+.3f}"
    return "+0.000" if text == "-0.000" else text
