from __future__ import annotations

import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from statistics import fmean

import matplotlib as mpl
import pytest
from experiment_factory import LABELS, MANY_ARMS, make_experiment
from hypothesis import given
from hypothesis import strategies as st

from seedwise.arms import STANDARD_ARMS, Arm, Option
from seedwise.experiment import Experiment
from seedwise.records import Linguistics, TokenScore, Trait
from seedwise.report.figures import Chart, css_variables, draw_charts
from seedwise.report.figures.canvas import chart_style, shown
from seedwise.report.figures.differences import draw_per_class
from seedwise.report.figures.exchange import draw_exchange
from seedwise.report.figures.guides import draw_guide_tokens
from seedwise.report.figures.labels import LABEL_GAP, move_apart
from seedwise.report.figures.language import draw_language
from seedwise.report.figures.learning_curves import draw_learning_curves
from seedwise.report.figures.pairings import draw_ablation, draw_controls
from seedwise.report.figures.palette import COLOURS, look_of, variable_of
from seedwise.report.figures.waterfall import draw_waterfall
from seedwise.report.numbers import UNDEFINED

KEYS = [
    "learning_curves",
    "differences",
    "controls",
    "per_class",
    "exchange",
    "guide_tokens",
    "classifiers",
    "families",
    "language",
    "effects",
    "distances",
    "detection",
    "giveaways",
    "nearness",
    "waterfall",
    "traffic",
]
HOSTILE = "<script>$x$"


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return make_experiment()


@pytest.fixture(scope="module")
def charts(experiment: Experiment) -> dict[str, Chart]:
    return {chart.key: chart for chart in draw_charts(experiment)}


def texts(chart: Chart) -> list[str]:
    return [
        "".join(node.itertext()) for node in ET.fromstring(chart.svg).iter() if node.tag.endswith("}text")
    ]


def drawn(experiment: Experiment) -> dict[str, Chart]:
    return {chart.key: chart for chart in draw_charts(experiment)}


def drawn_by(draw: Callable[[Experiment], Chart | None], experiment: Experiment) -> Chart:
    with chart_style():
        chart = draw(experiment)
    assert chart is not None
    return chart


def with_trait(experiment: Experiment, *traits: Trait) -> Experiment:
    return replace(experiment, linguistics=Linguistics(traits, 1000))


def with_token(experiment: Experiment, token: str) -> Experiment:
    guides = experiment.guides[0]
    guide = replace(guides.guides[0], guided=(TokenScore(token, 1.0, 1.0, 0.1, 1.0, 2),))
    return replace(experiment, guides=(replace(guides, guides=(guide, *guides.guides[1:])),))


# ------------------------------------------------------------------------------ the SVG


def test_all_charts_come_in_the_reports_order(charts: dict[str, Chart]) -> None:
    assert list(charts) == KEYS


def test_two_renders_are_equal(experiment: Experiment, charts: dict[str, Chart]) -> None:
    assert draw_charts(experiment) == tuple(charts.values())


def test_every_chart_is_one_accessible_scalable_svg(charts: dict[str, Chart]) -> None:
    for chart in charts.values():
        root = ET.fromstring(chart.svg)
        assert root.tag.endswith("}svg")
        assert root.get("role") == "img"
        assert root.get("aria-label", "").startswith(chart.title)
        assert root.get("width") == "100%"
        assert root.get("height") is None
        assert len((root.get("viewBox") or "").split()) == 4


def test_nothing_in_a_chart_reaches_the_page_around_it(charts: dict[str, Chart]) -> None:
    for chart in charts.values():
        assert not re.search(r"<\?xml|<!DOCTYPE|<metadata|<style|<script|dc:date", chart.svg)


