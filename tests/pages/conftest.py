"""What a failed test saw."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of the page at which a test failed, and say where it is."""
    report = yield
    used: dict[str, Any] = getattr(item, "funcargs", {})
    if report.failed and "page" in used and "tmp_path" in used:
        picture: Path = used["tmp_path"] / f"{call.when}.png"
        used["page"].screenshot(path=picture)
        report.sections.append(("page", f"{used['page'].url}\n{picture}"))
    return report
