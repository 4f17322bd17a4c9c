"""An exhibit's language and all else that is held against it, in one go."""

from __future__ import annotations

from dataclasses import dataclass

from seedwise import linguistics
from seedwise.audit.examine import examine
from seedwise.config import ExperimentConfig
from seedwise.progress import announce
from seedwise.records import Audit, Exhibit, Linguistics


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was found in one exhibit."""

    exhibit: Exhibit
    linguistics: Linguistics
    audit: Audit

    @property
    def audits(self) -> tuple[Audit, ...]:
        """The one audit, for whatever lays out several."""
        return (self.audit,)


def assess(exhibit: Exhibit, config: ExperimentConfig) -> Assessment:
    """Describe an exhibit's language, and examine it in every other respect.

    Progress is announced as stages ``language`` and ``audit`` (see `seedwise.progress`).
    """
    told = announce("language")
    language = linguistics.describe([exhibit], config.linguistics, config.seeds.root_seed, told)
    return Assessment(exhibit, language, examine(exhibit, language.traits, config, announce("audit")))
