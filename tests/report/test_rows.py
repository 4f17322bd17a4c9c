"""Every generated row with its passport, whatever its text holds."""

import io
import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from experiment_factory import make_experiment

from seedwise.arms import Arm
from seedwise.config import GenerationConfig
from seedwise.experiment import Experiment
from seedwise.records import Audit, Nearest, Opinion
from seedwise.report.row_files import jsonl_bytes, parquet_bytes
from seedwise.report.rows import ACCEPTED_SCHEMA, REJECTED_SCHEMA, accepted_rows, rejected_rows

HOSTILE = (
    "a\x00b\x1f\x7f",
    "line\nbreak\r\u2028\u2029\x85 end",
    "\u202eright to left",
    "👩‍👩‍👧",
    "x" * 50_000,
)


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return make_experiment(draws=2, added=(8,), arms=(Arm.NAIVE, Arm.GUIDED))


def with_texts(experiment: Experiment, texts: tuple[str, ...]) -> Experiment:
    first, *others = experiment.harvests
    rows = tuple(replace(row, text=text) for row, text in zip(first.accepted, texts, strict=False))
    return replace(experiment, harvests=(replace(first, accepted=rows), *others))


def test_a_row_tells_how_it_was_made(experiment: Experiment) -> None:
    first = experiment.harvests[0].accepted[0]
    line = accepted_rows(experiment).to_pylist()[0]
    assert line["id"] == first.id
    assert (line["split"], line["is_synthetic"], line["arm"], line["draw"]) == ("train", True, "naive", 0)
    assert (line["temperature"], line["top_p"], line["min_p"], line["max_tokens"]) == (1.2, 1.0, 0.05, 64)
    assert (line["hints"], line["exemplars"]) == (list(first.hints), ["train-0"])
    assert line["filters_passed"][0] == "content_filter"
    assert line["filters_passed"][-1] == "near_duplicate"


def test_min_p_is_null_where_it_is_not_sent(experiment: Experiment) -> None:
    config = experiment.config.model_copy(update={"generation": GenerationConfig(llm="openai/some")})
    assert set(accepted_rows(replace(experiment, config=config))["min_p"].to_pylist()) == {None}


def test_an_arm_that_asks_a_classifier_passed_one_filter_more() -> None:
    experiment = make_experiment(draws=1, added=(8,), arms=(Arm.NAIVE, Arm("naive+agree")))
    last = {line["arm"]: line["filters_passed"][-1] for line in accepted_rows(experiment).to_pylist()}
    assert last == {"naive": "near_duplicate", "naive+agree": "disagrees"}


def test_repeats_in_other_draws_get_what_the_audit_says_of_the_first(experiment: Experiment) -> None:
    naive = [row for harvest in experiment.harvests if harvest.arm is Arm.NAIVE for row in harvest.accepted]
    first, again = (row for row in naive if row.text == naive[0].text)
    assert (first.draw, again.draw) == (0, 1)
    nearest = Nearest(first.id, "train-3", 0.25, None, None)
    audit = Audit("naive", 6, nearest=(nearest,), opinions=(Opinion(first.id, first.label, "joy"),))
    lines = {line["id"]: line for line in accepted_rows(replace(experiment, audits=(audit,))).to_pylist()}
    for row in (first, again):
        line = lines[row.id]
        assert (line["nearest_seed"], line["nearest_seed_distance"]) == ("train-3", 0.25)
        assert (line["nearest_unseen"], line["nearest_unseen_distance"]) == (None, None)
        assert (line["predicted_label"], line["label_agrees"]) == ("joy", False)
    others = [line for id_, line in lines.items() if id_ not in (first.id, again.id)]
    assert {line["nearest_seed"] for line in others} == {None}
    assert {line["label_agrees"] for line in others} == {None}


def test_repeats_in_other_draws_have_nearest_rows_of_their_own(experiment: Experiment) -> None:
    naive = [row for harvest in experiment.harvests if harvest.arm is Arm.NAIVE for row in harvest.accepted]
    first, again = (row for row in naive if row.text == naive[0].text)
    nearest = Nearest(first.id, "train-3", 0.25, None, None), Nearest(again.id, "train-8", 0.5, None, None)
    audit = Audit("naive", 6, nearest=nearest, opinions=(Opinion(first.id, first.label, "joy"),))
    lines = {line["id"]: line for line in accepted_rows(replace(experiment, audits=(audit,))).to_pylist()}
    assert [lines[row.id]["nearest_seed"] for row in (first, again)] == ["train-3", "train-8"]
    assert [lines[row.id]["predicted_label"] for row in (first, again)] == ["joy", "joy"]


def test_rejected_rows_have_a_reason_and_no_split(experiment: Experiment) -> None:
    table = rejected_rows(experiment)
    rejected = [row for harvest in experiment.harvests for row in harvest.rejected]
    assert table["reason"].to_pylist() == [row.reason for row in rejected]
    assert set(table["is_synthetic"].to_pylist()) == {True}
    assert "split" not in table.column_names


def test_hostile_texts_survive_both_files(experiment: Experiment) -> None:
    table = accepted_rows(with_texts(experiment, HOSTILE))
    lines = jsonl_bytes(table).decode("utf-8").splitlines()
    assert tuple(json.loads(line)["text"] for line in lines[: len(HOSTILE)]) == HOSTILE
    assert len(lines) == table.num_rows
    assert pq.read_table(io.BytesIO(parquet_bytes(table))).equals(table)


def test_half_a_character_and_what_is_no_number_are_mended(experiment: Experiment) -> None:
    mended = with_texts(experiment, ("half \ud83d of", "whole 😀"))
    first, *others = mended.harvests
    rows = (replace(first.accepted[0], confidence=float("nan")), *first.accepted[1:])
    table = accepted_rows(replace(mended, harvests=(replace(first, accepted=rows), *others)))
    assert table["text"].to_pylist()[:2] == ["half \ufffd of", "whole 😀"]
    assert table["confidence"][0].as_py() is None


def test_a_run_without_rows_still_has_every_column() -> None:
    experiment = make_experiment(draws=1, added=(8,), arms=(Arm.REAL,))
    assert accepted_rows(experiment).schema == ACCEPTED_SCHEMA
    assert rejected_rows(experiment).schema == REJECTED_SCHEMA
    assert jsonl_bytes(accepted_rows(experiment)) == b""


def test_the_same_rows_give_the_same_bytes(experiment: Experiment) -> None:
    assert parquet_bytes(accepted_rows(experiment)) == parquet_bytes(accepted_rows(experiment))
