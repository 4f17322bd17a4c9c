"""What a sweep finds in its cells' reports, and says of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from invented_sweeps import base_config, grid_over, invent_sweep, write_cell

from seedwise.sweep import Outcome, SweepFindings, find_results, plan_cells, sweep_markdown
from seedwise.sweep.sentences import cautions, headline, threshold_sentences
from seedwise.sweep.series import Finding
from seedwise.sweep.sheets import row_sheet, threshold_sheet

CROSSING = {60: -0.09, 120: -0.05, 250: -0.012, 500: -0.004}


def lead(findings: SweepFindings, label: str = "") -> Finding:
    """The finding on guided under the first classifier."""
    return findings.series[0].find(label)[0]


def test_the_threshold_is_found_for_each_classifier_and_class(tmp_path: Path) -> None:
    findings = find_results(invent_sweep(tmp_path, CROSSING))
    (series,) = findings.series
    found = {(f.pair.classifier, f.label): (f.threshold.over, f.threshold.high) for f in series.findings}
    assert found == {
        ("xgboost", ""): (120, 250),
        ("linear_svm", ""): (120, 250),
        # margin .05: at 120 seeds the difference is .05, which shows neither
        **{(name, label): (60, 250) for name in ("xgboost", "linear_svm") for label in ("calm", "wild")},
    }


def test_the_headline_names_threshold_and_margin(tmp_path: Path) -> None:
    said = headline(find_results(invent_sweep(tmp_path, CROSSING)))
    assert "guided rows become equivalent to real rows between 120 and 250 seeds" in said
    assert "within ±.02" in said


@pytest.mark.parametrize(
    ("gaps", "half_width", "phrase"),
    [
        (
            {60: 0.0, 120: 0.0},
            0.005,
            "are equivalent to real rows at every number of seeds tried, from 60 on",
        ),
        ({60: -0.1, 120: -0.09}, 0.005, "are not equivalent to real rows even at 120 seeds, but worse"),
        ({60: 0.1, 120: 0.09}, 0.005, "are not equivalent to real rows even at 120 seeds, but better"),
        ({60: -0.1, 120: -0.03}, 0.04, "may or may not be equivalent to real rows at 120 seeds"),
        ({60: -0.02, 120: 0.0}, 0.005, "become equivalent to real rows at 120 seeds at the latest"),
    ],
)
def test_each_outcome_has_words_of_its_own(
    tmp_path: Path, gaps: dict[int, float], half_width: float, phrase: str
) -> None:
    (series,) = find_results(invent_sweep(tmp_path, gaps, half_width=half_width)).series
    assert all(phrase in sentence for sentence in threshold_sentences(series))


def test_equivalence_where_real_rows_gain_nothing_is_cautioned_against(tmp_path: Path) -> None:
    gaining = find_results(invent_sweep(tmp_path / "a", {60: 0.0, 120: 0.0}, real_gain=0.1))
    idle = find_results(invent_sweep(tmp_path / "b", {60: 0.0, 120: 0.0}, real_gain=0.0))
    assert cautions(gaining) == []
    assert ["says little" in caution for caution in cautions(idle)] == [True, True]


def test_intervals_wider_than_the_margin_are_told_of(tmp_path: Path) -> None:
    # the 90 % interval is four fifths as wide: ±.02 under a margin of .02 shows nothing, ±.019 may
    blunt = find_results(invent_sweep(tmp_path / "a", {60: 0.0, 120: 0.0}, half_width=0.0251))
    sharp = find_results(invent_sweep(tmp_path / "b", {60: 0.0, 120: 0.0}, half_width=0.0249))
    assert "could not be shown whatever the truth" in " ".join(cautions(blunt))
    assert cautions(sharp) == []


def test_cells_without_a_report_are_named_and_the_others_still_speak(tmp_path: Path) -> None:
    finished = invent_sweep(tmp_path, {60: -0.1, 120: 0.0})
    cells = plan_cells(grid_over([60, 120, 250, 500]), base_config())
    lost = [
        Outcome(cells[2], "failed", message="found: a <b> | pipe"),
        Outcome(cells[3], "crashed", page="javascript:alert(1)"),
    ]
    findings = find_results([*finished, *lost])
    assert findings.missing == tuple(lost)
    assert "250 seeds and 500 seeds have no report" in cautions(findings)[0]
    assert lead(findings).threshold.high == 120
    page = sweep_markdown(findings)
    assert "(javascript:" not in page
    assert "a &lt;b&gt; \\| pipe" in page
    assert "2 finished, 1 failed, 1 crashed" in page


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: {**document, "schema": 2},
        lambda document: {**document, "comparisons": [{"arm": "guided"}]},
        lambda document: {**document, "generation": [{"arm": "guided"}]},
    ],
    ids=["version", "comparison", "generation"],
)
def test_a_report_that_cannot_be_read_is_told_of_and_stops_nothing(
    tmp_path: Path, spoil: Callable[[Any], Any]
) -> None:
    outcomes = invent_sweep(tmp_path, {60: -0.1, 120: 0.0})
    path = outcomes[0].folder / "report.json"
    path.write_text(json.dumps(spoil(json.loads(path.read_text()))))
    findings = find_results(outcomes)
    assert [unread.outcome for unread in findings.unread] == outcomes[:1]
    assert "found:" in findings.unread[0].message
    assert findings.series[0].seed_sizes == (120,)
    assert "one seed size only" in " ".join(cautions(findings))


def test_a_finished_cell_whose_folder_is_gone_is_unread(tmp_path: Path) -> None:
    (outcome,) = invent_sweep(tmp_path, {60: 0.0})
    findings = find_results([replace(outcome, folder=tmp_path / "gone")])
    assert not findings.series
    assert findings.missing == findings.outcomes
    assert "No cell of this sweep has a report to read" in headline(findings)


def test_grounds_and_settings_are_never_mixed(tmp_path: Path) -> None:
    grid = grid_over([60, 120], llms=["m/a", "m/b"])
    against = {"guided": {"real": 0.0}}
    cells = plan_cells(grid, base_config())
    outcomes = [
        write_cell(cell, tmp_path / str(place), against, digest=str(place // 3) * 64)
        for place, cell in enumerate(cells)
    ]
    series = find_results(outcomes).series
    # three cells on one ground, two of model a; the fourth on another
    assert [(one.llm, one.seed_sizes) for one in series] == [
        ("m/a", (60, 120)),
        ("m/b", (60,)),
        ("m/b", (120,)),
    ]
    assert "2 different grounds" in cautions(find_results(outcomes))[0]


def test_the_headline_counts_the_outcomes_of_many_series(tmp_path: Path) -> None:
    cells = plan_cells(grid_over([60], llms=["m/a", "m/b", "m/c", "m/d"]), base_config())
    gaps = (0.0, 0.0, 0.0, -0.1)
    outcomes = [
        write_cell(cell, tmp_path / str(place), {"guided": {"real": gap}})
        for place, (cell, gap) in enumerate(zip(cells, gaps, strict=True))
    ]
    said = headline(find_results(outcomes))
    assert "4 series of seed sizes, 8 pairs" in said
    assert "at every number of seeds in 6 and not equivalent even at the largest number in 2" in said


def test_tables_hold_the_threshold_beside_what_real_rows_gain(tmp_path: Path) -> None:
    (series,) = find_results(invent_sweep(tmp_path, CROSSING)).series
    first = threshold_sheet(series).rows[0]
    assert first[:3] == ("guided", "xgboost", "100")
    assert first[4] == "above 120, at most 250"
    assert (first[6].text, first[7].word) == ("-0.004 [-0.009, +0.001]", "better")
    took = row_sheet(series).rows[0]
    assert took == ("guided", "60", "80", "50\N{NO-BREAK SPACE}%", "100", "$0.40", "0.400", "0.900")


def test_a_sweep_without_generated_arms_has_no_threshold(tmp_path: Path) -> None:
    (cell,) = plan_cells(grid_over([60]), base_config())
    outcome = write_cell(cell, tmp_path / "s", {"real": {"seed_only": 0.1}})
    assert "no generated arm met real rows" in headline(find_results([outcome]))


def test_the_headline_of_many_series_names_the_arm_that_leads(tmp_path: Path) -> None:
    cells = plan_cells(grid_over([60], llms=["m/a", "m/b", "m/c", "m/d"]), base_config())
    outcomes = [
        write_cell(cell, tmp_path / str(place), {"naive": {"real": 0.0}}) for place, cell in enumerate(cells)
    ]
    said = headline(find_results(outcomes))
    assert "naive rows are equivalent" in said
    assert "guided" not in said
