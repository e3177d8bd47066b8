"""What holds for every document in the vendor's Markdown, however its texts try to break a page."""

from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.documents import HEAD, chain, documents, dumped, in_memory, loaded, suite, typed
from support.examples import examples
from support.pages import TEXTS, document_of, hostile_documents, pages_of

from crawler.snapshot.document import Document
from crawler.snapshot.formats import STREAMED, Format
from crawler.snapshot.markdown_marks import line_breaks_are_crlf, shown_text, text_of

ANY: Final = settings(examples(80), suppress_health_check=list(HealthCheck))
DOCUMENTS: Final = st.one_of(hostile_documents(), documents())


def facts(document: Document) -> Any:
    """All of a document, with the types of its values and the order of its keys."""
    nodes = [*document.nodes, None, *document.orphans]
    return document.head, [
        node and (node.kind, node.depth, list(node.fields), typed(node.fields)) for node in nodes
    ]


@ANY
@given(document=DOCUMENTS)
def test_what_is_loaded_is_what_was_dumped(document: Document) -> None:
    """``load(dump(x)) == x``, types and order included; and dumping again gives the same bytes."""
    pages = pages_of(document)
    again = document_of(pages)
    assert facts(again) == facts(document)
    assert pages_of(again) == pages


@pytest.mark.parametrize("chosen", STREAMED)
@ANY
@given(document=DOCUMENTS)
def test_a_way_through_markdown_changes_no_byte(chosen: Format, document: Document) -> None:
    """From JSON or YAML to Markdown and back, and from Markdown there and back."""
    data, pages = dumped(document, chosen), pages_of(document)
    assert pages_of(loaded(data, chosen)) == pages
    assert dumped(document_of(pages), chosen) == data


@ANY
@given(document=DOCUMENTS)
def test_line_breaks_of_windows_change_nothing(document: Document) -> None:
    """Git and editors may turn those of a page into their own."""
    pages = pages_of(document)
    turned = {
        path: text.replace("\n", "\r\n") if path.endswith(".md") else text
        for path, text in pages.items()
    }
    assert facts(document_of(turned)) == facts(document)


@ANY
@given(text=TEXTS)
def test_no_text_holds_a_marker_on_its_page(text: str) -> None:
    """Neither at the beginning of a line nor within one, and the text comes back."""
    shown = shown_text(text)
    if shown is None:
        assert not text
        return
    for space in ("", " ", "\n", "\t", "\xa0"):
        for word in ("suite", "test", "example"):
            assert f"<!--{space}{word}" not in shown
    assert "\r" not in shown
    if "\x00" not in text and "\x0b" not in text:
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        assert text_of(shown, crlf=False) == plain
    if line_breaks_are_crlf(text) and "\x00" not in text and "\x0b" not in text:
        assert text_of(shown, crlf=True) == text


@pytest.mark.parametrize("levels", [400, 1200])
def test_depth_has_no_limit(levels: int) -> None:
    """Neither Python's recursion limit nor the length of a path shows."""
    document = chain(levels)
    pages = pages_of(document)
    assert document_of(pages) == in_memory(document)
    assert max(map(len, pages)) <= 200


def test_titles_make_safe_names() -> None:
    """The names are those of the tree, so what holds for its names holds here."""
    titles = ("../x", "con", "a/b", "\u202egpj", "x" * 300, "ü", "u\u0308", "A", "a", ".")
    nodes = [suite(0, f"{number:08x}", title=title) for number, title in enumerate(titles)]
    pages = pages_of(Document(HEAD, nodes))
    assert len({path.casefold() for path in pages}) == 2 * len(titles) + 1
    assert not any(path.startswith((".", "/")) or ".." in path for path in pages)
