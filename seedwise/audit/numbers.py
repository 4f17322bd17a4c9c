"""An audit's main numbers by name, for whoever charts them."""

from __future__ import annotations

from collections.abc import Iterator

from seedwise.records import ALL, Audit


def main_numbers(audit: Audit) -> dict[str, float]:
    """Name what an audit found over all classes together; what could not be measured is left out.

    Returns
    -------
    dict of str to float
        ``gates_failed`` (over every class); ``outside_floor``: the composite; ``detector_auc/<features>``;
        ``check/<subject>/<measure>``; ``distance/<measure>/<features>``.
    """
    return {
        "gates_failed": float(len(audit.failed)),
        **{name: float(value) for name, value in _found(audit) if value is not None},
    }


def _found(audit: Audit) -> Iterator[tuple[str, float | None]]:
    for composite in audit.composites:
        if composite.label == ALL:
            yield "outside_floor", composite.value
    for detection in audit.detections:
        if detection.label == ALL:
            yield f"detector_auc/{detection.features}", detection.auc
    for check in audit.checks:
        if check.label == ALL:
            yield f"check/{check.subject}/{check.measure}", check.value
    for distance in audit.distances:
        if distance.label == ALL:
            yield f"distance/{distance.measure}/{distance.features}", distance.value
