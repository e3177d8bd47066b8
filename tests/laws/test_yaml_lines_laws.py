"""What is read line by line is what the general reader reads, or it is not read so at all."""

import io
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.documents import chain, documents, dumped, in_memory, in_sections, loaded, typed
from support.examples import examples
from support.trees import tree_of

from crawler.errors import SnapshotError
from crawler.snapshot import yaml_values
from crawler.snapshot.document import Document
from crawler.snapshot.formats import Format
from crawler.snapshot.rereading import DeviationError, View, reread
from crawler.snapshot.yaml_lines import YamlLinesWalk
from crawler.snapshot.yaml_reader import YamlWalk, build_whole
from crawler.snapshot.yaml_values import whole_mapping

ANY: Final = settings(examples(80), suppress_health_check=list(HealthCheck))

#: What turns one spelling of YAML into another, or into none.
PIECES: Final = (
    *(
        b"\n",
        b" ",
        b"  ",
        b"- ",
        b":",
        b": ",
        b" #c",
        b"'",
        b'"',
        b"|",
        b"|+\n",
        b">",
        b"\t",
        b"\r",
    ),
    *(
        b"1",
        b"0x1",
        b"~",
        b"null",
        b"<<",
        b"? ",
        b"&a ",
        b"*a",
        b"!!str ",
        b"[",
        b"]",
        b"{}",
        b"\\",
    ),
    *(b"\xc2\x85", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xff", b"\x7f", b"---\n", b"...\n", b"%"),
    *(
        b"\\ud83d\\ude00",
        b"suites:\n",
        b"tests:\n",
        b"orphans:\n",
        b"runs:\n",
        b"id: x\n",
        b"1_0",
        b"1.0",
    ),
)


def by_lines(data: bytes) -> Document:
    """Read line by line; raises `DeviationError` if it is not in our spelling."""
    return in_memory(reread(lambda: YamlLinesWalk(View(io.BytesIO(data), 0).read)))


def by_events(data: bytes) -> Document:
    """Read by the general reader, in the same order of keys."""
    return in_memory(reread(lambda: YamlWalk(lambda: View(io.BytesIO(data), 0))))


def facts(document: Document) -> Any:
    """All of a document, with the types of its values and the order of its keys."""
    return (
        document.head,
        [
            [(node.kind, node.depth, list(node.fields), typed(node.fields)) for node in nodes]
            for nodes in (document.nodes, document.orphans)
        ],
        in_sections(document),
    )


@ANY
@given(documents())
def test_what_we_wrote_is_read_alike(document: Document) -> None:
    """Unless some value in it is spelled in a way that is left to the general reader."""
    data = dumped(document, Format.YAML)
    try:
        found = by_lines(data)
    except DeviationError:
        return
    assert facts(found) == facts(by_events(data))


@ANY
@given(documents(), st.data())
def test_what_was_altered_is_read_alike_or_refused(document: Document, data: st.DataObject) -> None:
    """A piece put in, taken out or put in the place of another, anywhere."""
    text = dumped(document, Format.YAML)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 4))
        piece = data.draw(st.sampled_from((b"", *PIECES)))
        text = text[:at] + piece + text[at + cut :]
    try:
        found = by_lines(text)
    except (DeviationError, SnapshotError):
        return
    assert facts(found) == facts(by_events(text))


@pytest.mark.parametrize("size", [1, 7, 64])
def test_no_border_of_a_chunk_matters(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the file is cut into pieces."""
    monkeypatch.setattr(yaml_values, "_CHUNK", size)
    data = (
        b"format: testomat-snapshot/1\nproject:\n  id: a\n  title: A\n  url: https://example.test\n"
        b"complete: true\ncounts:\n  suites: 1\n  tests: 1\nsuites:\n- id: s\n  title: |-\n    a\n"
        b"\n    b\n  tests:\n  - id: t\n    text: |2+\n       c\n\n\n    tags:\n    - x\n"
        b"    - - yy\n"
        b"      - z\n    - k: 1\n      l: []\n    other: {}\norphans:\n  tests:\n  - id: o\n"
    )
    assert facts(by_lines(data)) == facts(by_events(data))


def test_a_deep_chain_is_read_without_recursion() -> None:
    """As deep as any."""
    document = chain(1_500)
    assert facts(by_lines(dumped(document, Format.YAML))) == facts(document)


def test_a_value_nested_thousands_of_levels_is_left_to_the_general_reader() -> None:
    """It does not recurse."""
    data = dumped(chain(1), Format.YAML)
    data = data.replace(b"\n  tests:\n  -", b"\n  k:\n  " + b"- " * 9_000 + b"a\n  tests:\n  -")
    with pytest.raises(RecursionError):
        by_lines(data)
    assert [node.fields["id"] for node in loaded(data, Format.YAML).nodes] == ["00000000", "bottom"]


@settings(ANY, max_examples=30)
@given(documents(), st.data())
def test_a_file_of_a_tree_is_read_alike_or_not_by_lines(
    document: Document, data: st.DataObject
) -> None:
    """As it was written, or with a piece put in."""
    text = data.draw(st.sampled_from(sorted(tree_of(document).values())))
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.sampled_from((b"", *PIECES))) + text[at:]
    try:
        found = whole_mapping(text)
    except DeviationError:
        return
    assert typed(found) == typed(build_whole(lambda: io.BytesIO(text)))
    assert list(found) == list(build_whole(lambda: io.BytesIO(text)))
