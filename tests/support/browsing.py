"""What a person sees on a page of `report`, and what they do there."""

import re
from collections.abc import Callable
from typing import Any

from support.browser import Opened

Visit = Callable[..., Any]
NARROW = {"width": 390, "height": 800}
WIDE = {"width": 1440, "height": 900}


def rows(seen: Opened) -> list[str]:
    """The names in the tree, from the top, as far as it is seen."""
    found = seen.page.evaluate(
        """() => [...document.querySelectorAll("[role=treeitem]")]
          .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
          .map((each) => each.querySelector(".name").textContent)"""
    )
    return [str(each) for each in found]


def text(seen: Opened, selector: str) -> str:
    """What stands there."""
    return " ".join(seen.page.inner_text(selector).split())


def heading(seen: Opened, title: str) -> None:
    """Wait until the content is about this."""
    whole = re.compile(rf"^(\W+ )?{re.escape(title)}$")
    seen.page.locator("#content h1").filter(has_text=whole).wait_for()


def search(seen: Opened, query: str, found: str) -> None:
    """Type, and wait until so much is found."""
    seen.page.fill("#query", query)
    seen.page.get_by_role("status").filter(has_text=found).wait_for()


def is_quiet(seen: Opened) -> None:
    """No error in its console, and nothing asked for."""
    assert (seen.errors, seen.requests) == ([], [])
