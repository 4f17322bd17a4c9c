"""Every reason why a request is new is told, one field at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from journal_samples import CONFIG, MODEL, keep, prompt_of, request_of

from seedwise.generate import Identity, make_request
from seedwise.journal import Change, Journal, Reason, Reuse, explain_reuse
from seedwise.records import Message, Request


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:
    """A journal of the test's own that holds three requests."""
    with Journal(journal_url) as journal:
        keep(journal, *(request_of(number) for number in range(3)))
        yield journal


def sampled(prompt=None, model: Identity = MODEL, root_seed: int = 0, **changes) -> Request:
    return make_request(prompt or prompt_of(), model, CONFIG.model_copy(update=changes), root_seed)


def changes_of(journal: Journal, request: Request) -> tuple[Change, ...]:
    reuse = explain_reuse(journal, [request])
    assert (reuse.reused, reuse.new) == (0, 1)
    return reuse.reasons[0].changes


def test_the_sentence_of_the_issue(journal):
    requests = [request_of(0), sampled(prompt_of(1), max_tokens=96), sampled(prompt_of(2), max_tokens=96)]
    assert str(explain_reuse(journal, requests)) == "1 reused, 2 new because max_tokens changed (64 -> 96)"


@pytest.mark.parametrize(
    ("request_", "change"),
    [
        (sampled(max_tokens=96), Change("max_tokens", "64 -> 96")),
        (sampled(temperature=0.3), Change("temperature", "1.2 -> 0.3")),
        (sampled(top_p=0.9), Change("top_p", "unset -> 0.9")),
        (sampled(answers_per_request=4), Change("answers_per_request", "2 -> 4")),
        (sampled(root_seed=5), Change("root_seed")),
        (sampled(model=replace(MODEL, model="other/model")), Change("llm", "test/model -> other/model")),
        (
            sampled(model=replace(MODEL, base_url="http://elsewhere")),
            Change("llm_base_url", "http://nowhere -> http://elsewhere"),
        ),
        (request_of(template="chat_turns@2"), Change("template", "chat_turns@1 -> chat_turns@2")),
        (
            request_of(messages=(Message("user", "Other words"),)),
            Change("wording", "the same class, hints and exemplars in other words"),
        ),
        (
            request_of(messages=(Message("user", "Other words"),), exemplars=("s-3", "s-2")),
            Change("exemplars", "other seeds or another draw"),
        ),
        (
            request_of(messages=(Message("user", "Other words"),), hints=("sunny",)),
            Change("hints", "2 -> 1 a prompt"),
        ),
        (request_of(repeat=3), Change("repeat", "0 -> 3")),
    ],
)
def test_one_field_changed_is_the_one_reason(journal, request_, change):
    assert changes_of(journal, request_) == (change,)


def test_another_place_in_the_plan_was_not_asked_before(journal):
    reuse = explain_reuse(journal, [request_of(0), request_of(7)])
    assert reuse == Reuse(1, (Reason((), 1),))
    assert str(reuse) == "1 reused, 1 new: not asked before"


def test_two_fields_changed_are_one_reason_of_two_changes(journal):
    found = changes_of(journal, sampled(max_tokens=96, temperature=0.3))
    assert found == (Change("temperature", "1.2 -> 0.3"), Change("max_tokens", "64 -> 96"))


def test_an_embedded_file_with_other_bytes_is_told_as_such(journal):
    first = Identity("embedded/smollm2", "embedded:aaaa", is_embedded=True)
    keep(journal, sampled(model=first))
    found = changes_of(journal, sampled(model=replace(first, base_url="embedded:bbbb")))
    assert found == (Change("the model's file"),)


def test_the_nearest_kept_request_counts(journal):
    keep(journal, sampled(max_tokens=96, temperature=0.3))
    assert changes_of(journal, sampled(max_tokens=96)) == (Change("temperature", "0.3 -> 1.2"),)


def test_a_further_draw_is_not_taken_for_a_change_of_the_first(journal):
    further = request_of(0, messages=(Message("user", "Other words"),), exemplars=("s-8", "s-9"))
    assert str(explain_reuse(journal, [request_of(0), further])) == "1 reused, 1 new: not asked before"


def test_reasons_come_most_frequent_first_and_a_key_counts_once(journal):
    requests = [
        *(sampled(prompt_of(number), max_tokens=96) for number in (0, 1, 1)),
        request_of(9),
        request_of(2),
        *(request_of(number) for number in (11, 12)),
    ]
    reuse = explain_reuse(journal, requests)
    assert str(reuse) == ("1 reused, 5 new: 3 not asked before, 2 because max_tokens changed (64 -> 96)")


def test_an_empty_journal_has_no_past(journal_url):
    with Journal(journal_url) as journal:
        reuse = explain_reuse(journal, [request_of()])
    assert reuse == Reuse(0, (Reason((), 1),))
    assert not reuse.has_past


def test_nothing_wanted_is_nothing_new(journal):
    assert str(explain_reuse(journal, [])) == "0 reused"


@given(st.integers(0, 9), st.integers(0, 9), st.lists(st.sampled_from(["max_tokens", "hints"]), max_size=2))
def test_sums_keep_every_count(first, second, names):
    change = (Change("temperature"),)
    one = Reuse(first, tuple(Reason((Change(name),), 1) for name in dict.fromkeys(names)))
    two = Reuse(second, (Reason(change, 3), Reason((Change("hints"),), 1)))
    total = one + two
    assert (total.reused, total.new) == (first + second, one.new + two.new)
    counts = [reason.count for reason in total.reasons]
    assert counts == sorted(counts, reverse=True)
    assert len({reason.changes for reason in total.reasons}) == len(counts)
