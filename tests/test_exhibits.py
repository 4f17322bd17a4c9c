"""Exhibits: which rows lie beside which."""

from seedwise.arms import Arm
from seedwise.exhibits import HeldOut, choose_held_out, exhibit_arms
from seedwise.records import Candidate, Dataset, Draw, Harvest, Row, Rows, Specimen

LABELS = ("joy", "sadness")


def rows_of(name: str, count: int, first_group: int = 0) -> Rows:
    return Rows(Row(f"{name}{i}", f"{name} number {i}", LABELS[i % 2], first_group + i) for i in range(count))


def harvest(arm: Arm, draw: int, *texts: str) -> Harvest:
    accepted = tuple(
        Candidate(f"{arm}-{draw}-{i}", text, "joy", arm, draw, "p", "k", 0, "t@1", "m", ("glad",), ("seed1",))
        for i, text in enumerate(texts)
    )
    return Harvest(arm, draw, accepted, (), {}, {}, 0, 0, 0, 0, 0, None, 0.0)


def test_rows_lie_beside_the_seeds_and_the_unseen_rows_of_their_own_draw() -> None:
    train = rows_of("train", 14)
    data = Dataset("invented", LABELS, train, rows_of("test", 4, 100), "", "")
    draws = [Draw(0, train[:4], train[4:]), Draw(1, train[10:], train[:10])]
    harvests = [harvest(Arm.GUIDED, 1, "b"), harvest(Arm.NAIVE, 0, "c"), harvest(Arm.GUIDED, 0, "a", "b")]
    naive, guided = exhibit_arms(data, draws, harvests)
    assert (naive.name, guided.name, guided.labels) == ("naive", "guided", LABELS)
    assert [(lot.draw, lot.seeds, lot.unseen) for lot in guided.lots] == [
        (0, train[:4], train[4:]),
        (1, train[10:], train[:10]),
    ]
    assert guided.lots[0].rows[0] == Specimen("guided-0-0", "a", "joy", ("glad",), ("seed1",))
    assert [row.id for row in guided.rows] == ["guided-0-0", "guided-0-1"]  # "b" again in draw 1
    assert guided.held_out == train[4:10]
    assert guided.held_out_is == "training split"
    assert guided.test == data.test


def test_nothing_grown_gives_no_exhibit() -> None:
    data = Dataset("invented", LABELS, rows_of("train", 4), rows_of("test", 4, 100), "", "")
    assert exhibit_arms(data, [Draw(0, data.train[:2], data.train[2:])], []) == ()


def test_training_rows_left_over_are_preferred_where_there_are_more_of_them() -> None:
    train = rows_of("train", 160)
    data = Dataset("invented", LABELS, train, rows_of("test", 120, 1000), "", "")
    assert choose_held_out(data, [Draw(0, train[:10], train[10:])]) == HeldOut("training split", train[10:])
    assert choose_held_out(data, [Draw(0, train[:70], train[70:])]).split == "test split"