def test_ids_do_not_clash_between_charts_while_references_hold(charts: dict[str, Chart]) -> None:
    ids = [found for chart in charts.values() for found in re.findall(r'\bid="([^"]+)"', chart.svg)]
    assert max(Counter(ids).values()) == 1
    for chart in charts.values():
        references = re.findall(r'(?:url\(#|href="#)([^)"]+)', chart.svg)
        assert references
        assert set(references) <= set(ids)


def test_every_colour_is_a_variable_of_the_style_sheet(charts: dict[str, Chart]) -> None:
    light, dark = css_variables().split("@media")
    for chart in charts.values():
        bare = re.sub(r"var\(--[\w-]+, #[0-9a-f]{6}\)", "", chart.svg)
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\"])", bare) == []
        for variable in set(re.findall(r"var\((--[\w-]+)", chart.svg)):
            assert f"{variable}:" in light
            assert f"{variable}:" in dark


def test_no_two_variables_share_the_colour_they_are_drawn_in() -> None:
    assert (
        len({colour.light for colour in COLOURS})
        == len({colour.variable for colour in COLOURS})
        == len(COLOURS)
    )


def test_every_arm_has_its_variable() -> None:
    assert all(f"--arm-{arm}:" in css_variables() for arm in STANDARD_ARMS)


def test_drawing_leaves_matplotlibs_settings_and_pyplot_alone() -> None:
    program = (
        "import sys, matplotlib as mpl; mpl.use('pdf'); mpl.rcParams['font.size'] = 17.0; "
        "before = dict(mpl.rcParams); "
        "from experiment_factory import make_experiment; from seedwise.report.figures import draw_charts; "
        "draw_charts(make_experiment(draws=1, added=(100,))); "
        "assert dict(mpl.rcParams) == before; assert 'matplotlib.pyplot' not in sys.modules"
    )
    path = [*sys.path]
    done = subprocess.run([sys.executable, "-c", f"import sys; sys.path = {path!r}; {program}"], check=False)
    assert done.returncode == 0


def test_the_readers_own_settings_do_not_change_a_chart(
    charts: dict[str, Chart], experiment: Experiment
) -> None:
    with mpl.rc_context({"font.size": 30, "axes.grid": True, "lines.linewidth": 9}):
        assert drawn(experiment) == charts


# --------------------------------------------------------------------------- hostile text


def test_hostile_labels_and_tokens_are_shown_as_written() -> None:
    experiment = with_token(
        make_experiment(draws=1, added=(100,), labels=(HOSTILE, "&joy;", "c", "d")), HOSTILE
    )
    found = drawn(experiment)
    assert HOSTILE in texts(found["per_class"])
    assert texts(found["guide_tokens"]).count(HOSTILE) == 2  # the class and its token
    assert "&joy;" in texts(found["per_class"])
    assert not any("<script" in chart.svg for chart in found.values())


@pytest.mark.parametrize("token", ["🎉", "日本", "$\\frac{$", "a\x00b\n\ud800c", "w" * 300, '#0065a3 id="x"'])
def test_any_token_can_be_drawn(token: str) -> None:
    chart = drawn_by(draw_guide_tokens, with_token(make_experiment(draws=1, added=(100,)), token))
    assert shown(token, 18) in texts(chart)
    assert (LABELS[0], 1, token, 1.0, 1.0, 2) in chart.rows


@given(st.text(), st.integers(1, 30))
def test_a_shown_text_is_one_short_printable_line(text: str, limit: int) -> None:
    line = shown(text, limit)
    assert len(line) <= limit
    assert line.isprintable()


# -------------------------------------------------------------------------- learning curves


def test_learning_curves_hold_mean_and_range_over_the_draws(
    experiment: Experiment, charts: dict[str, Chart]
) -> None:
    cells = [
        s.macro_f1
        for s in experiment.evaluation.scores
        if (s.arm, s.classifier, s.added) == (Arm.GUIDED, "xgboost", 400)
    ]
    expected = ("xgboost", "guided", 400, fmean(cells), min(cells), max(cells), 3)
    assert expected in charts["learning_curves"].rows
    assert sum(row[1] == "seed_only" for row in charts["learning_curves"].rows) == 2


