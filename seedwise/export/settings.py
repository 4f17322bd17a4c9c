"""The run's settings, without what only concerns the machine that they were written for."""

from __future__ import annotations

import re

from seedwise.embedded import is_embedded
from seedwise.llm.addresses import host_of
from seedwise.report.document import Document


def public_settings(config: Document) -> Document:
    """Leave of paths only the file's name, and of an address only the host."""
    data, generation = config["data"], config["generation"]
    llm = generation["llm"]
    shown = f"{llm.split('/', 1)[0]}/{_file_name(llm)}" if is_embedded(llm) else llm
    return {
        **config,
        "data": {**data, "dataset": _file_name(data["dataset"])},
        "generation": {**generation, "llm": shown, "llm_base_url": host_of(generation["llm_base_url"])},
    }


def _file_name(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]
