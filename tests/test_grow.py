import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedwise.arms import Arm
from seedwise.config import EvaluateConfig, ExperimentConfig, GenerationConfig, PromptConfig, RunConfig
from seedwise.generate import Engine, Identity, RetryPolicy
from seedwise.grow import grow, style_of
from seedwise.journal import Journal
from seedwise.llm import Reply
from seedwise.records import Choice, Dataset, Draw, Guides, Harvest, Request, Response, Row, Rows, Traffic

LABELS = ("anger", "joy")
SEEDS = Rows(
    Row(f"s-{label}-{i}", f"{label} seed text of number {i} with some padding {i * 7}", label, i)
    for label in LABELS
    for i in range(4)
)
DATASET = Dataset("made", LABELS, SEEDS, Rows([Row("t", "held back for the test alone", "joy", 99)]), "", "")
DRAW = Draw(0, SEEDS, Rows())
GUIDES = Guides(0, "xgboost", "signed", ())

Answer = Callable[[Request, int], Choice]


class ScriptedLLM:
    """Answers by a function of the request and the answer's number; counts what it is asked."""

    def __init__(self, answer: Answer, cost: float | None = 0.5) -> None:
        self.answer, self.cost, self.asked = answer, cost, Counter[str]()

    async def complete(self, request: Request) -> Reply:
        self.asked[request.prompt.label] += 1
        choices = tuple(self.answer(request, number) for number in range(request.sampling.n))
        return Reply(Response(request.key, choices, 10, 5, cost=self.cost, seconds=0.25), raw=b"{}")

    async def aclose(self) -> None:
        """Hold nothing."""


@pytest.fixture
def journal(tmp_path) -> Iterator[Journal]:
    """Give every test a journal of its own, so that no answer leaks from one to the next."""
    with Journal(RunConfig(state_dir=tmp_path).journal) as journal:
        yield journal


@contextmanager
def engine_of(llm: ScriptedLLM, journal: Journal, config: ExperimentConfig, concurrency: int = 3):
    identity = Identity("test/model", "http://nowhere", is_embedded=False)
    policy = RetryPolicy(retries=0)
    with Engine(
        identity, config.generation, journal, lambda: nullcontext(llm), concurrency=concurrency, policy=policy
    ) as engine:
        yield engine


def config_of(added: int = 20, n: int = 4, factor: float = 5.0) -> ExperimentConfig:
    return ExperimentConfig(
        evaluate=EvaluateConfig(added=(added,)),
        generation=GenerationConfig(llm="test/model", answers_per_request=n, candidate_factor=factor),
    )


def good(request: Request, number: int) -> Choice:
    words = random.Random(f"{request.key}/{number}").choices(WORDS, k=8)
    return Choice(" ".join(words), "stop")


WORDS = [
    f"{a}{b}{c}" for a in ("lo", "mi", "ka", "tu") for b in ("ra", "ne", "so") for c in ("pel", "dot", "win")
]


def sometimes(share: float) -> Answer:
    def answer(request: Request, number: int) -> Choice:
        lucky = random.Random(f"luck/{request.key}/{number}").random() < share
        return good(request, number) if lucky else Choice("no", "stop")

    return answer


def harvest_of(
    answer: Answer, journal: Journal, config: ExperimentConfig | None = None, **kwargs
) -> tuple[Harvest, ScriptedLLM]:
    config = config or config_of()
    llm = ScriptedLLM(answer, kwargs.pop("cost", 0.5))
    with engine_of(llm, journal, config, kwargs.pop("concurrency", 3)) as engine:
        return grow(Arm.NAIVE, DRAW, DATASET, GUIDES, config, engine, **kwargs), llm


def counts(rows) -> Counter[str]:
    return Counter(row.label for row in rows)


def test_every_class_gets_exactly_its_rows_and_the_surplus_is_kept_apart(journal):
    harvest, _ = harvest_of(good, journal)
    assert counts(harvest.accepted) == {"anger": 10, "joy": 10}
    assert harvest.asked == {"anger": 10, "joy": 10}
    assert harvest.shortfall == {}
    assert {row.reason for row in harvest.rejected} == {"surplus"}
    assert harvest.candidates == len(harvest.accepted) + len(harvest.rejected) == 4 * harvest.requests


def test_an_unlucky_model_is_asked_again_for_what_is_missing_only(journal):
    def answer(request, number):
        return (good if request.prompt.label == "joy" else sometimes(0.4))(request, number)

    harvest, llm = harvest_of(answer, journal)
    assert counts(harvest.accepted) == {"anger": 10, "joy": 10}
    assert llm.asked["joy"] == 4  # 10 rows of 4 answers at the expected 70 %
    assert llm.asked["anger"] > 4


def test_a_spent_budget_is_a_shortfall_and_no_request_more(journal):
    harvest, llm = harvest_of(lambda request, number: Choice("", "stop"), journal, config_of(factor=3))
    assert harvest.shortfall == {"anger": 10, "joy": 10}
    assert llm.asked == {"anger": 8, "joy": 8}  # the least requests of 4 answers that hold 30 candidates
    assert counts(harvest.rejected) == {"anger": 32, "joy": 32}
    assert {row.reason for row in harvest.rejected} == {"empty"}


