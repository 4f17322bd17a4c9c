"""A round in words."""

from __future__ import annotations

from collections.abc import Iterator

from seedwise.records import RoundNote


def tell_round(note: RoundNote) -> str:
    """Say in a line what a round brought in, took and taught."""
    return "; ".join(_tell_parts(note))


def _tell_parts(note: RoundNote) -> Iterator[str]:
    tokens = note.prompt_tokens + note.completion_tokens
    cost = "" if not note.cost else f", ${note.cost:.4f}"
    taken = f"{note.requests} requests ({tokens:,} tokens{cost})"
    yield f"round {note.round + 1}: {note.rows} rows kept of {taken}"
    if note.macro_f1 is not None:
        gain = "" if note.gain is None else f" ({note.gain:+.4f} a hundred rows)"
        yield f"macro-F1 on the seeds, cross-validated, {note.macro_f1:.3f}{gain}"
    if note.confused:
        pairs = (f"{each.label} for {each.taken_for} ({each.share:.0%})" for each in note.confused)
        yield f"most taken wrongly: {', '.join(pairs)}"
    if note.detector_auc is not None:
        yield f"told from seeds with an AUC of {note.detector_auc:.2f}"
    if note.remark:
        yield note.remark
