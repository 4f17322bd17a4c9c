"""How settings read in a form that is made from their JSON schema, such as the Prefect pages'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SPELLED = {
    "auc": "AUC",
    "cv": "CV",
    "f1": "F1",
    "llm": "LLM",
    "llms": "LLMs",
    "mlflow": "MLflow",
    "p": "p",
    "uri": "URI",
    "url": "URL",
}
"""Words of field names that are written in a way of their own."""

_LIMITS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "maxLength")


def title_field(name: str, _info: object) -> str:
    """Write a field's name as a title: ``llm_base_url`` becomes ``LLM base URL``."""
    words = " ".join(_SPELLED.get(word, word) for word in name.split("_"))
    return words[0].upper() + words[1:]


def tell_bounds(schema: dict[str, Any]) -> None:
    """Say in the description of every field which values it takes: a form checks bounds, but shows none."""
    for field in schema.get("properties", {}).values():
        if bounds := _bounds(field):
            field["description"] = f"{field.get('description', '')} [{bounds}]".lstrip()


def _bounds(field: Mapping[str, Any]) -> str:
    """Write the bounds of a value, of each value of a list, or of the one alternative that has some."""
    if "items" in field:
        each = _bounds(field["items"])
        return f"each {each}" if each else ""
    for alternative in (field, *field.get("anyOf", ())):
        if any(limit in alternative for limit in _LIMITS):
            return _range(alternative)
    return ""


def _range(field: Mapping[str, Any]) -> str:
    least, most = field.get("minimum"), field.get("maximum")
    if least is not None and most is not None:
        return f"{least:,} to {most:,}"
    words = {
        "exclusiveMinimum": "more than {:,}",
        "minimum": "{:,} or more",
        "exclusiveMaximum": "less than {:,}",
        "maximum": "at most {:,}",
        "maxLength": "at most {:,} characters",
    }
    return ", ".join(text.format(field[limit]) for limit, text in words.items() if limit in field)