def test_a_model_that_gives_no_answers_at_all_comes_to_an_end(journal):
    class Mute(ScriptedLLM):
        async def complete(self, request: Request) -> Reply:
            return Reply(Response(request.key, (), 10, 0, cost=0.0, seconds=0.1), raw=b"{}")

    config = config_of(added=2, factor=2)
    with engine_of(Mute(good), journal, config) as engine:
        harvest = grow(Arm.NAIVE, DRAW, DATASET, GUIDES, config, engine)
    assert harvest.shortfall == {"anger": 1, "joy": 1}
    assert harvest.candidates == 0


def test_the_passport_of_a_row(journal):
    harvest, _ = harvest_of(good, journal)
    row = harvest.accepted[1]
    assert row.id == "syn-naive-d0-anger-1"
    assert (row.prompt_id, row.choice, row.draw) == ("naive/anger/0", 1, 0)
    assert (row.arm, row.model, row.template) == (Arm.NAIVE, "test/model", "chat_turns@1")
    ids = [row.id for row in harvest.accepted + harvest.rejected]
    assert len(set(ids)) == len(ids)


def test_the_bill_counts_every_response_whether_paid_now_or_before(journal):
    first, _ = harvest_of(good, journal)
    again, llm = harvest_of(good, journal)
    assert llm.asked == {}
    assert again.content_digest == first.content_digest
    assert (first.reused, again.reused) == (0, 8)
    for harvest in (first, again):
        assert (harvest.requests, harvest.responses, harvest.candidates) == (8, 8, 32)
        assert (harvest.prompt_tokens, harvest.completion_tokens) == (80, 40)
        assert (harvest.cost, harvest.seconds) == (4.0, 2.0)


def test_the_traffic_is_what_this_run_sent(journal):
    first, _ = harvest_of(good, journal)
    again, _ = harvest_of(good, journal)
    assert (first.traffic.sent, first.traffic.refused) == (8, 0)
    assert [change.cause for change in first.traffic.limits] == ["start"]
    assert again.traffic == Traffic()


def test_a_cost_that_is_not_known_of_every_response_is_not_known(journal):
    harvest, _ = harvest_of(good, journal, cost=None)
    assert harvest.cost is None


def test_the_rows_are_the_same_whatever_the_concurrency(tmp_path):
    digests = set()
    for concurrency in (1, 8):
        with Journal(RunConfig(state_dir=tmp_path / str(concurrency)).journal) as journal:
            harvest, _ = harvest_of(sometimes(0.5), journal, concurrency=concurrency)
            digests.add(harvest.content_digest)
    assert len(digests) == 1


def test_a_larger_addition_begins_with_the_smaller_one(tmp_path):
    kept = []
    for added in (10, 30):
        with Journal(RunConfig(state_dir=tmp_path / str(added)).journal) as journal:
            harvest, _ = harvest_of(sometimes(0.6), journal, config_of(added))
            kept.append([row.text for row in harvest.accepted if row.label == "joy"])
    assert kept[1][:5] == kept[0]


@settings(max_examples=15, deadline=None)
@given(
    added=st.integers(1, 40),
    n=st.integers(1, 9),
    share=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    factor=st.sampled_from([1.0, 2.5, 6.0]),
)
def test_nothing_is_lost_and_no_budget_is_exceeded_by_a_request(tmp_path_factory, added, n, share, factor):
    config = config_of(added, n, factor)
    with Journal(RunConfig(state_dir=tmp_path_factory.mktemp("state")).journal) as journal:
        harvest, _ = harvest_of(sometimes(share), journal, config)
    accepted, judged = counts(harvest.accepted), counts(harvest.accepted + harvest.rejected)
    for label, wanted in harvest.asked.items():
        assert accepted[label] + harvest.shortfall.get(label, 0) == wanted
        assert judged[label] < factor * wanted + n
    assert len(harvest.accepted) + len(harvest.rejected) == harvest.candidates == harvest.responses * n


def test_progress_never_falls_and_ends_at_what_was_accepted(journal):
    told: list[tuple[int, int, str]] = []
    harvest, _ = harvest_of(
        sometimes(0.5), journal, progress=lambda done, total, note="": told.append((done, total, note))
    )
    assert [done for done, *_ in told] == sorted(done for done, *_ in told)
    assert {total for _, total, _ in told} == {20}
    assert told[-1][0] == len(harvest.accepted)
    assert len({done for done, *_ in told}) > 2  # rows are judged while others are still asked for
    assert re.fullmatch(r"\$\d+\.\d\d · \d+% accepted", told[-1][2])


@pytest.mark.parametrize(
    ("chosen", "style"), [("auto", "chat"), ("chat", "chat"), ("completion", "completion")]
)
def test_style(chosen, style):
    assert style_of(PromptConfig(prompt_format=chosen)) == style
