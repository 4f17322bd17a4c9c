"""Table of the paper's claims about the language of synthetic text."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise.linguistics import paper_claims
from seedwise.records import ALL, Claim
from seedwise.report.audited import Audited
from seedwise.report.numbers import UNDEFINED
from seedwise.report.tables.sheet import Cell, Column, Judged, Sheet


def claim_sheets(audited: Audited) -> tuple[Sheet, ...]:
    """Lay out which claims hold of each arm over all classes; why, class by class, in a table that opens."""
    found = paper_claims(audited.linguistics.traits)
    whole = [claim for claim in found if claim.label == ALL]
    return (_overview(whole), _reasons(found)) if whole else ()


def _overview(found: Sequence[Claim]) -> Sheet:
    claims = list(dict.fromkeys(claim.claim for claim in found))
    verdicts = {(claim.name, claim.claim): Judged("", claim.verdict) for claim in found}
    rows = tuple(
        (name, *(verdicts.get((name, claim), UNDEFINED) for claim in claims))
        for name in dict.fromkeys(claim.name for claim in found)
    )
    columns = (Column("arm", "arm"), *(Column(claim, "text") for claim in claims))
    note = (
        "A claim holds where more than half of its measures lie outside the floor on the poorer side. Which "
        "measures stand for it is our reading: the paper names none."
    )
    return Sheet("The paper's three claims, here", columns, rows, note)


def _reasons(found: Sequence[Claim]) -> Sheet:
    columns = (
        Column("arm", "arm"),
        Column("class", "text"),
        Column("claim", "prose"),
        Column("verdict", "text"),
        Column("why", "prose"),
    )
    ranked = sorted(found, key=lambda claim: claim.label != ALL)
    return Sheet("Why, class by class", columns, tuple(map(_cells, ranked)), folded=True)


def _cells(found: Claim) -> tuple[Cell, ...]:
    where = "all classes" if found.label == ALL else found.label
    return (found.name, where, found.claim, Judged("", found.verdict), found.sentence)
