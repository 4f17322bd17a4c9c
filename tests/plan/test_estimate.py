"""Estimates reckoned by hand, and held against what runs then really ask."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_samples import (
    Scripted,
    Unmoved,
    config_of,
    good,
    grow_arm,
    reckon,
    run_of,
    sometimes,
)

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig, RefineConfig
from seedwise.errors import ConfigError
from seedwise.generate import Identity, make_request
from seedwise.journal import Entry, Failure, Journal, Spent, Terms
from seedwise.journal.schema import RESPONSES
from seedwise.plan import Amount, Use
from seedwise.records import Choice, Message, Prompt, Response

ANGER = len("Write one tweet that expresses anger. Answer with the tweet only.")
JOY = len("Write one tweet that expresses joy. Answer with the tweet only.")
FREE_PLAY = {"prompt_price": 1.0, "completion_price": 2.0}


def forget(run, keep_share: float, seed: int = 0) -> None:
    """Lose a random part of the journal."""
    with Journal(run.journal) as journal:
        keys = journal.database.read(lambda c: sorted(c.scalars(sa.select(RESPONSES.c.key))))
        lost = [key for key in keys if random.Random(f"{seed}/{key}").random() >= keep_share]
        delete = sa.delete(RESPONSES).where(RESPONSES.c.key.in_(lost))
        journal.database.write(lambda connection: connection.execute(delete))


def test_an_empty_journal_reckons_with_the_prior_and_the_candidate_budget(tmp_path):
    found = reckon(config_of(), run_of(tmp_path))
    # Ten rows a class of 4 answers at 70 % are 4 requests; 50 candidates are 13.
    assert found.use.requests == Amount(8, 26)
    assert (found.reuse.reused, found.reuse.new) == (0, 8)
    assert found.basis.requests == (
        "no candidates in the journal yet: 70% of the answers taken to be accepted; "
        "at most: 5 candidates a row, 4 answers a request as asked for"
    )


def test_tokens_without_a_history_are_a_quarter_of_the_bytes(tmp_path):
    found = reckon(config_of(), run_of(tmp_path))
    # Seeds of 40 bytes: answers of 10 tokens.
    expected = 4 * (ANGER + JOY) / 4 + 8 * 4 * 10
    most = 13 * (ANGER // 2 + 8) + 13 * (JOY // 2 + 8) + 26 * 4 * 64
    assert found.use.tokens == Amount(expected, most)
    assert "about 4 bytes a token" in found.basis.tokens


def test_an_own_price_makes_money_of_both_kinds_of_tokens(tmp_path):
    found = reckon(config_of(), run_of(tmp_path, **FREE_PLAY))
    assert found.use.cost is not None
    assert found.use.cost.expected == pytest.approx((ANGER + JOY + 2 * 320) / 1e6)
    most = 13 * (ANGER // 2 + 8) + 13 * (JOY // 2 + 8) + 2 * 26 * 4 * 64
    assert found.use.cost.most == pytest.approx(most / 1e6)
    assert "your own setting" in found.basis.cost


def test_an_unknown_price_and_an_unknown_pace_stay_unknown(tmp_path):
    found = reckon(config_of(), run_of(tmp_path))
    assert (found.use.cost, found.use.seconds) == (None, None)
    assert found.basis.cost.startswith("unknown price of openai/some-model")
    assert found.basis.time == "unknown: nothing of this model in the journal yet"


def test_a_listed_price_names_its_table(tmp_path):
    config = config_of()
    listed = config.model_copy(
        update={
            "generation": config.generation.model_copy(
                update={"llm": "openai/gpt-4o-mini", "llm_base_url": ""}
            )
        }
    )
    found = reckon(listed, run_of(tmp_path))
    assert found.use.cost is not None
    assert "price table" in found.basis.cost


def keep_history(config: ExperimentConfig, run, responses: int, *, tokens=(20, 8), seconds=2.0) -> None:
    """Let the journal know the model by requests of 100 bytes with 2 answers, of another experiment."""
    identity = Identity(config.generation.llm, config.generation.llm_base_url, is_embedded=False)
    entries = []
    for number in range(responses):
        message = Message("user", f"{number}".ljust(100, "."))
        prompt = Prompt(f"other/{number}", Arm.NAIVE, "joy", "other@1", messages=(message,))
        request = make_request(prompt, identity, config.generation, 0)
        choices = (Choice("a", "stop"), Choice("b", "stop"))
        entries.append(Entry(request, Response(request.key, choices, *tokens, cost=None, seconds=seconds)))
    with Journal(run.journal) as journal:
        journal.settle(entries, [], Terms("nobody|1|1|x", "another"), {})


@pytest.mark.parametrize(("responses", "is_known"), [(19, False), (20, True)])
def test_twenty_responses_of_the_model_make_its_own_rates(tmp_path, responses, is_known):
    config, run = config_of(), run_of(tmp_path)
    keep_history(config, run, responses)
    found = reckon(config, run)
    own = 4 * (ANGER + JOY) * 0.2 + 8 * 4 * 4  # a fifth of a token a byte, 4 tokens an answer
    rule = 4 * (ANGER + JOY) / 4 + 8 * 4 * 10
    assert found.use.tokens.expected == pytest.approx(own if is_known else rule)
    assert ("0.20 tokens a byte" in found.basis.tokens) == is_known


def test_no_answer_is_expected_to_be_longer_than_it_may_be(tmp_path):
    config, run = config_of(max_tokens=8), run_of(tmp_path)
    keep_history(config, run, 20, tokens=(20, 2000))
    assert reckon(config, run).use.tokens.expected == pytest.approx(4 * (ANGER + JOY) * 0.2 + 8 * 4 * 8)


def test_time_is_the_median_in_waves_of_the_concurrency(tmp_path):
    config, run = config_of(), run_of(tmp_path, concurrency=3)
    keep_history(config, run, 1, seconds=2.0)
    found = reckon(config, run)
    assert found.use.seconds == Amount(3 * 2.0, 9 * 2.0)  # 8 requests in waves of 3; 26 in 9
    assert "a median of 2 s a request over 1 kept response of this model, 3 at once" in found.basis.time


def test_a_limit_a_minute_makes_it_longer(tmp_path):
    config, run = config_of(), run_of(tmp_path, requests_per_minute=6)
    keep_history(config, run, 1, seconds=2.0)
    found = reckon(config, run)
    assert found.use.seconds == Amount(80.0, 260.0)
    assert "at most 6 requests a minute" in found.basis.time


def test_draws_that_ask_the_same_are_counted_once(tmp_path):
    found = reckon(config_of(Arm.NAIVE), run_of(tmp_path), draws=3)
    assert found.use.requests == Amount(8, 26)
    assert found.reuse.new == 8
    assert found.arms[0].rows == 60


def test_draws_that_ask_differently_are_counted_each(tmp_path):
    found = reckon(config_of(Arm.GUIDED), run_of(tmp_path), draws=3)
    assert found.use.requests == Amount(24, 78)
    assert found.reuse.new == 24


def test_arms_that_ask_the_same_are_counted_once(tmp_path):
    # Placebo and guided show the same words here, so every request is shared.
    found = reckon(config_of(Arm.GUIDED, Arm.PLACEBO), run_of(tmp_path))
    assert [arm.use.requests for arm in found.arms] == [Amount(8, 26), Amount(0, 0)]
    assert [arm.reuse.new for arm in found.arms] == [8, 0]


def test_a_full_journal_leaves_nothing_to_ask(tmp_path):
    config, run = config_of(), run_of(tmp_path)
    harvest = grow_arm(config, run, Scripted(sometimes(0.5)), Arm.NAIVE)
    found = reckon(config, run)
    assert found.use == Use()
    assert found.reuse.reused == harvest.requests
    assert found.reuse.new == 0


def test_what_is_missing_is_reckoned_at_the_acceptance_so_far(tmp_path):
    config, run = config_of(), run_of(tmp_path)
    grow_arm(
        config,
        run,
        Scripted(lambda request, number: good(request, number) if number < 2 else "no"),
        Arm.NAIVE,
    )
    # At 2 rows a request a class has had 4 requests, then 1 more. For 20 rows the first round asks 8.
    found = reckon(config_of(added=40), run)
    assert (found.reuse.reused, found.reuse.new) == (10, 6)
    # 10 of 20 rows are in after 5 requests: (10 + .7 * 4) / 6 rows a request, so 5 requests bring the others;
    # 80 of the 100 candidates are left, which is 20.
    assert found.use.requests == Amount(10, 40)
    assert found.basis.requests.startswith("20 of 40 candidates in the journal accepted (50%)")


def test_stored_rows_ask_nothing_whatever_the_journal_holds(tmp_path):
    config = config_of(Arm.NAIVE, Arm.GUIDED)
    grown = run_of(tmp_path / "grown")
    harvest = grow_arm(config, grown, Scripted(good), Arm.NAIVE)
    found = reckon(config, run_of(tmp_path / "empty"), finished=(harvest,))
    assert [arm.use.requests for arm in found.arms] == [Amount(0, 0), Amount(8, 26)]
    assert found.arms[0].reuse.reused == harvest.requests
    assert found.arms[0].rows == 20


def test_with_all_rows_stored_neither_model_nor_journal_is_needed(tmp_path):
    config, run = config_of(), run_of(tmp_path / "grown")
    harvest = grow_arm(config, run, Scripted(good), Arm.NAIVE)
    elsewhere = run_of(tmp_path / "none", journal_url="sqlite:////nowhere/to/be/found/journal.db")
    assert reckon(config, elsewhere, finished=(harvest,)).use == Use()


def test_without_a_generated_arm_there_is_nothing_to_reckon(tmp_path):
    found = reckon(config_of(Arm.REAL), run_of(tmp_path))
    assert found.arms == ()
    assert found.use == Use()


def test_the_budget_tells_what_was_used_and_left(tmp_path):
    config, run = config_of(), run_of(tmp_path, budget="mine", max_requests=30, max_tokens=100)
    with Journal(run.journal) as journal:
        used = Failure("k", "hang", "…", used=Spent(5, 40, 0.0, 1))
        journal.settle([], [used], Terms("nobody|1|1|x", "mine"), {})
    found = reckon(config, run)
    assert (found.budget.name, found.budget.spent) == ("mine", Spent(5, 40, 0.0, 1))
    [requests, tokens] = found.warnings
    assert requests.startswith("--max-requests leaves 25 requests, and up to 26 requests may be needed")
    assert tokens.startswith("--max-tokens leaves 60 tokens, and 448 tokens are expected")


def test_caps_with_room_for_the_most_warn_of_nothing(tmp_path):
    found = reckon(config_of(), run_of(tmp_path, max_requests=26, max_cost=1.0, **FREE_PLAY))
    assert found.warnings == ()


def test_a_cap_on_an_unknown_cost_is_refused_before_anything_is_asked(tmp_path):
    with pytest.raises(ConfigError, match="price is not known"):
        reckon(config_of(), run_of(tmp_path, max_cost=1.0))


@settings(max_examples=20)
@given(
    added=st.integers(2, 30),
    n=st.integers(1, 6),
    share=st.sampled_from([0.0, 0.3, 0.9]),
    kept=st.sampled_from([0.0, 0.5, 0.9]),
    factor=st.sampled_from([1.0, 3.0]),
    seed=st.integers(0, 99),
)
def test_a_run_never_asks_more_than_was_said_at_most(tmp_path_factory, added, n, share, kept, factor, seed):
    config = config_of(added=added, factor=factor, answers_per_request=n)
    run = run_of(tmp_path_factory.mktemp("state"))
    grow_arm(config, run, Scripted(sometimes(share)), Arm.NAIVE)
    forget(run, kept, seed)
    found = reckon(config, run)
    model = Scripted(sometimes(share))
    grow_arm(config, run, model, Arm.NAIVE)
    assert found.reuse.new <= len(model.asked) <= found.use.requests.most
    assert found.use.requests.expected <= found.use.requests.most


GUIDED_FEEDBACK, GUIDED_SELECT = Arm("guided+feedback"), Arm("guided+select")


def test_overgrown_rows_multiply_what_is_asked(tmp_path):
    found = reckon(config_of(GUIDED_SELECT), run_of(tmp_path))
    # Twenty sound rows a class of 4 answers at 70 % are 8 requests; 100 candidates are 25.
    assert found.use.requests == Amount(16, 50)
    assert found.arms[0].rows == 20
    assert "2 sound rows are grown for each one kept in guided+select" in found.basis.requests


def test_agreement_is_judged_in_the_estimate_as_in_the_run(tmp_path):
    config, run = config_of(Arm("naive+agree")), run_of(tmp_path)
    model = Scripted(lambda request, number: f"anger of {good(request, number)}")
    grow_arm(config, run, model, Arm.NAIVE)  # the same requests; all rows are sound without agreement
    found = reckon(config, run)
    assert found.reuse.reused == 8
    assert found.use.requests.expected > 0  # no joy agrees with what is asked
    assert found.basis.requests.startswith("10 of 32 candidates in the journal accepted")


def test_a_stricter_arm_is_expected_to_need_more_of_the_same_requests(tmp_path):
    run = run_of(tmp_path)
    model = Scripted(lambda request, number: f"anger of {good(request, number)}")
    grow_arm(config_of(Arm.NAIVE), run, model, Arm.NAIVE)
    [plain, strict] = reckon(config_of(Arm.NAIVE, Arm("naive+agree"), added=40), run).arms
    # For 20 rows a class both ask 8 requests, 4 of them are kept; of 100 candidates a class 84 are left.
    assert plain.use.requests == Amount(8, 42)
    # None of 16 rows agrees with joy: the .56 rows a request that are then expected use up the budget.
    assert strict.use.requests == Amount(21 - 4, 21 - 4)


def test_later_rounds_are_reckoned_at_the_prior_before_there_is_a_first(tmp_path):
    found = reckon(config_of(GUIDED_FEEDBACK, added=60), run_of(tmp_path))
    # Three rounds of ten rows a class are 4 requests each; 150 candidates of a class are 38 requests.
    assert found.use.requests == Amount(24, 76)
    assert (found.reuse.reused, found.reuse.new) == (0, 8)
    assert found.arms[0].rows == 60
    assert "of guided+feedback the first round is known, later ones are taken" in found.basis.requests


def test_later_rounds_are_reckoned_at_the_acceptance_of_the_first(tmp_path):
    first, run = config_of(Arm.GUIDED, added=20), run_of(tmp_path)
    half = Scripted(lambda request, number: good(request, number) if number < 2 else "no")
    asked = grow_arm(first, run, half, Arm.GUIDED).requests
    assert asked == 10  # at 2 rows a request a class has had 4 requests, then 1 more
    found = reckon(config_of(GUIDED_FEEDBACK, added=60), run)
    # The first round is that of 20 rows. (10 + .7 * 4) / 6 rows a request: 5 more requests for each round.
    assert found.reuse.reused == 10
    assert found.use.requests.expected == 2 * 2 * 5
    assert found.use.requests.most == 2 * (150 - 20) / 4 + 1  # rounded up a class


def test_arms_share_the_first_requests_of_a_round_and_none_of_later_rounds(tmp_path):
    found = reckon(config_of(Arm.GUIDED, GUIDED_FEEDBACK, added=60), run_of(tmp_path))
    # Guided asks 11 requests a class; of the 12 of the other arm, the 4 of the first round are among them.
    assert [arm.use.requests.expected for arm in found.arms] == [22, 16]
    assert [arm.use.requests.most for arm in found.arms] == [76, 68]
    assert [arm.reuse.new for arm in found.arms] == [22, 0]


def test_a_class_without_rows_in_the_first_round_is_reckoned_too(tmp_path):
    found = reckon(config_of(GUIDED_FEEDBACK, added=4), run_of(tmp_path))
    # By the ends of the rounds 1, 2 and 4 rows: anger 1, 1, 2, and joy 0, 1, 2.
    assert found.use.requests.expected == 4
    assert found.arms[0].rows == 4


@settings(max_examples=6, deadline=None)
@given(
    added=st.integers(2, 24),
    n=st.integers(1, 5),
    share=st.sampled_from([0.0, 0.4, 0.9]),
    rounds=st.integers(2, 3),
    overgenerate=st.sampled_from([1.0, 2.0]),
)
def test_rounds_and_selection_never_ask_more_than_was_said_at_most(
    tmp_path_factory, added, n, share, rounds, overgenerate
):
    plain = config_of(Arm.GUIDED, added=added, factor=3.0, answers_per_request=n)
    refine = RefineConfig(rounds=rounds, overgenerate=overgenerate)
    config = plain.model_copy(update={"refine": refine})
    run = run_of(tmp_path_factory.mktemp("state"))
    found = reckon(config, run)
    model = Scripted(sometimes(share))
    grow_arm(config, run, model, Arm.GUIDED, coach=Unmoved())
    assert len(model.asked) <= found.use.requests.most
    assert found.use.requests.expected <= found.use.requests.most
