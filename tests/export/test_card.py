"""The card says what was found, and shows hostile names as text."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from export_runs import gate, ids_by_arm, small_experiment, with_checks, with_texts, write_run
from hypothesis import given
from hypothesis import strategies as st

from seedwise.config import DataConfig, GenerationConfig
from seedwise.experiment import Experiment
from seedwise.export import Order, export_run
from seedwise.export.markdown import escape, fence
from seedwise.records import ALL

HOSTILE_NAMES = (
    "<img src=x onerror=alert(1)>",
    "---\nlicense: mit\n---",
    "| a | b |\n|---|---|",
    "[click](http://evil.example) `code` **bold**",
    "\u202eevil\u202c @everyone www.evil.example",
    "{{ 7 * 7 }} {% raw %}",
)


def card_of(experiment: Experiment, **order: Any) -> tuple[dict[str, Any], str]:
    done = export_run(write_run(experiment, Path("run")), Order(**order), Path("out"), overwrite=True)
    _, head, body = (done.folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), body


def section(body: str, heading: str) -> str:
    return body.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def provenance() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(Path("out/provenance.json").read_text(encoding="utf-8"))
    return document


def test_the_head_tells_the_hub_what_it_is() -> None:
    head, _ = card_of(small_experiment(), format="hf")
    assert head["license"] == "mit"
    assert head["annotations_creators"] == ["machine-generated"]
    assert head["task_categories"] == ["text-classification"]
    assert head["size_categories"] == ["n<1K"]
    assert head["source_datasets"] == ["extended|other-moods"]
    assert "synthetic" in head["tags"]
    assert "language" not in head


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("MIT", {"license": "mit"}),
        ("not stated", {"license": "unknown"}),
        ("none stated: for research, not to be passed on", {"license": "unknown"}),
        ("", {"license": "unknown"}),
        ("House rules 2.1", {"license": "other", "license_name": "house-rules-2.1"}),
    ],
)
def test_the_licence_is_that_of_the_seeds(stated: str, expected: dict[str, str]) -> None:
    experiment = small_experiment()
    head, body = card_of(replace(experiment, dataset=replace(experiment.dataset, license=stated)))
    assert {name: value for name, value in head.items() if name.startswith("license")} == expected
    assert f"Licence of the seeds: {stated or 'not stated'}." in body


def test_a_known_data_set_has_a_language() -> None:
    experiment = small_experiment()
    head, _ = card_of(replace(experiment, dataset=replace(experiment.dataset, name="vader-tweets")))
    assert head["language"] == ["en"]


def test_figures_of_the_run_are_in_their_sections() -> None:
    _, body = card_of(small_experiment())
    assert (
        "wrote 16 labelled texts\n(arms: guided), prompted with real rows of moods: 2 draws of\n20 seeds"
        in body
    )
    assert "| guided | calm | 8 | 4 | 1.000 |" in section(body, "What is inside")
    assert "8 rows have text and label of one before" in section(body, "What is inside")
    utility = section(body, "What it is worth")
    row = "| guided | seed_only | xgboost | 8 | 2 | +0.031 \\[+0.012, +0.050\\] | .016 | better |"
    assert row in utility
    authenticity = section(body, "How real it reads")
    assert "| guided | all | 0.310 | richness 0.31 |" in authenticity
    assert "| guided | all | lexical | 0.93 \\[0.91, 0.95\\] | 0.450 to 0.550 |" in authenticity
    privacy = section(body, "Privacy, memorisation, contamination")
    assert (
        "| privacy: nearer to seeds than to unseen rows | all | 0.51 | – | at most 0.6 | passed |" in privacy
    )
    assert "Nothing was measured." in section(body, "Safety")
    assert "| guided | 14 | 420 | 28 | 16 | 0.2800 |" in section(body, "How it was made")
    assert "calm-word-0, calm-word-1, calm-word-2" in section(body, "How it was made")
    assert "Every gate was measured and passed." in section(body, "Gates")
    assert "- Measured on few rows." in section(body, "Limits")


def test_what_was_ruled_is_on_the_card_and_in_the_provenance() -> None:
    experiment = small_experiment()
    ids = ids_by_arm(experiment)["guided"]
    experiment = with_checks(
        experiment,
        "guided",
        gate("guided", "safety", "refusals", value=0.25, bound=0.01),
        gate("guided", "memorisation", "copies of seeds", value=2, rows=ids[1:3]),
        gate("guided", "privacy", "membership", value=None, bound=0.6),
    )
    _, body = card_of(experiment, accepted=frozenset({"safety"}), drops_failing=True)
    gates = section(body, "Gates")
    assert (
        "**Failed and accepted by whoever exported it**: safety of guided: refusals, all: 0.25, at most"
        in gates
    )
    assert "left out: memorisation of guided: copies of seeds, all: 2, at most 0." in gates
    assert "4 rows left out" in gates
    assert "membership, all: not measured. There is nothing to measure it with." in gates
    assert "failed, accepted" in section(body, "Safety")
    assert "failed, rows left out" in section(body, "Privacy, memorisation, contamination")
    found = provenance()
    assert [check["measure"] for check in found["gates"]["accepted"]] == ["refusals"]
    assert [check["rows"] for check in found["gates"]["mended"]] == [ids[1:3]]
    assert found["emptied"] == []
    assert (found["rows"], found["left_out"]) == (12, 4)


def test_rows_without_an_audit_are_called_that() -> None:
    _, body = card_of(replace(small_experiment(), audits=()), accepted=frozenset({"audit"}))
    assert "**guided was not audited**" in section(body, "Gates")
    assert "| guided | calm | 8 | 4 | – |" in body
    assert "Every gate was measured" not in body


def test_neither_paths_nor_addresses_nor_times_leave() -> None:
    experiment = small_experiment(
        data=DataConfig(dataset="/home/me/posts.csv"),
        generation=GenerationConfig(
            llm="embedded//home/me/model.gguf", llm_base_url="http://me:word@host/v1"
        ),
    )
    _, body = card_of(replace(experiment, seconds=98765.4, links={"MLflow": "http://10.1.2.3"}))
    everything = body + json.dumps(provenance())
    for secret in ("/home/me", "me:word", "98765", "10.1.2.3"):
        assert secret not in everything
    assert provenance()["config"]["generation"]["llm"] == "embedded/model.gguf"
    assert provenance()["config"]["generation"]["llm_base_url"] == "host"


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_are_shown_as_text(name: str) -> None:
    experiment = small_experiment()
    dataset = replace(experiment.dataset, name=name, source=name, license=name, notes=(name,))
    checked = with_checks(
        replace(experiment, dataset=dataset, versions={name: name}),
        "guided",
        replace(gate("guided", "privacy", name, value=0.0, label=ALL), remark=name),
    )
    head, body = card_of(checked)
    assert "\n" not in head["pretty_name"]
    assert head["pretty_name"].endswith(", grown by Seedwise (guided)")
    assert head["license"] == "other"
    assert "<img" not in body
    assert "http://evil" not in body
    assert "www.evil" not in body
    assert "\u202e" not in body
    assert not re.search(r"(?<!\\)\]\(", body)
    assert re.findall(r"^## .*", body, re.MULTILINE) == re.findall(
        r"^## .*", card_of(experiment)[1], re.MULTILINE
    )
    assert "{{ 7" not in body


def test_hostile_rows_are_nowhere_on_the_card() -> None:
    _, body = card_of(with_texts(small_experiment(), "guided", ["<script>alert(1)</script>"]))
    assert "script" not in body


@given(st.text(alphabet="`ab\n"))
def test_a_fence_is_closed_by_nothing_within(text: str) -> None:
    first, *_, last = fence(text).split("\n")
    assert first.removesuffix("yaml") == last
    assert last not in text


@given(st.text())
def test_escaped_text_is_one_line_without_html(text: str) -> None:
    shown = escape(text)
    assert len(shown.splitlines()) <= 1
    assert not re.search(r"[<>]", shown)
    assert not re.search(r"(?<!\\)(\\\\)*[|`*\[\]]", shown)
    assert escape(shown) is shown
