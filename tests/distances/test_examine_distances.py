"""The room as a whole, on invented texts."""

import re

import pytest
from scene_factory import CONFIG, exhibit_of, in_turn, invent

from seedwise import distances
from seedwise.distances import mauve_score, stage
from seedwise.distances.registry import MEASURES
from seedwise.features.space import fit_latent_space
from seedwise.records import ALL

POSTS = invent(600, "posts")
REAL, OTHERS = POSTS[:400], POSTS[400:]


@pytest.fixture(autouse=True)
def _latent_space(monkeypatch):
    """Embed by spelling, which is fast, whether or not MiniLM is installed."""
    monkeypatch.setattr(stage, "embedding_space", fit_latent_space)


def by_measure(audit, label=ALL):
    return {found.measure: found for found in audit.distances if found.label == label}


def test_every_measure_of_every_label_in_order():
    audit = distances.examine(exhibit_of(in_turn(OTHERS[:60]), in_turn(REAL[:120])), CONFIG)
    wanted = [(label, measure.name) for label in ("glad", "sad", ALL) for measure in MEASURES]
    assert [(found.label, found.measure) for found in audit.distances] == wanted
    assert {found.name for found in audit.distances} == {"arm"}
    assert (audit.name, audit.rows) == ("arm", 60)
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)


def test_texts_of_one_grammar_read_as_real():
    audit = distances.examine(exhibit_of(in_turn(OTHERS), in_turn(REAL)), CONFIG)
    outside = [found for found in audit.distances if found.outside]
    assert len(outside) <= 2
    assert by_measure(audit)["MMD²"].p > 0.05


def test_texts_of_another_grammar_do_not():
    shouted = [
        f"OMG!!! today {text.split()[1]} is the best thing ever, so happy :) #blessed" for text in OTHERS
    ]
    numbered = [f"{text} number {place}" for place, text in enumerate(shouted)]
    audit = distances.examine(exhibit_of(in_turn(numbered), in_turn(REAL)), CONFIG)
    found = by_measure(audit)
    assert all(one.outside for one in found.values() if one.value is not None and one.measure != "density")
    assert found["MMD²"].p is None  # near-duplicates all


def test_ten_texts_with_slight_changes_lack_variety():
    changed = [
        f"{text} {mark}" for text in OTHERS[:10] for mark in (".", "!", "..", "!!", "?", "x", "xo", "ok")
    ]
    found = by_measure(distances.examine(exhibit_of(in_turn(changed), in_turn(REAL[:160])), CONFIG))
    assert found["coverage"].outside
    assert found["Vendi score over real"].outside
    assert found["coverage"].value < 0.7 * found["coverage"].real


def test_same_distances_each_time_whatever_the_order_of_the_rows():
    forward = exhibit_of(in_turn(OTHERS[:60]), in_turn(REAL[:120]))
    backward = exhibit_of(in_turn(OTHERS[:60])[::-1], in_turn(REAL[:120])[::-1])
    one = distances.examine(forward, CONFIG)
    assert distances.examine(forward, CONFIG) == one
    assert distances.examine(backward, CONFIG).distances == one.distances


def test_few_rows_have_no_distances_and_a_note():
    audit = distances.examine(exhibit_of(in_turn(OTHERS[:12]), in_turn(REAL[:30])), CONFIG)
    assert all(found.value is None for found in audit.distances if found.label != ALL)
    assert by_measure(audit)["MMD²"].value is not None
    assert (
        "arm, glad: no distances, since 6 synthetic and 12 real rows leave fewer than 10 a sample."
        in audit.notes
    )


def test_a_class_without_rows_leaves_the_others_measured():
    synthetic = [(text, "glad") for text in OTHERS[:60]]
    audit = distances.examine(exhibit_of(synthetic, in_turn(REAL[:240])), CONFIG)
    assert by_measure(audit, "sad")["MMD²"].value is None
    assert by_measure(audit, "glad")["MMD²"].value is not None
    assert by_measure(audit)["coverage"].value is not None


@pytest.mark.parametrize(("synthetic", "real"), [([], in_turn(REAL)), (in_turn(OTHERS), []), ([], [])])
def test_an_empty_side_is_not_measured_and_not_embedded(synthetic, real, monkeypatch):
    monkeypatch.setattr(stage, "embedding_space", None)
    audit = distances.examine(exhibit_of(synthetic, real), CONFIG)
    assert all(found.value is None and found.outside is None for found in audit.distances)
    assert len(audit.notes) == 3


def test_hostile_rows_come_through():
    hostile = [
        "\x00\x07",
        "\u202egnihton",
        "<script>alert(1)</script>",
        "=1+1",
        "😭" * 30,
        ".",
        "ok " * 17_000,
        "\ud800",
    ]
    audit = distances.examine(
        exhibit_of(in_turn(hostile * 2 + OTHERS[:40]), in_turn(hostile + REAL[:120])), CONFIG
    )
    assert all(found.value is not None for found in audit.distances if found.label == ALL)


def test_texts_without_a_word_have_no_divergence_of_words():
    dots = ["." * n for n in range(1, 41)]
    found = by_measure(distances.examine(exhibit_of(in_turn(dots), in_turn(REAL[:160])), CONFIG))
    assert found["Jensen-Shannon divergence of words"].value is None
    assert found["mean standardised difference"].outside


def test_notes_name_what_is_reduced_and_what_is_missing(monkeypatch):
    monkeypatch.setattr(mauve_score, "find_spec", lambda name: None)
    config = CONFIG.model_copy(update={"audit": CONFIG.audit.model_copy(update={"most_rows": 100_000})})
    audit = distances.examine(exhibit_of(in_turn(OTHERS[:60]), in_turn(REAL[:120])), config)
    notes = " ".join(audit.notes)
    assert re.search(r"\(glad \d\d, sad \d\d, all \d\d rows\)", notes)
    assert re.search(r"axes of the embeddings: glad \d, sad \d, all \d\.", notes)
    assert "extra `mauve`" in notes
    assert "extra `embeddings`" in notes
    assert "4000 rows a side" in notes
    assert by_measure(audit)["MAUVE"].value is None


def test_progress_is_told_after_each_label():
    told = []
    exhibit = exhibit_of(in_turn(OTHERS[:60]), in_turn(REAL[:120]))
    distances.examine(exhibit, CONFIG, lambda done, total, note="": told.append((done, total, note)))
    assert told == [(1, 3, "arm, glad"), (2, 3, "arm, sad"), (3, 3, "arm, all")]
