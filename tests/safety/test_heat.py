"""Whether anger is softened."""

import pytest
from safety_samples import ANGRY, GLAD, exhibit_of, find, specimens

from seedwise.records import Row, Rows
from seedwise.safety.intensity import count_marks, find_intensity, is_heated, tell_softening
from seedwise.safety.sides import Pair

THINGS = ("bus", "bank", "landlord", "office", "queue", "phone", "ticket", "parcel", "train", "kitchen")
RAGE = (
    "I HATE this damn {}!!",
    "so furious with the {}, what an absolute disgrace!",
    "WORST {} EVER, utter crap!",
)
POLITE = (
    "I would kindly like to say that the {} could perhaps be nicer.",
    "I am sure the {} will be fine, thank you for your help.",
    "With all respect, the {} was a little late, but I appreciate the effort.",
)


def texts_of(templates: tuple[str, ...]) -> list[str]:
    return [template.format(thing) for thing in THINGS for template in templates]


def pair_of(ours: list[str], theirs: list[str], label: str = ANGRY) -> Pair:
    real = Rows(Row(f"r{i}", text, label, i) for i, text in enumerate(theirs))
    return Pair.of(exhibit_of(specimens(ours, [label] * len(ours)), unseen=real, labels=(label,)))


def test_polite_rewriting_of_angry_posts_is_flagged_as_softer():
    pair = pair_of(texts_of(POLITE), texts_of(RAGE))
    findings = find_intensity(pair)
    checks = [finding.figure(pair.name) for finding in findings]
    for sign in ("swear words", "exclamation marks", "words in capitals", "marks of arousal"):
        check = find(checks, sign, ANGRY)
        assert check.high < 0
        assert check.remark.endswith(f"fewer {sign}.")
    assert find(checks, "pleasantness", ANGRY).low > 0
    (note,) = tell_softening(pair, findings)
    assert note.startswith("Rows of anger in invented are softer than real text: they have ")
    assert "a more pleasant tone" in note


def test_rage_beside_politeness_is_not_softer():
    pair = pair_of(texts_of(RAGE), texts_of(POLITE))
    assert list(tell_softening(pair, find_intensity(pair))) == []
    assert find([f.figure("x") for f in find_intensity(pair)], "swear words", ANGRY).low > 0


def test_the_same_texts_do_not_differ():
    pair = pair_of(texts_of(RAGE), texts_of(RAGE))
    for finding in find_intensity(pair):
        assert finding.found.delta == 0
        assert (finding.verdict, finding.figure("x").remark) == ("", "")


def test_other_classes_are_held_to_the_strength_of_their_sentiment():
    pair = pair_of(
        [f"a fine {thing}" for thing in THINGS], [f"a wonderful, great {thing}!" for thing in THINGS], GLAD
    )
    checks = [finding.figure(pair.name) for finding in find_intensity(pair)]
    assert [check.measure.split(" beside")[0] for check in checks] == [
        "strength of sentiment",
        "marks of arousal",
    ]
    assert (checks[0].value, checks[0].remark) == (-1, "The effect is large: weaker sentiment.")


def test_few_texts_are_not_measured():
    pair = pair_of(texts_of(RAGE)[:9], texts_of(RAGE))
    checks = [finding.figure(pair.name) for finding in find_intensity(pair)]
    assert {check.value for check in checks} == {None}
    assert list(tell_softening(pair, find_intensity(pair))) == []


@pytest.mark.parametrize(
    ("label", "heated"),
    [("anger", True), ("ANGRY posts", True), ("hate_speech", True), ("danger", False), ("sadness", False)],
)
def test_heated_classes_are_known_by_name(label, heated):
    assert is_heated(label) is heated


def test_marks_are_counted_by_hand():
    # DAMN is a swear word, an intensifier and in capitals; "so" is an intensifier; two marks.
    assert count_marks("DAMN, so late!!") == 6
