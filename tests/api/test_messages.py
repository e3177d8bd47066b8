"""Requests and replies as values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.api.messages import Reply, Request
from crawler.errors import MalformedError


@given(st.text(max_size=300))
def test_a_segment_is_one_segment_or_refused(segment: str) -> None:
    """No text can add a slash, a query or a dot segment to a path."""
    try:
        target = Request("GET", ("api", segment, "suites")).target
    except MalformedError:
        return
    before, after = target[: len("/api/")], target[-len("/suites") :]
    middle = target[len(before) : -len(after)]
    assert (before, after) == ("/api/", "/suites")
    assert middle not in {"", ".", ".."}
    assert not set(middle) & set("/?#\\\r\n\t \x00")
    assert middle.isascii()


def test_a_label_shows_no_secret_and_nothing_unprintable() -> None:
    """Secret query values are masked and control characters encoded."""
    label = Request("GET", ("a\x1b[0m",), (("api_key", "hush"), ("page", "1"))).label
    assert label == "GET /a%1B%5B0m?api_key=***&page=1"


def test_a_trace_is_short_and_printable() -> None:
    """The server's identifiers come from outside and are shown with care."""
    reply = Reply(200, {"x-request-id": "a\x1b" + "b" * 500, "cf-ray": "ray"})
    assert "\x1b" not in reply.trace
    assert len(reply.trace) < 150
    assert reply.trace.endswith("cf-ray ray")


@pytest.mark.parametrize(
    ("headers", "body", "html"),
    [
        ({"content-type": "text/html; charset=utf-8"}, b"", True),
        ({}, b"  <!doctype html>", True),
        ({"content-type": "application/json"}, b"{}", False),
    ],
)
def test_a_page_is_told_from_data(headers: dict[str, str], body: bytes, html: bool) -> None:
    """By its type, or by how it starts."""
    assert Reply(403, headers, body).is_html is html
