"""A real Chromium that opens a file from the disk and notes all that a page says and asks for."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM: Final = shutil.which("chromium") or shutil.which("google-chrome") or ""
AXE: Final = Path(
    os.environ.get("AXE_CORE", Path(__file__).parents[2] / ".cache/axe-core"),
    "node_modules/axe-core/axe.min.js",
)
_PATIENCE: Final = 60_000  # ms for what takes some ten on an idle machine
_FLAGS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)


#: For tests that open pages.
needs_browser: Final = pytest.mark.skipif(
    not Path(CHROMIUM).is_file(), reason="Chromium is not here; 'apt-get install chromium' gets it"
)
#: For tests that ask axe-core: ``npm install --prefix .cache/axe-core --no-save axe-core@4.14.1``.
needs_axe: Final = pytest.mark.skipif(
    not AXE.is_file(), reason="axe-core is not here; tests/support/browser.py says how to get it"
)


@dataclass
class Opened:
    """A page, with what it said and asked for since it was opened."""

    page: "Page"
    errors: list[str] = field(default_factory=list)
    """Errors and warnings of its console, and whatever nobody caught."""
    requests: list[str] = field(default_factory=list)
    """Addresses that it asked for, but for the file itself."""

    def violations(self) -> list[str]:
        """What axe-core finds wrong: the rule, and where."""
        # By the debugger, since the page's own policy lets no foreign script in.
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            f"{each['id']}: {node['target']} {node['failureSummary']}"
            for each in found["violations"]
            for node in each["nodes"]
        ]


@contextmanager
def launched() -> Iterator["Browser"]:
    """A browser, for as many pages as the block opens."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  not where tests are skipped

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: "Browser", path: Path, fragment: str = "", **context: Any) -> Iterator[Opened]:
    """The file in a fresh window; `context` is Playwright's, such as `color_scheme`."""
    # No page gets out, not even by a mistake of the test's.
    with browser.new_context(offline=True, **context) as window:
        page = window.new_page()
        page.set_default_timeout(_PATIENCE)
        seen = Opened(page)
        address = path.resolve().as_uri()
        page.on("console", lambda each: _note(seen.errors, each))
        page.on("pageerror", lambda each: seen.errors.append(str(each)))
        page.on(
            "request",
            lambda each: each.url.partition("#")[0] != address and seen.requests.append(each.url),
        )
        page.on("popup", lambda each: seen.requests.append(each.url))
        page.on("dialog", lambda each: (seen.errors.append(each.message), each.dismiss()))
        page.goto(f"{address}#{fragment}" if fragment else address)
        yield seen


def function_in(path: Path) -> str:
    """The one function of a script, to be evaluated in a page."""
    return path.read_text("utf-8").rstrip(";\n")


def _note(errors: list[str], message: Any) -> None:
    if message.type in {"error", "warning"}:
        errors.append(message.text)
