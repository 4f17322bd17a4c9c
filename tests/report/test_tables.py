"""The report's tables: the same numbers in report.json and on the page."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from experiment_factory import LABELS, MANY_ARMS, make_experiment

from seedwise.arms import Arm, Option
from seedwise.experiment import Experiment
from seedwise.records import LearningCurve, Score
from seedwise.report import write_report
from seedwise.report.document import build_document
from seedwise.report.numbers import exchange, p_clause, p_value, signed_interval
from seedwise.report.tables import Judged, alone_rows, build_sheets, recall_rows, supply_rows
from seedwise.report.tables.ablation import MEANS
from seedwise.report.tables.exchanges import rate

SECTIONS = ("controls", "classes", "ablation", "exchange", "alone", "recall", "harm")


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return make_experiment(draws=2, added=(100, 200), arms=MANY_ARMS)


@pytest.fixture(scope="module")
def page(experiment: Experiment, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_report(experiment, tmp_path_factory.mktemp("tables")).html.read_text(encoding="utf-8")


def test_every_section_with_numbers_is_on_the_page(page: str) -> None:
    assert all(f'<section id="{name}" ' in page for name in SECTIONS)


def test_a_section_without_numbers_is_left_out(tmp_path: Path) -> None:
    experiment = make_experiment(draws=1, added=(100,), arms=(Arm.SEED_ONLY, Arm.NAIVE))
    bare = replace(experiment.evaluation, exchanges=(), curves=(), harms=(), saturations=(), recalls=())
    text = write_report(replace(experiment, evaluation=bare), tmp_path).html.read_text(encoding="utf-8")
    for name in ("controls", "ablation", "exchange", "alone", "recall", "harm", "reproduction"):
        assert f'id="{name}"' not in text
        assert f'href="#{name}"' not in text


def test_an_arm_with_options_has_its_bases_dot_and_valid_css(page: str) -> None:
    assert "--arm-guided+" not in page
    assert '<span class="dot switched" style="--dot:var(--arm-guided)"></span>guided+avoid' in page


def test_json_is_strict_and_holds_every_tables_numbers(experiment: Experiment) -> None:
    document = build_document(experiment)
    text = json.dumps(document, allow_nan=False)
    assert "Infinity" not in text
    assert len(document["ablation"]) == 5 * 2 * 2  # options x classifiers x sizes
    assert {row["baseline"] for row in document["controls"]} >= {"placebo", "other_class", "oversample"}
    assert {"corrected_t", "wilcoxon", "mcnemar", "tost"} == set(document["controls"][0]["tests"])
    assert document["controls"][0]["isolates"]
    assert set(document["comparisons"][0]["per_class"]["joy"]) >= {"p_holm", "verdict", "ci_low"}


def test_a_rate_beyond_the_curve_is_null_and_told(experiment: Experiment) -> None:
    rows = build_document(experiment)["exchanges"]
    beyond = [row for row in rows if row["beyond_curve"]]
    assert {(row["arm"], row["label"]) for row in beyond} == {("guided", "optimism")}
    assert {row["rate"] for row in beyond} == {None}


def test_bounds_without_end_tell_on_which_side(experiment: Experiment) -> None:
    first = experiment.evaluation.exchanges[0]
    bounds = ((-math.inf, math.inf), (math.inf, math.inf))
    exchanges = tuple(replace(first, ci_low=low, ci_high=high) for low, high in bounds)
    found = replace(experiment, evaluation=replace(experiment.evaluation, exchanges=exchanges))
    rows = build_document(found)["exchanges"]
    assert [(row["ci_low"], row["ci_high"]) for row in rows] == [(None, None)] * 2
    assert [row["low_beyond_curve"] for row in rows] == [False, True]
    found = next(e for e in experiment.evaluation.exchanges if math.isinf(e.rate))
    assert rate(found) == "> curve [0.90, > curve]"


def test_the_arm_table_says_the_verdict_of_the_record(experiment: Experiment) -> None:
    (overview, sheet, _) = build_sheets(experiment)["arms"]
    names = [column.name for column in sheet.columns]
    found = {
        (c.classifier, c.arm.value): c.macro
        for c in experiment.evaluation.comparisons
        if c.added == 200 and c.baseline is Arm.SEED_ONLY
    }
    judged = [row for row in sheet.rows if row[0] != "seed_only"]
    assert len(judged) == len(found)
    for row in judged:
        effect = found[str(row[1]), str(row[0])]
        assert row[names.index("verdict")] == Judged("", effect.verdict)
        assert row[names.index("p (Holm)")] == p_value(effect.p_holm)
        assert row[names.index("vs seed_only [95 %]")] == signed_interval(
            effect.difference, effect.ci_low, effect.ci_high
        )
    columns = [column.name for column in overview.columns]
    for row in overview.rows:
        if row[0] != "seed_only":
            effect = found["xgboost", str(row[0])]
            interval = signed_interval(effect.difference, effect.ci_low, effect.ci_high)
            assert row[columns.index("xgboost")] == Judged(interval, effect.verdict)


def test_each_class_has_its_own_verdict(experiment: Experiment) -> None:
    sheets = build_sheets(experiment)["classes"]
    assert len(sheets) == 2
    assert [column.name for column in sheets[0].columns] == ["arm", *LABELS]
    assert all(isinstance(cell, Judged) for row in sheets[0].rows for cell in row[1:])


def test_every_option_is_described() -> None:
    assert set(MEANS) == set(Option)


def test_rows_are_counted_as_different_texts(experiment: Experiment) -> None:
    first = experiment.harvests[0]
    rows = tuple(
        replace(row, text=text)
        for row, text in zip(first.accepted, ("One two", "one  TWO", "three"), strict=False)
    )
    harvest = replace(first, accepted=rows, rejected=(), candidates=12)
    (row,) = supply_rows(replace(experiment, harvests=(harvest, replace(harvest, draw=1))))
    assert (row.accepted, row.distinct, row.distinct_overall) == (3, 2, 2)
    assert row.acceptance == 6 / 24


def test_a_size_that_is_not_shown_to_suffice_is_not_said_to_help(experiment: Experiment) -> None:
    (sheet,) = build_sheets(experiment)["harms"]
    points = {str(row[0]): row[-1] for row in sheet.rows}
    assert points["guided"] == "not shown"
    assert points["naive"] == "100 rows"


def test_an_arm_that_asked_nothing_has_no_acceptance(experiment: Experiment) -> None:
    harvest = replace(experiment.harvests[0], accepted=(), rejected=(), candidates=0)
    (row,) = supply_rows(replace(experiment, harvests=(harvest,)))
    assert row.acceptance is None


def test_recalls_are_averaged_over_draws_and_classes(experiment: Experiment) -> None:
    recalls = experiment.evaluation.recalls
    first = replace(recalls[0], overlap=0.2)
    other = replace(recalls[0], draw=1, label="joy", overlap=0.6)
    nothing = replace(recalls[0], draw=1, overlap=None)
    evaluation = replace(experiment.evaluation, recalls=(first, other, nothing))
    rows = {row.label: row for row in recall_rows(replace(experiment, evaluation=evaluation))}
    assert rows[""].overlap == pytest.approx(0.4)
    assert rows["anger"].overlap == pytest.approx(0.2)
    assert rows[""].draws == 2


def test_a_class_may_be_called_all(experiment: Experiment) -> None:
    recalls = experiment.evaluation.recalls
    own, other = replace(recalls[0], label="all", overlap=0.2), replace(recalls[0], label="b", overlap=0.6)
    evaluation = replace(experiment.evaluation, recalls=(own, other))
    rows = recall_rows(replace(experiment, evaluation=evaluation))
    assert [(row.label, row.overlap) for row in rows] == [
        ("", pytest.approx(0.4)),
        ("all", 0.2),
        ("b", 0.6),
    ]


# ---------------------------------------------------------------------------- TSTR and TRTR


def alone(experiment: Experiment, *scores: Score, curves: tuple[LearningCurve, ...] = ()) -> Experiment:
    evaluation = replace(experiment.evaluation, scores=scores, comparisons=(), curves=curves)
    return replace(experiment, evaluation=evaluation)


def cell(experiment: Experiment, arm: str, draw: int, f1: float) -> Score:
    return replace(
        experiment.evaluation.scores[0], arm=Arm(arm), added=100, draw=draw, n_train=100, macro_f1=f1
    )


def test_the_ratio_is_to_as_many_real_rows_of_the_same_draws(experiment: Experiment) -> None:
    scores = (
        cell(experiment, "synthetic_only", 0, 0.3),
        cell(experiment, "real+alone", 0, 0.4),
        cell(experiment, "real+alone", 7, 0.9),
    )
    (row,) = alone_rows(alone(experiment, *scores))
    assert (row.trtr, row.trtr_from) == (0.4, "measured")
    assert row.ratio == pytest.approx(0.75)
    assert row.tstr_sd is None


def test_without_such_rows_the_ratio_is_read_off_the_real_curve(experiment: Experiment) -> None:
    curve = LearningCurve("xgboost", "", 0.6, 2.0, 0.5, (50, 400), (0.3, 0.5))
    (row,) = alone_rows(alone(experiment, cell(experiment, "synthetic_only", 0, 0.3), curves=(curve,)))
    assert row.trtr == pytest.approx(0.6 - 2 / 10)
    assert row.trtr_from == "curve"


def test_the_curve_is_not_read_beyond_its_sizes(experiment: Experiment) -> None:
    curve = LearningCurve("xgboost", "", 0.6, 2.0, 0.5, (200, 400), (0.3, 0.5))
    (row,) = alone_rows(alone(experiment, cell(experiment, "synthetic_only", 0, 0.3), curves=(curve,)))
    assert (row.trtr, row.trtr_from, row.ratio) == (None, "", None)


# ---------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("p", "shown"), [(None, "–"), (0.0002, "<.001"), (0.0123, ".012"), (0.25, ".25"), (1.0, "1.00")]
)
def test_p_values_have_the_digits_that_count(p: float | None, shown: str) -> None:
    assert p_value(p) == shown


def test_p_values_in_sentences() -> None:
    assert p_clause(0.0001) == "p <.001"
    assert p_clause(0.04) == "p = .040"


@pytest.mark.parametrize(
    ("value", "shown"), [(math.inf, "> curve"), (-math.inf, "-∞"), (math.nan, "–"), (-0.25, "-0.25")]
)
def test_rates_beyond_the_curve_are_no_number(value: float, shown: str) -> None:
    assert exchange(value) == shown
