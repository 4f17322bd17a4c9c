"""The arms of a comparison, by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_NAME = re.compile(r"[a-z_]+(?:[+-][a-z_]+)*")
_PART = re.compile(r"([+-])([a-z_]+)")


class Option(StrEnum):
    """One choice that an arm may make otherwise than the experiment; `seedwise.config` tells which setting.

    ``alone``, ``weigh`` and ``mask`` concern the training of the classifiers, all others how rows are grown.
    """

    STEMS = "stems"
    CLEAN = "clean"
    AVOID = "avoid"
    UNDETECT = "undetect"
    DIVERSE = "diverse"
    ATTRIBUTES = "attributes"
    SCAFFOLD = "scaffold"
    COUNTERFACTUAL = "counterfactual"
    AGREE = "agree"
    SELECT = "select"
    FEEDBACK = "feedback"
    LEVEL = "level"
    WEIGH = "weigh"
    ALONE = "alone"
    MASK = "mask"

    @property
    def concerns_training(self) -> bool:
        """Whether it leaves the rows as they are and changes only how classifiers are trained on them."""
        return self in (Option.WEIGH, Option.ALONE, Option.MASK)


_EXCLUSIVE = (Option.SCAFFOLD, Option.COUNTERFACTUAL)  # two values of one setting


class Arm(str):
    """Where the rows added to the seeds come from: a base, and options switched on (+) or off (-).

    ``guided`` is a base; ``guided+avoid`` is the same arm with the option ``avoid`` on, whatever the
    experiment's setting. Options are put in standard order, so that an arm has one name. There is one
    object a name in a process: arms may be compared with ``is``.

    Raises
    ------
    ValueError
        For a name that is no arm, an option that is named twice, two that exclude each other, or ``alone`` of
        ``synthetic_only``, which is trained alone by its nature.
    """

    __slots__ = ()

    SEED_ONLY: ClassVar[Arm]
    OVERSAMPLE: ClassVar[Arm]
    REAL: ClassVar[Arm]
    NAIVE: ClassVar[Arm]
    EXEMPLARS_ONLY: ClassVar[Arm]
    KEYWORDS_ONLY: ClassVar[Arm]
    TFIDF_GUIDED: ClassVar[Arm]
    GUIDED: ClassVar[Arm]
    PLACEBO: ClassVar[Arm]
    OTHER_CLASS: ClassVar[Arm]
    SYNTHETIC_ONLY: ClassVar[Arm]

    def __new__(cls, name: str) -> Arm:
        """Find the arm of a name."""
        known = _KNOWN.get(name)
        if known is None:
            full = _canonical_name(name)
            known = _KNOWN.setdefault(full, str.__new__(cls, full))
        return known

    @property
    def value(self) -> str:
        """The name as a plain string."""
        return str.__str__(self)

    @property
    def base(self) -> Arm:
        """The arm without its options."""
        return Arm(re.split(r"[+-]", self, maxsplit=1)[0])

    @property
    def options(self) -> dict[Option, bool]:
        """Which options are switched, and whether on; ``synthetic_only`` is trained alone by its nature."""
        named = {Option(name): sign == "+" for sign, name in _PART.findall(self)}
        return named | ({Option.ALONE: True} if self.base is Arm.SYNTHETIC_ONLY else {})

    @property
    def is_generated(self) -> bool:
        """Whether an LLM writes this arm's rows."""
        return self.base not in (Arm.SEED_ONLY, Arm.OVERSAMPLE, Arm.REAL)

    @property
    def is_alone(self) -> bool:
        """Whether classifiers are trained on the added rows alone, the seeds left out."""
        return self.options.get(Option.ALONE, False)

    @property
    def is_masked(self) -> bool:
        """Whether classifiers are trained on the added rows without the words that prompts hinted at."""
        return self.options.get(Option.MASK, False)

    @property
    def rows(self) -> Arm:
        """The arm whose rows these are: options that concern training only left out.

        ``synthetic_only`` has the rows of ``guided``.
        """
        base = Arm.GUIDED if self.base is Arm.SYNTHETIC_ONLY else self.base
        kept = {option: on for option, on in self.options.items() if not option.concerns_training}
        return base.switch(kept)

    def switch(self, options: dict[Option, bool]) -> Arm:
        """Return this arm with further options on or off."""
        merged = self.options | options
        if self.base is Arm.SYNTHETIC_ONLY:  # trained alone by its nature
            merged.pop(Option.ALONE)
        signed = (f"{'+' if on else '-'}{option.value}" for option, on in merged.items())
        return Arm(self.base.value + "".join(signed))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls, core_schema.str_schema(), serialization=core_schema.to_string_ser_schema()
        )


BASES = (
    "seed_only",
    "oversample",
    "real",
    "naive",
    "exemplars_only",
    "keywords_only",
    "tfidf_guided",
    "guided",
    "placebo",
    "other_class",
    "synthetic_only",
)
"""The arms without options, in standard order."""

_KNOWN: dict[str, Arm] = {}


def _canonical_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no arm: {_expected()}")
    base, parts = re.split(r"[+-]", name, maxsplit=1)[0], _PART.findall(name)
    options = [option for _, option in parts]
    unknown = [option for option in options if option not in [known.value for known in Option]]
    if base not in BASES or unknown or len(set(options)) != len(options):
        raise ValueError(f"{name!r} is no arm: {_expected()}")
    if base == "synthetic_only" and Option.ALONE.value in options:
        raise ValueError(f"{name!r} is no arm: synthetic_only is trained alone by its nature")
    if {("+", option.value) for option in _EXCLUSIVE} <= set(parts):
        raise ValueError(f"{name!r} is no arm: {' and '.join(_EXCLUSIVE)} exclude each other")
    order = [option.value for option in Option]
    ranked = sorted(parts, key=lambda part: order.index(part[1]))
    return base + "".join(sign + option for sign, option in ranked)


def _expected() -> str:
    options = ", ".join(option.value for option in Option)
    return f"give one of {', '.join(BASES)}, with any of these options after + (on) or - (off): {options}"


for _name in BASES:
    setattr(Arm, _name.upper(), Arm(_name))

STANDARD_ARMS = tuple(Arm(name) for name in BASES)
"""The arms without options, in standard order."""


def in_order(arms: Iterable[Arm]) -> tuple[Arm, ...]:
    """Put arms in standard order, each once: by base, then plain before switched, then by name."""
    return tuple(sorted(set(arms), key=lambda arm: (BASES.index(arm.base), arm != arm.base, arm.value)))
