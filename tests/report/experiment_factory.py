"""An invented experiment with plausible numbers, for tests of what is written from one."""

from __future__ import annotations

import math
from statistics import fmean

import numpy as np
from audit_factory import make_audits

from seedwise.arms import STANDARD_ARMS, Arm
from seedwise.config import EvaluateConfig, ExperimentConfig, SeedConfig
from seedwise.experiment import Experiment
from seedwise.identity import derive_rng
from seedwise.records import (
    Candidate,
    Comparison,
    Dataset,
    Draw,
    Effect,
    Evaluation,
    Exchange,
    Guide,
    Guides,
    Harm,
    Harvest,
    LearningCurve,
    LimitChange,
    Linguistics,
    ModelScore,
    Recall,
    Row,
    Rows,
    Saturation,
    Score,
    Selection,
    Significance,
    TokenScore,
    Traffic,
    Trait,
    Verdict,
)

LABELS = ("anger", "joy", "optimism", "sadness")
CLASSIFIERS = ("xgboost", "linear_svm")
ARMS = (Arm.SEED_ONLY, Arm.OVERSAMPLE, Arm.REAL, Arm.NAIVE, Arm.GUIDED, Arm.PLACEBO)
OPTIONS = ("guided+avoid", "guided+diverse", "guided+avoid+diverse", "naive+agree", "guided+weigh")
ALONE = ("synthetic_only", "real+alone", "naive+alone")
MANY_ARMS = (*STANDARD_ARMS, *map(Arm, OPTIONS), *map(Arm, ALONE[1:]))
MARGIN = 0.02
REASONS = ("duplicate", "near_duplicate", "copies_exemplar", "too_short", "refused", "surplus")
MEASURES = (
    ("richness", "mtld", "words", 80.0),
    ("richness", "yules_k", "K", 95.0),
    ("repetition", "distinct_openings", "share", 0.9),
    ("repetition", "compression_ratio", "ratio", 2.1),
    ("personal", "first_person", "per 100 words", 5.2),
    ("personal", "second_person", "per 100 words", 2.4),
    ("temporal", "past_forms", "per 100 words", 3.6),
    ("temporal", "future_forms", "per 100 words", 0.8),
    ("stance", "negation", "per 100 words", 1.9),
    ("stance", "hedges", "per 100 words", 0.7),
    ("platform", "exclamation_marks", "per text", 0.5),
    ("platform", "hashtags", "per text", 1.1),
    ("readability", "words_per_text", "words", 15.5),
    ("readability", "flesch_reading_ease", "points", 71.0),
)
_WORDS = (
    "queue rude broken furious refund late noise unfair rage delay bill",
    "picnic smile party sunny laugh cake dance lovely puppy beach cheer",
    "tomorrow hope start grow brave dream plan soon learn step trust",
    "rain lonely goodbye tears empty miss grey lost quiet cold gone",
)
_GAIN = {
    Arm.OVERSAMPLE: 0.004, Arm.REAL: 0.075, Arm.NAIVE: -0.022, Arm.EXEMPLARS_ONLY: 0.018,
    Arm.KEYWORDS_ONLY: 0.006, Arm.TFIDF_GUIDED: 0.024, Arm.GUIDED: 0.031, Arm.PLACEBO: 0.012,
    Arm.OTHER_CLASS: -0.008, Arm.SYNTHETIC_ONLY: -0.11,
}  # fmt: skip


def make_experiment(
    draws: int = 3,
    added: tuple[int, ...] = (100, 200, 400),
    arms: tuple[Arm, ...] = ARMS,
    labels: tuple[str, ...] = LABELS,
    linguistics: bool = True,
    audits: bool = True,
) -> Experiment:
    """Invent an experiment; the same arguments give the same one.

    ``labels`` may be any names, hostile ones too; ``linguistics=False`` leaves its traits out,
    ``audits=False`` the audits.
    """
    evaluate = EvaluateConfig(arms=arms, added=added, evaluators=CLASSIFIERS)
    config = ExperimentConfig(seeds=SeedConfig(seed_size=20, draws=draws), evaluate=evaluate)
    dataset = _dataset(labels)
    all_draws = tuple(Draw(i, dataset.train[:20], dataset.train[20:]) for i in range(draws))
    scores = _scores(config, labels)
    harvests = tuple(_harvest(config, a, d, labels) for a in evaluate.grown for d in range(draws))
    return Experiment(
        config=config,
        dataset=dataset,
        draws=all_draws,
        selections=tuple(_selection(draw) for draw in range(draws)),
        guides=tuple(_guides(draw, labels) for draw in all_draws),
        harvests=harvests,
        evaluation=_evaluation(config, scores, labels, all_draws),
        linguistics=_linguistics(evaluate.grown if linguistics else (), labels),
        versions={"xgboost": "3.0.0", "scikit-learn": "1.7.0"},
        seconds=12.5,
        audits=make_audits(harvests, labels, dataset.train[:20]) if audits else (),
        links={"MLflow": "http://127.0.0.1:5000/#/experiments/1"},
    )


