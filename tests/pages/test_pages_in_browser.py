"""From Prefect's form to MLflow's curves, in a real browser: what `seedwise ui` is for."""

from __future__ import annotations

import json
import re
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from invented_posts import invent_posts
from openai_server import Exchange, OpenAIServer, hang, ok
from pages_running import Pages, running_pages
from prefect_page import WITHOUT_MOUSE, PrefectPage

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is in the dev dependencies")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
    pytest.mark.timeout(600),
]

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
CANCEL_SECONDS = 120
"""Thirty on a machine that does nothing else; a busy one takes its time to start Prefect's processes.

How long it took stands in the file that `--junitxml` names.
"""


class Tap:
    """A model that answers so many requests and then hangs, and counts what it answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.left = sys.maxsize
        self.answered: Counter[str] = Counter()

    def __call__(self, exchange: Exchange) -> None:
        with self._lock:
            self.left -= 1
            is_dry = self.left < 0
        if is_dry:
            hang(exchange)
            return
        ok(exchange)
        with self._lock:
            self.answered[json.dumps(exchange.asked.body, sort_keys=True)] += 1


@pytest.fixture(scope="module")
def tap() -> Tap:
    return Tap()


@pytest.fixture(scope="module")
def settings(tap: Tap, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What a person types into the form for a run that takes seconds."""
    posts = invent_posts(tmp_path_factory.mktemp("posts") / "posts.csv", 240)
    with OpenAIServer(default=tap) as server:
        yield {
            **{"Dataset": str(posts), "Text column": "body", "Label column": "emotion"},
            **{"LLM": "openai/some-model", "LLM base URL": server.url, "Answers per request": "2"},
        }


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with running_pages(tmp_path_factory.mktemp("pages")) as running:
        yield running


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        opened = browser.new_page(viewport={"width": 1400, "height": 1000})
        opened.add_init_script(WITHOUT_MOUSE)
        opened.set_default_timeout(60_000)
        yield opened
        browser.close()


@pytest.fixture(scope="module")
def prefect(page: Any, pages: Pages) -> PrefectPage:
    return PrefectPage(page, pages.prefect)


@pytest.fixture(scope="module")
def finished(prefect: PrefectPage, settings: dict[str, str]) -> str:
    """Start a run from the form, watch it to its end, and give the address of its page."""
    start(prefect, settings)
    prefect.wait_for_state("Running")
    prefect.open_tab("Artifacts")
    prefect.page.get_by_text(re.compile(r"stage \d+ of \d+|all \d+ stages done")).first.wait_for()
    prefect.wait_for_state("Completed")
    return str(prefect.page.url).partition("?")[0]


def start(prefect: PrefectPage, settings: dict[str, str]) -> None:
    prefect.open_form("experiment")
    prefect.choose("preset", "smoke")
    prefect.fill(settings)
    prefect.submit_and_open_run()


def count_runs(pages: Pages) -> int:
    return int(httpx.post(f"{pages.prefect}/api/flow_runs/count", json={}, timeout=60).json())


def open_summary(prefect: PrefectPage, run_page: str) -> None:
    prefect.page.goto(run_page)
    prefect.open_artifact("summary")


def follow(page: Any, link: str) -> None:
    page.goto(page.get_by_role("link", name=link).get_attribute("href"))


# ------------------------------------------------------------------------------- the forms


def test_a_value_out_of_bounds_is_refused_and_nothing_starts(
    prefect: PrefectPage, pages: Pages, settings: dict[str, str], page: Any, tmp_path: Path
) -> None:
    before = count_runs(pages)
    prefect.open_form("experiment")
    prefect.choose("preset", "smoke")
    prefect.fill(settings | {"Seed size": "5"})
    prefect.submit()
    page.get_by_text("5 is less than the minimum of 20").first.wait_for()
    assert count_runs(pages) == before


