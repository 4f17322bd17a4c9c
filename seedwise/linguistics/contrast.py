"""Effect sizes: measures of single synthetic texts against those of held-out real ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from seedwise.config import ExperimentConfig
from seedwise.evaluate.holm import adjust_p_values
from seedwise.identity import derive_rng
from seedwise.linguistics.bench import LEAST_TEXTS
from seedwise.linguistics.by_text import TextTable, by_text
from seedwise.linguistics.corpus import IntArray
from seedwise.linguistics.dominance import dominance
from seedwise.linguistics.emotion import FAMILY as EMOTION
from seedwise.linguistics.intended import train_judges
from seedwise.linguistics.measure import SHARE, FloatArray
from seedwise.linguistics.morphosyntax import explain_absence
from seedwise.linguistics.sentiment_fit import class_signs, fits_sign
from seedwise.progress import Progress, silent
from seedwise.records import ALL, SEEDS, Audit, Contrast, Exhibit

INTENDED_CLASS = "intended_class_probability"
SENTIMENT_FITS = "sentiment_fits_class"


@dataclass(frozen=True, slots=True)
class _Sides:
    """The two tables that are contrasted, with the same columns."""

    synthetic: TextTable
    real: TextTable


@dataclass(frozen=True, slots=True)
class _Sample:
    """Rows of either side that are contrasted under one label."""

    label: str
    synthetic: IntArray
    real: IntArray


def examine(exhibit: Exhibit, config: ExperimentConfig, progress: Progress = silent) -> Audit:
    """Contrast every measure of `by_text`, by class and pooled (label "all"), with held-out real text.

    Two measures more are taken that need the exhibit: the probability that classifiers trained on real
    text give to a row's label (see `seedwise.linguistics.intended`), and whether its sentiment has the
    sign of its class. All rows are used; under "all" as many of each class on both sides as the side with
    fewer has, so that the class mix is the same and a scarce class limits only itself.

    Returns
    -------
    Audit
        ``contrasts`` by label (the exhibit's order, "all" last), then column of the table, and ``notes``.
        Holm's correction is within a family of measures and a label. A measure that fewer than ten texts of
        either side have is None there.
    """
    sides = _measure(exhibit, config)
    labels = (*exhibit.labels, ALL)
    contrasts: list[Contrast] = []
    for done, sample in enumerate(_samples(exhibit, config.seeds.root_seed), start=1):
        contrasts += _correct(_contrast(exhibit.name, sides, sample))
        progress(done, len(labels), f"{exhibit.name}, {sample.label}")
    notes = _notes(exhibit, config)
    return Audit(exhibit.name, len(exhibit.rows), contrasts=tuple(contrasts), notes=notes)


def _measure(exhibit: Exhibit, config: ExperimentConfig) -> _Sides:
    tagger, real = config.linguistics.tagger, exhibit.held_out
    judges, signs = train_judges(real, config.seeds.root_seed), class_signs(real)
    return _Sides(
        _widen(
            by_text([row.text for row in exhibit.rows], tagger),
            judges.judge(exhibit.rows),
            fits_sign(exhibit.rows, signs),
        ),
        _widen(by_text(real.texts, tagger), judges.real, fits_sign(real, signs)),
    )


def _widen(table: TextTable, intended: FloatArray, fits: FloatArray) -> TextTable:
    """Add the columns that need an exhibit behind the last one of their family."""
    place = len(table.families) - table.families[::-1].index(EMOTION)
    return TextTable(
        names=(*table.names[:place], INTENDED_CLASS, SENTIMENT_FITS, *table.names[place:]),
        families=(*table.families[:place], EMOTION, EMOTION, *table.families[place:]),
        units=(*table.units[:place], SHARE, SHARE, *table.units[place:]),
        values=np.insert(table.values, [place], np.column_stack([intended, fits]), axis=1),
    )


def _samples(exhibit: Exhibit, root_seed: int) -> Iterator[_Sample]:
    synthetic = _positions(exhibit.labels, [row.label for row in exhibit.rows])
    real = _positions(exhibit.labels, exhibit.held_out.labels)
    yield from (_Sample(label, synthetic[label], real[label]) for label in exhibit.labels)
    sizes = {label: min(len(synthetic[label]), len(real[label])) for label in exhibit.labels}
    yield _Sample(
        ALL,
        _pool(synthetic, sizes, derive_rng(root_seed, "linguistics", "pooled", exhibit.name)),
        _pool(real, sizes, derive_rng(root_seed, "linguistics", "pooled", "real")),
    )


def _positions(labels: Sequence[str], found: Sequence[str]) -> dict[str, IntArray]:
    column = np.array(found, dtype=object)
    return {label: np.flatnonzero(column == label) for label in labels}


def _pool(rows: dict[str, IntArray], sizes: dict[str, int], rng: np.random.Generator) -> IntArray:
    return np.concatenate([rng.choice(rows[label], size, replace=False) for label, size in sizes.items()])


def _contrast(name: str, sides: _Sides, sample: _Sample) -> list[Contrast]:
    synthetic, real = sides.synthetic.values[sample.synthetic], sides.real.values[sample.real]
    columns = zip(sides.real.families, sides.real.names, synthetic.T, real.T, strict=True)
    return [
        _compare(_undefined(family, measure, name, sample.label), first, second)
        for family, measure, first, second in columns
    ]


def _undefined(family: str, measure: str, name: str, label: str) -> Contrast:
    return Contrast(family, measure, name, label, None, None, None, "", None, None)


def _compare(undefined: Contrast, synthetic: FloatArray, real: FloatArray) -> Contrast:
    first, second = synthetic[~np.isnan(synthetic)], real[~np.isnan(real)]
    if min(len(first), len(second)) < LEAST_TEXTS:
        return undefined
    found = dominance(first, second)
    return replace(undefined, delta=found.delta, low=found.low, high=found.high, size=found.size, p=found.p)


def _correct(contrasts: Sequence[Contrast]) -> list[Contrast]:
    """Correct the p values of each family of one label."""
    corrected: dict[int, float] = {}
    for family in dict.fromkeys(contrast.family for contrast in contrasts):
        members = {i: one.p for i, one in enumerate(contrasts) if one.family == family and one.p is not None}
        corrected |= zip(members, adjust_p_values(list(members.values())), strict=True)
    return [replace(contrast, p_holm=corrected.get(index)) for index, contrast in enumerate(contrasts)]


def _notes(exhibit: Exhibit, config: ExperimentConfig) -> tuple[str, ...]:
    return tuple(filter(None, (explain_absence(config.linguistics.tagger), _explain_judges(exhibit))))


def _explain_judges(exhibit: Exhibit) -> str:
    if exhibit.held_out_is != SEEDS:
        return ""
    return (
        f"{exhibit.name}: for want of other real text, the classifiers behind {INTENDED_CLASS} were trained "
        "on the seeds, so rows that copy seeds read as clearer than they are."
    )
