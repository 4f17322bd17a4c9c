"""What an experiment leaves behind: the same numbers everywhere, every row with its passport."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from experiment_factory import make_experiment
from page_tags import Tags
from rich.console import Console

from seedwise.errors import DataError
from seedwise.experiment import Experiment
from seedwise.records import Draw, Row, Rows
from seedwise.report import load_report, render_verdict, write_report
from seedwise.report.document import build_document, plain

HOSTILE = [
    "<script>alert('x')</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %}",
    "\u202eright to left\u202c",
    "=HYPERLINK(1)",
    "long " * 10_000,
]


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return make_experiment()


@pytest.fixture(scope="module")
def out(experiment: Experiment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write_report(experiment, folder)
    return folder


def test_json_holds_what_dashboards_rely_on(experiment: Experiment, out: Path) -> None:
    document = load_report(out)
    assert {"config", "fingerprint", "dataset", "results", "comparisons", "linguistics", "generation"} <= set(
        document
    )
    assert document["fingerprint"] == experiment.config.fingerprint
    assert {"name", "rows", "labels", "digest"} <= set(document["dataset"])
    assert {"arm", "classifier", "added", "draw", "macro_f1", "per_class_f1"} <= set(document["results"][0])
    keys = {"arm", "baseline", "classifier", "added", "difference", "ci_low", "ci_high", "p_holm", "verdict"}
    assert keys <= set(document["comparisons"][0])
    keys = {"arm", "asked", "responses", "accepted", "rejected_by_reason", "tokens", "seconds"}
    assert keys <= set(document["generation"][0])
    assert len(document["results"]) == len(experiment.evaluation.scores)


def test_rejections_add_up_to_the_candidates(out: Path) -> None:
    for part in load_report(out)["generation"]:
        assert part["accepted"] + sum(part["rejected_by_reason"].values()) == part["candidates"]


def test_parquet_and_jsonl_hold_every_accepted_row_with_its_passport(
    experiment: Experiment, out: Path
) -> None:
    accepted = [row for harvest in experiment.harvests for row in harvest.accepted]
    frame = pd.read_parquet(out / "synthetic.parquet")
    assert list(frame["id"]) == [row.id for row in accepted]
    assert frame["is_synthetic"].all()
    assert list(frame.loc[0, "hints"]) == list(accepted[0].hints)
    lines = (out / "synthetic.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["text"] for line in lines] == [row.text for row in accepted]


def test_rejected_rows_keep_their_reasons(experiment: Experiment, out: Path) -> None:
    rejected = [row for harvest in experiment.harvests for row in harvest.rejected]
    frame = pd.read_parquet(out / "rejected.parquet")
    assert list(frame["reason"]) == [row.reason for row in rejected]
    assert (frame["reason"] != "").all()


def test_the_page_is_one_file_that_asks_the_network_for_nothing(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    seen = Tags(page)
    assert all(address.startswith("#") for address in seen.addresses)
    assert "@import" not in page
    assert not re.search(r"url\(\s*['\"]?http", page)
    assert len(page) < 2_000_000
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_hostile_rows_come_through_escaped(experiment: Experiment, tmp_path: Path) -> None:
    labels = experiment.dataset.labels
    seeds = Rows(Row(f"h{i}", text, labels[i % len(labels)], i) for i, text in enumerate(HOSTILE))
    rows = tuple(
        replace(row, text=text) for row, text in zip(experiment.harvests[0].accepted, HOSTILE, strict=False)
    )
    harvests = (replace(experiment.harvests[0], accepted=rows), *experiment.harvests[1:])
    hostile = replace(
        experiment,
        draws=(Draw(0, seeds, experiment.draws[0].pool), *experiment.draws[1:]),
        harvests=harvests,
        dataset=replace(experiment.dataset, notes=("<b>note</b>",)),
    )
    page = write_report(hostile, tmp_path).html.read_text(encoding="utf-8")
    seen = Tags(page)
    assert not {"script", "img", "b", "iframe"} & set(seen.tags)
    assert "{{ 7 * 7 }}" in page
    assert "(50,000 characters)" in page


def test_undefined_numbers_become_null() -> None:
    assert plain({"a": float("nan"), "b": (1.5, float("inf"))}) == {"a": None, "b": [1.5, None]}


def test_terminal_and_page_show_the_same_macro_f1(experiment: Experiment, out: Path) -> None:
    console = Console(width=120, record=True, file=(out / "terminal.txt").open("w"))
    console.print(render_verdict(load_report(out)))
    text = console.export_text()
    page = (out / "report.html").read_text(encoding="utf-8")
    for row in build_document(experiment)["verdict"]:
        assert f"{row['macro_f1']:.3f}".removeprefix("0") in text
        assert f"{row['macro_f1']:.3f}" in page
    console.file.close()


@pytest.mark.parametrize("width", [80, 100, 130])
def test_the_terminal_table_keeps_to_its_width(experiment: Experiment, out: Path, width: int) -> None:
    console = Console(width=width, record=True, file=(out / f"{width}.txt").open("w"))
    console.print(render_verdict(load_report(out), width))
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    console.file.close()


def test_a_report_that_is_not_there_or_damaged_is_explained(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        load_report(tmp_path)
    (tmp_path / "report.json").write_text("{")
    with pytest.raises(DataError, match="is no JSON"):
        load_report(tmp_path)
    (tmp_path / "report.json").write_text('{"schema": 0}')
    with pytest.raises(DataError, match="not a report of version"):
        load_report(tmp_path)
