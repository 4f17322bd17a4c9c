"""The detectors of one exhibit."""

from __future__ import annotations

from seedwise.config import ExperimentConfig
from seedwise.detection.detect import detect, set_up_part
from seedwise.detection.notes import note_detections
from seedwise.detection.stand import Stand, set_up_stand
from seedwise.detection.stuffing import measure_stuffing
from seedwise.detection.views import look
from seedwise.features import Space, embedding_space
from seedwise.identity import derive_seed
from seedwise.progress import Progress, silent
from seedwise.records import ALL, Audit, Exhibit
from seedwise.threads import one_thread


def examine(exhibit: Exhibit, config: ExperimentConfig, progress: Progress = silent) -> Audit:
    """Find out how well synthetic rows are told from held-out real ones, by what, and how stuffed they are.

    A classifier two-sample test (Lopez-Paz & Oquab 2017) for each class and for all together, on words,
    on habits and on embeddings: out-of-fold AUC of a logistic regression, equal numbers a side of every
    class, near-duplicates of either side in one fold. Beside it the floor: the same detector on real rows
    split at random, scaled to the same size where real rows are too few for it (the spread of such an AUC
    goes with 1/√rows). What is trivial (length, a placeholder that only one side has) gives rows away like
    anything else.

    Parameters
    ----------
    exhibit
        Rows and held-out text.
    config
        ``audit``: sizes of samples; ``screen.near_duplicate``; the root seed.
    progress
        Told after each view.
    """
    stand = set_up_stand(exhibit, config)
    parts = [set_up_part(stand, label, config) for label in (*exhibit.labels, ALL)]
    space = _open_space(stand, config)
    findings = []
    with one_thread():
        for number, view in enumerate(look(stand, space), start=1):
            findings += [detect(exhibit.name, part, view, config) for part in parts]
            progress(number, 3, f"{view.features} detector")
    return Audit(
        name=exhibit.name,
        rows=len(exhibit.rows),
        detections=tuple(finding.detection for finding in findings),
        giveaways=tuple(one for finding in findings for one in finding.giveaways),
        stuffing=tuple(measure_stuffing(exhibit)),
        notes=tuple(note_detections(exhibit, parts, space, config)),
    )


def _open_space(stand: Stand, config: ExperimentConfig) -> Space:
    # Both sides are fitted on: a space of the real ones alone would part the sides by itself.
    texts = [stand.texts[row] for row in stand.compared(ALL)]
    return embedding_space(texts, derive_seed(config.seeds.root_seed, "detection space"))
