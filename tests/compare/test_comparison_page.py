"""The page of a comparison: its figures, its data tables, what it does with hostile names."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from invented_runs import GAINS, write_run
from page_tags import Tags

from seedwise.compare import Comparison, compare_runs, write_comparison
from seedwise.compare.figures import GroupCharts, draw_groups
from seedwise.compare.figures.looks import looks_of_runs
from seedwise.compare.page import render_page
from seedwise.errors import DataError

FEW = {"seed_only": 0.0, "guided": 0.04}
HOSTILE = "<img src=x onerror=alert(1)> {{ 7 * 7 }}"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def compare(tmp_path: Path, **runs: dict[str, Any]) -> Comparison:
    return compare_runs([write_run(tmp_path / name, **parts) for name, parts in runs.items()])


@pytest.fixture(scope="module")
def seed_sizes(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Three runs that differ in their number of seeds alone."""
    runs = {f"s{size}": {"seeds__seed_size": size} for size in (20, 50, 100)}
    return compare(tmp_path_factory.mktemp("runs"), **runs)


@pytest.fixture(scope="module")
def drawn(seed_sizes: Comparison) -> GroupCharts:
    (group,) = draw_groups(seed_sizes.groups)
    return group


@pytest.fixture(scope="module")
def page(seed_sizes: Comparison) -> str:
    return render_page(seed_sizes)


def test_curves_stand_over_rows_trained_on_and_start_with_the_seeds(drawn: GroupCharts) -> None:
    assert [chart.title.split(":")[0] for chart in drawn.curves] == ["guided", "naive", "real"]
    rows = [row for row in drawn.curves[0].rows if row[:2] == ("xgboost", "s50")]
    assert [(row[2], row[3], row[4]) for row in rows] == [
        ("seed_only", 0, 50),
        ("guided", 50, 100),
        ("guided", 100, 150),
    ]
    assert rows[-1][5] == pytest.approx(0.445)


def test_an_arm_trained_without_seeds_has_no_start_in_them(tmp_path: Path) -> None:
    gains = {"seed_only": 0.0, "synthetic_only": -0.1}
    found = compare(tmp_path, a={"gains": gains}, b={"gains": gains, "seeds__seed_size": 20})
    (group,) = draw_groups(found.groups)
    assert {row[2] for row in group.curves[0].rows} == {"synthetic_only"}


def test_f1_over_seeds_takes_runs_that_differ_in_nothing_else_that_counts(tmp_path: Path) -> None:
    found = compare(
        tmp_path,
        a={"seeds__seed_size": 20},
        b={"seeds__seed_size": 100, "evaluate__margin": 0.05},
        c={"seeds__seed_size": 50, "prompt__hints": 5},
    )
    (group,) = draw_groups(found.groups)
    (chart,) = group.seed_sizes
    assert {(row[2], row[3]) for row in chart.rows} == {(20, "a"), (100, "b")}
    guided = [row[5] for row in chart.rows if row[:2] == ("linear_svm", "guided")]
    assert guided == [pytest.approx(0.542), pytest.approx(0.55)]


def test_without_other_seed_sizes_there_is_no_such_figure(tmp_path: Path) -> None:
    found = compare(tmp_path, a={}, b={"prompt__hints": 5})
    assert draw_groups(found.groups)[0].seed_sizes == ()


def test_gains_hold_every_class_of_every_run(drawn: GroupCharts) -> None:
    rows = drawn.gains[1].rows
    assert len(rows) == 2 * 3 * 2  # classifiers, runs, classes
    assert {(row[4], row[7]) for row in rows} == {(-0.05, "worse")}
    assert ">-0.050<" in drawn.gains[1].svg


