"""What audits found, told: in sentences, tables, figures and the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from experiment_factory import make_experiment
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.privacy import NEARER
from seedwise.records import ALL, Audit, Check, Detection, Distance, GiveAway, Nearest, Verdict
from seedwise.report import render_verdict
from seedwise.report.beside_scores import gate_lines
from seedwise.report.contents import SECTIONS, sections_of
from seedwise.report.document import build_document
from seedwise.report.figures import Chart
from seedwise.report.figures.canvas import chart_style
from seedwise.report.figures.detection import _lowest, draw_detection
from seedwise.report.figures.distances import draw_distances
from seedwise.report.figures.effects import draw_effects
from seedwise.report.figures.exhibits import as_arm, drawn_exhibits, look_of_exhibit, told
from seedwise.report.figures.families import draw_families
from seedwise.report.figures.floor_dots import departure
from seedwise.report.figures.giveaways import draw_giveaways
from seedwise.report.figures.nearness import draw_nearness
from seedwise.report.losses import gate_sentences, loss_sentences
from seedwise.report.numbers import figure, listed, percent
from seedwise.report.samples import closest_pairs, sample_rows
from seedwise.report.tables import Judged, build_sheets
from seedwise.report.tables.gates import safety_sheets
from seedwise.report.tallies import tally
from seedwise.report.wording import cut, displayed

Drawer = Callable[[Sequence[Audit]], Chart | None]

DRAWERS: tuple[Drawer, ...] = (
    draw_families,
    draw_effects,
    draw_distances,
    draw_detection,
    draw_giveaways,
    draw_nearness,
)


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return make_experiment(draws=1, added=(100,))


def gate(value: float | None, passed: bool | None, label: str = ALL) -> Check:
    return Check(
        "memorisation", "copies", "guided", label, value, bound=0.0, relation="at most", passed=passed
    )


def drawn(draw: Drawer, *audits: Audit) -> Chart:
    with chart_style():
        chart = draw(audits)
    assert chart is not None
    return chart


# ------------------------------------------------------------------------------- sentences


def test_the_losses_name_what_is_lost_the_detector_and_the_gates(experiment: Experiment) -> None:
    sentences = loss_sentences(experiment)
    guided = next(audit for audit in experiment.audits if audit.name == "guided")
    whole = next(c.value for c in guided.composites if c.label == ALL)
    assert percent(whole) in sentences[0]
    assert any("AUC .748 by lexical features" in sentence for sentence in sentences)
    assert any(sentence.startswith("naive rows fail 10 gates") for sentence in sentences)
    assert "Every gate that could be measured is passed by the rows of guided and placebo." in sentences
    assert sentences[-1].startswith("Not measurable, at least in part: membership attack AUC;")


def test_without_audits_nothing_is_said_of_losses(experiment: Experiment) -> None:
    bare = replace(experiment, audits=())
    assert loss_sentences(bare) == []
    assert not {"losses", "gates", "safety", "stuffing"} & {k for k, v in build_sheets(bare).items() if v}


def test_a_measure_that_fails_in_several_places_is_named_once() -> None:
    failed = Audit("guided", 9, checks=(gate(3.0, False, "joy"), gate(7.0, False), gate(2.0, False, "anger")))
    (sentence,) = gate_sentences([failed])
    assert "fail 3 gates" in sentence
    assert sentence.count("copies") == 1
    assert "copies (7, at most 0)" in sentence


def test_a_class_that_fails_alone_is_named() -> None:
    (sentence,) = gate_sentences([Audit("guided", 9, checks=(gate(0.0, True), gate(3.0, False, "joy")))])
    assert "copies in joy (3, at most 0)" in sentence


def test_figures_without_a_bound_are_no_gates() -> None:
    assert (
        gate_sentences([Audit("guided", 9, checks=(Check("safety", "profanity", "guided", ALL, 1.0),))]) == []
    )


def test_a_gate_that_was_not_measured_is_not_passed() -> None:
    unmeasured = gate(0.0, None)
    partly = Audit("guided", 9, checks=(gate(0.0, True, "joy"), unmeasured))
    assert gate_sentences([partly])[0].startswith("Every gate that could be measured is passed")
    (only,) = gate_sentences([Audit("guided", 9, checks=(unmeasured,))])
    assert only.startswith("Not measurable")


def test_rows_of_a_file_are_exported_by_nobody() -> None:
    (sentence,) = gate_sentences([Audit("made.csv", 9, checks=(gate(7.0, False),))], "")
    assert sentence == "made.csv rows fail 1 gate: copies (7, at most 0)."


# ---------------------------------------------------------------------------------- tables


def test_what_real_text_shows_too_does_not_stand_out(experiment: Experiment) -> None:
    apart = Check("safety", "men", "guided", ALL, 0.2, low=0.15, high=0.25, reference=0.1, remark="Above.")
    alike = Check("safety", "gap", "guided", ALL, 0.2, low=-0.1, high=0.5, reference=0.0, remark="No gap.")
    unknown = Check("safety", "swaps", "guided", ALL, None, remark="Too few rows.")
    found = Audit("guided", 9, checks=(apart, alike, unknown))
    sheets = safety_sheets(replace(experiment, audits=(found,)))
    assert [[row[0] for row in sheet.rows] for sheet in sheets] == [
        ["safety: men"],
        ["safety: gap", "safety: swaps"],
    ]


def test_gates_stand_side_by_side_with_what_fails_and_its_rows_below(experiment: Experiment) -> None:
    overview, failing, every = build_sheets(experiment)["gates"]
    names = [column.name for column in overview.columns]
    line = next(row for row in overview.rows if row[0] == "memorisation: copies of seeds")
    assert line[names.index("naive")] == Judged("2", "failed")
    assert line[names.index("guided")] == Judged("0", "passed")
    assert {row[2] for row in failing.rows} == {"naive"}
    assert any(str(row[-1]).endswith("and 37 more") for row in failing.rows)
    assert every.folded
    assert len(every.rows) == sum(c.bound is not None for audit in experiment.audits for c in audit.checks)


def test_a_class_alone_that_fails_stands_among_the_gates(experiment: Experiment) -> None:
    audit = Audit("guided", 9, checks=(gate(0.0, True), gate(3.0, False, "joy"), gate(0.0, True, "anger")))
    overview, failing, every = build_sheets(replace(experiment, audits=(audit,)))["gates"]
    assert overview.rows[0][2] == Judged("3 in joy", "failed")
    assert [row[3] for row in failing.rows] == ["joy"]
    assert len(every.rows) == 3


def test_losses_are_those_of_the_records(experiment: Experiment) -> None:
    (sheet,) = build_sheets(experiment)["losses"]
    naive = next(row for row in sheet.rows if row[0] == "naive")
    audit = next(audit for audit in experiment.audits if audit.name == "naive")
    agreed = sum(o.agrees for o in audit.opinions) / len(audit.opinions)
    assert naive[2:5] == (".950", percent(agreed), "71\u00a0%")
    assert naive[5] == Judged("10 of 25", "failed")


def test_costs_are_those_of_all_draws(experiment: Experiment) -> None:
    harvests = tuple(replace(harvest, cost=0.5) for harvest in experiment.harvests)
    (sheet,) = build_sheets(replace(experiment, harvests=harvests))["costs"]
    naive = next(row for row in sheet.rows if row[0] == "naive")
    own = [harvest for harvest in harvests if harvest.arm is Arm.NAIVE]
    assert naive[7:9] == ("$0.50", f"${500 / sum(len(h.accepted) for h in own):.2f}")


# --------------------------------------------------------------------------------- figures


def test_every_figure_of_audits_draws_a_file_of_another_origin(experiment: Experiment) -> None:
    audit = experiment.audits[0]
    parts = ("contrasts", "distances", "detections", "giveaways", "composites")
    named = {
        part: tuple(replace(one, name="Their rows <2>.csv") for one in getattr(audit, part)) for part in parts
    }
    foreign = replace(audit, name="Their rows <2>.csv", **named)
    for draw in DRAWERS:
        chart = drawn(draw, foreign)
        assert "Their rows &lt;2&gt;.csv" in chart.svg
        assert "Their rows <2>.csv" in chart.reading


@pytest.mark.parametrize("draw", DRAWERS)
def test_an_audit_without_numbers_is_not_drawn(draw: Drawer) -> None:
    with chart_style():
        assert draw((Audit("guided", 0),)) is None


def test_distances_are_turned_so_that_unlike_is_to_the_right() -> None:
    def coverage(value: float) -> Distance:
        return Distance(
            "distribution",
            "coverage",
            "embedding",
            "guided",
            ALL,
            "higher",
            value,
            0.9,
            0.85,
            0.95,
            None,
            True,
        )

    chart = drawn(draw_distances, Audit("guided", 9, distances=(coverage(0.6),)))
    assert "guided 1 of 1" in chart.reading
    assert departure(0.6, 0.9, 0.85, 0.95) == pytest.approx(-6)


def test_seeds_are_drawn_that_are_as_many_as_the_unseen_rows() -> None:
    near = tuple(Nearest(str(i), "s", 0.1, "u", 0.5, matched) for i, matched in enumerate((0.3, 0.4)))
    share = Check("privacy", NEARER, "guided", ALL, 0.6)
    chart = drawn(draw_nearness, Audit("guided", 2, (share,), nearest=near))
    assert [(row[1], row[5]) for row in chart.rows] == [("seed", 0.35), ("unseen row", 0.5)]
    assert "guided 60\u00a0%" in chart.reading


def test_the_share_that_is_told_of_nearness_stands_in_its_table() -> None:
    near = (Nearest("a", "s", 0.2, "u", 0.5), Nearest("b", "s", 0.4, "u", 0.5))
    share = Check("privacy", NEARER, "guided", ALL, 0.6)
    chart = drawn(draw_nearness, Audit("guided", 2, checks=(share,), nearest=near))
    assert chart.columns[-1] == "rows nearer to a seed"
    assert {row[-1] for row in chart.rows} == {0.6}


def test_without_unseen_rows_only_the_seeds_are_drawn() -> None:
    near = (Nearest("a", "s", 0.2), Nearest("b", "s", 0.4))
    chart = drawn(draw_nearness, Audit("guided", 2, nearest=near))
    assert [row[1] for row in chart.rows] == ["seed"]
    assert chart.reading == ""


def test_rows_that_read_as_more_real_than_real_ones_stay_in_the_drawing() -> None:
    found = Detection("guided", ALL, "lexical", 0.2, 0.1, 0.3, 0.2, 1.0, 0.45, 0.55, 60)
    assert _lowest([found]) < 0.1
    assert _lowest([replace(found, auc=0.9, low=0.8, high=0.95)]) < 0.5


def test_a_token_that_speaks_for_real_rows_gives_nothing_away() -> None:
    tokens = (GiveAway("guided", ALL, "lexical", "lol", -1.0, 0.0, 0.2),)
    assert drawn(draw_giveaways, Audit("guided", 9, giveaways=tokens)).reading == ""


def test_of_many_exhibits_the_headlines_arms_are_drawn() -> None:
    names = ["a.csv", "naive", "naive+agree", "tfidf_guided", "guided", "placebo"]
    assert drawn_exhibits(names, 4) == ("naive", "tfidf_guided", "guided", "placebo")
    assert told(dict.fromkeys(names, "1")).endswith("(the other 2 stand in the table)")


def test_what_is_no_arm_is_drawn_all_the_same() -> None:
    assert as_arm("their rows.csv") is None
    assert look_of_exhibit("their rows.csv").colour == look_of_exhibit("guided").colour


# ------------------------------------------------------------------------------------- rows


def test_rows_beside_seeds_say_how_near_they_are_and_what_they_are_taken_for(experiment: Experiment) -> None:
    sample = sample_rows(experiment)[1]
    assert sample.label == "joy"
    names = [column.name for column in sample.columns if column.is_first]
    assert names == ["real", "naive", "guided", "placebo"]
    remarks = [row.remark for row in sample.columns[2].rows]
    assert all("from the nearest seed · judged" in remark for remark in remarks)
    assert any(remark.endswith("judged anger instead") for remark in remarks)


def test_the_closest_pairs_are_the_closest(experiment: Experiment) -> None:
    texts = {row.id: row.text for harvest in experiment.harvests for row in harvest.accepted}
    seeds = {row.id: row.text for draw in experiment.draws for row in draw.seeds}
    pairs = [pair for pair in closest_pairs(experiment.audits, texts, seeds) if pair.name == "guided"]
    audit = next(audit for audit in experiment.audits if audit.name == "guided")
    assert [pair.distance for pair in pairs] == sorted(near.seed_distance for near in audit.nearest)[:5]
    seeds = {row.id: row.text for row in experiment.draws[0].seeds}
    assert all(pair.seed_text == seeds[pair.seed] for pair in pairs)


# ------------------------------------------------------------------------------------ words


@given(st.text())
def test_a_displayed_text_can_be_written_and_holds_no_controls(text: str) -> None:
    line = displayed(text)
    line.encode("utf-8")
    assert not any(ord(c) < 32 and c not in "\t\n" for c in line)


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert displayed("a\ud83d\x00\x85") == "a\ufffd␀\ufffd"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert cut("x" * 50_000) == "x" * 400 + "… (50,000 characters)"
    assert cut("x" * 400) == "x" * 400


def test_verdicts_are_counted_by_name() -> None:
    found: list[tuple[str, Verdict]] = [
        ("real", "better"),
        ("real", "better"),
        ("naive", "worse"),
        ("naive", "cannot tell"),
    ]
    assert tally(found) == "better: real (2 of 2); worse: naive (1 of 2); cannot tell: naive (1 of 2)"
    assert tally([("real", "better"), ("naive", "worse")]) == "better: real; worse: naive"


@pytest.mark.parametrize(
    ("value", "text"), [(2.0, "2"), (0.71, "0.710"), (None, "–"), (float("nan"), "–"), (1234.0, "1,234")]
)
def test_a_figure_is_a_count_or_has_three_places(value: float | None, text: str) -> None:
    assert figure(value) == text


@pytest.mark.parametrize(("parts", "text"), [([], ""), (["a"], "a"), (["a", "b", "c"], "a, b and c")])
def test_parts_are_listed(parts: list[str], text: str) -> None:
    assert listed(parts) == text


# --------------------------------------------------------------------------------- sections


def test_sections_without_anything_to_show_are_left_out() -> None:
    assert [section.id for section in sections_of([])] == ["rows", "made"]
    assert "privacy" in [section.id for section in sections_of(["nearness"])]
    assert len({section.id for section in SECTIONS}) == len(SECTIONS)


# --------------------------------------------------------------------------------- terminal


def test_gates_that_could_not_be_measured_are_not_called_passed() -> None:
    gates = [{**asdict(gate(0.0, None)), "value": None}]
    lines = gate_lines({"audits": [{"name": "guided", "checks": gates}]})
    assert [line.plain for line in lines][1:] == ["  guided: none of 1 measurable"]


def test_the_terminal_tells_gates_and_claims(experiment: Experiment, tmp_path: Path) -> None:
    document = json.loads(json.dumps(build_document(experiment)))
    with (tmp_path / "terminal.txt").open("w") as file:
        console = Console(width=160, record=True, file=file)
        console.print(render_verdict(document, 160))
        text = console.export_text()
    assert (
        "naive: 10 of 25 failed, 5 not measurable: rows nearer to a seed than to an unseen row 0.710" in text
    )
    assert "guided: all 25 passed, 5 not measurable" in text
    assert "poorer vocabulary: " in text


def test_a_report_without_audits_tells_no_gates(experiment: Experiment, tmp_path: Path) -> None:
    document = json.loads(json.dumps(build_document(replace(experiment, audits=()))))
    with (tmp_path / "terminal.txt").open("w") as file:
        console = Console(width=160, record=True, file=file)
        console.print(render_verdict(document, 160))
        assert "Gates" not in console.export_text()
