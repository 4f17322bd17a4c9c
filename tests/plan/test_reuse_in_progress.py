"""The engine says, once, why something is new though the journal holds its like."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from plan_samples import Scripted, config_of, good, grow_arm, run_of

from seedwise.arms import Arm
from seedwise.generate import Engine, Identity, RetryPolicy, make_request
from seedwise.journal import Journal
from seedwise.records import Message, Prompt, Request


def requests_of(config, count: int) -> list[Request]:
    identity = Identity(config.generation.llm, config.generation.llm_base_url, is_embedded=False)
    prompts = (
        Prompt(f"naive/joy/{n}", Arm.NAIVE, "joy", "t@1", messages=(Message("user", f"{n}"),))
        for n in range(count)
    )
    return [make_request(prompt, identity, config.generation, 0) for prompt in prompts]


def ask(config, run, *rounds: list[Request]) -> list[str]:
    """Ask in rounds with one engine; collect what the progress says before any answer."""
    words: list[str] = []

    def listen(done: int, total: int, note: str = "") -> None:
        if "reused" in note:
            assert done == 0
            words.append(note)

    identity = Identity(config.generation.llm, config.generation.llm_base_url, is_embedded=False)
    with (
        Journal(run.journal) as journal,
        Engine(
            identity,
            config.generation,
            journal,
            lambda: nullcontext(Scripted(good)),
            concurrency=2,
            policy=RetryPolicy(retries=0),
        ) as engine,
    ):
        for some in rounds:
            engine.ask(some, listen)
    return words


def test_a_changed_setting_is_told_once(tmp_path):
    run, before, now = run_of(tmp_path), config_of(), config_of(max_tokens=96)
    ask(before, run, requests_of(before, 3))
    changed = requests_of(now, 6)
    assert ask(now, run, changed[:3], changed[3:]) == [
        "0 reused, 3 new because max_tokens changed (64 -> 96)"
    ]


def test_rounds_that_the_journal_answers_say_nothing_yet(tmp_path):
    run, config = run_of(tmp_path), config_of()
    requests = requests_of(config, 5)
    ask(config, run, requests[:3])
    assert ask(config, run, requests[:3], requests) == ["3 reused, 2 new: not asked before"]


def test_a_first_run_has_nothing_to_explain(tmp_path):
    config = config_of()
    assert ask(config, run_of(tmp_path), requests_of(config, 3)) == []


def test_of_very_many_only_the_first_are_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr("seedwise.generate.engine._EXPLAINED", 4)
    run, config = run_of(tmp_path), config_of()
    ask(config, run, requests_of(config, 3))
    words = ask(config, run, requests_of(config, 9))
    assert words == ["of the first 4: 3 reused, 1 new: not asked before"]


@pytest.mark.parametrize("arm", [Arm.NAIVE, Arm.GUIDED])
def test_growing_again_is_unharmed(tmp_path, arm):
    config, run = config_of(arm), run_of(tmp_path)
    first = grow_arm(config, run, Scripted(good), arm)
    model = Scripted(good)
    assert grow_arm(config, run, model, arm).content_digest == first.content_digest
    assert model.asked == []
