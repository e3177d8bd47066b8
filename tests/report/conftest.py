"""One browser for all tests of a module, and the pages that it opens."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.browser import Opened, launched, opened
from support.reports import PARTIAL, sample, written

Open = Callable[..., AbstractContextManager[Opened]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium."""
    with launched() as browser:
        yield browser


@pytest.fixture
def visit(browser: Any) -> Open:
    """Opens a page in a fresh window, and waits until all in it is read."""

    @contextmanager
    def visit(path: Path, fragment: str = "", **context: Any) -> Iterator[Opened]:
        with opened(browser, path, fragment, **context) as seen:
            seen.page.wait_for_selector("html[data-ready=searchable]")
            yield seen

    return visit


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the demo's project."""
    return written(sample(), tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def partial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a small snapshot that is not whole."""
    return written(PARTIAL, tmp_path_factory.mktemp("partial"))