def _words_of(labels: tuple[str, ...], label: str) -> tuple[str, ...]:
    return tuple(_WORDS[labels.index(label) % len(_WORDS)].split())


def _sentence(labels: tuple[str, ...], label: str, index: int) -> str:
    words = _words_of(labels, label)
    first, second = words[index % 11], words[(3 * index + 1) % 11]
    return f"number {index}: the {first} came before the {second} again"


def _dataset(labels: tuple[str, ...]) -> Dataset:
    def rows(split: str, count: int) -> Rows:
        picked = [(i, labels[i % len(labels)]) for i in range(count)]
        return Rows(Row(f"{split}-{i}", _sentence(labels, label, i), label, i) for i, label in picked)

    note = "Two near-duplicates of test rows were dropped from the training rows."
    return Dataset(
        "invented-moods", labels, rows("train", 60), rows("test", 24), "invented", "CC0-1.0", (note,)
    )


def _selection(draw: int) -> Selection:
    names = ("linear_svm", "logistic_regression", "xgboost", "random_forest", "complement_nb", "knn")
    scores = tuple(_model_score(name, 0.62 - 0.035 * rank, draw) for rank, name in enumerate(names))
    return Selection("xgboost", "fixed", scores)


def _model_score(name: str, mean: float, draw: int) -> ModelScore:
    folds = tuple(mean + 0.01 * (i - 2) + 0.002 * draw for i in range(5))
    return ModelScore(name, fmean(folds), float(np.std(folds, ddof=1)), folds)


def _guides(draw: Draw, labels: tuple[str, ...]) -> Guides:
    return Guides(draw.index, "xgboost", "signed", tuple(_guide(draw, labels, label) for label in labels))


def _guide(draw: Draw, labels: tuple[str, ...], label: str) -> Guide:
    def tokens(scale: float) -> tuple[TokenScore, ...]:
        shap = [scale / (rank + 1.5) for rank in range(11)]
        stability = [1 - 0.2 * (rank % 5) for rank in range(11)]
        scored = zip(_words_of(labels, label), shap, stability, strict=True)
        return tuple(TokenScore(word, s, s, s / 10, stable, 2) for word, s, stable in scored)

    exemplars = tuple(row.id for row in draw.seeds.of_label(label))
    return Guide(label, tokens(1.2), tokens(0.8), tokens(0.1), exemplars)


