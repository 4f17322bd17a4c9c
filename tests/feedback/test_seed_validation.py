import numpy as np
import pytest
from feedback_samples import LABELS, grown, seeds_of
from hypothesis import given
from hypothesis import strategies as st

from seedwise.classify.folds import Fold, split_folds
from seedwise.config import ClassifyConfig
from seedwise.feedback.validation import Validation, validate
from seedwise.records import Confusion, Row, Rows


def folds_of(seeds: Rows, repeats: int = 1, folds: int = 3) -> tuple[Fold, ...]:
    return tuple(split_folds(seeds, LABELS, ClassifyConfig(cv_folds=folds, cv_repeats=repeats), 0))


def validation(macro_f1: float, rows: float) -> Validation:
    return Validation(macro_f1, rows, {}, ())


def test_seeds_that_tell_their_class_are_never_mistaken():
    seeds = seeds_of()
    found = validate("logistic_regression", seeds, (), LABELS, folds_of(seeds), 0)
    assert (found.macro_f1, found.rows, found.errors, found.confused) == (1.0, 0.0, {}, ())


def test_a_seed_of_the_wrong_class_is_counted_once_a_repeat_and_is_a_confusion():
    clean = seeds_of()
    lie = Row("lie", "furious outrage rude train", "joy", 9999)
    seeds = clean + Rows([lie])
    found = validate("logistic_regression", seeds, (), LABELS, folds_of(seeds, repeats=2), 0)
    assert found.errors == {"lie": 2}
    assert found.confused == (Confusion("joy", "anger", pytest.approx(1 / 13)),)
    # 12 angry and 12 glad seeds right, 1 glad one taken for angry: F1 of 24/25 and 24/25.
    assert found.macro_f1 == pytest.approx(24 / 25)


def test_grown_rows_teach_what_no_seed_could():
    seeds = seeds_of()
    alien = Rows(Row(f"new-{i}", f"vexed and vexing tale {i}", "anger", 5000 + i) for i in range(1))
    both = seeds + alien
    rows = [grown(i, f"vexed by a vexing day {i}", "anger") for i in range(6)]
    folds = folds_of(both)
    before = validate("logistic_regression", both, (), LABELS, folds, 0)
    after = validate("logistic_regression", both, rows, LABELS, folds, 0)
    assert set(before.errors) - set(after.errors) <= {"new-0"}
    assert "new-0" not in after.errors
    assert after.macro_f1 >= before.macro_f1


def test_no_fold_learns_from_a_row_whose_prompt_showed_a_seed_held_out():
    seeds = seeds_of()
    folds = folds_of(seeds)
    shown = {row.id: seeds[int(folds[0].test[0])].id for row in seeds}["anger-0"]
    free, bound, edited = (
        grown(0, "quite another matter", "joy"),
        grown(1, "quite another matter", "joy", exemplars=("joy-1", shown)),
        grown(2, "quite another matter", "joy", source=shown),
    )
    held = [sum(shown in {seeds[int(i)].id for i in fold.test} for fold in folds)]
    assert held == [1]
    for rows, trained_on in (([free], 1.0), ([edited], 2 / 3), ([free, edited], 5 / 3)):
        assert validate("complement_nb", seeds, rows, LABELS, folds, 0).rows == pytest.approx(trained_on)
    left = validate("complement_nb", seeds, [bound], LABELS, folds, 0).rows
    assert left == pytest.approx(2 / 3 if _together(seeds, folds, "joy-1", shown) else 1 / 3)


def _together(seeds: Rows, folds: tuple[Fold, ...], one: str, other: str) -> bool:
    return any({one, other} <= {seeds[int(i)].id for i in fold.test} for fold in folds)


def test_only_the_commonest_confusions_are_told_commonest_first():
    labels = ("a", "b", "c")
    seeds = Rows(
        Row(f"{label}-{i}", f"same words for everything {label if label == 'a' else ''}", label, n * 100 + i)
        for n, label in enumerate(labels)
        for i in range(6)
    )
    folds = tuple(split_folds(seeds, labels, ClassifyConfig(cv_folds=2, cv_repeats=1), 0))
    found = validate("knn", seeds, (), labels, folds, 0)
    shares = [confusion.share for confusion in found.confused]
    assert shares == sorted(shares, reverse=True)
    assert 1 <= len(shares) <= 3
    assert all(confusion.label != confusion.taken_for for confusion in found.confused)


@pytest.mark.parametrize(
    ("before", "after", "gain"),
    [((0.5, 0.0), (0.53, 60.0), 0.05), ((0.5, 50.0), (0.48, 150.0), -0.02), ((0.5, 10.0), (0.6, 10.0), None)],
)
def test_the_gain_is_that_of_a_hundred_rows(before, after, gain):
    found = validation(*after).gain_over(validation(*before))
    assert found == (None if gain is None else pytest.approx(gain))


@given(st.integers(0, 5))
def test_the_same_seed_gives_the_same_validation(seed):
    seeds = seeds_of(6)
    folds = folds_of(seeds, folds=2)
    rows = [grown(i, f"lovely words {i}", "joy") for i in range(3)]
    one, other = (validate("complement_nb", seeds, rows, LABELS, folds, seed) for _ in range(2))
    assert one == other
    assert 0 <= one.macro_f1 <= 1
    assert np.isfinite(one.rows)
