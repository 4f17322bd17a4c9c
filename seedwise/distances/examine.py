"""How far an exhibit's rows lie from held-out real text."""

from __future__ import annotations

from seedwise.config import ExperimentConfig
from seedwise.distances.finding import Finding
from seedwise.distances.geometry import count_axes
from seedwise.distances.look import look_at
from seedwise.distances.notes import notes
from seedwise.distances.plan import Plan, plan_labels
from seedwise.distances.registry import MEASURES
from seedwise.distances.stage import Stage
from seedwise.distances.standing import stand
from seedwise.progress import Progress, silent
from seedwise.records import Audit, Exhibit
from seedwise.threads import one_thread


def examine(exhibit: Exhibit, config: ExperimentConfig, progress: Progress = silent) -> Audit:
    """Measure the distances between an exhibit and its held-out real text, by class and pooled.

    Parameters
    ----------
    exhibit
        Exact repeats of a text within a class count once, on both sides.
    config
        ``audit.samples``, ``audit.permutations``, ``audit.most_rows`` and the root seed.
    progress
        Told after each label.

    Returns
    -------
    Audit
        ``distances`` by label (the exhibit's order, "all" last), then registry order; without numbers where
        there is too little text, or a library is absent. ``notes`` say so, and how rows were sampled.
    """
    stage = Stage(look_at(exhibit, config), config)
    plans = list(plan_labels(stage.look, exhibit.labels))
    findings = []
    for number, plan in enumerate(plans, start=1):
        with one_thread():
            findings.append(_find(exhibit.name, plan, stage))
        progress(number, len(plans), f"{exhibit.name}, {plan.label}")
    return Audit(
        name=exhibit.name,
        rows=len(exhibit.rows),
        distances=tuple(distance for finding in findings for distance in finding.distances),
        notes=tuple(notes(exhibit.name, findings, config.audit)),
    )


def _find(name: str, plan: Plan, stage: Stage) -> Finding:
    if not plan.is_enough:
        return Finding(plan, tuple(stand(measure, name, plan.label, None) for measure in MEASURES))
    scene = stage.scene(plan)
    distances = tuple(stand(measure, name, plan.label, measure.read(scene)) for measure in MEASURES)
    return Finding(plan, distances, count_axes(scene), stage.rows.note)
