"""The one theme of all pages, and the words with which a page's policy allows its own parts."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

__all__ = ("allowed", "styled")


def styled(own: str) -> str:
    """The style sheet of a page: the theme, then its own rules."""
    return f"{_theme()}\n{own}"


def allowed(text: str) -> str:
    """A style or script as a Content-Security-Policy names it: by its SHA-256."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _theme() -> str:
    return files("crawler.pages").joinpath("theme.css").read_text("utf-8")
