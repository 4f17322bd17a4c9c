"""Every setting reads well in a form that is made from the schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seedwise.arms import BASES
from seedwise.config import ExperimentConfig, RunConfig, SweepConfig
from seedwise.config.form import tell_bounds, title_field


def fields() -> Iterator[tuple[str, dict[str, Any]]]:
    for model in (ExperimentConfig, RunConfig, SweepConfig):
        schema = model.model_json_schema()
        for part in (schema, *schema.get("$defs", {}).values()):
            for name, field in part["properties"].items():
                yield f"{part['title']}.{name}", field


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("seed_size", "Seed size"),
        ("llm_base_url", "LLM base URL"),
        ("top_p", "Top p"),
        ("cv_folds", "CV folds"),
    ],
)
def test_names_become_titles(name: str, title: str) -> None:
    assert title_field(name, None) == title


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ({"minimum": 20, "maximum": 100_000}, "[20 to 100,000]"),
        ({"minimum": 0}, "[0 or more]"),
        ({"exclusiveMinimum": 0, "maximum": 0.5}, "[more than 0, at most 0.5]"),
        ({"minimum": 0, "exclusiveMaximum": 2048}, "[0 or more, less than 2,048]"),
        ({"maxLength": 64}, "[at most 64 characters]"),
        ({"anyOf": [{"minimum": 1}, {"type": "null"}]}, "[1 or more]"),
        ({"items": {"minimum": 1, "maximum": 9}, "minItems": 1}, "[each 1 to 9]"),
    ],
)
def test_bounds_are_told(field: dict[str, Any], told: str) -> None:
    schema = {"properties": {"a": {"description": "Rows.", **field}}}
    tell_bounds(schema)
    assert schema["properties"]["a"]["description"] == f"Rows. {told}"


def test_what_has_no_bounds_says_nothing_of_them() -> None:
    schema = {"properties": {"a": {"description": "Rows.", "type": "string"}, "b": {"type": "boolean"}}}
    tell_bounds(schema)
    assert schema == {
        "properties": {"a": {"description": "Rows.", "type": "string"}, "b": {"type": "boolean"}}
    }


def test_every_setting_has_a_title_and_says_what_it_does() -> None:
    sections = set(ExperimentConfig.model_fields)
    for name, field in fields():
        assert field["title"][0].isupper(), name
        if name.removeprefix("ExperimentConfig.") not in sections:
            assert len(field["description"]) > 10, name


def test_the_form_names_every_arm() -> None:
    description = ExperimentConfig.model_json_schema()["$defs"]["EvaluateConfig"]["properties"]["arms"]
    assert [name for name in BASES if name not in description["description"]] == []