def _harvest(config: ExperimentConfig, arm: Arm, draw: int, labels: tuple[str, ...]) -> Harvest:
    each = -(-max(config.evaluate.added) // len(labels))
    short = 3 if arm is Arm.NAIVE else 0
    wanted = {label: each - (short if label == labels[-1] else 0) for label in labels}
    accepted = tuple(_candidate(arm, draw, labels, c, i) for c in labels for i in range(wanted[c]))
    rng = derive_rng(0, "harvest", arm, draw)
    reasons = rng.choice(REASONS, size=2 * each, p=(0.3, 0.25, 0.15, 0.1, 0.05, 0.15)).tolist()
    rejected = tuple(_candidate(arm, draw, labels, labels[0], 1000 + i, r) for i, r in enumerate(reasons))
    count = len(accepted) + len(rejected)
    return Harvest(
        arm=arm,
        draw=draw,
        accepted=accepted,
        rejected=rejected,
        asked=dict.fromkeys(labels, each),
        shortfall={labels[-1]: short} if short else {},
        requests=-(-count // 8),
        responses=-(-count // 8),
        candidates=count,
        prompt_tokens=40 * count,
        completion_tokens=14 * count,
        cost=0.0,
        seconds=3.5,
        traffic=_traffic(arm, draw, -(-count // 8)),
    )


def _traffic(arm: Arm, draw: int, answered: int) -> Traffic:
    """Naive runs into a limit and a provider that is down for a while; the others go through smoothly."""
    if arm is not Arm.NAIVE:
        return Traffic(sent=answered, limits=(LimitChange(0.0, 50, "start"),))
    changes = ((0.0, 50, "start"), (1.4, 31 + draw, "refused"), (6.2, 38, "grown"), (6.3, 34, "refused"))
    outage = ((9.0, 1, "broken"), (10.5 + draw, 34, "mended"))
    return Traffic(
        sent=answered + 24,
        refused=19,
        failed={"server_error": 3, "timeout": 1},
        set_aside=1,
        paused=2.5,
        limits=tuple(LimitChange(*change) for change in (*changes, *outage)),
    )


def _candidate(
    arm: Arm, draw: int, labels: tuple[str, ...], label: str, index: int, reason: str = ""
) -> Candidate:
    row = f"{arm}/{draw}/{label}/{index}"
    return Candidate(
        id=row,
        text=_sentence(labels, label, index),
        label=label,
        arm=arm,
        draw=draw,
        prompt_id=f"{arm}/{label}/{index // 8}",
        request_key=f"{index // 8:040x}",
        choice=index % 8,
        template="keyword_lines@1",
        model="embedded/smollm2",
        hints=_words_of(labels, label)[:3],
        exemplars=("train-0",),
        reason=reason,
        detail="as row train-0" if reason else "",
    )


def _scores(config: ExperimentConfig, labels: tuple[str, ...]) -> tuple[Score, ...]:
    evaluate = config.evaluate
    return tuple(
        _score(config, labels, arm, classifier, size, draw)
        for classifier in evaluate.evaluators
        for arm in evaluate.compared
        for size in ((0,) if arm is Arm.SEED_ONLY else evaluate.added)
        for draw in range(config.seeds.draws)
    )


def _gain(arm: Arm) -> float:
    return _GAIN.get(arm.base, 0.0) + 0.004 * len(arm.value[len(arm.base) :]) / 6 - 0.1 * arm.is_alone


def _score(
    config: ExperimentConfig, labels: tuple[str, ...], arm: Arm, classifier: str, size: int, draw: int
) -> Score:
    rng = derive_rng(1, "score", arm, classifier, size, draw)
    start = 0.46 if classifier == "xgboost" else 0.52
    reached = start + _gain(arm) * math.log1p(size) / math.log1p(400) + rng.normal(0, 0.006)
    per_class = {label: reached + 0.08 - 0.16 * i / len(labels) for i, label in enumerate(labels)}
    macro = fmean(per_class.values())
    truth = np.arange(24) % len(labels)
    guesses = rng.integers(0, len(labels), 24)
    return Score(
        arm=arm,
        classifier=classifier,
        added=size,
        draw=draw,
        n_train=size if arm.is_alone else config.seeds.seed_size + size,
        n_added=size - 3 if arm is Arm.NAIVE and size == max(config.evaluate.added) else size,
        macro_f1=macro,
        per_class_f1=per_class,
        weighted_f1=macro + 0.02,
        balanced_accuracy=macro + 0.01,
        mcc=macro - 0.15,
        predicted=np.where(rng.random(24) < macro, truth, guesses).astype(np.int8),
        seconds=0.4,
    )


def _evaluation(
    config: ExperimentConfig, scores: tuple[Score, ...], labels: tuple[str, ...], draws: tuple[Draw, ...]
) -> Evaluation:
    evaluate = config.evaluate
    written = tuple(arm for arm in evaluate.generated if not arm.is_alone)
    lines = [(arm, classifier) for arm in written for classifier in evaluate.evaluators]
    cells = len(labels) * len(evaluate.added)
    return Evaluation(
        scores=scores,
        comparisons=_comparisons(config, scores, labels),
        curves=tuple(_curve(config, c, label) for c in evaluate.evaluators for label in ("", *labels))
        if Arm.REAL in evaluate.compared
        else (),
        exchanges=tuple(
            _exchange(arm, classifier, size, label)
            for arm, classifier in (lines if Arm.REAL in evaluate.compared else ())
            for size in evaluate.added
            for label in ("", *labels)
        ),
        harms=tuple(Harm(arm, classifier, cells, 3, 1) for arm, classifier in lines),
        saturations=tuple(
            Saturation(arm, classifier, None if arm is Arm.GUIDED else evaluate.added[0])
            for arm, classifier in lines
        ),
        recalls=tuple(
            Recall(arm, draw.index, label, 20, 0.35, None if arm is Arm.NAIVE else 0.3, 0.5, 0.45)
            for arm in evaluate.grown
            for draw in draws
            for label in labels
        ),
    )


def _curve(config: ExperimentConfig, classifier: str, label: str) -> LearningCurve:
    sizes = tuple(config.seeds.seed_size + size for size in (0, *config.evaluate.added))
    a, b, c = (0.60, 0.42, 0.36) if classifier == "xgboost" else (0.66, 0.42, 0.36)
    return LearningCurve(classifier, label, a, b, c, sizes, tuple(a - b * size**-c for size in sizes))


def _exchange(arm: Arm, classifier: str, size: int, label: str) -> Exchange:
    if arm is Arm.GUIDED and label == "optimism":
        return Exchange(arm, classifier, size, label, math.inf, 0.9, math.inf)
    rate = 14 * _gain(arm)
    return Exchange(arm, classifier, size, label, rate, rate - 0.15, rate + 0.25)


def _comparisons(
    config: ExperimentConfig, scores: tuple[Score, ...], labels: tuple[str, ...]
) -> tuple[Comparison, ...]:
    evaluate = config.evaluate
    return tuple(
        _comparison(config, scores, labels, pair, (classifier, size))
        for classifier in evaluate.evaluators
        for pair in _pairs(evaluate.compared)
        for size in evaluate.added
    )


def _pairs(arms: tuple[Arm, ...]) -> list[tuple[Arm, Arm]]:
    """Meet the seeds, the usual controls, and the same arm with fewer options."""
    wanted = [(arm, Arm.SEED_ONLY) for arm in arms if arm is not Arm.SEED_ONLY]
    for arm in arms:
        controls = STANDARD_ARMS[1:-1] if arm is Arm.GUIDED else (Arm.NAIVE, Arm.PLACEBO, Arm.REAL)
        if arm.is_generated and not arm.is_alone:
            wanted += [(arm, control) for control in controls]
        if arm.is_generated and arm.is_alone:
            wanted.append((arm, Arm("real+alone")))
        if arm.options and not arm.is_alone:
            wanted.append((arm, arm.base))
    met = dict.fromkeys((a, b) for a, b in wanted if a in arms and b in arms and a is not b)
    return list(met)


def _comparison(
    config: ExperimentConfig,
    scores: tuple[Score, ...],
    labels: tuple[str, ...],
    pair: tuple[Arm, Arm],
    cell: tuple[str, int],
) -> Comparison:
    classifier, size = cell
    means = [_mean_f1(scores, arm, classifier, size) for arm in pair]
    difference = means[0] - means[1]
    shifts = {label: difference + 0.02 * (i % 3 - 1) for i, label in enumerate(labels)}
    draws = config.seeds.draws
    return Comparison(
        arm=pair[0],
        baseline=pair[1],
        classifier=classifier,
        added=size,
        draws=draws,
        macro=make_effect(difference),
        per_class={label: make_effect(shift, half=0.028, margin=0.05) for label, shift in shifts.items()},
        by_draw=(difference,) * draws,
        tests=Significance(0.04, None if draws == 1 else 0.25, 0.03, 0.2),
    )


def make_effect(difference: float, half: float = 0.014, margin: float = MARGIN) -> Effect:
    """Give a difference an interval of a half width, and all that follows from that, roughly."""
    p = math.erfc(abs(difference) / (half / 1.96) / math.sqrt(2))
    narrow = 0.84 * half
    low, high = difference - half, difference + half
    p_holm = min(1.0, 4 * p)
    verdict: Verdict = "cannot tell"
    if abs(difference) + narrow < margin:
        verdict = "equivalent"
    elif p_holm < 0.05:
        verdict = "better" if difference > 0 else "worse"
    ends = (difference - narrow, difference + narrow)
    return Effect(difference, low, high, *ends, max(p, 1e-4), max(p_holm, 1e-4), 2.8 * half / 1.96, verdict)


def _mean_f1(scores: tuple[Score, ...], arm: Arm, classifier: str, size: int) -> float:
    wanted = (arm, classifier, 0 if arm is Arm.SEED_ONLY else size)
    return fmean(s.macro_f1 for s in scores if (s.arm, s.classifier, s.added) == wanted)


def _linguistics(arms: tuple[Arm, ...], labels: tuple[str, ...]) -> Linguistics:
    traits = tuple(
        _trait(arm, label, measure) for arm in arms for label in (*labels, "all") for measure in MEASURES
    )
    return Linguistics(traits, 1000, ("Measured at 1000 tokens.",))


def _trait(arm: Arm, label: str, measure: tuple[str, str, str, float]) -> Trait:
    family, name, unit, real = measure
    if (name, arm) == ("flesch_reading_ease", Arm.NAIVE):
        return Trait(family, name, unit, arm, label, None, None, None, None, None)
    half = 0.05 * real
    spread = 5.0 if arm is Arm.NAIVE else 2.0
    value = real + half * spread * float(derive_rng(2, "trait", arm, label, name).normal())
    low, high = real - half, real + half
    return Trait(family, name, unit, arm, label, value, real, low, high, not low <= value <= high)
