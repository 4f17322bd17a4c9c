"""The verdict table in a terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from seedwise.report.beside_scores import claim_lines, gate_lines
from seedwise.report.document import Document
from seedwise.report.numbers import p_value, signed_interval

_STYLES = {"better": "green", "equivalent": "cyan", "worse": "red", "cannot tell": "dim", "baseline": "dim"}
_WIDE = 128
"""Columns of a terminal from which on the classes stand in the same table."""

_ROOMY = 96
"""Columns from which on there is room for the p-value."""

_LONGEST_ARM = 16
"""Characters of an arm's name on one line: the longest arm without options has 14."""

_MOST_CLASSES = 6
"""Classes beyond this number get no columns: the table would not fit a terminal."""


def render_verdict(document: Document, width: int = 100) -> RenderableType:
    """Lay out the verdict table of a report: arm × added, a table a classifier.

    Parameters
    ----------
    document
        A report as `load_report` returns it.
    width
        Columns of the terminal. In a narrow one the classes get a table of their own.
    """
    rows: list[Mapping[str, Any]] = document["verdict"]
    labels = document["dataset"]["labels"]
    shown = labels if len(labels) <= _MOST_CLASSES else []
    parts: list[RenderableType] = [_title(document)]
    for classifier in dict.fromkeys(row["classifier"] for row in rows):
        own = [row for row in rows if row["classifier"] == classifier]
        parts.append(_main_table(classifier, own, shown if width >= _WIDE else [], has_p=width >= _ROOMY))
        if shown and width < _WIDE:
            parts.append(_class_table(own, shown))
    beside = (*claim_lines(document), *gate_lines(document))
    return Group(*parts, *beside, Text(), *_footnotes(document), Text(), _bottom_line(document))


def _bottom_line(document: Document) -> Text:
    """Give what the tables come to, last: that is where a terminal is read from."""
    return Text(str(document["headline"]), style="bold")


def _title(document: Document) -> Text:
    dataset, seeds = document["dataset"], document["config"]["seeds"]
    draws = f"{seeds['draws']} draw" + ("s" if seeds["draws"] > 1 else "")
    return Text(
        f"\nVerdict on {dataset['name']}: {seeds['seed_size']} seeds, {draws}, "
        f"{dataset['test_rows']} real test rows, {document['config']['generation']['llm']}",
        style="bold",
    )


def _new_table(title: str) -> Table:
    table = Table(
        title=f"\n{title}",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        collapse_padding=True,
        padding=(0, 1),
    )
    table.add_column("arm", no_wrap=True)
    table.add_column("added", justify="right", no_wrap=True)
    return table


def _main_table(
    classifier: str, rows: Sequence[Mapping[str, Any]], labels: Sequence[str], *, has_p: bool
) -> Table:
    table = _new_table(classifier)
    table.add_column("macro-F1", justify="right", no_wrap=True)
    for label in labels:
        table.add_column(_short(label), justify="right", no_wrap=True)
    table.add_column("vs seed_only [95 % CI]", justify="right", no_wrap=True)
    if has_p:
        table.add_column("p (Holm)", justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("cost", justify="right")
    for row in rows:
        table.add_row(*_cells(row, labels, has_p=has_p))
    return table


def _class_table(rows: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> Table:
    table = _new_table("F1 by class")
    for label in labels:
        table.add_column(_short(label), justify="right", no_wrap=True)
    for row in rows:
        scores = [_fraction(row["per_class_f1"][label]) for label in labels]
        table.add_row(_arm(row["arm"]), _size(row), *scores)
    return table


def _cells(row: Mapping[str, Any], labels: Sequence[str], *, has_p: bool) -> list[RenderableType]:
    spread = f"±{_fraction(row['macro_f1_sd'])}" if row["macro_f1_sd"] is not None else ""
    difference = signed_interval(row["difference"], row["ci_low"], row["ci_high"])
    return [
        _arm(row["arm"]),
        _size(row),
        _fraction(row["macro_f1"]) + spread,
        *(_fraction(row["per_class_f1"][label]) for label in labels),
        difference.replace("+0.", "+.").replace("-0.", "-."),
        *([p_value(row["p_holm"])] if has_p else []),
        Text(row["verdict"], style=_STYLES.get(row["verdict"], "")),
        _price(row),
    ]


def _arm(name: str) -> Text:
    """Break a long name before its options; a single part is never broken."""
    lines = [""]
    for part in re.split(r"(?=[+-])", name):
        if lines[-1] and len(lines[-1] + part) > _LONGEST_ARM:
            lines.append(" ")
        lines[-1] += part
    return Text("\n".join(lines))


def _size(row: Mapping[str, Any]) -> str:
    return f"{row['added']}{'*' if row['short'] else ''}"


def _fraction(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def _price(row: Mapping[str, Any]) -> str:
    seconds = f"{row['seconds']:.0f} s" if row["seconds"] else ""
    return " ".join(filter(None, (_money(row["cost"]), seconds))) or "–"


def _money(cost: float | None) -> str:
    if cost is None:
        return "$?"
    if cost >= 0.01:
        return f"${cost:.2f}"
    return "<1¢" if cost else ""


def _short(label: str) -> Text:
    """Cut a class name to a column's width, as plain text: a name may look like Rich's markup."""
    line = "".join(c if c.isprintable() else " " for c in label)
    return Text(line if len(line) <= 9 else f"{line[:8]}…")


def _footnotes(document: Document) -> list[Text]:
    notes = [
        "macro-F1: mean ± sd over draws. Interval: two-level bootstrap over draws and test rows. "
        "better, worse: p < .05 after Holm's correction. "
        f"equivalent: 90 % interval within ±{document['config']['evaluate']['margin']:g}. "
        "cannot tell: neither; that is not the same as equal.",
        "cost: money ($? where no price is known) and generation time, of the rows added to one draw; "
        "time: every request's own, added up, though several were under way at once.",
    ]
    missing = document["shortages"]
    if missing:
        arms = ", ".join(sorted({short["arm"] for short in missing}))
        notes.append(f"* {arms}: fewer rows than asked for; report.json lists them under shortages.")
    notes += [f"data: {note}" for note in document["dataset"]["notes"]]
    return [Text(note, style="dim") for note in notes]
