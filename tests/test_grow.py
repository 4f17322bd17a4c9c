import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedwise.arms import Arm
from seedwise.config import (
    EvaluateConfig,
    ExperimentConfig,
    GenerationConfig,
    PromptConfig,
    RefineConfig,
    RunConfig,
    ScreenConfig,
)
from seedwise.generate import Engine, Identity, RetryPolicy
from seedwise.grow import Advice, Review, grow, style_of
from seedwise.grow.goals import Goals
from seedwise.journal import Journal
from seedwise.llm import Reply
from seedwise.records import (
    Candidate,
    Choice,
    Confusion,
    Dataset,
    Draw,
    Guide,
    Guides,
    Harvest,
    Request,
    Response,
    Row,
    Rows,
    TokenScore,
    Traffic,
)

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


def config_of(added: int = 20, n: int = 4, factor: float = 5.0, **sections) -> ExperimentConfig:
    return ExperimentConfig(
        evaluate=EvaluateConfig(added=(added,)),
        generation=GenerationConfig(llm="test/model", answers_per_request=n, candidate_factor=factor),
        **sections,
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
    arm, guides = kwargs.pop("arm", Arm.NAIVE), kwargs.pop("guides", GUIDES)
    with engine_of(llm, journal, config, kwargs.pop("concurrency", 3)) as engine:
        return grow(arm, DRAW, DATASET, guides, config, engine, **kwargs), llm


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


def test_the_texts_of_a_response_share_its_cost_evenly(journal):
    def answer(request, number):
        first = good(request, number)
        items = [f"{n}. {good(request, 10 * number + n).text}" for n in range(1, 4)]
        return first if number else Choice("\n".join(items), "stop")

    harvest, _ = harvest_of(answer, journal)
    rows = harvest.accepted + harvest.rejected
    paid = Counter(row.request_key for row in rows)
    assert set(paid.values()) == {6}  # a list of three, and three single texts
    assert {row.cost for row in rows} == {0.5 / 6}
    assert sum(row.cost for row in rows) == pytest.approx(harvest.cost)


def test_a_row_without_a_known_price_has_no_cost(journal):
    harvest, _ = harvest_of(good, journal, cost=None)
    assert {row.cost for row in harvest.accepted} == {None}


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


def guides_with(word: str) -> Guides:
    tokens = tuple(TokenScore(f"{word}{n}", 1.0, 1.0, 0.1, 1.0, 2) for n in range(6))
    return Guides(0, "xgboost", "signed", tuple(Guide(label, tokens, tokens, tokens, ()) for label in LABELS))


@pytest.mark.parametrize(
    ("arm", "expected"),
    [
        (Arm.NAIVE, "46648fa35e2b752bb7390878212bd1e1fdfdea353ca5375c22d9f7ae69afdf29"),
        (Arm.GUIDED, "279e4b108396b2f5be5f464a29769200b3e03799026387e9fb174cbee83a56a3"),
    ],
)
def test_with_all_options_off_the_rows_are_those_of_before_there_were_any(journal, arm, expected):
    harvest, _ = harvest_of(sometimes(0.6), journal, config_of(30), arm=arm, guides=guides_with("word"))
    assert harvest.content_digest == expected  # request keys, texts, reasons and rounds among it
    assert harvest.rounds == ()
    assert {row.confidence for row in harvest.accepted + harvest.rejected} == {None}


class TestSelection:
    def test_twice_the_rows_are_grown_and_the_rest_is_kept_apart(self, journal):
        harvest, llm = harvest_of(good, journal, config_of(refine=RefineConfig(overgenerate=2.0)))
        assert counts(harvest.accepted) == harvest.asked == {"anger": 10, "joy": 10}
        assert harvest.shortfall == {}
        assert llm.asked == {"anger": 8, "joy": 8}  # 20 rows of 4 answers at the expected 70 %
        assert {row.reason for row in harvest.rejected} == {"not_selected"}
        assert len(harvest.accepted) + len(harvest.rejected) == harvest.candidates == 64
        ids = {row.id for row in harvest.accepted + harvest.rejected}
        assert len(ids) == 64

    def test_the_surest_row_of_a_class_comes_first(self, journal):
        harvest, _ = harvest_of(good, journal, config_of(refine=RefineConfig(overgenerate=2.0)))
        for label in LABELS:
            confidences = [row.confidence for row in harvest.accepted if row.label == label]
            others = [row.confidence for row in harvest.rejected if row.label == label]
            assert confidences[0] == max(confidences + others)

    def test_with_too_few_sound_rows_all_are_kept_and_the_budget_is_that_of_the_grown(self, journal):
        config = config_of(factor=1, refine=RefineConfig(overgenerate=1.5))
        harvest, llm = harvest_of(sometimes(0.4), journal, config)
        assert llm.asked == {"anger": 4, "joy": 4}  # 15 candidates a class in requests of 4
        sound = [row for row in harvest.rejected if row.reason == "not_selected"]
        for label, wanted in harvest.asked.items():
            kept = counts(harvest.accepted)[label]
            assert kept + harvest.shortfall.get(label, 0) == wanted == 10
            assert kept == 10 or not counts(sound)[label]
        assert harvest.shortfall


def test_sound_rows_are_rounded_up_but_for_what_binary_fractions_add():
    goals = Goals(({"joy": 50},), overgenerate=1.1, candidate_factor=5.0)
    assert 1.1 * 50 > 55
    assert [goals.sound_rows(kept) for kept in (0, 1, 50)] == [0, 2, 55]


def test_rows_that_the_seeds_speak_against_are_rejected_and_made_up_for(journal):
    def answer(request: Request, number: int) -> Choice:
        label = request.prompt.label if number % 2 else "anger"
        return Choice(f"{label} seed text {good(request, number).text}", "stop")

    harvest, llm = harvest_of(answer, journal, config_of(screen=ScreenConfig(agreement=0.5)))
    assert counts(harvest.accepted) == {"anger": 10, "joy": 10}
    disagreeing = [row for row in harvest.rejected if row.reason == "disagrees"]
    assert {row.label for row in disagreeing} == {"joy"}
    assert all(row.text.startswith("anger") and row.detail.startswith("anger 0.") for row in disagreeing)
    assert all(row.confidence >= 0.5 for row in harvest.accepted)
    assert llm.asked["joy"] > llm.asked["anger"]


class Scribe:
    """A coach that keeps what it was shown, and gives the guides it was given, round after round."""

    def __init__(self, *guides: Guides) -> None:
        self.guides, self.seen, self.ends = list(guides), [], []

    def review(self, accepted: list[Candidate], *, is_last: bool) -> Review:
        self.seen.append(list(accepted))
        self.ends.append(is_last)
        guides = self.guides[min(len(self.seen), len(self.guides)) - 1]
        return Review(Advice(guides), macro_f1=0.5, gain=0.01, confused=(Confusion("joy", "anger", 0.2),))


class TestRounds:
    def config(self, rounds: int = 3, added: int = 20, **kwargs) -> ExperimentConfig:
        refine = RefineConfig(rounds=rounds, overgenerate=kwargs.pop("overgenerate", 1.0))
        return config_of(added, refine=refine, **kwargs)

    def test_each_round_brings_its_share_of_every_class(self, journal):
        coach = Scribe(GUIDES)
        harvest, _ = harvest_of(good, journal, self.config(), coach=coach)
        assert counts(harvest.accepted) == {"anger": 10, "joy": 10}
        # 20 rows in three rounds: 6, 13 and 20 of them by their ends.
        assert [counts(seen) for seen in coach.seen] == [
            {"anger": 3, "joy": 3},
            {"anger": 7, "joy": 6},
            {"anger": 10, "joy": 10},
        ]
        assert coach.ends == [False, False, True]
        assert [note.rows for note in harvest.rounds] == [6, 7, 7]
        assert sorted(row.round for row in harvest.accepted) == [0] * 6 + [1] * 7 + [2] * 7

    def test_the_notes_add_up_to_the_harvest_and_hold_what_was_learnt(self, journal):
        harvest, _ = harvest_of(sometimes(0.5), journal, self.config(), coach=Scribe(GUIDES))
        notes = harvest.rounds
        assert [note.round for note in notes] == [0, 1, 2]
        assert sum(note.requests for note in notes) == harvest.requests
        assert sum(note.prompt_tokens + note.completion_tokens for note in notes) == 15 * harvest.requests
        assert sum(note.cost for note in notes) == harvest.cost
        assert {(note.macro_f1, note.gain) for note in notes} == {(0.5, 0.01)}
        assert notes[0].confused == (Confusion("joy", "anger", 0.2),)

    def test_later_rounds_are_asked_with_the_coachs_guides(self, journal):
        first, second, third = (guides_with(word) for word in ("one", "two", "three"))
        harvest, _ = harvest_of(
            good, journal, self.config(), arm=Arm.GUIDED, guides=first, coach=Scribe(second, third)
        )
        for row in harvest.accepted + harvest.rejected:
            assert all(hint.startswith(("one", "two", "three")[row.round]) for hint in row.hints)

    def test_words_to_avoid_are_asked_for_from_the_second_round_on(self, journal):
        class Strict(Scribe):
            def review(self, accepted: list[Candidate], *, is_last: bool) -> Review:
                return Review(Advice(self.guides[0], avoid=2))

        guides = guides_with("word")
        avoid = tuple(TokenScore(f"no{n}", 1.0, 1.0, 0.1, 1.0, 0) for n in range(4))
        barred = Guides(
            0,
            "xgboost",
            "signed",
            tuple(Guide(g.label, g.guided, (), (), (), (), avoid) for g in guides.guides),
        )
        harvest, _ = harvest_of(
            good, journal, self.config(2), arm=Arm.GUIDED, guides=guides, coach=Strict(barred)
        )
        assert {(row.round, len(row.avoid)) for row in harvest.accepted} == {(0, 0), (1, 2)}

    def test_no_prompt_is_asked_twice_though_the_guides_stay(self, journal):
        guides = guides_with("word")
        harvest, llm = harvest_of(
            good, journal, self.config(added=60), arm=Arm.GUIDED, guides=guides, coach=Scribe(guides)
        )
        keys = {row.request_key for row in harvest.accepted + harvest.rejected}
        assert len(keys) == harvest.requests == llm.asked.total()
        assert harvest.reused == 0

    def test_prompts_that_come_back_are_repeats_of_the_earlier_ones(self, journal):
        # The coach goes back to the guides of the first round: same words, no same request.
        one, two = guides_with("one"), guides_with("two")
        harvest, llm = harvest_of(
            good, journal, self.config(added=60), arm=Arm.KEYWORDS_ONLY, guides=one, coach=Scribe(two, one)
        )
        assert len({row.request_key for row in harvest.accepted + harvest.rejected}) == llm.asked.total()

    def test_the_second_run_is_the_first_one_and_asks_nothing(self, journal):
        guides = guides_with("one"), guides_with("two")
        runs = [
            harvest_of(
                sometimes(0.5),
                journal,
                self.config(),
                arm=Arm.GUIDED,
                guides=guides[0],
                coach=Scribe(guides[1]),
            )
            for _ in range(2)
        ]
        (first, _), (again, llm) = runs
        assert llm.asked == {}
        assert (again.content_digest, again.rounds) == (first.content_digest, first.rounds)

    def test_a_round_that_falls_short_is_made_up_for_in_the_next_one(self, journal):
        def answer(request: Request, number: int) -> Choice:
            is_early = int(request.prompt.id.rsplit("/", 1)[1]) < 7
            return Choice("no", "stop") if is_early else good(request, number)

        coach = Scribe(GUIDES)
        harvest, _ = harvest_of(answer, journal, self.config(2), coach=coach)
        assert counts(coach.seen[0]) == {}  # 25 candidates for 5 rows of a class, all of them bad
        assert counts(harvest.accepted) == {"anger": 10, "joy": 10}

    def test_rows_left_over_step_in_for_a_round_without_any(self, journal):
        def answer(request: Request, number: int) -> Choice:
            is_early = int(request.prompt.id.rsplit("/", 1)[1]) < 4
            return good(request, number) if is_early else Choice("no", "stop")

        config = self.config(2, overgenerate=2.0)
        harvest, _ = harvest_of(answer, journal, config, coach=Scribe(GUIDES))
        # 5 rows a class of the first round are kept of 16, so 11 are left for the 5 of the second.
        assert harvest.shortfall == {}
        assert {row.round for row in harvest.accepted} == {0}
        assert [note.rows for note in harvest.rounds] == [10, 10]

    def test_detection_asks_for_two_rounds(self, journal):
        config = config_of(refine=RefineConfig(undetect=True))
        coach = Scribe(GUIDES)
        harvest_of(good, journal, config, coach=coach)
        assert coach.ends == [False, True]

    def test_rounds_without_a_coach_are_refused(self, journal):
        with pytest.raises(ValueError, match="3 rounds need a coach"):
            harvest_of(good, journal, self.config())

    def test_progress_never_falls_nor_comes_to_its_end_early(self, journal):
        told: list[tuple[int, int, str]] = []
        harvest_of(
            sometimes(0.5),
            journal,
            self.config(),
            coach=Scribe(GUIDES),
            progress=lambda done, total, note="": told.append((done, total, note)),
        )
        assert [done for done, *_ in told] == sorted(done for done, *_ in told)
        assert {total for _, total, _ in told} == {20}
        assert told[0][2].startswith("round 1/3")
        assert told[-1][:2] == (20, 20)
        assert told[-1][2].startswith("round 3/3")


@settings(max_examples=15, deadline=None)
@given(
    added=st.integers(1, 30),
    n=st.integers(1, 6),
    share=st.sampled_from([0.0, 0.3, 1.0]),
    factor=st.sampled_from([1.0, 4.0]),
    rounds=st.integers(2, 4),
    overgenerate=st.sampled_from([1.0, 1.5, 3.0]),
)
def test_rounds_and_selection_lose_nothing_and_exceed_no_budget(
    tmp_path_factory, added, n, share, factor, rounds, overgenerate
):
    refine = RefineConfig(rounds=rounds, overgenerate=overgenerate)
    config = config_of(added, n, factor, refine=refine)
    with Journal(RunConfig(state_dir=tmp_path_factory.mktemp("state")).journal) as journal:
        harvest, _ = harvest_of(sometimes(share), journal, config, coach=Scribe(GUIDES))
    accepted, judged = counts(harvest.accepted), counts(harvest.accepted + harvest.rejected)
    for label, wanted in harvest.asked.items():
        assert accepted[label] + harvest.shortfall.get(label, 0) == wanted
        assert judged[label] < factor * (overgenerate * wanted + 1) + n
    ids = [row.id for row in harvest.accepted + harvest.rejected]
    assert len(set(ids)) == len(ids) == harvest.candidates == harvest.responses * n
    assert all(row.reason for row in harvest.rejected)
