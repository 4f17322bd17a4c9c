"""What is exported is what is kept, in either kind of file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from journal_samples import keep, request_of, response_to

from seedwise.errors import ConfigError
from seedwise.journal import Journal, Which, export_responses
from seedwise.records import Prompt, Sampling


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:
    """A journal of the test's own with three responses of two budgets."""
    with Journal(journal_url) as journal:
        keep(journal, request_of(0), budget="a", cost=None)
        keep(journal, request_of(1), request_of(2), budget="b")
        yield journal


def read(file: Path) -> list[dict]:
    if file.suffix == ".parquet":
        return pq.read_table(file).to_pylist()
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_every_field_comes_back(journal, tmp_path, suffix):
    file = tmp_path / f"out{suffix}"
    assert export_responses(journal, Which(), file) == 3
    rows = {row["key"]: row for row in read(file)}
    assert set(rows) == {request_of(number).key for number in range(3)}
    request, row = request_of(0), rows[request_of(0).key]
    assert (row["model"], row["base_url"], row["served_model"], row["budget"]) == (
        "test/model",
        "http://nowhere",
        "served",
        "a",
    )
    assert (row["status"], row["cost"], row["seconds"]) == ("complete", None, 1.5)
    assert (row["prompt_tokens"], row["completion_tokens"]) == (11, 7)
    assert row["choices"] == [
        {"text": "one answer", "finish": "stop"},
        {"text": "another", "finish": "stop"},
    ]
    assert row["messages"] == [{"role": "user", "content": request.prompt.messages[0].content}]
    assert {name: row[name] for name in ("prompt_id", "arm", "label", "hints", "exemplars", "stop")} == {
        "prompt_id": "guided/joy/0",
        "arm": "guided",
        "label": "joy",
        "hints": ["sunny", "picnic"],
        "exemplars": ["s-1", "s-2"],
        "stop": ["\n"],
    }
    assert {field.name: row[field.name] for field in fields(Sampling)} == {
        field.name: getattr(request.sampling, field.name) for field in fields(Sampling)
    }


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_no_field_of_a_request_is_left_out(journal, tmp_path, suffix):
    export_responses(journal, Which(), tmp_path / f"out{suffix}")
    expected = {field.name for record in (Prompt, Sampling) for field in fields(record)} - {"id"}
    assert expected <= set(read(tmp_path / f"out{suffix}")[0])


def test_both_kinds_of_file_say_the_same(journal, tmp_path):
    for name in ("out.jsonl", "out.parquet"):
        export_responses(journal, Which(), tmp_path / name)
    assert read(tmp_path / "out.jsonl") == read(tmp_path / "out.parquet")


def test_only_the_chosen_are_exported(journal, tmp_path):
    assert export_responses(journal, Which(budget="b"), tmp_path / "out.jsonl") == 2
    assert {row["budget"] for row in read(tmp_path / "out.jsonl")} == {"b"}


def test_nothing_chosen_is_an_empty_file(journal, tmp_path):
    assert export_responses(journal, Which(model="another"), tmp_path / "out.parquet") == 0
    assert read(tmp_path / "out.parquet") == []


def test_more_than_are_held_in_memory_all_come_out_once(journal, tmp_path, monkeypatch):
    monkeypatch.setattr("seedwise.journal.export._ROWS_AT_ONCE", 7)
    keep(journal, *(request_of(number) for number in range(3, 40)))
    assert export_responses(journal, Which(), tmp_path / "out.jsonl") == 40
    assert {row["key"] for row in read(tmp_path / "out.jsonl")} == {request_of(n).key for n in range(40)}


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_half_a_character_is_no_obstacle(journal, tmp_path, suffix):
    odd = request_of(9)
    journal.record(odd, response_to(odd, "half \ud83d of it"))
    file = tmp_path / f"out{suffix}"
    export_responses(journal, Which(), file)
    [row] = [row for row in read(file) if row["key"] == odd.key]
    assert row["choices"][0]["text"] == ("half \ud83d of it" if suffix == ".jsonl" else "half ? of it")


def test_a_file_is_replaced_only_when_told_to(journal, tmp_path):
    file = tmp_path / "out.jsonl"
    file.write_text("precious")
    with pytest.raises(ConfigError, match="is there already"):
        export_responses(journal, Which(), file)
    assert file.read_text() == "precious"
    assert export_responses(journal, Which(), file, is_forced=True) == 3
    assert len(read(file)) == 3


@pytest.mark.parametrize("name", ["out.csv", "out", "nowhere/out.jsonl"])
def test_a_file_that_cannot_be_is_told_with_a_remedy(journal, tmp_path, name):
    with pytest.raises(ConfigError) as caught:
        export_responses(journal, Which(), tmp_path / name)
    assert caught.value.remedy
    assert list(tmp_path.glob("**/*unfinished")) == []


def test_prompts_of_an_earlier_version_have_nothing_avoided_or_asked_for(journal, journal_url, tmp_path):
    engine = sa.create_engine(journal_url)
    with engine.begin() as connection:
        for key, text in connection.execute(sa.text("SELECT key, request FROM responses")).all():
            request = json.loads(text)
            for name in ("avoid", "attributes", "source"):
                del request["prompt"][name]
            values = {"request": json.dumps(request), "key": key}
            connection.execute(sa.text("UPDATE responses SET request = :request WHERE key = :key"), values)
    engine.dispose()
    for suffix in (".jsonl", ".parquet"):
        export_responses(journal, Which(), tmp_path / f"out{suffix}")
        rows = read(tmp_path / f"out{suffix}")
        assert [(row["avoid"], row["attributes"], row["source"]) for row in rows] == [([], [], "")] * 3
