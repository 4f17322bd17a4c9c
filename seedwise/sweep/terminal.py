"""A sweep's findings in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from seedwise.report.document import Document
from seedwise.report.numbers import figure, margin, plural

_STYLES = {"already": "green", "found": "green", "beyond": "red", "cannot tell": "dim"}
_WORDS = {"already": "at every size", "beyond": "not within"}
_WELL = ("finished", "reused")


def render_sweep(document: Document) -> RenderableType:
    """Lay out what a sweep found: thresholds series by series, cells to mend, then the headline.

    Parameters
    ----------
    document
        A sweep's report as `load_sweep` returns it.
    """
    tables: list[RenderableType] = [_series_table(series) for series in document["series"]]
    cautions = [_line(f"note: {caution}", "dim") for caution in document["cautions"]]
    return Group(*tables, *_failed(document["cells"]), Text(), *cautions, Text(), _headline(document))


def _headline(document: Document) -> Text:
    """Give what the tables come to, last: that is where a terminal is read from."""
    return _line(str(document["headline"]), "bold")


def _series_table(series: Mapping[str, Any]) -> Table:
    sizes = ", ".join(f"{size:,}" for size in series["seed_sizes"])
    table = Table(
        title=_line(f"\n{series['title']}: equivalent to real rows (within ±{margin(series['margin'])})"),
        caption=_line(f"seed sizes {sizes}", "dim"),
        title_justify="left",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        collapse_padding=True,
        padding=(0, 1),
    )
    for name in ("arm", "classifier", "added", "equivalent", "from seeds on", "best guess"):
        table.add_column(
            name, justify="right" if name in ("added", "best guess") else "left", overflow="fold"
        )
    for found in series["thresholds"]:
        if not found["label"]:
            table.add_row(*_cells(found))
    return table


def _cells(found: Mapping[str, Any]) -> list[Text]:
    guess = None if found["estimate"] is None else round(found["estimate"])
    return [
        _line(found["arm"]),
        _line(found["classifier"]),
        Text(f"{found['added']:,}"),
        Text(_WORDS.get(found["word"], found["word"]), style=_STYLES.get(found["word"], "")),
        Text(found["interval"]),
        Text(figure(guess)),
    ]


def _failed(cells: Sequence[Mapping[str, Any]]) -> list[Text]:
    """List the cells that have no report to read, each with what to mend."""
    lost = [cell for cell in cells if cell["state"] not in _WELL or cell["unread"]]
    if not lost:
        return []
    lines = [_line(f"\n{plural(len(lost), 'cell')} without a report:", "bold")]
    for cell in lost:
        lines.append(_line(f"{cell['title']}: {cell['state']}", "red"))
        told = "\n".join(filter(None, (cell["message"], cell["unread"])))
        lines += [_line(f"  {line}") for line in told.splitlines()]
    return lines


def _line(text: str, style: str = "") -> Text:
    """Make plain text of what may look like Rich's markup, without what a terminal would obey."""
    return Text("".join(c if c.isprintable() or c == "\n" else " " for c in text), style=style)
