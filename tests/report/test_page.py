"""The page without a browser: what is packed in it, what it forbids itself, the same bytes."""

import base64
import hashlib
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from support.documents import HEAD, case, documents, siblings, suite
from support.examples import examples
from support.reports import HOSTILE, PARTIAL, packed_in

from crawler.report.page import page
from crawler.snapshot.document import Document

ASSETS = Path(__file__).parents[2] / "crawler/report/assets"


def text_of(document: Document) -> str:
    """The whole page."""
    return "".join(page(document))


def items(document: Document) -> list[Any]:
    """All nodes, orphans last."""
    return [*document.nodes, *document.orphans]


@given(documents())
@examples(50)
def test_the_same_snapshot_gives_the_same_page(document: Document) -> None:
    """Byte for byte."""
    assert text_of(document) == text_of(document)


@given(documents())
@examples(50)
def test_every_field_of_every_item_is_in_the_page(document: Document) -> None:
    """Packed, whatever it is; only numbers that a browser would round are text."""
    data = packed_in(text_of(document))
    index = data.pop("index")
    blocks = [f"block-{number}" for number in range(len(index["starts"]))]
    fields = [each for name in blocks for each in data[name]]
    nodes = items(document)
    assert index["ids"] == [node.fields["id"] for node in nodes]
    assert index["depths"] == [node.depth for node in nodes]
    assert [*index["kinds"]] == [node.kind[0] for node in nodes]
    for node, found in zip(nodes, fields, strict=True):
        assert exactly(found) == exactly(
            {name: value for name, value in node.fields.items() if name not in {"id", "title"}}
        )


def exactly(value: Any) -> Any:
    """The value with whole numbers beyond those of a browser as text."""
    if isinstance(value, dict):
        return {name: exactly(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [exactly(inner) for inner in value]
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_whole and abs(value) >= 2**53 else value


def test_a_long_snapshot_is_packed_in_several_blocks() -> None:
    """Each of which says where it begins."""
    document = siblings(5000)
    tests = [case(1, f"{n}", description="x" * 400) for n in range(2000)]
    document = Document(document.head, [*document.nodes, *tests])
    data = packed_in(text_of(document))
    starts = data["index"]["starts"]
    sizes = [len(data[f"block-{number}"]) for number in range(len(starts))]
    assert len(starts) > 2
    assert starts == [sum(sizes[:number]) for number in range(len(sizes))]
    assert sum(sizes) == 7001


@pytest.mark.parametrize("document", [HOSTILE, PARTIAL], ids=["hostile", "partial"])
def test_the_policy_allows_the_own_script_and_style_and_nothing_else(document: Document) -> None:
    """By their sums, as a browser counts them."""
    text = text_of(document)
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    rules = dict(rule.strip().split(" ", 1) for rule in unescape(policy).split(";"))
    assert rules.pop("style-src") == source_of(style)
    assert rules.pop("script-src") == source_of(script)
    assert rules == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def source_of(text: str) -> str:
    """The text as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_what_a_project_is_called_stays_text() -> None:
    """Even if it looks like the page's own places to fill, or like markup."""
    title = "</title><script>alert(1)</script>{script}{index}"
    text = text_of(Document(replace(HEAD, project_title=title), []))
    assert text.count("<script>") == 1
    assert "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;{script}{index}" in text


def test_the_page_asks_for_nothing() -> None:
    """No address in its markup or its style but fragments, and no way in its script to get one."""
    markup = (ASSETS / "page.html").read_text("utf-8")
    style = "".join(path.read_text("utf-8") for path in ASSETS.glob("*.css"))
    assert set(re.findall(r'(?:src|href)="([^"]*)"', markup)) == {"#", "#~runs"}
    assert not re.findall(r"url\(|@import|@font-face", style)
    script = "".join(path.read_text("utf-8") for path in ASSETS.glob("*.js"))
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(|new Function"
    ways_out = (
        r"\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\(|new Image|srcdoc"
    )
    assert not re.findall(f"{sinks}|{ways_out}", script)


def test_every_script_and_style_of_the_package_is_in_the_page() -> None:
    """And the page has no other."""
    text = text_of(PARTIAL)
    for path in (*ASSETS.glob("*.js"), *ASSETS.glob("*.css")):
        assert path.read_text("utf-8") in text


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"updated_at": "2024-05-01T12:00:00.000Z"}, 1_714_564_800),
        ({"updated_at": "2024-05-01T14:00:00+02:00"}, 1_714_564_800),
        ({"updated_at": "2024-05-01T12:00:00"}, 1_714_564_800),
        ({"updated_at": "2024-05-01"}, 1_714_521_600),
        ({"updated_at": "soon", "created_at": "2024-05-01T12:00:00Z"}, 0),
        ({"updated_at": 5}, 0),
        ({}, 0),
    ],
)
def test_the_last_edit_is_read_from_what_is_there(fields: Any, seconds: int) -> None:
    """In UTC where it says nothing else; 0 where nothing is known."""
    data = packed_in(text_of(Document(HEAD, [suite(0, "s", **fields)])))
    assert data["index"]["edited"] == [seconds]


def test_words_of_facets_are_told_once() -> None:
    """Tags without their sign, labels with their value."""
    node = case(
        1, "t", tags=["@smoke", "slow", "smoke"], labels=["A", {"title": "B", "value": "c"}]
    )
    data = packed_in(text_of(Document(HEAD, [suite(0, "s"), node])))
    facets = data["index"]["facets"]
    assert facets["tags"] == {"words": ["smoke", "slow"], "of": [-1, [0, 1]]}
    assert facets["labels"] == {"words": ["A", "B:c"], "of": [-1, [0, 1]]}
