"""Failed gates stop an export; what is done about them is done to the right rows."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from export_runs import gate, ids_by_arm, small_experiment, with_checks, write_run

from seedwise.arms import Arm
from seedwise.errors import ConfigError, DataError, GateError
from seedwise.experiment import Experiment
from seedwise.export import Exported, Order, export_run
from seedwise.screen import Reason


@pytest.fixture
def experiment() -> Experiment:
    return small_experiment()


def export(experiment: Experiment, **order: object) -> Exported:
    return export_run(write_run(experiment, Path("run")), Order(**order), Path("out"))  # type: ignore[arg-type]


def failing(experiment: Experiment, rows: int, subject: str = "privacy") -> Experiment:
    named = ids_by_arm(experiment)["guided"][:rows]
    return with_checks(experiment, "guided", gate("guided", subject, "copies", value=0.75, rows=named))


def test_guided_rows_are_the_default(experiment: Experiment) -> None:
    done = export(experiment)
    assert set(done.parcel.rows["arm"].to_pylist()) == {"guided"}
    assert done.parcel.rows["id"].to_pylist() == ids_by_arm(experiment)["guided"]


def test_all_arms_go_out_together(experiment: Experiment) -> None:
    done = export(experiment, arm="all")
    assert done.parcel.arms == ("naive", "guided")
    assert done.parcel.rows.num_rows == sum(map(len, ids_by_arm(experiment).values()))


def test_a_failed_gate_of_another_arm_stops_nothing(experiment: Experiment) -> None:
    assert export(failing(experiment, 3), arm="naive").parcel.left_out == 0


def test_a_failed_gate_names_value_bound_and_the_first_five_rows(experiment: Experiment) -> None:
    ids = ids_by_arm(experiment)["guided"]
    with pytest.raises(GateError) as stop:
        export(failing(experiment, 7))
    assert stop.value.exit_code == 4
    assert "privacy of guided: copies, all: 0.75, at most 0" in stop.value.found
    assert f"rows {', '.join(ids[:5])} and 2 more" in stop.value.found
    assert ids[5] not in stop.value.found
    assert "--drop-failing" in stop.value.remedy
    assert "--accept privacy" in stop.value.remedy
    assert not Path("out").exists()


def test_an_accepted_gate_is_kept_on_record_with_its_rows(experiment: Experiment) -> None:
    done = export(failing(experiment, 2), accepted=frozenset({"privacy"}))
    assert [check.value for check in done.parcel.ruling.accepted] == [0.75]
    assert done.parcel.left_out == 0


def test_named_rows_of_an_accepted_subject_are_left_out_all_the_same(experiment: Experiment) -> None:
    ids = ids_by_arm(experiment)["guided"]
    mixed = with_checks(
        experiment,
        "guided",
        gate("guided", "diversity", "rows without a near-duplicate", value=1, rows=ids[:2]),
        gate("guided", "diversity", "distinct openings", value=1),
    )
    parcel = export(mixed, accepted=frozenset({"diversity"}), drops_failing=True).parcel
    assert [check.measure for check in parcel.ruling.mended] == ["rows without a near-duplicate"]
    assert [check.measure for check in parcel.ruling.accepted] == ["distinct openings"]
    assert parcel.left_out == 4
    assert not set(ids[:2]) & set(parcel.rows["id"].to_pylist())


def flags_in(remedy: str) -> list[tuple[bool, frozenset[str]]]:
    """Read the sets of flags that a remedy names: whether rows are dropped, and what is accepted."""
    found = re.findall(r"with ((?:--drop-failing)?(?: ?--accept \w+)*)", remedy)
    return [("--drop" in flags, frozenset(re.findall(r"--accept (\w+)", flags))) for flags in found]


NAMED, UNNAMED, BOTH = ("privacy",), ("diversity",), ("privacy", "diversity")


@pytest.mark.parametrize(
    ("drops", "rows", "expected"),
    [
        (False, {"privacy": 2}, [(True, ()), (False, NAMED)]),
        (False, {"privacy": 2, "diversity": 0}, [(True, UNNAMED), (False, BOTH)]),
        (True, {"privacy": 2, "diversity": 0}, [(True, UNNAMED), (False, BOTH)]),
        (False, {"privacy": 0, "diversity": 0}, [(False, BOTH)]),
        (True, {"privacy": 0, "diversity": 0}, [(False, BOTH)]),
        (False, {"privacy": 1000, "diversity": 0}, [(False, BOTH)]),
        (True, {"privacy": 1000, "diversity": 0}, [(False, BOTH)]),
        (True, {"privacy": 1000}, [(False, NAMED)]),
    ],
)
def test_every_set_of_flags_that_a_remedy_names_works(
    experiment: Experiment, drops: bool, rows: dict[str, int], expected: list[tuple[bool, Any]]
) -> None:
    for subject, count in rows.items():
        experiment = failing(experiment, count, subject)
    with pytest.raises((GateError, DataError)) as stop:
        export(experiment, drops_failing=drops)
    offered = flags_in(stop.value.remedy)
    assert offered == [(is_dropping, frozenset(accepted)) for is_dropping, accepted in expected]
    for is_dropping, accepted in offered:
        done = export_run(Path("run"), Order("jsonl", "", accepted, is_dropping), Path("out"), overwrite=True)
        assert (done.parcel.left_out > 0) == is_dropping


def test_a_remedy_counts_what_is_accepted_already_and_what_was_not_audited(experiment: Experiment) -> None:
    halved = replace(experiment, audits=experiment.audits[1:])
    mixed = failing(failing(halved, 2), 0, "diversity")
    with pytest.raises(GateError) as stop:
        export(mixed, arm="all", accepted=frozenset({"privacy"}))
    assert "not audited" in stop.value.found
    assert flags_in(stop.value.remedy) == [
        (True, frozenset({"diversity", "audit"})),
        (False, frozenset({"privacy", "diversity", "audit"})),
    ]
    with pytest.raises(GateError, match="no audit of naive") as stop:
        export(mixed, arm="all", accepted=frozenset({"diversity"}), drops_failing=True)
    assert "--drop-failing --accept diversity --accept audit" in stop.value.remedy


def test_a_class_that_leaving_rows_out_would_empty_is_named(experiment: Experiment) -> None:
    calm = [row.id for h in experiment.harvests[-2:] for row in h.accepted if row.label == "calm"]
    emptying = with_checks(experiment, "guided", gate("guided", "privacy", "copies", value=1, rows=calm))
    with pytest.raises(GateError) as stop:
        export(emptying)
    assert "no row would be left of calm of guided" in stop.value.remedy
    done = export(emptying, drops_failing=True)
    assert done.parcel.emptied == ("calm of guided",)
    assert "**No row is left** of calm of guided" in (done.folder / "README.md").read_text()


def test_that_dropping_would_leave_no_row_is_said_before_it_is_tried(experiment: Experiment) -> None:
    with pytest.raises(GateError) as stop:
        export(failing(experiment, 1000))
    assert "--drop-failing would leave none" in stop.value.remedy


def test_accepting_one_subject_accepts_no_other(experiment: Experiment) -> None:
    with pytest.raises(GateError, match="memorisation"):
        export(failing(experiment, 2, "memorisation"), accepted=frozenset({"privacy"}))


def test_named_rows_go_with_their_repeats_of_other_draws(experiment: Experiment) -> None:
    first = experiment.harvests[-2].accepted[0]
    repeats = [row.id for h in experiment.harvests[-2:] for row in h.accepted if row.text == first.text]
    assert len(repeats) == 2
    done = export(failing(experiment, 1), drops_failing=True)
    assert done.parcel.left_out == 2
    assert not {first.id, *repeats} & set(done.parcel.rows["id"].to_pylist())
    assert done.parcel.rows.num_rows == len(ids_by_arm(experiment)["guided"]) - 2


def test_a_gate_that_names_no_rows_cannot_be_mended(experiment: Experiment) -> None:
    with pytest.raises(GateError, match="diversity") as stop:
        export(failing(experiment, 0, "diversity"), drops_failing=True)
    assert "no failed gate names rows" in stop.value.remedy
    assert "--drop-failing" not in stop.value.remedy


def test_nothing_left_is_said(experiment: Experiment) -> None:
    with pytest.raises(DataError, match="no rows of guided"):
        export(failing(experiment, 1000), drops_failing=True)


def test_a_gate_that_was_not_measured_stops_nothing_and_is_on_record(experiment: Experiment) -> None:
    done = export(with_checks(experiment, "guided", gate("guided", "privacy", "membership", value=None)))
    assert [check.measure for check in done.parcel.ruling.unmeasured] == ["membership"]


def test_rows_that_no_audit_looked_at_stay_unless_that_is_accepted(experiment: Experiment) -> None:
    unaudited = replace(experiment, audits=())
    with pytest.raises(GateError, match="no audit of guided"):
        export(unaudited)
    assert export(unaudited, accepted=frozenset({"audit"})).parcel.ruling.unaudited == ("guided",)


def test_texts_of_copies_stay_behind(experiment: Experiment) -> None:
    done = export(experiment)
    lines = done.parcel.rejected.to_pylist()
    copies = {Reason.COPIES_EXEMPLAR, Reason.COPIES_SEED, Reason.ONE_WORD_FROM_SEED, Reason.COPIES_TEST}
    hidden = [line for line in lines if line["text"] is None]
    assert done.parcel.withheld == len(hidden) > 0
    assert {line["reason"] for line in hidden} <= copies
    assert not [line for line in lines if line["reason"] in copies and line["text"]]
    assert all(line["detail"] for line in hidden)


def test_personal_data_of_rejected_rows_stay_behind(experiment: Experiment) -> None:
    harvest = experiment.harvests[-2]
    sound = next(row for row in harvest.rejected if row.reason == "surplus")
    loose = replace(sound, text="write to jo.doe&#64;example.org now")
    other = [row for row in harvest.rejected if row is not sound]
    harvests = (
        *experiment.harvests[:-2],
        replace(harvest, rejected=(*other, loose)),
        experiment.harvests[-1],
    )
    lines = export(replace(experiment, harvests=harvests)).parcel.rejected.to_pylist()
    assert [line["text"] for line in lines if line["id"] == loose.id] == [None]


def test_a_duplicate_of_a_row_that_is_left_out_is_no_way_out_for_its_text(experiment: Experiment) -> None:
    harvest = experiment.harvests[-2]
    bad = harvest.accepted[0]
    twins = tuple(
        replace(row, text=text, reason=reason, detail=detail)
        for row, (text, reason, detail) in zip(
            harvest.rejected,
            [
                (f"{bad.text}!", "near_duplicate", f"{bad.id} (0.93)"),
                (bad.text.upper(), "duplicate", bad.id),
                (bad.text, "surplus", "8 rows are in"),
                ("something else", "near_duplicate", f"{harvest.accepted[1].id} (0.93)"),
            ],
            strict=False,
        )
    )
    harvests = (*experiment.harvests[:-2], replace(harvest, rejected=twins), experiment.harvests[-1])
    done = export(failing(replace(experiment, harvests=harvests), 1), drops_failing=True)
    assert done.parcel.rejected["text"].to_pylist()[:4] == [None, None, None, "something else"]


def test_a_rejected_row_that_a_gate_names_keeps_neither_text_nor_quotation(experiment: Experiment) -> None:
    harvest = experiment.harvests[-1]
    leak = replace(
        harvest.rejected[0], text="the secret is 42", reason="meta_text", detail="the secret is 42"
    )
    harvests = (*experiment.harvests[:-1], replace(harvest, rejected=(leak, *harvest.rejected[1:])))
    leaking = with_checks(
        replace(experiment, harvests=harvests),
        "guided",
        gate("guided", "privacy", "canaries that came out", value=1, rows=[leak.id]),
    )
    parcel = export(leaking, drops_failing=True).parcel
    assert parcel.left_out == 0
    assert "secret" not in str(parcel.rejected.to_pylist())
    [line] = [line for line in parcel.rejected.to_pylist() if line["id"] == leak.id]
    assert (line["text"], line["detail"], line["reason"]) == (None, None, "meta_text")


@pytest.mark.parametrize(
    ("arms", "name", "words"),
    [(("naive",), "", "no arm guided"), (("naive", "guided"), "placebo", "the arm placebo")],
)
def test_an_arm_that_is_not_there_is_explained(arms: tuple[str, ...], name: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as stop:
        export(small_experiment(arms=tuple(map(Arm, arms))), arm=name)
    assert ", ".join(arms) in stop.value.expected


def test_a_run_without_generated_rows_is_explained() -> None:
    with pytest.raises(DataError, match="without generated rows"):
        export(small_experiment(arms=(Arm.REAL,)))
