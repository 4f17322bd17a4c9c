"""What must not go wrong when the report meets odd names, odd prices, old files or a damaged file."""

import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from experiment_factory import ARMS, LABELS, MANY_ARMS, make_experiment
from rich.console import Console

from seedwise.arms import Arm
from seedwise.config import DataConfig
from seedwise.errors import DataError
from seedwise.experiment import Experiment
from seedwise.records import Model
from seedwise.report import load_report, render_verdict, write_report
from seedwise.report.document import DOCUMENT_KEYS, build_document
from seedwise.report.figures import CHART_KEYS, draw_charts, standalone
from seedwise.report.numbers import signed_interval
from seedwise.report.sentences import title


def small(arms: tuple[Arm, ...] = ARMS, labels: tuple[str, ...] = LABELS) -> Experiment:
    return make_experiment(draws=2, added=(40,), arms=arms, labels=labels)


def terminal(experiment: Experiment, width: int = 100) -> str:
    screen = io.StringIO()
    Console(width=width, file=screen).print(render_verdict(build_document(experiment), width))
    return screen.getvalue()


def priced(cost: float | None) -> Experiment:
    experiment = make_experiment(draws=1, added=(400,))
    harvests = tuple(replace(harvest, cost=cost) for harvest in experiment.harvests)
    return replace(experiment, harvests=harvests)


@pytest.mark.parametrize("name", ["[/b]x", "[red]a", "[link=x]"])
def test_a_class_named_like_markup_is_shown_as_it_is(name: str) -> None:
    assert name in terminal(small(labels=("calm", name)))


def test_a_line_break_in_a_class_name_breaks_no_table() -> None:
    assert "a b" in terminal(small(labels=("a\nb", "calm")))


@pytest.mark.parametrize(
    ("cost", "shown"), [(None, "$? 4 s"), (0.0012, "<1¢ 4 s"), (2.0, "$2.00 4 s"), (0.0, "  4 s")]
)
def test_every_price_is_said(cost: float | None, shown: str) -> None:
    assert shown in next(line for line in terminal(priced(cost)).splitlines() if "guided" in line)


def test_the_page_says_where_no_price_is_known(tmp_path: Path) -> None:
    page = write_report(priced(None), tmp_path).html.read_text(encoding="utf-8")
    assert "no price known, 4 s" in page


@pytest.mark.parametrize("cost", [None, 12.34])
def test_the_narrow_table_loses_nothing_with_every_arm_and_a_price(cost: float | None) -> None:
    experiment = make_experiment(draws=1, added=(400,), arms=MANY_ARMS)
    harvests = tuple(replace(harvest, cost=cost, seconds=4321.0) for harvest in experiment.harvests)
    text = terminal(replace(experiment, harvests=harvests), 80)
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    assert "4321 s" in text


def test_a_document_has_the_parts_that_a_reader_asks_for() -> None:
    assert set(build_document(small())) == DOCUMENT_KEYS


@pytest.mark.parametrize("lost", ["verdict", "dataset", "shortages"])
def test_a_report_without_a_part_is_damaged(tmp_path: Path, lost: str) -> None:
    document = {key: value for key, value in build_document(small()).items() if key != lost}
    (tmp_path / "report.json").write_text(json.dumps(document))
    with pytest.raises(DataError, match="lacks a part"):
        load_report(tmp_path)


def test_a_verdict_row_without_a_column_is_damage(tmp_path: Path) -> None:
    document = build_document(small())
    del document["verdict"][0]["macro_f1"]
    (tmp_path / "report.json").write_text(json.dumps(document))
    with pytest.raises(DataError, match="lacks a part"):
        load_report(tmp_path)


def test_figures_of_an_earlier_experiment_do_not_stay(tmp_path: Path) -> None:
    write_report(small(), tmp_path)
    mine = tmp_path / "figures" / "mine.svg"
    mine.write_text("kept")
    charts = write_report(small(arms=(Arm.SEED_ONLY, Arm.REAL)), tmp_path).charts
    assert "waterfall" not in {path.stem for path in charts.iterdir()}
    assert mine.exists()


def test_models_of_an_earlier_experiment_do_not_stay_and_what_else_is_there_does(tmp_path: Path) -> None:
    mine = tmp_path / "models" / "mine" / "weights.bin"
    mine.parent.mkdir(parents=True)
    mine.write_text("kept")
    kept = [Model(name, Arm.GUIDED, 0, 40, 60, b"skops") for name in ("linear_svm", "xgboost")]
    write_report(replace(small(), models=tuple(kept)), tmp_path)
    models = write_report(replace(small(), models=(kept[0],)), tmp_path).models
    assert {path.name for path in models.iterdir()} == {"classifiers.md", "linear_svm.skops", "mine"}
    assert mine.read_text() == "kept"


def test_the_charts_have_the_known_keys_in_order() -> None:
    experiment = make_experiment(draws=2, added=(40,), arms=(*ARMS, Arm("guided+avoid")))
    assert tuple(chart.key for chart in draw_charts(experiment)) == CHART_KEYS


def test_a_figure_alone_needs_no_style_sheet() -> None:
    text = "var(--ink, #1c1f24)"
    experiment = small(labels=(text, "calm"))
    charts = draw_charts(experiment)
    assert any(f">{text}<" in chart.svg for chart in charts)
    for chart in charts:
        svg = standalone(chart.svg)
        root = ET.fromstring(svg)
        assert float(root.attrib["width"]) > 0
        assert float(root.attrib["height"]) > 0
        assert not any("var(" in value for node in root.iter() for value in node.attrib.values())
        assert svg.count(text) == chart.svg.count(f">{text}<")


def test_no_difference_is_minus_nothing() -> None:
    assert signed_interval(-0.0001, -0.01, 0.02) == "+0.000 [-0.010, +0.020]"


def test_the_title_names_what_the_data_set_stands_in_for() -> None:
    experiment = small()
    assert "(standing in for tweeteval-emotion)" in title(experiment)
    named = experiment.config.model_copy(update={"data": DataConfig(dataset="vader-tweets")})
    assert "standing in" not in title(replace(experiment, config=named))
    original = replace(experiment, dataset=replace(experiment.dataset, name="tweeteval-emotion"))
    assert "standing in" not in title(original)
