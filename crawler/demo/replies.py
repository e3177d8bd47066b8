"""An answer as a value, and the few ready-made ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import orjson

__all__ = ("Reply", "blocked", "failure", "html", "json_reply")

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back.

    Attributes:
        status: The HTTP status.
        body: The bytes before any compression.
        content_type: Value of that header.
        headers: Further headers.
    """

    status: int
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(document: Any, status: int = HTTPStatus.OK) -> Reply:
    """A JSON document."""
    return Reply(status, orjson.dumps(document))


def failure(status: int, message: str, headers: Mapping[str, str] = _NOTHING) -> Reply:
    """An error as the API writes it: ``{"error": …}``."""
    return Reply(status, orjson.dumps({"error": message}), headers=headers)


def html(status: int, title: str, headers: Mapping[str, str] = _NOTHING) -> Reply:
    """A page for people, where a program expects JSON."""
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{title}</body></html>"
    return Reply(status, page.encode(), "text/html; charset=utf-8", headers)


def blocked() -> Reply:
    """How a CDN in front of the service turns away default Python clients (seen live)."""
    return html(HTTPStatus.FORBIDDEN, "Attention Required!")
