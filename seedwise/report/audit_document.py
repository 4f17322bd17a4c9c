"""An audit's numbers as plain JSON values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from seedwise.audit import Assessment
from seedwise.config import ExperimentConfig
from seedwise.linguistics import paper_claims
from seedwise.report.document import plain

AUDIT_SCHEMA_VERSION = 1
"""Raised whenever a key of audit.json changes its name or meaning."""

AuditDocument = dict[str, Any]


def build_audit_document(
    found: Assessment, config: ExperimentConfig, notes: Sequence[str], versions: Mapping[str, str]
) -> AuditDocument:
    """Lay an audit out as audit.json holds it; an undefined number is null, never NaN.

    Parameters
    ----------
    found
        All that was found.
    config
        The settings that shaped it.
    notes
        What a reader must know of how the files were read, in full sentences.
    versions
        Versions of the libraries that shaped it.
    """
    return {
        "schema": AUDIT_SCHEMA_VERSION,
        "file": _file(found),
        "settings": _settings(config),
        "notes": list(notes),
        "audit": plain(found.audit),
        "claims": plain(paper_claims(found.linguistics.traits)),
        "linguistics": plain(found.linguistics.traits),
        "linguistics_notes": list(found.linguistics.notes),
        "versions": dict(versions),
    }


def _file(found: Assessment) -> AuditDocument:
    exhibit = found.exhibit
    lot = exhibit.lots[0]
    return {
        "name": exhibit.name,
        "rows": len(lot.rows),
        "distinct_rows": len(exhibit.rows),
        "label_counts": dict(Counter(row.label for row in lot.rows)),
        "labels": list(exhibit.labels),
        "seeds": len(lot.seeds),
        "unseen": len(lot.unseen),
        "test": len(exhibit.test),
        "held_out": len(exhibit.held_out),
        "held_out_is": exhibit.held_out_is,
    }


def _settings(config: ExperimentConfig) -> AuditDocument:
    """Keep the settings that an audit reads."""
    return {
        "audit": config.audit.model_dump(mode="json"),
        "linguistics": config.linguistics.model_dump(mode="json"),
        "screen": {"near_duplicate": config.screen.near_duplicate},
        "seeds": {"root_seed": config.seeds.root_seed},
    }