def test_every_arm_is_named_at_its_line_in_every_panel(charts: dict[str, Chart]) -> None:
    found = Counter(texts(charts["learning_curves"]))
    for arm in ("seed_only", "oversample", "real", "naive", "guided", "placebo"):
        assert found[arm] == 2


@given(st.lists(st.floats(0, 1), min_size=1, max_size=24).map(sorted))
def test_labels_keep_their_order_and_distance(heights: list[float]) -> None:
    places = move_apart(heights)
    assert len(places) == len(heights)
    gap = min(LABEL_GAP, 1 / max(1, len(heights) - 1))
    assert all(b - a >= gap - 1e-6 for a, b in pairwise(places))
    assert -1e-9 <= places[0] <= places[-1] <= 1 + 1e-9


def test_labels_far_apart_stay_at_their_lines() -> None:
    assert move_apart([0.1, 0.5, 0.9]) == [0.1, 0.5, 0.9]


# ------------------------------------------------------------------------------ differences


def test_differences_are_those_to_seed_only_at_the_largest_size(charts: dict[str, Chart]) -> None:
    rows = charts["differences"].rows
    assert len(rows) == 2 * 5
    assert {row[2] for row in rows} == {400}
    assert "400" in charts["differences"].title


def test_a_missing_interval_leaves_the_dot_and_a_dash(experiment: Experiment) -> None:
    comparisons = tuple(
        replace(c, macro=replace(c.macro, ci_low=math.nan, ci_high=math.nan), per_class={})
        for c in experiment.evaluation.comparisons
    )
    found = drawn(replace(experiment, evaluation=replace(experiment.evaluation, comparisons=comparisons)))
    assert {row[4:6] for row in found["differences"].rows} == {(UNDEFINED, UNDEFINED)}
    assert "var(--arm-guided" in found["differences"].svg
    assert "per_class" not in found


def test_per_class_holds_every_class_of_every_arm_and_classifier(charts: dict[str, Chart]) -> None:
    rows = charts["per_class"].rows
    assert {(row[0], row[1], row[2]) for row in rows} == {
        (classifier, label, arm)
        for classifier in ("xgboost", "linear_svm")
        for label in LABELS
        for arm in ("oversample", "real", "naive", "guided", "placebo")
    }


def test_many_classes_are_cut_in_the_drawing_never_in_the_table() -> None:
    labels = tuple(f"class-{i:02d}" for i in range(14))
    experiment = make_experiment(draws=1, added=(100,), labels=labels)
    for draw, column in ((draw_per_class, 1), (draw_guide_tokens, 0)):
        chart = drawn_by(draw, experiment)
        assert {row[column] for row in chart.rows} == set(labels)
        assert "class-11" in texts(chart)
        assert "class-12" not in texts(chart)
        assert "first 12 of 14 classes" in chart.definition


# --------------------------------------------------------------------------------- language


def trait(value: float | None, real: float | None = 10.0, low: float = 8.0, high: float = 11.0) -> Trait:
    return Trait("richness", "mtld", "words", Arm.GUIDED, "all", value, real, low, high, None)


@pytest.mark.parametrize(
    ("found", "departure"),
    [
        (trait(10.5), 0.5),  # half of the way from 10 up to 11
        (trait(9.0), -0.5),  # half of the way from 10 down to 8
        (trait(13.0), 3.0),
        (trait(10.0, low=10.0, high=10.0), 0.0),
        (trait(12.0, low=10.0, high=10.0), UNDEFINED),  # beyond a floor without width
    ],
)
def test_departures_are_in_half_widths_of_the_floor(found: Trait, departure: float | str) -> None:
    chart = drawn_by(draw_language, with_trait(make_experiment(draws=1, added=(100,)), found))
    assert chart.rows == (
        (
            "richness",
            "mtld",
            "words",
            "guided",
            found.value,
            10.0,
            found.floor_low,
            found.floor_high,
            departure,
        ),
    )


