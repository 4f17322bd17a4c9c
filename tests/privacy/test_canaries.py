from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

import pytest
from invented_exhibits import SEEDS, TEST, UNSEEN, invent_texts

from seedwise.arms import Arm
from seedwise.config import AuditConfig, EvaluateConfig, ExperimentConfig, PromptConfig
from seedwise.grow import grow
from seedwise.privacy import add_canaries
from seedwise.privacy.canaries import MEASURE
from seedwise.progress import Progress, silent
from seedwise.prompt import make_canaries, make_strategy, plant_canaries, show_canaries
from seedwise.records import (
    Audit,
    Candidate,
    Check,
    Choice,
    Dataset,
    Draw,
    Guide,
    Guides,
    Harvest,
    Prompt,
    Request,
    Response,
    Sampling,
    Traffic,
)

DRAW = Draw(1, SEEDS, UNSEEN)
CONFIG = ExperimentConfig(audit=AuditConfig(canaries=3))
CANARIES = make_canaries(DRAW, 3, 0)


def candidate(number: int, text: str, reason: str = "", exemplars: tuple[str, ...] = ()) -> Candidate:
    return Candidate(
        f"c{number}", text, "glum", Arm.GUIDED, 1, "p", "k", number, "t@1", "m", (), exemplars, reason
    )


def audited(*candidates: Candidate, config: ExperimentConfig = CONFIG) -> tuple[Check, ...]:
    accepted = tuple(row for row in candidates if not row.reason)
    rejected = tuple(row for row in candidates if row.reason)
    harvest = Harvest(Arm.GUIDED, 1, accepted, rejected, {}, {}, 0, 0, 0, 0, 0, None, 0.0)
    return add_canaries(Audit("guided", len(accepted)), [DRAW], [harvest], config).checks


def test_nothing_planted_leaves_the_draw_and_the_audit_as_they_are() -> None:
    assert make_canaries(DRAW, 0, 0) == ()
    assert plant_canaries(DRAW, ()) is DRAW
    guides = guides_of()
    assert show_canaries(guides, ()) is guides
    assert audited(candidate(0, "a text"), config=ExperimentConfig()) == ()


def test_canaries_are_of_the_draw_the_seed_and_the_classes_in_turn() -> None:
    assert make_canaries(DRAW, 3, 0) == CANARIES
    assert [canary.row.label for canary in CANARIES] == ["glum", "merry", "glum"]
    others = (*make_canaries(Draw(2, SEEDS, UNSEEN), 3, 0), *make_canaries(DRAW, 3, 1))
    secrets = [secret for canary in (*CANARIES, *others) for secret in (canary.word, canary.number)]
    assert len(set(secrets)) == 18
    assert all(canary.is_in(canary.row.text) for canary in CANARIES)
    assert not any(canary.is_in(text) for canary in CANARIES for text in (*SEEDS.texts, *UNSEEN.texts))
    groups = {row.group for row in (*SEEDS, *UNSEEN)}
    assert not groups & {canary.row.group for canary in CANARIES}


def guides_of(*exemplars: str) -> Guides:
    return Guides(
        1, "xgboost", "signed", tuple(Guide(label, (), (), (), exemplars) for label in ("glum", "merry"))
    )


@pytest.mark.parametrize("exemplars", [(), tuple(row.id for row in SEEDS[:8].of_label("glum"))])
def test_prompts_show_what_is_planted(exemplars: tuple[str, ...]) -> None:
    planted = plant_canaries(Draw(1, SEEDS[:8], UNSEEN), CANARIES)
    guides = show_canaries(guides_of(*exemplars), CANARIES)
    strategy = make_strategy(Arm.EXEMPLARS_ONLY, planted, guides, PromptConfig(), "chat", 0)
    prompts = [strategy.render("glum", index) for index in range(24)]
    shown = {id_ for prompt in prompts for id_ in prompt.exemplars}
    assert {"canary-1-0", "canary-1-2"} <= shown
    assert any(CANARIES[0].word in message.content for prompt in prompts for message in prompt.messages)


