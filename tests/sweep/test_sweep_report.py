"""The files that a sweep leaves behind."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from invented_sweeps import base_config, grid_over, invent_sweep, write_cell
from page_tags import Tags
from rich.console import Console

from seedwise import cli
from seedwise.errors import DataError
from seedwise.report.figures.canvas import chart_style
from seedwise.sweep import (
    Outcome,
    SweepFiles,
    find_results,
    load_sweep,
    plan_cells,
    render_sweep,
    write_sweep_report,
)
from seedwise.sweep.figures.classes import draw_classes

GAPS = {60: -0.09, 120: -0.05, 250: -0.012, 500: -0.004}
HOSTILE = "<img src=x onerror=alert(1)> {{ 7 * 7 }} [bold]"


def write(outcomes: list[Outcome], folder: Path) -> SweepFiles:
    sizes = [outcome.cell.config.seeds.seed_size for outcome in outcomes]
    return write_sweep_report("abc12345", grid_over(sizes), base_config(), find_results(outcomes), folder)


def lose(folder: Path) -> Outcome:
    """A cell that failed with a hostile message."""
    return Outcome(plan_cells(grid_over([1000]), base_config())[0], "failed", folder, HOSTILE)


def printed(folder: Path) -> str:
    console = Console(width=100, color_system=None)
    with console.capture() as capture:
        console.print(render_sweep(load_sweep(folder)))
    return capture.get()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a sweep with a crossing and a failed cell."""
    out = tmp_path_factory.mktemp("out")
    write([*invent_sweep(out, GAPS), lose(out / "lost")], out / "sweep-abc12345")
    return out / "sweep-abc12345"


def test_the_page_has_a_figure_a_subject_and_fetches_nothing(folder: Path) -> None:
    page = (folder / "report.html").read_text()
    for name in ("gaps", "scores", "classes", "gains", "rows"):
        assert f'id="figure-sweep-1-{name}"' in page
    seen = Tags(page)
    assert "script" not in seen.tags
    assert all(address.startswith(("#", "../")) for address in seen.addresses)


def test_links_lead_from_the_page_to_the_cells_reports(folder: Path) -> None:
    found = [a for a in Tags((folder / "report.html").read_text()).addresses if a.startswith("../")]
    assert found == [f"../s{size}/report.html" for size in GAPS]
    assert all((folder / address).exists() for address in found)


def test_what_a_cell_says_is_shown_as_text(folder: Path) -> None:
    page = (folder / "report.html").read_text()
    assert "img" not in Tags(page).tags
    assert "{{ 7 * 7 }}" in page
    assert HOSTILE in printed(folder)


def test_figures_are_files_of_their_own_and_none_stays_from_before(folder: Path) -> None:
    keys = {path.stem for path in (folder / "figures").iterdir()}
    assert keys == {f"sweep-1-{name}" for name in ("gaps", "scores", "classes", "gains", "rows")}
    for path in (folder / "figures").iterdir():
        ET.fromstring(path.read_text())


def test_the_json_holds_the_numbers_of_the_page(folder: Path) -> None:
    document = load_sweep(folder)
    assert [cell["state"] for cell in document["cells"]] == ["finished"] * 4 + ["failed"]
    macro = [found for found in document["series"][0]["thresholds"] if not found["label"]]
    assert {(found["over"], found["high"], found["interval"]) for found in macro} == {
        (120, 250, "above 120, at most 250")
    }
    steps = document["series"][0]["steps"]
    to_real = [
        (step["seed_size"], found["macro"]["difference"])
        for step in steps
        for found in step["differences"]
        if (found["arm"], found["baseline"], found["classifier"]) == ("guided", "real", "xgboost")
    ]
    assert to_real == list(GAPS.items())


def test_the_terminal_ends_with_the_headline(folder: Path) -> None:
    lines = printed(folder).strip().splitlines()
    assert "between 120 and 250 seeds" in " ".join(" ".join(lines[-3:]).split())
    assert any(line.startswith("1000 seeds: failed") for line in lines)


def test_a_sweep_without_any_report_still_has_a_page_and_no_figure_of_an_earlier_one(tmp_path: Path) -> None:
    stale = tmp_path / "sweep" / "figures" / "sweep-1-gaps.svg"
    stale.parent.mkdir(parents=True)
    stale.write_text("<svg/>")
    files = write([lose(tmp_path / "lost")], tmp_path / "sweep")
    assert "No cell of this sweep has a report to read: 1 failed." in files.html.read_text()
    assert not stale.exists()
    assert "No cell of this sweep" in printed(tmp_path / "sweep")


def test_of_many_classes_some_are_drawn_as_text_and_all_are_told(tmp_path: Path) -> None:
    labels = (HOSTILE, *(f"class {number}" for number in range(12)))
    (cell,) = plan_cells(grid_over([60]), base_config())
    outcome = write_cell(cell, tmp_path / "cell", {"guided": {"real": -0.05}}, labels=labels)
    (series,) = find_results([outcome]).series
    with chart_style():
        chart = draw_classes(series)
    assert chart is not None
    assert "Drawn: the first 12 of 13 classes." in chart.definition
    assert {row[1] for row in chart.rows} == set(labels)
    assert "img" not in Tags(chart.svg).tags


@pytest.mark.parametrize("content", ["", "[]", '{"kind": "experiment", "schema": 3}', '{"kind": "sweep"}'])
def test_what_is_no_sweeps_report_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "sweep.json").write_text(content)
    with pytest.raises(DataError, match=r"sweep\.json"):
        load_sweep(tmp_path)


def test_a_report_of_another_version_is_refused(folder: Path, tmp_path: Path) -> None:
    document = load_sweep(folder) | {"schema": 0}
    (tmp_path / "sweep.json").write_text(json.dumps(document))
    with pytest.raises(DataError, match="version"):
        load_sweep(tmp_path)


def test_a_folder_that_cannot_be_written_is_a_users_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        write([lose(tmp_path)], tmp_path / "file" / "sweep")


def test_show_prints_a_sweep_and_compare_leaves_it_aside(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command, path in (("show", folder), ("compare", folder.parent)):
        with pytest.raises(SystemExit) as stop:
            cli.main([command, str(path)])
        assert stop.value.code == 0, command
    out = capsys.readouterr().out
    assert "equivalent to real" in out
    assert "s120" in out