def test_undefined_traits_are_skipped() -> None:
    experiment = with_trait(make_experiment(draws=1, added=(100,)), trait(None), trait(1.0, None))
    assert "language" not in drawn(experiment)


def test_only_traits_over_all_classes_are_drawn(charts: dict[str, Chart]) -> None:
    keys = [(row[1], row[3]) for row in charts["language"].rows]
    assert len(keys) == len(set(keys)) == 3 * 14 - 1  # one measure of naive is undefined
    assert "flesch reading ease" in texts(charts["language"])


# --------------------------------------------------------------- guides, screen, classifiers


def test_ten_tokens_a_class_of_the_first_draw(charts: dict[str, Chart]) -> None:
    rows = charts["guide_tokens"].rows
    assert Counter(row[0] for row in rows) == dict.fromkeys(LABELS, 10)
    assert {"queue", "picnic"} <= set(texts(charts["guide_tokens"]))


def test_the_waterfall_counts_every_candidate(experiment: Experiment, charts: dict[str, Chart]) -> None:
    naive = {str(row[1]): int(row[2]) for row in charts["waterfall"].rows if row[0] == "naive"}
    harvests = [h for h in experiment.harvests if h.arm is Arm.NAIVE]
    assert naive.pop("answered") == sum(h.candidates for h in harvests)
    assert naive.pop("asked for") == sum(sum(h.asked.values()) for h in harvests)
    assert sum(naive.values()) == sum(h.candidates for h in harvests)
    assert naive["accepted"] == sum(len(h.accepted) for h in harvests)


def test_rare_reasons_share_a_bar_but_not_a_table_row() -> None:
    experiment = make_experiment(draws=1, added=(100,))
    first = experiment.harvests[0]
    many = tuple(replace(c, reason=f"reason_{i % 10}") for i, c in enumerate(first.rejected))
    chart = drawn_by(draw_waterfall, replace(experiment, harvests=(replace(first, rejected=many),)))
    assert "− other reasons" in texts(chart)
    reasons = {f"reason_{i}" for i in range(10)}
    assert {row[1] for row in chart.rows} == {"asked for", "answered", "accepted", *reasons}


def test_the_chosen_classifier_is_marked(charts: dict[str, Chart]) -> None:
    assert "xgboost (chosen)" in texts(charts["classifiers"])
    assert [row[0] for row in charts["classifiers"].rows if row[3] == "yes"] == ["xgboost"]


# ----------------------------------------------------------------------------- small worlds


def test_one_draw_with_one_size_gives_every_chart() -> None:
    assert list(drawn(make_experiment(draws=1, added=(100,)))) == KEYS


def test_without_generated_arms_their_charts_are_left_out() -> None:
    found = drawn(make_experiment(draws=1, added=(100,), arms=(Arm.SEED_ONLY, Arm.REAL), linguistics=False))
    assert list(found) == ["learning_curves", "differences", "per_class", "guide_tokens", "classifiers"]


def test_seeds_alone_can_be_drawn() -> None:
    found = drawn(make_experiment(draws=1, added=(100,), arms=(Arm.SEED_ONLY,)))
    assert list(found) == ["learning_curves", "guide_tokens", "classifiers"]


def test_many_arms_are_thinned_in_the_drawing_never_in_the_table() -> None:
    chart = drawn_by(draw_learning_curves, make_experiment(draws=2, arms=MANY_ARMS))
    assert {row[1] for row in chart.rows} == {str(arm) for arm in MANY_ARMS}
    assert {"guided", "other_class"} <= set(texts(chart))
    assert not {"guided+avoid", "naive+alone", "synthetic_only"} & set(texts(chart))
    assert "8 arms with options or trained without the seeds" in chart.definition


