"""What each option of an arm does to the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seedwise.arms import Arm, Option
from seedwise.config import ExperimentConfig


def of_arm(config: ExperimentConfig, arm: Arm) -> ExperimentConfig:
    """Return the settings under which an arm is made: the experiment's, with the arm's options switched."""
    for option, is_on in arm.options.items():
        if switch := SWITCHES.get(option):
            config = switch.apply(config, is_on=is_on)
    return config


@dataclass(frozen=True, slots=True)
class Switch:
    """The setting that an option changes, and its values."""

    section: str
    field: str
    on: object
    off: object

    def apply(self, config: ExperimentConfig, *, is_on: bool) -> ExperimentConfig:
        """Return a config with the option on or off; one that is on already is left as it is."""
        section = getattr(config, self.section)
        if self._is_on(getattr(section, self.field)) == is_on:
            return config
        value = self.on if is_on else self.off
        return config.model_copy(update={self.section: section.model_copy(update={self.field: value})})

    def _is_on(self, value: object) -> bool:
        """Tell whether a value has the option on: a named choice its own, any other all but the off one."""
        return value == self.on if isinstance(self.on, str) else value != self.off


SWITCHES: Mapping[Option, Switch] = {
    Option.STEMS: Switch("explain", "merge_stems", on=True, off=False),
    Option.CLEAN: Switch("explain", "drop_query_words", on=True, off=False),
    Option.AVOID: Switch("prompt", "avoid", on=3, off=0),
    Option.UNDETECT: Switch("refine", "undetect", on=True, off=False),
    Option.DIVERSE: Switch("prompt", "exemplar_choice", on="diverse", off="all"),
    Option.ATTRIBUTES: Switch("prompt", "attributes", on=True, off=False),
    Option.SCAFFOLD: Switch("prompt", "form", on="scaffold", off="plain"),
    Option.COUNTERFACTUAL: Switch("prompt", "form", on="counterfactual", off="plain"),
    Option.AGREE: Switch("screen", "agreement", on=0.4, off=0.0),
    Option.SELECT: Switch("refine", "overgenerate", on=2.0, off=1.0),
    Option.FEEDBACK: Switch("refine", "rounds", on=3, off=1),
    Option.LEVEL: Switch("evaluate", "mix", on="levelled", off="balanced"),
    Option.WEIGH: Switch("evaluate", "weights", on="importance", off="none"),
}
"""What each option of an arm does to the settings; ``alone`` and ``mask`` change none."""
