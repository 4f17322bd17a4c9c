"""What a data set of each arm would be taken home with: authenticity, privacy, safety."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise import audit, classify, linguistics, privacy, prompt, safety, screen
from seedwise.arms import Arm, in_order
from seedwise.config import ExperimentConfig
from seedwise.exhibits import exhibit_arms
from seedwise.progress import announce
from seedwise.records import Audit, Dataset, Draw, Harvest, Linguistics
from tasks.support import content_key, stage_task


def _built_on() -> list[object]:
    """List the code of other rooms and the optional libraries that an audit's figures hang on."""
    rooms = (classify, linguistics, prompt, safety, screen)
    return [*(room.STAGE_VERSION for room in rooms), audit.extras_in_use()]


def _settings(config: ExperimentConfig) -> list[object]:
    """List what an audit reads of the settings."""
    return [config.audit, config.linguistics, config.screen, config.prompt.topic, config.seeds.root_seed]


@stage_task(
    "audit rows",
    "audit rows of {arm}",
    lambda p: content_key(
        "audit",
        audit.STAGE_VERSION,
        [p["dataset"], p["draws"], p["harvests"], p["language"]],
        [*_built_on(), *_settings(p["config"])],
    ),
)
def audit_arm(
    arm: Arm,
    dataset: Dataset,
    draws: Sequence[Draw],
    harvests: Sequence[Harvest],
    language: Linguistics,
    config: ExperimentConfig,
) -> Audit:
    """Hold an arm's rows against real ones in every respect."""
    [exhibit] = exhibit_arms(dataset, draws, harvests)
    found = audit.examine(exhibit, language.traits, config, announce(f"audit of {arm}"))
    return privacy.add_canaries(found, draws, harvests, config)


def audit_arms(
    dataset: Dataset,
    draws: Sequence[Draw],
    harvests: Sequence[Harvest],
    language: Linguistics,
    config: ExperimentConfig,
) -> tuple[Audit, ...]:
    """Audit the rows of every harvested arm."""
    arms = in_order(harvest.arm for harvest in harvests)
    return tuple(
        audit_arm(arm, dataset, draws, [one for one in harvests if one.arm is arm], language, config)
        for arm in arms
    )
