"""Amounts as a person reads them."""

from __future__ import annotations

from collections.abc import Callable

from seedwise.plan.records import Amount

_MINUTE, _HOUR = 60, 3600
_CENT = 0.01


def show_count(number: float) -> str:
    """Write a count; from ten thousand on in thousands or millions, with three digits that count.

    Examples
    --------
    >>> show_count(1234), show_count(12345), show_count(123456), show_count(12345678)
    ('1,234', '12.3k', '123k', '12.3M')
    """
    if number < 9_999.5:
        return f"{number:,.0f}"
    if number < 999_500:
        return f"{number / 1e3:.1f}k" if number < 99_950 else f"{number / 1e3:.0f}k"
    return f"{number / 1e6:,.1f}M"


def show_money(dollars: float) -> str:
    """Write US dollars; below a cent with two digits that count.

    Examples
    --------
    >>> show_money(12.345), show_money(0.00234), show_money(0)
    ('$12.35', '$0.0023', '$0.00')
    """
    if dollars >= _CENT or not dollars:
        return f"${dollars:,.2f}"
    return f"${dollars:.2g}" if dollars >= 0.0001 else "<$0.0001"


def show_time(seconds: float) -> str:
    """Write a span of time in the unit that suits it.

    Examples
    --------
    >>> show_time(0.34), show_time(2), show_time(42), show_time(600), show_time(5400)
    ('0.3 s', '2 s', '42 s', '10 min', '1.5 h')
    """
    if seconds < 10:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    if seconds < 1.5 * _MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / _MINUTE:.0f} min" if seconds < 1.5 * _HOUR else f"{seconds / _HOUR:.1f} h"


def show_range(amount: Amount | None, show: Callable[[float], str], unknown: str = "?") -> str:
    """Write what is expected and what it is at most, once where both are the same."""
    if amount is None:
        return unknown
    expected, most = show(amount.expected), show(amount.most)
    return expected if expected == most else f"{expected} ≤ {most}"
