"""What a card is written from, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from seedwise.export.parcel import Parcel
from seedwise.export.run import Run
from seedwise.export.settings import public_settings
from seedwise.report.document import Document, plain

_COPIED = ("schema", "fingerprint", "dataset", "versions")
_PASSING = ("seconds", "traffic", "reused")
"""What is another with every run of the same experiment."""


def write_provenance(run: Run, parcel: Parcel) -> str:
    """Write as JSON where rows come from: data set, settings, figures, audits, and the ruling on gates."""
    document = run.document
    parts: Document = {
        "is_synthetic": True,
        "arms": parcel.arms,
        "rows": parcel.rows.num_rows,
        "left_out": parcel.left_out,
        "emptied": parcel.emptied,
        "withheld": parcel.withheld,
        "gates": asdict(parcel.ruling),
        **{name: document[name] for name in _COPIED},
        "config": public_settings(document["config"]),
        "comparisons": [one for one in document["comparisons"] if one["arm"] in parcel.arms],
        "generation": [_lasting(part) for part in document["generation"] if part["arm"] in parcel.arms],
        "audits": [audit for audit in document["audits"] if audit["name"] in parcel.arms],
    }
    return json.dumps(plain(parts), indent=1, ensure_ascii=False, allow_nan=False)


def _lasting(part: Document) -> Document:
    return {name: value for name, value in part.items() if name not in _PASSING}
