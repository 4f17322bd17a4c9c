"""With every option off, prompts stay what they were when the first rows were paid for."""

import pytest

from seedwise.arms import STANDARD_ARMS, Arm
from seedwise.config import PromptConfig
from seedwise.identity import digest
from seedwise.prompt import make_strategy
from seedwise.records import Draw, Guide, Guides, Row, Rows, TokenScore

GENERATED = [arm for arm in STANDARD_ARMS if arm.is_generated and arm.rows is arm]
TEXTS = {
    "joy": ("what a sunny morning", "my @friend got a gift &amp; a cake 🎂", "so glad we met #party"),
    "sadness": ("rain again", "I lost my favourite umbrella today", "nobody came to the lonely picnic :("),
}
LISTS = {
    "joy": (("sunny", "glad", "gift", "party"), ("happy", "fun", "cake", "song")),
    "sadness": (("lonely", "lost", "rain", "crying"), ("alone", "tears", "grey", "miss")),
}
PINNED = {
    (Arm.NAIVE, "chat"): "c21792b7b5380b5c",
    (Arm.NAIVE, "completion"): "c21792b7b5380b5c",
    (Arm.EXEMPLARS_ONLY, "chat"): "83dd66a7dfa2a504",
    (Arm.EXEMPLARS_ONLY, "completion"): "ad878d87e3649e84",
    (Arm.KEYWORDS_ONLY, "chat"): "5936297bc391c39b",
    (Arm.KEYWORDS_ONLY, "completion"): "95c5bb6c423f6e8e",
    (Arm.TFIDF_GUIDED, "chat"): "3fdbf7f3e0fdc656",
    (Arm.TFIDF_GUIDED, "completion"): "ff15af8206916e67",
    (Arm.GUIDED, "chat"): "14927c49df46e83c",
    (Arm.GUIDED, "completion"): "6d9fde53be432180",
    (Arm.PLACEBO, "chat"): "72ae91be55a1c811",
    (Arm.PLACEBO, "completion"): "e7247ac05c0cabb3",
    (Arm.OTHER_CLASS, "chat"): "0438583f898f12c2",
    (Arm.OTHER_CLASS, "completion"): "6ff209240e2c4220",
}


def tokens(*names: str) -> tuple[TokenScore, ...]:
    return tuple(TokenScore(name, 1.0, 1.0, 0.1, 1.0, 3) for name in names)


def draw() -> Draw:
    named = [(f"{label}-{i}", text, label) for label in TEXTS for i, text in enumerate(TEXTS[label])]
    return Draw(2, Rows(Row(*row, group) for group, row in enumerate(named)), Rows())


def guides() -> Guides:
    made = [
        Guide(
            label,
            guided=tokens(*guided),
            tfidf=tokens(*tfidf),
            placebo=tokens("door", "lamp", "desk", "cup"),
            exemplars=(),
            other_class=tokens("storm", "broken", "empty", "cold"),
            avoid=tokens("gloomy", "grey"),
            diverse=(f"{label}-1",),
        )
        for label, (guided, tfidf) in LISTS.items()
    ]
    return Guides(2, "xgboost", "signed", tuple(made))


def asked(arm: Arm, style: str) -> list[list[object]]:
    strategy = make_strategy(arm, draw(), guides(), PromptConfig(hints=2, exemplars=2), style, 5)
    prompts = [strategy.render(label, index) for label in TEXTS for index in range(12)]
    return [
        [p.id, p.label, p.template, p.messages, p.completion, p.repeat, p.hints, p.exemplars, p.stop]
        for p in prompts
    ]


@pytest.mark.parametrize("style", ["chat", "completion"])
@pytest.mark.parametrize("arm", GENERATED)
def test_prompts_are_what_they_were(arm, style):
    assert digest(asked(arm, style))[:16] == PINNED[arm, style]