def test_a_sweep_has_a_form_and_a_weekly_schedule_that_is_off(
    prefect: PrefectPage, page: Any, tmp_path: Path
) -> None:
    prefect.open_deployment("sweep")
    page.get_by_text("weekly", exact=True).wait_for()
    assert page.get_by_role("switch").get_attribute("aria-checked") == "false"
    prefect.open_form("sweep")
    sizes = prefect.field("Seed sizes").locator("input")
    assert [sizes.nth(i).input_value() for i in range(sizes.count())] == ["100", "200", "500"]
    prefect.field("Vary").locator("textarea, .cm-content, [contenteditable]").first.fill(
        '{"prompt.hints": [1, 3]}'
    )


# ------------------------------------------------------------------------- a run that ends


def test_the_summary_holds_the_verdict(
    prefect: PrefectPage, finished: str, page: Any, tmp_path: Path
) -> None:
    open_summary(prefect, finished)
    table = page.get_by_role("table").first
    assert "verdict" in table.inner_text()
    assert table.get_by_role("row").filter(has_text="guided").count() > 0
    # Seen without scrolling sideways: the column is what a person comes for.
    right = table.get_by_text("verdict", exact=True).bounding_box()
    assert right["x"] + right["width"] < 1000


def test_the_summary_leads_to_the_report(
    prefect: PrefectPage, finished: str, page: Any, tmp_path: Path
) -> None:
    open_summary(prefect, finished)
    follow(page, "Report in MLflow")
    headline = page.frame_locator("iframe").get_by_role("heading", name="posts.csv: 120 seeds")
    headline.first.wait_for()
    assert headline.first.is_visible()


def test_the_summary_leads_to_the_learning_curves(
    prefect: PrefectPage, finished: str, page: Any, tmp_path: Path
) -> None:
    open_summary(prefect, finished)
    follow(page, "Learning curves in MLflow")
    for arm in ("seed_only", "real", "naive", "guided"):
        page.get_by_text(f"{arm} · xgboost · draw 0").first.wait_for()
    page.locator("svg.main-svg").first.wait_for()
    assert page.get_by_text("macro_f1", exact=True).count() > 0


def test_the_summary_leads_to_the_run(prefect: PrefectPage, finished: str, page: Any, tmp_path: Path) -> None:
    open_summary(prefect, finished)
    follow(page, "Run in MLflow")
    page.get_by_text("guided · xgboost · draw 0").or_(page.get_by_text("Load more")).first.wait_for()
    heading = page.get_by_role("heading", name="posts.csv · 120 seeds · openai/some-model")
    heading.wait_for()
    assert heading.is_visible()


# -------------------------------------------------------------------- runs that do not end


def test_a_run_that_fails_says_what_to_mend(
    prefect: PrefectPage, settings: dict[str, str], page: Any, tmp_path: Path
) -> None:
    start(prefect, settings | {"Dataset": "/nowhere/lost.csv"})
    prefect.wait_for_state("Failed")
    prefect.open_tab("Details")
    page.get_by_text("lost.csv").first.wait_for()
    prefect.open_artifact("what-to-mend")
    for heading in ("Found.", "Expected.", "What to do."):
        words = page.get_by_text(heading).first
        words.wait_for()
        assert words.is_visible()


def test_a_cancelled_run_ends_in_time_and_a_retry_pays_for_nothing_twice(
    prefect: PrefectPage,
    pages: Pages,
    settings: dict[str, str],
    tap: Tap,
    page: Any,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    before = tap.answered.total()
    tap.left = 3
    start(prefect, settings | {"Root seed": "1"})
    wait_until(lambda: tap.left < 0)
    prefect.press("Cancel", "Confirm")
    pressed = time.monotonic()
    prefect.wait_for_state("Cancelled", CANCEL_SECONDS)
    record_property("seconds until cancelled", round(time.monotonic() - pressed, 1))
    assert pages.runs_alive() == []
    assert tap.answered.total() == before + 3
    tap.left = sys.maxsize
    prefect.press("Retry", "Retry")
    prefect.wait_for_state("Completed")
    assert tap.answered.total() > before + 3
    assert set(tap.answered.values()) == {1}


def wait_until(holds: Any, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)
