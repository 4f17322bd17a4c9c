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
        report.sections.append(("page", f"{used['page'].url}\n{_take(used['page'], picture)}"))
    return report


def _take(page: Any, picture: Path) -> str:
    """Take a picture and say where it is, or why there is none: a browser that is gone hides no report."""
    from playwright.sync_api import Error

    try:
        page.screenshot(path=picture)
    except Error as exc:
        return f"no picture: {exc}"
    return str(picture)
