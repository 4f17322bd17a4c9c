"""`seedwise journal` as a user meets it: what is printed, what is deleted, what a mistake says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from seedwise import cli
from seedwise.arms import Arm
from seedwise.config import RunConfig
from seedwise.journal import Entry, Failure, Journal, Need, Terms
from seedwise.records import Choice, Message, Prompt, Request, Response, Sampling

SAMPLING = Sampling(temperature=1.0, top_p=None, min_p=None, max_tokens=64, n=2, seed=3)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        cli.main(["journal", *arguments])
    out, err = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, out, err


def request_of(number: int) -> Request:
    prompt = Prompt(f"naive/joy/{number}", Arm.NAIVE, "joy", "t@1", messages=(Message("user", f"{number}"),))
    return Request("some/model", "http://nowhere", prompt, SAMPLING)


def entry_of(number: int, finish: str, cost: float | None, budget: str) -> Entry:
    request = request_of(number)
    choices = (Choice("one", finish), Choice("two", finish))
    response = Response(request.key, choices, 100, 20, cost=cost, seconds=1.0)
    return Entry(request, response, budget=budget)


@pytest.fixture
def place() -> Iterator[list[str]]:
    """A journal of the test's own: three good answers of budget a; one cut off and two failed tries of b."""
    with Journal(RunConfig(state_dir=Path("state")).journal) as journal:
        good = [entry_of(number, "stop", 0.25, "a") for number in range(3)]
        journal.settle(good, [], Terms("nobody|1|1|x", "a"), {})
        failures = [Failure("k", "hang", "…"), Failure("k", "hang", "…")]
        journal.settle([entry_of(3, "length", None, "b")], failures, Terms("nobody|1|1|x", "b"), {})
        journal.admit([Need("under way", 10)], Terms(Journal.make_owner(), "b"))
        yield ["--state-dir", "state"]


def test_list_tells_what_is_there_in_lines_for_a_pipe(capsys, place):
    code, out, _ = run(capsys, "list", *place)
    lines = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert lines[0][0].startswith("journal ")
    assert lines[0][0].split(": ")[1].startswith("4 responses, ")
    assert ["# some/model at http://nowhere"] in lines
    table = {tuple(cells[:6]) for cells in lines if len(cells) == 8}
    assert table >= {
        ("a", "complete", "3", "6", "360", "$0.75"),
        ("b", "truncated", "1", "2", "120", "unknown"),
    }
    assert ["hang", "2"] in [cells[:2] for cells in lines]
    assert ["a", "3", "360", "$0.75"] in lines
    assert ["b", "1", "120", "unknown"] in lines
    assert any(cells[1:3] == ["alive", "1"] for cells in lines if len(cells) == 5)


@pytest.mark.parametrize(("width", "has_first"), [(80, False), (120, True)])
def test_list_fits_a_terminal(capsys, place, monkeypatch, width, has_first):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    _, out, _ = run(capsys, "list", *place)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", out).splitlines()
    assert max(map(len, lines)) <= width
    [head] = [line.split() for line in lines if line.startswith("budget") and "status" in line]
    assert ("first" in head) == has_first
    assert any(line.split()[:3] == ["a", "complete", "3"] for line in lines)


def test_list_of_an_empty_journal_is_its_first_line(capsys):
    Journal(RunConfig(state_dir=Path("state")).journal).close()
    code, out, _ = run(capsys, "list", "--state-dir", "state")
    assert code == 0
    assert len(out.splitlines()) == 1
    assert "0 responses" in out


def test_export_writes_what_was_chosen_and_says_how_much(capsys, place):
    code, out, _ = run(capsys, "export", "out.jsonl", "--status", "truncated", *place)
    assert (code, out) == (0, "1 response written to out.jsonl\n")
    [line] = Path("out.jsonl").read_text().splitlines()
    assert json.loads(line)["status"] == "truncated"


def test_prune_tells_first_and_deletes_when_told_to(capsys, place):
    chosen = ["prune", "--status", "complete", *place]
    code, out, _ = run(capsys, *chosen)
    assert code == 0
    assert out.startswith("would go: 3 responses, 6 answers, 360 tokens; cost: $0.75")
    assert "--yes" in out
    with Journal(RunConfig(state_dir=Path("state")).journal) as journal:
        assert journal.count() == 4
    code, out, _ = run(capsys, *chosen, "--yes")
    assert code == 0
    assert out.startswith("gone: 3 responses")
    with Journal(RunConfig(state_dir=Path("state")).journal) as journal:
        assert journal.count() == 1
        assert journal.read_spent("a").requests == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list", "--state-dir", "nowhere"], ["no journal at", "nowhere", "--state-dir"]),
        (["prune"], ["no condition", "--before, --model, --budget, --status"]),
        (["prune", "--before", "soon"], ["--before 'soon'", "2026-03-01"]),
        (["export", "out.csv"], ["out.csv", ".jsonl or .parquet"]),
        (["export", "there.jsonl"], ["there.jsonl is there already", "--force"]),
        (["prune", "--status", "bad"], ["bad"]),
        (["explain", "--seed-size", "3"], ["seeds.seed_size"]),
    ],
)
def test_mistakes_exit_2_with_a_remedy_and_no_traceback(capsys, place, arguments, words):
    Path("there.jsonl").write_text("")
    code, _, err = run(capsys, *arguments, *([] if "--state-dir" in arguments else place))
    assert code == 2
    assert "Traceback" not in err
    assert all(word in err for word in words)
    assert not Path("nowhere").exists()
