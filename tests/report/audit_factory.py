"""Invented audits with plausible numbers, for tests of what is written from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedwise.arms import Arm
from seedwise.identity import derive_rng
from seedwise.privacy import NEARER
from seedwise.records import (
    ALL,
    Audit,
    Check,
    Composite,
    Contrast,
    Detection,
    Distance,
    FamilyShare,
    GiveAway,
    Harvest,
    Nearest,
    Opinion,
    Rows,
    Stuffing,
)

FAMILIES = ("richness", "repetition", "personal", "temporal", "stance", "platform", "distribution")
MEASURES = (
    ("surface", "characters"), ("surface", "mean word length"), ("morphosyntax", "nouns"),
    ("morphosyntax", "adjectives"), ("personal", "first person"), ("personal", "second person"),
    ("temporal", "past forms"), ("temporal", "future forms"), ("stance", "negation"),
    ("platform", "exclamation marks"), ("platform", "hashtags"), ("emotion", "sentiment"),
)  # fmt: skip
DISTANCES = (
    ("distribution", "MMD²", "embedding", "lower", 0.001, 0.0004),
    ("distribution", "Fréchet distance", "embedding", "lower", 0.12, 0.02),
    ("distribution", "density", "embedding", "higher", 0.98, 0.05),
    ("distribution", "coverage", "embedding", "higher", 0.93, 0.03),
    ("distribution", "Jensen-Shannon divergence", "lexical", "lower", 0.2, 0.02),
    ("cluster", "cluster occupancy", "embedding", "lower", 0.05, 0.02),
    ("feature vector", "standardised difference", "style", "lower", 0.06, 0.02),
)
TOKENS = ("truly", "journey", "whispers", "…", "heart", "embrace", "ugh", "lol", "gonna", "wtf")
HABITS = ("exclamation marks", "ends in a full stop", "first person", "elongation")
_STRANGENESS = {Arm.NAIVE: 1.0, Arm.GUIDED: 0.55, Arm.PLACEBO: 0.65}


def make_audits(harvests: Sequence[Harvest], labels: Sequence[str], seeds: Rows) -> tuple[Audit, ...]:
    """Invent an audit for every arm that was harvested; naive rows fail two gates."""
    arms = dict.fromkeys(harvest.arm for harvest in harvests)
    return tuple(_audit(arm, [h for h in harvests if h.arm is arm], labels, seeds) for arm in arms)


def _audit(arm: Arm, harvests: Sequence[Harvest], labels: Sequence[str], seeds: Rows) -> Audit:
    rows = [row for harvest in harvests for row in harvest.accepted]
    ids = [row.id for row in rows]
    groups = (*labels, ALL)
    return Audit(
        name=arm.value,
        rows=len(rows),
        checks=tuple(check for label in groups for check in _checks(arm, label, ids)),
        contrasts=tuple(_contrast(arm, label, *measure) for label in groups for measure in MEASURES),
        distances=tuple(_distance(arm, label, place) for label in groups for place in range(len(DISTANCES))),
        detections=tuple(found for label in groups for found in _detections(arm, label, len(rows))),
        giveaways=tuple(found for label in groups for found in _giveaways(arm, label)),
        stuffing=tuple(Stuffing(arm, label, len(rows), 3.0, 0.62, 2.1, 0.4, 5.25) for label in groups),
        nearest=tuple(_nearest(arm, row, seeds, place) for place, row in enumerate(ids)),
        opinions=tuple(
            Opinion(row.id, row.label, row.label if place % 5 else labels[0])
            for place, row in enumerate(rows)
        ),
        composites=tuple(_composite(arm, label) for label in groups),
        notes=("Embeddings are LSA; the extra embeddings adds MiniLM.",),
    )


def _strangeness(arm: Arm) -> float:
    return _STRANGENESS.get(arm.base, 0.7)


def _checks(arm: Arm, label: str, ids: Sequence[str]) -> Iterator[Check]:
    bad = arm is Arm.NAIVE
    share = 0.71 if bad else 0.54
    yield Check(
        "privacy", NEARER, arm, label, share, share - 0.04, share + 0.04,
        0.5, 0.6, "at most", not bad, tuple(ids[:40]) if bad else (),
    )  # fmt: skip
    yield Check("privacy", "ratio of distances to seeds and unseen rows", arm, label, 0.97, reference=1.0)
    yield Check(
        "memorisation", "copies of seeds", arm, label, 2.0 if bad else 0.0, None, None, 0.0, 0.0, "at most",
        not bad, tuple(ids[:2]) if bad else (), "Two rows are seeds with one word changed." if bad else "",
    )  # fmt: skip
    yield Check(
        "contamination", "copies of test rows", arm, label, 0.0, None, None, 0.0, 0.0, "at most", True
    )
    yield Check("diversity", "distinct openings", arm, label, 0.82, None, None, 1.0, 0.7, "at least", True)
    yield Check(
        "privacy", "membership attack AUC", arm, label, None, None, None, 0.5, 0.6, "at most", None,
        remark="There are no unseen rows to attack with.",
    )  # fmt: skip
    yield Check("validity", "judged as intended", arm, label, 0.8, 0.76, 0.84, 0.68)
    yield Check(
        "safety", "profanity", arm, label, 0.01, 0.0, 0.02, 0.09, remark="Real rows swear more often."
    )
    yield Check("safety", "refusals", arm, label, 0.0, 0.0, 0.01, 0.0, 0.01, "at most", True)


def _contrast(arm: Arm, label: str, family: str, measure: str) -> Contrast:
    rng = derive_rng(3, "contrast", arm, label, measure)
    delta = float((2 * rng.random() - 1) * _strangeness(arm) * 0.8)
    sizes = ("negligible", "small", "medium", "large")
    size = sizes[sum(abs(delta) >= bound for bound in (0.147, 0.33, 0.474))]
    return Contrast(family, measure, arm, label, delta, delta - 0.06, delta + 0.06, size, 0.004, 0.04)


def _distance(arm: Arm, label: str, place: int) -> Distance:
    family, measure, features, better, real, half = DISTANCES[place]
    away = half * _strangeness(arm) * (1 + 2 * place)
    value = real + away if better == "lower" else real - away
    return Distance(
        family, measure, features, arm, label, better, value, real, real - half, real + half, 0.005,
        away > half,
    )  # fmt: skip


def _detections(arm: Arm, label: str, rows: int) -> Iterator[Detection]:
    for features, reach in (("lexical", 0.45), ("style", 0.35), ("embedding", 0.4)):
        auc = 0.5 + reach * _strangeness(arm)
        yield Detection(
            arm, label, features, auc, auc - 0.02, auc + 0.02, auc - 0.05, 0.005, 0.46, 0.54, rows
        )


def _giveaways(arm: Arm, label: str) -> Iterator[GiveAway]:
    for place, token in enumerate(TOKENS):
        weight = (2.0 - 0.35 * place if place < 6 else -1.6 + 0.3 * (place - 6)) * _strangeness(arm)
        sides = (0.2, 0.01) if weight > 0 else (0.01, 0.15)
        yield GiveAway(arm, label, "lexical", token, weight, *sides)
    for place, habit in enumerate(HABITS):
        weight = (0.9 - 0.2 * place) * (1 if place < 2 else -1)
        yield GiveAway(arm, label, "style", habit, weight, 1.3, 0.4)


def _nearest(arm: Arm, row: str, seeds: Rows, place: int) -> Nearest:
    rng = derive_rng(4, "nearest", arm, row)
    seed, unseen = rng.beta(7, 2 + 2 * (arm is Arm.NAIVE)), rng.beta(7, 2)
    near = float(seed)
    return Nearest(row, seeds[place % len(seeds)].id, near, "train-40", float(unseen), min(near * 1.1, 1.0))


def _composite(arm: Arm, label: str) -> Composite:
    rng = derive_rng(5, "composite", arm, label)
    shares = tuple(
        FamilyShare(family, round(float(rng.random()) * _strangeness(arm), 3), 5) for family in FAMILIES
    )
    return Composite(arm, label, sum(share.outside for share in shares) / len(shares), shares)
