"""Prefect's pages, used as a person uses them."""

from __future__ import annotations

import re
from typing import Any

# Prefect shows a list of its own to whoever has a mouse, and the browser's to whoever has none. The former
# closes again in a Chromium without a window, which never has the focus.
WITHOUT_MOUSE = """
const ask = window.matchMedia.bind(window);
window.matchMedia = query => ask(query.includes('hover') ? 'not all' : query);
"""


class PrefectPage:
    """One browser page at a Prefect server."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self._address = page, address

    def open_deployments(self) -> None:
        self.page.goto(f"{self._address}/deployments")
        self._deployment("sweep").wait_for()

    def open_deployment(self, name: str) -> None:
        self.open_deployments()
        self._deployment(name).click()
        self._run_button.wait_for()

    def open_form(self, name: str) -> None:
        """Open the form that starts a run of a deployment with parameters of one's own."""
        self.open_deployment(name)
        self._run_button.click()
        self.page.get_by_text("Custom run").click()
        self.field("preset").wait_for()

    def field(self, title: str) -> Any:
        """Find a field of the form by its title."""
        name = re.compile(rf"^{re.escape(title)}( \(Optional\))?$")
        titled = self.page.locator(".schema-form-property__label", has_text=name)
        return self.page.locator(".p-label").filter(has=titled).last

    def fill(self, fields: dict[str, str]) -> None:
        for title, value in fields.items():
            self.field(title).locator("textarea, input").first.fill(value)

    def choose(self, title: str, value: str) -> None:
        self.field(title).locator("select").first.select_option(label=value)

    def submit(self) -> None:
        self.page.get_by_role("button", name="Submit").click()

    def submit_and_open_run(self) -> None:
        """Send the form and open the run that the server made of it.

        The note with its link is gone after seconds, and the page below lists older runs by links like it.
        While another write holds SQLite, Prefect's server says 503 and the page that something went wrong:
        a person tries again.
        """
        answer = self._submitted()
        while answer.status == 503:
            answer = self._submitted()
        self.page.goto(f"{self._address}/runs/flow-run/{answer.json()['id']}")

    def _submitted(self) -> Any:
        with self.page.expect_response(re.compile(r"/deployments/[^/]+/create_flow_run$")) as made:
            self.submit()
        return made.value

    def wait_for_state(self, name: str, seconds: float = 240) -> None:
        badge = self.page.locator("[class*=state-badge]", has_text=re.compile(rf"^\s*{name}\s*$"))
        badge.first.wait_for(timeout=1000 * seconds)

    def press(self, button: str, confirm: str) -> None:
        """Press a button of the run's page, and another in the question that follows."""
        self.page.get_by_role("button", name=button, exact=True).first.click()
        self.page.locator(".p-modal").get_by_role("button", name=confirm, exact=True).click()

    def open_tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).or_(
            self.page.get_by_text(name, exact=True)
        ).first.click()

    def open_artifact(self, key: str) -> None:
        """Open an artifact of the run whose page is open; what a run has left is listed anew on a reload."""
        self.page.reload()
        self.open_tab("Artifacts")
        self.page.get_by_text(key, exact=True).last.click()
        self.page.wait_for_url("**/artifacts/artifact/*")

    def _deployment(self, name: str) -> Any:
        links = self.page.locator("a[href*='/deployments/deployment/']")
        return links.filter(has_text=re.compile(rf"^\s*{name}\s*$")).first

    @property
    def _run_button(self) -> Any:
        return self.page.get_by_role("button", name="Run", exact=True).first
