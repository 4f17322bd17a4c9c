"""The tables of docs/results.md, from an experiment's report.json.

Run as ``python benchmarks/result_tables.py DIR``; prints Markdown.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Part = Mapping[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder that holds report.json")
    document = json.loads((parser.parse_args().folder / "report.json").read_text(encoding="utf-8"))
    most = max(document["config"]["evaluate"]["added"])
    print(document["headline"], "\n")
    print(arm_table(document, most), "\n")
    print(class_table(document, most), "\n")
    print(control_table(document, most), "\n")
    print(exchange_table(document, most), "\n")
    print(alone_table(document, most), "\n")
    print(ablation_table(document, most), "\n")
    print(recall_table(document))


def arm_table(document: Part, most: int) -> str:
    """Macro-F1, and its difference to the bare seeds with interval and verdict, a column a classifier."""
    rows = [row for row in document["verdict"] if row["added"] in (0, most)]
    return _by_classifier(rows, "arm", _arm_cell)


def _arm_cell(row: Part) -> str:
    if row["difference"] is None:
        return f"{_share(row['macro_f1'])}"
    return f"{_share(row['macro_f1'])}; {_interval(row)} {row['verdict']}"


def class_table(document: Part, most: int) -> str:
    """F1 differences to the bare seeds by class, over the classifiers' verdicts."""
    labels = document["dataset"]["labels"]
    rows = [row for row in document["verdict"] if row["added"] == most and row["classes"]]
    lines = [
        [row["classifier"], row["arm"], *(_class_cell(row["classes"][label]) for label in labels)]
        for row in rows
    ]
    return _table(["classifier", "arm", *labels], lines)


def _class_cell(effect: Part) -> str:
    return f"{_interval(effect)} {effect['verdict']}"


def control_table(document: Part, most: int) -> str:
    """Guided rows against every control, a column a classifier."""
    rows = [c for c in document["comparisons"] if c["arm"] == "guided" and c["added"] == most]
    return _by_classifier(rows, "baseline", lambda c: f"{_interval(c)} p {c['p']:.3f} {c['verdict']}")


def exchange_table(document: Part, most: int) -> str:
    """Real rows that one added row is worth, a column a classifier."""
    rows = [e for e in document["exchanges"] if e["added"] == most and not e["label"]]
    return _by_classifier(rows, "arm", _rate)


def _rate(exchange: Part) -> str:
    if exchange["rate"] is None:
        return "beyond the curve" if exchange["beyond_curve"] else "–"
    least = "∞" if exchange["low_beyond_curve"] else "−∞"
    low = least if exchange["ci_low"] is None else f"{exchange['ci_low']:.2f}"
    high = "∞" if exchange["ci_high"] is None else f"{exchange['ci_high']:.2f}"
    return f"{exchange['rate']:.2f} [{low}, {high}]"


def alone_table(document: Part, most: int) -> str:
    """Train on synthetic over train on real, at the same size, a column a classifier."""
    rows = [row for row in document["alone"] if row["added"] == most]
    return _by_classifier(rows, "arm", lambda row: f"{_share(row['tstr'])} / {_share(row['trtr'])}")


def ablation_table(document: Part, most: int) -> str:
    """Each option against the arm without it, a column a classifier."""
    rows = [c | {"pair": f"{c['arm']} − {c['baseline']}"} for c in document["ablation"] if c["added"] == most]
    return _by_classifier(rows, "pair", lambda c: f"{_interval(c)} p {c['p']:.3f} {c['verdict']}")


def recall_table(document: Part) -> str:
    """Overlap of the top tokens with those of real rows, beside what other real rows reach."""
    rows = [row for row in document["recall_means"] if not row["label"]]
    lines = [[row["arm"], _share(row["overlap"]), _share(row["real_overlap"])] for row in rows]
    return _table(["arm", "overlap", "of real rows"], lines)


def _by_classifier(rows: Sequence[Part], key: str, cell: Any) -> str:
    classifiers = list(dict.fromkeys(row["classifier"] for row in rows))
    cells = {(row[key], row["classifier"]): cell(row) for row in rows}
    names = list(dict.fromkeys(row[key] for row in rows))
    lines = [[name, *(cells.get((name, classifier), "–") for classifier in classifiers)] for name in names]
    return _table([key, *classifiers], lines)


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _interval(part: Part) -> str:
    return f"{_signed(part['difference'])} [{_signed(part['ci_low'])}, {_signed(part['ci_high'])}]"


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("+0.", "+.").replace("-0.", "−.")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".removeprefix("0")


if __name__ == "__main__":
    main()
