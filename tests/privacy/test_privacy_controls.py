"""Sets whose faults are known: what must fail does, and real rows pass."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from invented_exhibits import (
    FRESH,
    HELD_OUT,
    SEEDS,
    TEST,
    UNSEEN,
    audited,
    check_of,
    exhibit,
    failed,
    invent_texts,
    specimens,
)

from seedwise.config import AuditConfig, ExperimentConfig, RunConfig
from seedwise.data import draw_seeds, load_dataset, places_from
from seedwise.privacy.contamination import EXEMPLARS, ROWS
from seedwise.privacy.contamination import SEEDS as SEEDS_IN_TEST
from seedwise.privacy.copies import COPIES, KINDS
from seedwise.privacy.diversity import MEASURES
from seedwise.privacy.exemplar_leak import MEASURE as REPEATED
from seedwise.privacy.membership import MEASURE as MEMBERSHIP
from seedwise.privacy.personal import PERSONAL
from seedwise.privacy.runs import LONGEST
from seedwise.privacy.shares import NEARER, NO_UNSEEN, RATIO, SHOWN
from seedwise.records import Exhibit, Lot, Rows, Specimen

RUN = "rows with 8 words on end that only seeds hold"


def one_word_changed(text: str, number: int) -> str:
    """Substitute, delete or insert a word in the middle, by turns."""
    said = text.split()
    middle = len(said) // 2
    changed = {0: ["zzyzx"], 1: [], 2: ["zzyzx", said[middle]]}[number % 3]
    return " ".join([*said[:middle], *changed, *said[middle + 1 :]])


def test_real_rows_pass_every_gate() -> None:
    audit = audited(exhibit(FRESH))
    assert audit.failed == ()
    assert sum(check.passed is True for check in audit.checks) >= 12
    nearer = check_of(audit, NEARER)
    assert nearer.low is not None
    assert nearer.high is not None
    assert nearer.low <= 0.5 <= nearer.high


def test_copied_seeds_fail_privacy_and_memorisation() -> None:
    audit = audited(exhibit(SEEDS.texts[:60]))
    assert {("privacy", NEARER), ("privacy", MEMBERSHIP)} <= failed(audit)
    assert {("memorisation", COPIES), ("memorisation", RUN)} <= failed(audit)
    assert check_of(audit, KINDS["exact"]).value == 60
    assert set(check_of(audit, NEARER).rows) == {f"syn{i}" for i in range(60)}
    assert check_of(audit, RATIO).value == 0
    assert all(one.seed == f"seed{i}" and one.seed_distance == 0 for i, one in enumerate(audit.nearest))


def test_seeds_with_one_word_changed_fail() -> None:
    texts = [one_word_changed(text, number) for number, text in enumerate(SEEDS.texts[:60])]
    audit = audited(exhibit(texts))
    assert {("privacy", NEARER), ("privacy", MEMBERSHIP), ("memorisation", COPIES)} <= failed(audit)
    assert set(check_of(audit, COPIES).rows) == {f"syn{i}" for i in range(60)}
    assert check_of(audit, KINDS["exact"]).value == 0
    kinds = [check_of(audit, KINDS[kind]).value for kind in ("near", "one word")]
    assert sum(kind or 0 for kind in kinds) == 60


def test_a_word_changed_in_short_texts_is_found_where_letters_are_too_unlike() -> None:
    seeds = Rows(replace(row, text=" ".join(row.text.split()[:5])) for row in SEEDS)
    texts = [" ".join([*text.split()[:2], "extraordinarily", *text.split()[3:]]) for text in seeds.texts[:30]]
    audit = audited(exhibit(texts, seeds=seeds))
    assert (check_of(audit, KINDS["one word"]).value or 0) > 20
    assert check_of(audit, COPIES).value == 30


def test_one_copy_among_many_is_named() -> None:
    texts = [*FRESH[:40], SEEDS[7].text.upper(), *FRESH[40:]]
    audit = audited(exhibit(texts))
    assert check_of(audit, COPIES).rows == ("syn40",)
    assert check_of(audit, COPIES).passed is False
    assert check_of(audit, NEARER).passed is True
    assert check_of(audit, COPIES, "glum").passed is None
    assert check_of(audit, COPIES, "glum").value == 1
    generous = ExperimentConfig(audit=AuditConfig(copies=1))
    assert check_of(audited(exhibit(texts), generous), COPIES).passed is True


def test_a_set_made_from_one_template_fails_diversity() -> None:
    slots = " ".join(FRESH).split()
    texts = [f"today i saw the {slot} and it made me feel so very much like home" for slot in slots[:100]]
    audit = audited(exhibit(texts))
    assert {("diversity", measure) for measure in MEASURES.values()} == failed(audit)
    assert set(check_of(audit, MEASURES["openings"]).rows) == {f"syn{i}" for i in range(100)}
    assert check_of(audit, MEASURES["openings"], "merry").passed is False


def test_planted_personal_data_are_named_those_of_a_seed_first() -> None:
    seeds = Rows([replace(SEEDS[0], text="call jo on +44 20 7946 0958 any time"), *SEEDS[1:]])
    texts = [*FRESH[:5], "write to anna.k@example.org now", "the line is +44 20 7946 0958", *FRESH[5:]]
    check = check_of(audited(exhibit(texts, seeds=seeds)), PERSONAL)
    assert (check.value, check.passed, check.rows) == (2, False, ("syn6", "syn5"))
    assert "1 of them" in check.remark


def test_copied_test_rows_fail_contamination() -> None:
    texts = [*FRESH, TEST[3].text, TEST[5].text + " so"]
    audit = audited(exhibit(texts))
    assert failed(audit) == {("contamination", ROWS)}
    assert check_of(audit, ROWS).rows == ("syn100", "syn101")
    assert check_of(audit, SEEDS_IN_TEST).value == 0


def test_seeds_and_exemplars_among_the_test_rows_are_counted() -> None:
    seeds = Rows([replace(SEEDS[0], text=TEST[0].text), replace(SEEDS[1], text=TEST[1].text), *SEEDS[2:]])
    audit = audited(exhibit(FRESH, seeds=seeds, exemplars=("seed1", "seed2")))
    assert check_of(audit, SEEDS_IN_TEST).value == 2
    assert check_of(audit, EXEMPLARS).value == 1


def test_a_row_that_repeats_its_exemplars_is_told_from_one_that_repeats_other_seeds() -> None:
    echo = " ".join(["well", *SEEDS[2].text.split()[:8], *FRESH[0].split()])
    shown = audited(exhibit([echo, *FRESH[1:40]], exemplars=("seed2", "seed4")))
    assert check_of(shown, REPEATED).rows == ("syn0",)
    assert "syn0" in check_of(shown, RUN).rows
    others = audited(exhibit([echo, *FRESH[1:40]], exemplars=("seed4", "seed6")))
    assert check_of(others, REPEATED).value == 0
    assert "syn0" in check_of(others, RUN).rows


def test_the_nearest_seed_is_held_against_what_was_shown() -> None:
    own = SEEDS.of_label("glum")
    texts = [text for row in own for text in (one_word_changed(row.text, 0), FRESH[0])]
    rows = [
        replace(row, exemplars=(own[i // 2].id,) if i % 2 == 0 else ())
        for i, row in enumerate(specimens(texts))
    ]
    lot = Lot(0, tuple(rows), SEEDS, UNSEEN)
    check = check_of(audited(Exhibit("arm", ("glum", "merry"), (lot,), HELD_OUT, "x", TEST)), SHOWN)
    assert (check.value, check.reference) == (1.0, pytest.approx(1 / 60))


def test_what_others_say_too_is_no_memorised_run() -> None:
    phrase = " ".join(SEEDS[0].text.split()[:6] + SEEDS[1].text.split()[:4])
    seeds = Rows([replace(SEEDS[0], text=phrase + " " + SEEDS[5].text), *SEEDS[1:]])
    unseen = Rows([*UNSEEN, replace(UNSEEN[0], id="x", text=UNSEEN[3].text + " " + phrase)])
    texts = [f"{phrase} {FRESH[0]}", *FRESH[1:]]
    assert check_of(audited(exhibit(texts, seeds=seeds)), RUN).rows == ("syn0",)
    acquitted = audited(exhibit(texts, seeds=seeds, unseen=unseen))
    assert check_of(acquitted, RUN).rows == ()
    assert check_of(acquitted, LONGEST).value == 10


def test_a_file_without_unseen_rows_is_examined_as_far_as_it_can_be() -> None:
    empty = Rows()
    audit = audited(exhibit(SEEDS.texts[:30], unseen=empty, held_out=SEEDS, test=empty))
    for measure in (NEARER, MEMBERSHIP):
        check = check_of(audit, measure)
        assert (check.value, check.passed, check.remark) == (None, None, NO_UNSEEN)
    assert check_of(audit, ROWS).value is None
    assert ("memorisation", COPIES) in failed(audit)
    assert all(one.unseen is None and one.unseen_distance is None for one in audit.nearest)
    assert any("cannot be measured" in note for note in audit.notes)


def test_texts_that_several_draws_share_narrow_no_interval() -> None:
    lots = tuple(Lot(draw, specimens(FRESH), SEEDS, UNSEEN) for draw in range(4))
    once = check_of(audited(exhibit(FRESH)), NEARER)
    again = check_of(audited(Exhibit("arm", ("glum", "merry"), lots, HELD_OUT, "x", TEST)), NEARER)
    assert once.low is not None
    assert once.high is not None
    assert again.low is not None
    assert again.high is not None
    assert again.high - again.low > 0.9 * (once.high - once.low)


HOSTILE = [
    "",
    " ",
    "\x00\x1b[31m\x07",
    "\u202eיום טוב لكم",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "word " * 10_000,
    "a" * 50_000,
    "+" * 5_000 + "1 " * 5_000 + "." * 5_000,
    "\ud800 lone",
    "😭" * 300,
]


def test_hostile_rows_are_examined() -> None:
    audit = audited(exhibit([*HOSTILE, *FRESH], exemplars=("seed0", "no such seed")))
    assert len(audit.nearest) == len(HOSTILE) + len(FRESH)
    assert all(0 <= one.seed_distance <= 1 for one in audit.nearest)
    assert check_of(audit, COPIES).value == 0


def test_hostile_real_rows_are_examined() -> None:
    hostile = Rows(replace(row, text=text) for row, text in zip(SEEDS, HOSTILE, strict=False))
    audit = audited(exhibit(HOSTILE, seeds=hostile, unseen=hostile, held_out=hostile, test=hostile))
    blank = 2
    assert check_of(audit, KINDS["exact"]).value == len(HOSTILE) - blank


@pytest.mark.parametrize("size", [1, 2])
def test_a_tiny_file_is_examined(size: int) -> None:
    audit = audited(exhibit(FRESH[:size], seeds=SEEDS[:2], unseen=Rows(), held_out=SEEDS[:2], test=Rows()))
    assert len(audit.nearest) == size
    assert not audit.failed


def test_the_same_exhibit_gives_the_same_audit() -> None:
    small = UNSEEN[:31]
    assert audited(exhibit(FRESH, unseen=small)) == audited(exhibit(FRESH, unseen=small))


def test_a_class_without_rows_is_not_measured() -> None:
    rows = tuple(Specimen(f"r{i}", text, "glum") for i, text in enumerate(invent_texts(30, 9)))
    audit = audited(Exhibit("arm", ("glum", "merry"), (Lot(0, rows, SEEDS, UNSEEN),), HELD_OUT, "x", TEST))
    assert check_of(audit, NEARER, "merry").value is None
    assert check_of(audit, NEARER, "glum").value == check_of(audit, NEARER).value


@pytest.mark.skipif(not os.environ.get("SEEDWISE_DATA_DIR"), reason="SEEDWISE_DATA_DIR names no data")
def test_real_tweets_pass_and_copied_ones_fail() -> None:
    config = ExperimentConfig.model_validate({"seeds": {"seed_size": 150}})
    data = load_dataset(config.data, 0, places_from(RunConfig()))
    draw = draw_seeds(data, config.seeds, 1)
    fresh, unseen = draw.pool[:200], _without_groups(draw.pool[400:1000], draw.pool[:200])
    rows = tuple(Specimen(row.id, row.text, row.label) for row in fresh)
    shown = Exhibit("real", data.labels, (Lot(1, rows, draw.seeds, unseen),), unseen, "x", data.test)
    assert audited(shown, config).failed == ()
    copied = tuple(Specimen(row.id, row.text, row.label) for row in draw.seeds)
    shown = Exhibit("copies", data.labels, (Lot(1, copied, draw.seeds, unseen),), unseen, "x", data.test)
    found = failed(audited(shown, config))
    assert {("privacy", NEARER), ("privacy", MEMBERSHIP), ("memorisation", COPIES)} <= found


def _without_groups(rows: Rows, others: Rows) -> Rows:
    groups = {row.group for row in others}
    return Rows(row for row in rows if row.group not in groups)
