"""The audits of a finished run as Markdown tables: what is lost, what gives rows away, how near they are.

Run as ``python benchmarks/audit_tables.py DIR``, where DIR holds report.json.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from seedwise.linguistics import paper_claims
from seedwise.records import ALL, Claim, Trait
from seedwise.report import load_report

GIVEAWAYS = 6

Part = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    document = load_report(parser.parse_args().folder)
    traits = [Trait(**trait) for trait in document["linguistics"] if trait["label"] == ALL]
    show("Claims", ["arm", "claim", "here", "measures: synthetic (real; floor)"], claims(traits))
    audits = document["audits"]
    columns = [
        "arm", "distinct rows", "composite", "lexical", "style", "embedding", "judged as intended (real)",
    ]  # fmt: skip
    show("Authenticity", columns, map(authenticity, audits))
    show("Give-aways", ["arm", "tokens", "habits (synthetic against real)"], map(giveaways, audits))
    show("Stuffing", ["arm", "shown", "held", "a row", "a real row", "times"], stuffing(audits))
    show("Distances", ["distance", *(audit["name"] for audit in audits)], across(audits, distances))
    show("Checks", ["check", *(audit["name"] for audit in audits)], across(audits, checks))


def show(title: str, columns: list[str], rows: Iterator[list[str]] | map[list[str]]) -> None:
    print(f"### {title}\n\n| {' | '.join(columns)} |\n|{' --- |' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print()


def claims(traits: list[Trait]) -> Iterator[list[str]]:
    for claim in paper_claims(traits):
        yield [claim.name, claim.claim, claim.verdict, "; ".join(measures(claim))]


def measures(claim: Claim) -> Iterator[str]:
    for trait in claim.figures:
        if trait.value is not None and trait.real is not None:
            floor = f"{number(trait.floor_low)} to {number(trait.floor_high)}"
            yield f"{trait.measure} {number(trait.value)} ({number(trait.real)}; {floor})"


def authenticity(audit: Part) -> list[str]:
    composite = next(found["value"] for found in audit["composites"] if found["label"] == ALL)
    told = [interval(found) for found in audit["detections"] if found["label"] == ALL]
    [agreement] = [c for c in audit["checks"] if c["label"] == ALL and c["subject"] == "validity"]
    judged = f"{number(agreement['value'])} ({number(agreement['reference'])})"
    return [audit["name"], str(audit["rows"]), number(composite), *told, judged]


def interval(found: Part) -> str:
    bounds = f"[{number(found['low'])}, {number(found['high'])}]"
    return f"{number(found['auc'])} {bounds} ({number(found['floor_low'])} to {number(found['floor_high'])})"


def giveaways(audit: Part) -> list[str]:
    own = [found for found in audit["giveaways"] if found["label"] == ALL and found["weight"] > 0]
    tokens = [found["token"] for found in own if found["features"] == "lexical"][:GIVEAWAYS]
    habits = [
        f"{found['token']} {number(found['synthetic'])} against {number(found['real'])}"
        for found in own
        if found["features"] == "style"
    ]
    return [audit["name"], ", ".join(f"*{token}*" for token in tokens), ", ".join(habits[:GIVEAWAYS])]


def stuffing(audits: list[Part]) -> Iterator[list[str]]:
    for audit in audits:
        for found in audit["stuffing"]:
            if found["label"] == ALL:
                parts = ("shown", "held", "per_row", "real_per_row", "ratio")
                yield [audit["name"], *(number(found[part]) for part in parts)]


def across(audits: list[Part], read: Callable[[Part], dict[str, str]]) -> Iterator[list[str]]:
    """Lay one line a measure out, one column an audit."""
    found = [read(audit) for audit in audits]
    for name in dict.fromkeys(name for part in found for name in part):
        yield [name, *(part.get(name, "–") for part in found)]


def distances(audit: Part) -> dict[str, str]:
    return {
        f"{found['measure']} ({found['features']})": f"{number(found['value'])} "
        f"({number(found['floor_low'])} to {number(found['floor_high'])})"
        for found in audit["distances"]
        if found["label"] == ALL
    }


def checks(audit: Part) -> dict[str, str]:
    return {
        f"{check['subject']}: {check['measure']}": outcome(check)
        for check in audit["checks"]
        if check["label"] == ALL and check["subject"] not in ("safety", "validity")
    }


def outcome(check: Part) -> str:
    bounds = "" if check["low"] is None else f" [{number(check['low'])}, {number(check['high'])}]"
    return f"{number(check['value'])}{bounds}" + (" **fails**" if check["passed"] is False else "")


def number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main()
