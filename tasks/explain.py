"""Classifier fitting, then SHAP token extraction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seedwise import classify, explain
from seedwise.arms import Arm
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.identity import derive_seed
from seedwise.options import of_arm
from seedwise.progress import announce
from seedwise.records import Dataset, Draw, Guides, Selection
from tasks.support import content_key, stage_task


@stage_task(
    "fit classifiers",
    "fit classifiers, draw {draw.index}",
    lambda p: content_key(
        "classify",
        classify.STAGE_VERSION,
        [p["draw"].seeds, p["dataset"].labels, p["draw"].index],
        [p["config"].classify, p["config"].seeds.root_seed],
    ),
)
def fit_classifiers(dataset: Dataset, draw: Draw, config: ExperimentConfig, run: RunConfig) -> Selection:
    """Compare the classifiers on the seeds alone, then select the one to explain."""
    seed = derive_seed(config.seeds.root_seed, "classify", draw.index)
    report = announce(f"classifiers, draw {draw.index}")
    return classify.select_classifier(
        draw.seeds, dataset.labels, config.classify, seed, jobs=run.processes, progress=report
    )


@stage_task(
    "extract tokens",
    "extract SHAP tokens, draw {draw.index}",
    lambda p: content_key(
        "explain",
        explain.STAGE_VERSION,
        [p["draw"].seeds, p["dataset"].labels, p["selection"].chosen, p["draw"].index],
        [p["config"].explain, p["config"].seeds.root_seed],
    ),
)
def extract_tokens(dataset: Dataset, draw: Draw, selection: Selection, config: ExperimentConfig) -> Guides:
    """Explain the selected classifier by SHAP; its tokens become the guides."""
    report = announce(f"SHAP tokens, draw {draw.index}")
    seed = derive_seed(config.seeds.root_seed, "explain", draw.index)
    return explain.extract_guides(draw, dataset.labels, selection, config.explain, seed, report)


def explain_otherwise(
    dataset: Dataset, draws: Sequence[Draw], selections: Sequence[Selection], config: ExperimentConfig
) -> Mapping[Arm, Sequence[Guides]]:
    """Extract the guides of the arms whose options make other guides of the same explanations."""
    return {
        arm: [extract_tokens(dataset, *pair, own) for pair in zip(draws, selections, strict=True)]
        for arm in config.evaluate.grown
        if (own := of_arm(config, arm)).explain != config.explain
    }
