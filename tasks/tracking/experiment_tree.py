"""An experiment's findings as a run tree."""

from __future__ import annotations

from collections.abc import Iterator

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.experiment import Experiment
from seedwise.identity import digest
from seedwise.report import ReportFiles, verdict_markdown
from seedwise.report.document import build_document
from tasks.tracking.attachments import SpecialGuides, experiment_attachments
from tasks.tracking.commit import git_commit
from tasks.tracking.curves import arm_nodes
from tasks.tracking.names import slug
from tasks.tracking.notes import NOTE, fit_note
from tasks.tracking.points import summary_points
from tasks.tracking.tree import IDENTITY, Input, Node, Tree

_PASSING = ("seconds", "links", "generation")
"""Parts of a report in which two runs of the same may differ."""


def experiment_tree(
    findings: Experiment, report: ReportFiles, special: SpecialGuides, run: RunConfig
) -> Tree:
    """Lay out what MLflow is told of an experiment; ``special`` are guides that the findings do not hold."""
    config = findings.config
    tags = _tags(findings, run)
    own = {"kind": "experiment", IDENTITY: identify(findings), NOTE: fit_note(verdict_markdown(findings))}
    root = Node(
        "experiment",
        f"{findings.dataset.name} · {config.seeds.seed_size} seeds · {config.generation.llm}",
        tags | own | _verdicts(findings),
        _params(config),
        summary_points(findings),
        tuple(_inputs(findings)),
        tuple(arm_nodes(findings, tags)),
    )
    return Tree(root, tuple(experiment_attachments(findings, report, special)))


def identify(findings: Experiment) -> str:
    """Digest what is recorded: rows and report, but for what another run of the same takes and costs."""
    document = build_document(findings)
    lasting = {name: part for name, part in document.items() if name not in _PASSING}
    return digest([lasting, findings.harvests])


def _tags(findings: Experiment, run: RunConfig) -> dict[str, str]:
    config = findings.config
    tags = {
        "fingerprint": config.fingerprint,
        "dataset": findings.dataset.name,
        "seed_size": str(config.seeds.seed_size),
        "llm": config.generation.llm,
        "sweep": run.sweep,
        "prefect_flow_run": findings.links.get("Prefect flow run", ""),
        "git_commit": git_commit(),
    }
    return {name: value for name, value in tags.items() if value}


def _params(config: ExperimentConfig) -> dict[str, str]:
    settings = config.model_dump(mode="json")
    return {
        f"{section}.{field}": _written(value)
        for section, fields in settings.items()
        for field, value in fields.items()
    }


def _written(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _verdicts(findings: Experiment) -> dict[str, str]:
    """Tag every arm's verdict against seed_only at the largest size; of the first classifier in one tag."""
    config = findings.config.evaluate
    at_most = [
        found
        for found in findings.evaluation.comparisons
        if found.baseline is Arm.SEED_ONLY and found.added == config.added[-1]
    ]
    each = {f"verdict/{slug(found.arm)}/{found.classifier}": found.macro.verdict for found in at_most}
    first = [
        f"{found.arm} {found.macro.verdict}" for found in at_most if found.classifier == config.evaluators[0]
    ]
    return each | ({"verdicts": " · ".join(first)} if first else {})


def _inputs(findings: Experiment) -> Iterator[Input]:
    dataset = findings.dataset
    parts = {"test": dataset.test} | {f"seeds, draw {d.index}": d.seeds for d in findings.draws}
    for part, rows in parts.items():
        context = "testing" if part == "test" else "training"
        name = f"{dataset.name}: {part}"
        yield Input(name, rows.content_digest[:16], dataset.source, len(rows), context)
