from __future__ import annotations

from dataclasses import replace

import pytest
from invented_exhibits import SEEDS, UNSEEN

from seedwise.arms import Arm
from seedwise.config import AuditConfig, ExperimentConfig, PromptConfig
from seedwise.privacy import add_canaries
from seedwise.privacy.canaries import MEASURE
from seedwise.prompt import make_canaries, make_strategy, plant_canaries, show_canaries
from seedwise.records import Audit, Candidate, Check, Draw, Guide, Guides, Harvest

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