def test_no_figure_mixes_runs_that_cannot_be_compared(tmp_path: Path) -> None:
    found = compare(
        tmp_path,
        a={},
        b={"seeds__seed_size": 20},
        c={"test_rows": 9},
        d={"test_rows": 9, "seeds__seed_size": 20},
        e={"digest": "f" * 64, "gains": FEW},
    )
    groups = draw_groups(found.groups)
    assert [group.group.names for group in groups] == ["a, b", "c, d"]
    for group in groups:
        charts = (*group.seed_sizes, *group.curves, *group.gains)
        named = {cell for chart in charts for row in chart.rows for cell in row if cell in tuple("abcde")}
        assert named == set(group.group.names.split(", "))


def test_many_runs_are_cut_in_the_drawing_and_whole_in_the_table(tmp_path: Path) -> None:
    found = compare(tmp_path, **{f"r{n:02}": {"prompt__hints": n + 1, "gains": FEW} for n in range(14)})
    (group,) = draw_groups(found.groups)
    chart = group.curves[0]
    assert "Drawn: the first 12 of 14 runs." in chart.definition
    assert ">r11<" in chart.svg
    assert ">r12<" not in chart.svg
    assert {row[1] for row in chart.rows} == {run.name for run in found.runs}
    looks = looks_of_runs(found.runs).values()
    assert len({(look.colour, look.line) for look in looks}) == 14


def test_the_page_is_one_file_whose_ids_are_unique(page: str) -> None:
    assert all(address.startswith("#") for address in Tags(page).addresses)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    targets = {address[1:] for address in Tags(page).addresses}
    assert targets <= set(ids)


def test_every_figure_has_its_definition_and_data(drawn: GroupCharts, page: str) -> None:
    charts = (*drawn.seed_sizes, *drawn.curves, *drawn.gains)
    assert len(charts) == 7
    assert page.count("<figcaption>") == page.count("<summary>Data (") == len(charts)
    for chart in charts:
        ET.fromstring(chart.svg)


def test_hostile_names_come_through_escaped(tmp_path: Path) -> None:
    parts = {"labels": ("calm", HOSTILE), "gains": GAINS | {HOSTILE: 0.2}, "generation__llm": HOSTILE}
    comparison = compare(tmp_path, **{HOSTILE: parts, "b": parts | {"seeds__seed_size": 20}})
    page = render_page(comparison)
    assert not {"img", "script", "b", "iframe"} & set(Tags(page).tags)
    assert "{{ 7 * 7 }}" in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_warnings_stand_at_the_top_of_the_page(tmp_path: Path) -> None:
    page = render_page(compare(tmp_path, a={}, b={"test_rows": 9}))
    assert 0 < page.index('role="alert"') < page.index("<main>")
    assert "Not all of these runs can be compared" in page
    assert "<figure" not in page


def test_a_long_table_is_cut_and_says_so(
    seed_sizes: Comparison, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seedwise.compare.page.MOST_ROWS", 7)
    monkeypatch.setattr("seedwise.compare.page.draw_groups", lambda groups: ())
    cut = render_page(seed_sizes)
    assert "The first 7 of 24 lines" in cut
    assert "lines; the runs" not in page
    assert cut.count("<tr>") < page.count("<tr>")


def test_a_page_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    comparison = compare(tmp_path, a={})
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        write_comparison(comparison, tmp_path / "file" / "page.html")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_browser_shows_it_without_fault_or_sideways_scroll(tmp_path: Path, width: int, scheme: str) -> None:
    from playwright.sync_api import sync_playwright

    parts = {"labels": ("calm", HOSTILE), "gains": FEW}
    comparison = compare(tmp_path, **{HOSTILE: parts, "b": parts | {"seeds__seed_size": 20}})
    write_comparison(comparison, tmp_path / "page.html")
    faults: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.on("console", lambda message: faults.append(message.text))
        page.on("dialog", lambda dialog: faults.append("dialog"))
        page.goto((tmp_path / "page.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("img, script").count() == 0
        assert page.locator("figure").count() == 3
        browser.close()
    assert faults == []
