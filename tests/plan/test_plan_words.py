"""What a person reads of an estimate."""

from __future__ import annotations

import doctest
import io

import pytest
from plan_samples import Scripted, config_of, good, grow_arm, material, reckon, run_of
from rich.console import Console

from seedwise.arms import Arm
from seedwise.plan import estimate_lines, estimate_markdown, numbers, sample_prompts
from seedwise.plan.numbers import show_range
from seedwise.plan.records import Amount
from seedwise.plan.terminal import prompt_lines, render_estimate, render_prompts, render_reuse
from seedwise.records import Message, Prompt


def shown(renderable, width: int = 80) -> str:
    console = Console(width=width, record=True, force_terminal=True, file=io.StringIO())
    console.print(renderable)
    return console.export_text()


def test_numbers_read_as_their_examples_say():
    assert doctest.testmod(numbers).attempted > 0
    assert doctest.testmod(numbers).failed == 0


def test_a_range_is_one_figure_where_both_ends_are_the_same():
    assert show_range(Amount(2, 2), numbers.show_count) == "2"
    assert show_range(Amount(2, 9), numbers.show_count) == "2 ≤ 9"
    assert show_range(None, numbers.show_count) == "?"


def test_the_lines_tell_every_figure_with_its_basis(tmp_path):
    lines = list(estimate_lines(reckon(config_of(), run_of(tmp_path))))
    assert [line.partition(":")[0] for line in lines[:5]] == ["estimate", "tokens", "cost", "time", "journal"]
    assert lines[0].startswith("estimate: 8 new requests expected, 26 at most (")
    assert lines[2].startswith("cost: unknown price")
    assert lines[3] == "time: unknown: nothing of this model in the journal yet"
    assert lines[4] == "journal: 0 reused, 8 new: not asked before"
    assert lines[5].endswith("nothing used so far; no caps")


def test_nothing_to_ask_is_one_line(tmp_path):
    config, run = config_of(), run_of(tmp_path)
    grow_arm(config, run, Scripted(good), Arm.NAIVE)
    assert list(estimate_lines(reckon(config, run))) == [
        "estimate: nothing to ask: all 8 requests are answered already"
    ]


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_its_terminal_and_cuts_nothing_off(tmp_path, width):
    arms = (Arm.NAIVE, Arm.EXEMPLARS_ONLY, Arm.KEYWORDS_ONLY, Arm.TFIDF_GUIDED, Arm.GUIDED)
    config = config_of(*arms, added=200, factor=90, answers_per_request=1)
    found = reckon(config, run_of(tmp_path, prompt_price=1.0, completion_price=20.0))
    text = shown(render_estimate(found), width)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
    assert all(arm.value in text for arm in arms)


def test_the_page_has_a_row_an_arm_and_the_total(tmp_path):
    page = estimate_markdown(reckon(config_of(Arm.NAIVE, Arm.GUIDED), run_of(tmp_path)))
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert [row.split("|")[1].strip() for row in rows] == ["arm", "---", "naive", "guided", "all"]
    assert len({row.count("|") for row in rows}) == 1


def test_why_requests_are_new_stands_beside_their_arm(tmp_path):
    run = run_of(tmp_path)
    grow_arm(config_of(), run, Scripted(good), Arm.NAIVE)
    text = shown(render_reuse(reckon(config_of(max_tokens=96), run)))
    assert "max_tokens changed (64 -> 96)" in text
    assert "0 reused, 8 new because max_tokens changed (64 -> 96)" in text


def test_three_prompts_an_arm_of_different_classes_where_there_are():
    config = config_of(Arm.NAIVE, Arm.GUIDED)
    given = material()
    guides = dict.fromkeys(config.evaluate.grown, given.guides[0])
    prompts = list(sample_prompts(("anger", "joy"), given.draws[0], guides, config))
    assert [prompt.id for prompt in prompts] == [
        "naive/anger/0",
        "naive/joy/0",
        "naive/anger/1",
        "guided/anger/0",
        "guided/joy/0",
        "guided/anger/1",
    ]


def test_prompts_are_shown_turn_by_turn_and_never_obeyed():
    text = "\x1b[31mred [bold]not bold[/bold]"
    prompt = Prompt(
        "guided/joy/0", Arm.GUIDED, "joy", "t@1", (Message("user", "Ask"), Message("assistant", text))
    )
    for out in (shown(render_prompts([prompt])), "\n".join(prompt_lines([prompt]))):
        assert "user: Ask" in out
        assert "assistant:  [31mred [bold]not bold[/bold]" in out
        assert "\x1b" not in out


def test_a_raw_prompt_is_shown_as_what_is_to_be_continued():
    prompt = Prompt("guided/joy/0", Arm.GUIDED, "joy", "lines@1", completion="Heading\nTweet:")
    assert "to be continued: Heading" in shown(render_prompts([prompt]))
