"""The card's machine-readable head."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import yaml

from seedwise.data import tweeteval, vader
from seedwise.export.layout import Layout
from seedwise.export.parcel import Parcel
from seedwise.report.document import Document

_LANGUAGES: Mapping[str, str] = {tweeteval.NAME: "en", vader.NAME: "en"}
"""Languages of the data sets that Seedwise knows; an own file's is not known."""

_KNOWN_LICENSES = frozenset(
    {
        "apache-2.0", "bsd-2-clause", "bsd-3-clause", "cc", "cc-by-2.0", "cc-by-3.0", "cc-by-4.0",
        "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0",
        "cc-by-nd-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc0-1.0", "gpl-3.0", "mit", "odbl", "odc-by",
        "pddl", "unlicense",
    }
)  # fmt: skip
"""Names of licences that the Hugging Face Hub knows; any other is ``other`` with its name beside it."""

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_DTYPES = {
    pa.string(): "string",
    pa.bool_(): "bool",
    pa.int64(): "int64",
    pa.float64(): "float64",
}


def front_matter(document: Document, parcel: Parcel, layout: Layout) -> str:
    """Write the YAML head of a Hugging Face data set card, which also tells readers which file is which.

    The licence is that of the seeds: rows written from them are taken to carry it on, which is our choice.
    """
    dataset = document["dataset"]
    head: dict[str, Any] = {
        "pretty_name": f"{_one_line(dataset['name'])}, grown by Seedwise ({', '.join(parcel.arms)})",
        **({"language": [_LANGUAGES[dataset["name"]]]} if dataset["name"] in _LANGUAGES else {}),
        **_license(dataset["license"]),
        "annotations_creators": ["machine-generated"],
        "language_creators": ["machine-generated"],
        "source_datasets": [f"extended|other-{_slug(dataset['name'])}"],
        "size_categories": [_size(parcel.rows.num_rows)],
        "task_categories": ["text-classification"],
        "tags": ["synthetic", "seedwise"],
        "configs": _configs(parcel, layout),
        **({"dataset_info": _infos(parcel)} if layout.is_typed else {}),
    }
    return yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=1000)


def _license(license_: str) -> dict[str, str]:
    name = license_.strip().lower()
    if name in _KNOWN_LICENSES:
        return {"license": name}
    if not name or "stated" in name or name == "unknown":
        return {"license": "unknown"}
    return {"license": "other", "license_name": _slug(license_)}


def _one_line(name: str) -> str:
    """Take out what could end the head or turn the direction of writing."""
    return " ".join("".join(char if char.isprintable() else " " for char in name).split())


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-") or "unnamed"


def _size(rows: int) -> str:
    return next((name for bound, name in _SIZES if rows < bound), "1M<n<10M")


def _configs(parcel: Parcel, layout: Layout) -> list[dict[str, Any]]:
    default = {
        "config_name": "default",
        "default": True,
        "data_files": [{"split": "train", "path": layout.train}],
    }
    rejected = {
        "config_name": "rejected",
        "data_files": [{"split": "rejected", "path": layout.rejected}],
    }
    return [default, rejected] if parcel.rejected.num_rows else [default]


def _infos(parcel: Parcel) -> list[dict[str, Any]]:
    infos = [{"config_name": "default", "features": _features(parcel.rows.schema)}]
    if parcel.rejected.num_rows:
        infos.append({"config_name": "rejected", "features": _features(parcel.rejected.schema)})
    return infos


def _features(schema: pa.Schema) -> list[dict[str, str]]:
    return [
        {"name": field.name, "list": _DTYPES[field.type.value_type]}
        if pa.types.is_list(field.type)
        else {"name": field.name, "dtype": _DTYPES[field.type]}
        for field in schema
    ]