def test_a_line_is_the_mean_over_the_draws_that_all_arms_share() -> None:
    experiment = make_experiment(draws=3, added=(100,))
    scores = tuple(s for s in experiment.evaluation.scores if s.arm is not Arm.GUIDED or s.draw < 2)
    evaluation = replace(experiment.evaluation, scores=scores)
    chart = drawn_by(draw_learning_curves, replace(experiment, evaluation=evaluation))
    assert {row[6] for row in chart.rows} == {2}


def test_further_sizes_of_the_real_curve_do_not_stretch_the_learning_curves() -> None:
    experiment = make_experiment(draws=1, added=(100,))
    real = next(s for s in experiment.evaluation.scores if s.arm is Arm.REAL)
    scores = (*experiment.evaluation.scores, replace(real, added=3000))
    evaluation = replace(experiment.evaluation, scores=scores)
    chart = drawn_by(draw_learning_curves, replace(experiment, evaluation=evaluation))
    assert {row[2] for row in chart.rows} == {0, 100}


# ------------------------------------------------------------------------ controls, options


def test_controls_are_those_that_guided_met() -> None:
    chart = drawn_by(draw_controls, make_experiment(draws=1, added=(100, 200), arms=MANY_ARMS))
    rows = [row for row in chart.rows if row[0] == "xgboost"]
    assert [row[2] for row in rows] == [
        "naive",
        "exemplars_only",
        "keywords_only",
        "tfidf_guided",
        "placebo",
        "other_class",
        "real",
        "oversample",
    ]
    assert {row[1] for row in rows} == {"guided"}


def test_options_are_held_against_the_arm_without_them() -> None:
    chart = drawn_by(draw_ablation, make_experiment(draws=1, added=(100,), arms=MANY_ARMS))
    pairs = {(row[1], row[2]) for row in chart.rows}
    assert ("guided+avoid", "guided") in pairs
    assert ("naive+agree", "naive") in pairs
    assert not any("alone" in str(arm) for arm, _ in pairs)


def test_an_arm_with_options_has_its_bases_colour_and_a_mark_of_its_own() -> None:
    guided, avoid, diverse = (look_of(Arm(name)) for name in ("guided", "guided+avoid", "guided+diverse"))
    assert guided.colour == avoid.colour == diverse.colour
    assert len({guided.marker, avoid.marker, diverse.marker}) == 3
    assert variable_of("guided+avoid-diverse") == "--arm-guided"


def test_every_option_has_a_mark() -> None:
    marks = {look_of(Arm(f"guided+{option.value}")).marker for option in Option}
    assert len(marks) == len(Option)


# --------------------------------------------------------------------------------- exchange


def test_the_exchange_chart_reads_the_real_rows_off_the_rate(experiment: Experiment) -> None:
    chart = drawn_by(draw_exchange, experiment)
    rate = next(
        e
        for e in experiment.evaluation.exchanges
        if (e.arm, e.classifier, e.added, e.label) == (Arm.GUIDED, "xgboost", 400, "")
    )
    row = next(row for row in chart.rows if row[:3] == ("xgboost", "guided", 400))
    assert row[4] == pytest.approx(20 + 400 * rate.rate)
    assert row[5] == f"{rate.rate:.2f}"


def test_a_rate_beyond_the_curve_is_drawn_to_the_edge_and_told(experiment: Experiment) -> None:
    exchanges = tuple(replace(e, rate=math.inf, ci_high=math.inf) for e in experiment.evaluation.exchanges)
    evaluation = replace(experiment.evaluation, exchanges=exchanges)
    chart = drawn_by(draw_exchange, replace(experiment, evaluation=evaluation))
    assert {row[5] for row in chart.rows} == {"> curve"}


def test_without_curves_there_is_no_exchange_chart(experiment: Experiment) -> None:
    bare = replace(experiment.evaluation, curves=())
    assert draw_exchange(replace(experiment, evaluation=bare)) is None