def test_a_secret_in_a_rejected_candidate_fails_the_gate_too() -> None:
    shown = ("canary-1-0", "canary-1-1")
    (check,) = audited(
        candidate(0, f"it is {CANARIES[0].word.upper()}!", "copies_seed", shown),
        candidate(1, f"number {CANARIES[0].number}", "", shown),
        candidate(2, "nothing of the kind", "", shown),
    )
    assert (check.measure, check.value, check.bound, check.passed) == (MEASURE, 1, 0, False)
    assert check.rows == ("c1", "c0")
    assert "3 were planted, 2 shown" in check.remark


def test_no_secret_passes_where_some_were_shown() -> None:
    (check,) = audited(candidate(0, "nothing of the kind", "", ("canary-1-2",)))
    assert (check.value, check.passed, check.rows) == (0, True, ())


def test_what_no_prompt_showed_is_not_measured() -> None:
    (check,) = audited(candidate(0, "nothing of the kind", "", ("seed1",)))
    assert (check.value, check.passed) == (None, None)
    assert "No prompt showed one of the 3" in check.remark


@pytest.mark.parametrize("label", ["{", "two\nlines", "=1+1"])
def test_any_class_name_can_be_in_a_canary(label: str) -> None:
    seeds = type(SEEDS)(replace(row, label=label) for row in SEEDS)
    assert label in make_canaries(Draw(0, seeds, UNSEEN), 1, 0)[0].row.text


class ShownEngine:
    """Answers each prompt with a text: the last turn it was shown, or one that nobody wrote before."""

    traffic, bill = Traffic(), ""

    def __init__(self, *, echoes: bool) -> None:
        self._echoes, self._fresh = echoes, iter(invent_texts(400, 21))
        self.keys: list[str] = []

    def make_request(self, prompt: Prompt, root_seed: int) -> Request:
        return Request("test/model", "", prompt, Sampling(None, None, None, 60, 1, root_seed))

    def answers(self, requests: Sequence[Request], progress: Progress = silent) -> Generator[Response]:
        for request in requests:
            self.keys.append(request.key)
            turns = [turn.content for turn in request.prompt.messages if turn.role == "assistant"]
            text = turns[-1] if self._echoes and turns else next(self._fresh)
            yield Response(request.key, (Choice(text, "stop"),), 0, 0, None, 0.0)


@pytest.mark.parametrize(("echoes", "passed"), [(True, False), (False, True)])
def test_a_model_that_echoes_what_it_is_shown_is_found_out(echoes: bool, passed: bool) -> None:
    data, draw = Dataset("made", ("glum", "merry"), SEEDS, TEST, "", ""), Draw(1, SEEDS[:12], UNSEEN)
    config = ExperimentConfig(
        audit=AuditConfig(canaries=6), evaluate=EvaluateConfig(added=(40,), arms=("exemplars_only",))
    )
    guides = guides_of(*(row.id for row in SEEDS[:12].of_label("glum")))
    guides = replace(guides, guides=(guides.guides[0], replace(guides.guides[1], exemplars=())))
    harvest = grow(Arm.EXEMPLARS_ONLY, draw, data, guides, config, ShownEngine(echoes=echoes))
    (check,) = add_canaries(Audit("exemplars_only", 1), [draw], [harvest], config).checks
    assert check.passed is passed
    assert not any("canary" in row.id for row in harvest.accepted)
    copied = {row.reason for row in harvest.rejected if row.id in check.rows}
    assert copied == (set() if passed else {"copies_exemplar"})


def test_without_canaries_requests_are_what_they_were() -> None:
    data, draw = Dataset("made", ("glum", "merry"), SEEDS, TEST, "", ""), Draw(1, SEEDS[:12], UNSEEN)
    keys = []
    for count in (0, 0, 2):
        config = ExperimentConfig(audit=AuditConfig(canaries=count), evaluate=EvaluateConfig(added=(20,)))
        engine = ShownEngine(echoes=False)
        grow(Arm.EXEMPLARS_ONLY, draw, data, guides_of(), config, engine)
        keys.append(engine.keys)
    assert keys[0] == keys[1]
    assert not set(keys[0]) & set(keys[2])


def test_digits_of_a_longer_number_are_no_secret() -> None:
    number = CANARIES[0].number
    assert CANARIES[0].is_in(f"it is n{number}.")
    assert not CANARIES[0].is_in(f"call 0{number} or {number}7")
