"""The classifiers that are taken home."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.evaluate.cells import Cell, plan_cells
from seedwise.evaluate.fit import EMBEDDED, train
from seedwise.evaluate.training import plan_training_sets
from seedwise.records import Dataset, Draw, Harvest, Model
from seedwise.threads import one_thread

MODELS_VERSION = 1
"""Raised when the same rows and settings would give other files."""

NOTE = "classifiers.md"
"""What is said of the files, beside them."""


def keep_models(
    dataset: Dataset, draws: Sequence[Draw], harvests: Sequence[Harvest], config: ExperimentConfig
) -> tuple[Model, ...]:
    """Fit the classifiers of one cell each anew, and write them down.

    The cell is that of the first draw with the most rows of the arm that is taken home: ``guided``, else
    the first generated one that keeps the seeds; without any, the seeds alone. Rows, seed and settings are
    those that the evaluation has scored, and so are the predictions.

    Returns
    -------
    tuple of Model
        One a classifier, in the order of the config. None of ``minilm``: it is a few weights upon an
        embedding model that no file here holds.
    """
    arm = taken_home(config)
    own = [harvest for harvest in harvests if (harvest.arm, harvest.draw) == (arm.rows, draws[0].index)]
    cells = [cell for cell in _plan(dataset, draws[:1], own, arm, config) if cell.training.arm is arm]
    most = max((cell.training.added for cell in cells), default=0)
    return tuple(
        _keep(cell, dataset.labels)
        for cell in cells
        if cell.training.added == most and cell.fit.classifier not in EMBEDDED
    )


def taken_home(config: ExperimentConfig) -> Arm:
    """Choose the arm whose classifiers are kept."""
    generated = [arm for arm in config.evaluate.generated if not arm.is_alone]
    return Arm.GUIDED if Arm.GUIDED in generated else next(iter(generated), Arm.SEED_ONLY)


def _plan(
    dataset: Dataset, draws: Sequence[Draw], harvests: Sequence[Harvest], arm: Arm, config: ExperimentConfig
) -> tuple[Cell, ...]:
    """Plan the cells of one arm alone, as they are planned among the others."""
    alone = config.model_copy(update={"evaluate": config.evaluate.model_copy(update={"arms": (arm,)})})
    return plan_cells(plan_training_sets(dataset, draws, harvests, alone), dataset, alone)


def _keep(cell: Cell, labels: Sequence[str]) -> Model:
    # Imported here, so that a verdict can be read without scikit-learn.
    from seedwise.classify.stored import dump_model

    training = cell.training
    with one_thread():
        written = dump_model(train(cell.fit), labels)
    return Model(
        cell.fit.classifier, training.arm, training.draw, training.added, len(training.texts), written
    )


def models_note(models: Sequence[Model]) -> str:
    """Say in Markdown what the files are and how they are opened; empty for none."""
    if not models:
        return ""
    first = models[0]
    rows = [f"| `{name_file(model.classifier)}` | {model.classifier} | {model.n_train} |" for model in models]
    return "\n".join(
        [
            "# Classifiers",
            "",
            f"Trained on the seeds of draw {first.draw} and {first.added} rows of {first.arm}, "
            "as they were scored.",
            "",
            "| file | classifier | rows |",
            "|---|---|---|",
            *rows,
            "",
            "```python",
            "from seedwise.classify import load_model",
            "",
            f'load_model("{name_file(first.classifier)}").predict(["a text", "another"])',
            "```",
            "",
            "skops' format: no pickle, and only known types are built. The words that a classifier learnt",
            "stand in its file, those of seeds among them.",
            "",
        ]
    )


def name_file(classifier: str) -> str:
    """Name the file of a classifier."""
    return f"{classifier}.skops"
