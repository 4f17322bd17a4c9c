"""What stands in the way of taking rows home, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from seedwise.linguistics import paper_claims
from seedwise.records import ALL, Claim, Trait
from seedwise.report.document import Document
from seedwise.report.numbers import figure, listed

_NAMED = 3
"""Failed gates of an arm that are named."""


def gate_lines(document: Document) -> list[Text]:
    """Say of every audited arm which gates its rows pass; empty where nothing was audited."""
    arms = [(audit["name"], _gates(audit)) for audit in document["audits"]]
    lines = [_line(name, gates) for name, gates in arms if gates]
    return [Text("\nGates", style="bold"), *lines] if lines else []


def claim_lines(document: Document) -> list[Text]:
    """Say of which arms each of the paper's claims on language holds; empty where nothing was measured."""
    traits = [Trait(**trait) for trait in document["linguistics"] if trait["label"] == ALL]
    found = paper_claims(traits)
    claims = list(dict.fromkeys(claim.claim for claim in found))
    lines = [Text(f"  {claim}: {_holders([c for c in found if c.claim == claim])}") for claim in claims]
    return [Text("\nThe paper's claims on language", style="bold"), *lines] if lines else []


def _holders(found: Sequence[Claim]) -> str:
    names: dict[str, list[str]] = {}
    for claim in found:
        names.setdefault(claim.verdict, []).append(_plain(claim.name))
    return "; ".join(f"{verdict}: {listed(own)}" for verdict, own in names.items())


def _gates(audit: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [check for check in audit["checks"] if check["bound"] is not None]


def _line(name: str, gates: Sequence[Mapping[str, Any]]) -> Text:
    failed = [gate for gate in gates if gate["passed"] is False]
    known = [gate for gate in gates if gate["passed"] is not None]
    unknown = f", {len(gates) - len(known)} not measurable" if len(known) < len(gates) else ""
    if not known:
        return Text(f"  {_plain(name)}: none of {len(gates)} measurable", style="yellow")
    if not failed:
        return Text(f"  {_plain(name)}: all {len(known)} passed{unknown}", style="green")
    named = "; ".join(_failure(gate) for gate in _first(failed))
    return Text(f"  {_plain(name)}: {len(failed)} of {len(known)} failed{unknown}: {named}", style="red")


def _first(failed: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Take one failure a measure, over all classes where it fails there."""
    ranked = sorted(failed, key=lambda gate: gate["label"] != ALL)
    first = {(gate["subject"], gate["measure"]): gate for gate in reversed(ranked)}
    return sorted(first.values(), key=ranked.index)[:_NAMED]


def _failure(gate: Mapping[str, Any]) -> str:
    where = "" if gate["label"] == ALL else f" in {_plain(gate['label'])}"
    bound = f"{gate['relation']} {figure(gate['bound'])}"
    return f"{_plain(gate['measure'])}{where} {figure(gate['value'])} ({bound})"


def _plain(text: str) -> str:
    """Keep what a terminal prints: control characters of a data set are none of its business."""
    return "".join(c if c.isprintable() else " " for c in text)
