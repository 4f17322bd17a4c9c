"""The choice of the classifier that is explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from joblib import Parallel, delayed
from sklearn.metrics import f1_score

from seedwise.classify.encode import Codes, encode_labels
from seedwise.classify.folds import Fold, split_folds
from seedwise.classify.models import build_classifier
from seedwise.config import Classifier, ClassifyConfig
from seedwise.identity import derive_seed
from seedwise.progress import Progress, silent
from seedwise.records import ModelScore, Rows, Selection


@dataclass(frozen=True, slots=True)
class _Trial:
    """One candidate on one fold."""

    name: Classifier
    fold: Fold
    seed: int


def select_classifier(
    seeds: Rows,
    labels: Sequence[str],
    config: ClassifyConfig,
    seed: int,
    jobs: int = 1,
    progress: Progress = silent,
) -> Selection:
    """Compare the candidates by repeated, grouped, stratified cross-validation on the seeds alone.

    A fold's score is the macro-F1 over all ``labels``; a class that is neither in the fold nor
    predicted for it counts 0. Rules: ``best_mean`` takes the highest mean (ties: the smaller spread);
    ``most_consistent`` the smallest standard deviation over folds (ties: the higher mean), which is
    our reading of the paper's "consistency", and which a classifier that is evenly bad also meets;
    ``fixed`` takes the named one, the others being compared all the same. What ties remain go to the
    candidate named first.

    Parameters
    ----------
    seeds : Rows
        All that is trained on and scored.
    labels : sequence of str
        The data set's classes, sorted; each needs ``cv_folds`` near-duplicate groups of seeds.
    config : ClassifyConfig
        Candidates, rule, folds, repeats.
    seed : int
        Shuffles the folds; seeds the candidates.
    jobs : int
        Processes; the result does not depend on it.
    progress : Progress
        Told of every fit.

    Returns
    -------
    Selection
        Scores best mean first; ``fold_f1`` in order of repeats, then folds; ``std_f1`` with n - 1.

    Raises
    ------
    ConfigError, DataError
        Where a class has too few seeds for the folds; see `split_folds`.
    """
    names = _list_rivals(config)
    folds = tuple(split_folds(seeds, labels, config, seed))
    trials = [_Trial(name, fold, _trial_seed(seed, name, fold)) for name in names for fold in folds]
    codes = encode_labels(seeds.labels, labels)
    f1s = list(_run(trials, seeds.texts, codes, jobs, progress))
    by_name = zip(names, range(0, len(f1s), len(folds)), strict=True)
    scores = [_summarise(name, f1s[start : start + len(folds)]) for name, start in by_name]
    ranked = tuple(sorted(scores, key=lambda score: (-score.mean_f1, score.std_f1)))
    return Selection(_choose(ranked, config), config.selection, ranked)


def _list_rivals(config: ClassifyConfig) -> tuple[Classifier, ...]:
    named: tuple[Classifier, ...] = (config.explainer,) if config.selection == "fixed" else ()
    return tuple(dict.fromkeys((*config.candidates, *named)))


def _trial_seed(seed: int, name: str, fold: Fold) -> int:
    return derive_seed(seed, name, fold.repeat, fold.number)


def _run(
    trials: Sequence[_Trial], texts: list[str], codes: Codes, jobs: int, progress: Progress
) -> Iterator[float]:
    run = Parallel(n_jobs=jobs, backend="loky", return_as="generator")
    f1s = run(delayed(_score)(trial, texts, codes) for trial in trials)
    for done, (trial, f1) in enumerate(zip(trials, f1s, strict=True), start=1):
        progress(done, len(trials), trial.name)
        yield f1


def _score(trial: _Trial, texts: list[str], codes: Codes) -> float:
    train, test = trial.fold.train, trial.fold.test
    model = build_classifier(trial.name, trial.seed)
    model.fit([texts[i] for i in train], codes[train])
    predicted = model.predict([texts[i] for i in test])
    every_class = range(int(codes.max()) + 1)
    return float(f1_score(codes[test], predicted, labels=every_class, average="macro", zero_division=0))


def _summarise(name: str, f1s: Sequence[float]) -> ModelScore:
    return ModelScore(name, fmean(f1s), stdev(f1s), tuple(f1s))


def _choose(ranked: Sequence[ModelScore], config: ClassifyConfig) -> str:
    if config.selection == "fixed":
        return config.explainer
    if config.selection == "most_consistent":
        return min(ranked, key=lambda score: (score.std_f1, -score.mean_f1)).name
    return ranked[0].name
