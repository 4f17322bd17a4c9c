"""What the report tells of the requests that were sent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from experiment_factory import make_experiment

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import LimitChange, Traffic
from seedwise.report import load_report, write_report
from seedwise.report.figures.canvas import chart_style
from seedwise.report.figures.chart import Chart
from seedwise.report.figures.traffic import draw_traffic, trace
from seedwise.report.traffic import traffic_sentences

START = LimitChange(0.0, 50, "start")


def with_traffic(**traffic: Traffic) -> Experiment:
    """Two arms of two draws, each draw with the traffic named for its arm."""
    experiment = make_experiment(draws=2, added=(40,), arms=(Arm.SEED_ONLY, Arm.NAIVE, Arm.GUIDED))
    harvests = (replace(h, traffic=traffic[h.arm.value]) for h in experiment.harvests)
    return replace(experiment, harvests=tuple(harvests))


def chart_of(experiment: Experiment) -> Chart | None:
    with chart_style():
        return draw_traffic(experiment)


def test_a_line_climbs_to_a_grown_bound_and_steps_to_any_other() -> None:
    changes = (START, LimitChange(2, 30, "refused"), LimitChange(7, 40, "grown"), LimitChange(8, 1, "broken"))
    assert trace(changes) == [(0, 50), (2, 50), (2, 30), (7, 40), (8, 40), (8, 1)]


def test_only_arms_whose_bound_changed_are_drawn() -> None:
    refused = Traffic(sent=9, refused=1, limits=(START, LimitChange(1.5, 45, "refused")))
    chart = chart_of(with_traffic(naive=refused, guided=Traffic(sent=9, limits=(START,))))
    assert chart is not None
    assert chart.rows == (
        ("naive", 0, 0.0, 50, "start"),
        ("naive", 0, 1.5, 45, "refused"),
        ("naive", 1, 0.0, 50, "start"),
        ("naive", 1, 1.5, 45, "refused"),
    )


@pytest.mark.parametrize("traffic", [Traffic(), Traffic(sent=9, limits=(START,))], ids=["nothing", "smooth"])
def test_a_bound_that_never_changed_is_not_drawn(traffic: Traffic) -> None:
    assert chart_of(with_traffic(naive=traffic, guided=traffic)) is None


def test_the_sentences_sum_over_the_draws() -> None:
    rough = Traffic(
        sent=600,
        refused=4,
        failed={"timeout": 1, "server_error": 2},
        set_aside=1,
        paused=6.25,
        limits=(START, LimitChange(1.5, 45, "refused")),
    )
    smooth = Traffic(sent=8, limits=(START,))
    assert traffic_sentences(with_traffic(naive=rough, guided=smooth)) == [
        "naive: 1,200 requests sent; 8 refused (429), which cost 12 s of waiting; 6 failed (server error 4, "
        "timeout 2); 2 set aside, never answered; at most 50 at once, at times only 45.",
        "guided: 16 requests sent; none refused; none failed; at most 50 at once, the bound never lowered.",
    ]


def test_what_the_journal_held_is_said_to_be_so() -> None:
    assert traffic_sentences(with_traffic(naive=Traffic(), guided=Traffic())) == [
        "Nothing was sent: every answer came from the journal."
    ]
    some = traffic_sentences(with_traffic(naive=Traffic(), guided=Traffic(sent=3)))
    assert some == [
        "naive: nothing was sent, every answer came from the journal.",
        "guided: 6 requests sent; none refused; none failed.",
    ]


def test_the_json_has_the_same_numbers_and_the_page_the_same_words(tmp_path: Path) -> None:
    rough = Traffic(sent=6, refused=4, failed={"timeout": 1}, paused=6.5, limits=(START,))
    experiment = with_traffic(naive=rough, guided=Traffic())
    files = write_report(experiment, tmp_path)
    first = load_report(tmp_path)["generation"][0]
    assert first["traffic"] == {
        "sent": 6,
        "refused": 4,
        "failed": {"timeout": 1},
        "set_aside": 0,
        "paused": 6.5,
        "limits": [{"second": 0.0, "limit": 50, "cause": "start"}],
    }
    json.dumps(first, allow_nan=False)
    page = files.html.read_text()
    assert all(sentence in page for sentence in traffic_sentences(experiment))
