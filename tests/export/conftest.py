"""What tests of exports are kept apart from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def load_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The reader that users of a data set have, without network, and without the user's cache."""
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()

    def load(*arguments: Any, **options: Any) -> Any:
        return datasets.load_dataset(*arguments, cache_dir=str(tmp_path / "cache"), **options)

    return load
