"""What holds for the tree of every document, whatever titles and IDs are in it."""

import io
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support.documents import VALUES, documents, dumped, in_memory, in_sections, typed
from support.examples import examples
from support.pages import pages_of
from support.trees import changed, document_in, files_in, tree_of

from crawler.snapshot.as_tree import ROOT, named_in
from crawler.snapshot.document import Document, Node, NodeKind
from crawler.snapshot.formats import STREAMED, Format
from crawler.snapshot.reading import read
from crawler.snapshot.saving import measured, save
from crawler.snapshot.tree_names import LONGEST_PATH
from crawler.snapshot.writer import write

ANY: Final = settings(examples(60), suppress_health_check=list(HealthCheck))
ON_DISK: Final = settings(ANY, max_examples=30)

HOSTILE: Final = st.sampled_from(
    [
        *("", ".", "..", "/", "../x", "a/b", "a\\b", "C:", "con", "NUL", "aux.yaml", "snapshot"),
        *("x", "X", "caf\u00e9", "cafe\u0301", "stra\u00dfe", "strasse", "\u202ex", "\U0001f600"),
        *("x.", "x ", "-", "+2", "x+2", "\x00", "\n", "\ud7ff", "~", "deep", "orphans", "y" * 300),
    ]
)


def renamed(nodes: Iterable[Node], draw: Any) -> list[Node]:
    """The nodes with hostile IDs and titles in the place of theirs."""
    return [
        replace(node, fields={**node.fields, "id": draw(HOSTILE), "title": draw(HOSTILE)})
        for node in nodes
    ]


@st.composite
def hostile(draw: Any) -> Document:
    """Documents whose IDs and titles are chosen to collide."""
    document = draw(documents())
    nodes, orphans = renamed(document.nodes, draw), renamed(document.orphans, draw)
    return Document(document.head, nodes, orphans, document.sections)


ANY_DOCUMENT: Final = documents() | hostile()


def facts(document: Document) -> Any:
    """All of a document, with the types of its values and the order of its keys."""
    tree = [
        [(node.kind, node.depth, list(node.fields), typed(node.fields)) for node in nodes]
        for nodes in (document.nodes, document.orphans)
    ]
    return document.head, tree, in_sections(document)


@ANY
@given(document=ANY_DOCUMENT)
def test_what_is_loaded_is_what_was_dumped(document: Document) -> None:
    """``load(dump(x)) == x``, types and order included, and the same files again."""
    files = tree_of(document)
    assert facts(document_in(files)) == facts(document)
    assert tree_of(document_in(files)) == files


@ANY
@given(document=ANY_DOCUMENT)
def test_every_path_is_safe_and_unique(document: Document) -> None:
    """For systems that ignore case, compose accents, reserve names and bound lengths."""
    paths = list(tree_of(document))
    folded = {unicodedata.normalize("NFC", path).casefold() for path in paths}
    assert len(folded) == len(paths)
    for path in paths:
        assert len(path.encode("utf-16-le")) // 2 <= LONGEST_PATH
        assert path.endswith(".yaml")
        for part in PurePosixPath(path).parts:
            assert len(part.encode()) <= 128
            assert not part.startswith(".")
            assert not part.removesuffix(".yaml").endswith((".", " "))
            assert "\\" not in part
            assert ":" not in part
    folders = {str(parent) for path in folded for parent in PurePosixPath(path).parents}
    assert folders.isdisjoint(folded)


@ANY
@given(document=ANY_DOCUMENT)
def test_the_files_lead_to_each_other(document: Document) -> None:
    """From the root to every file, and to nothing else."""
    files = tree_of(document)
    found, waiting = {ROOT}, [ROOT]
    while waiting:
        path = waiting.pop()
        below = named_in(files[path], path)
        found.update(below)
        waiting.extend(below)
    assert found == set(files)


def edited(fields: Mapping[str, Any], data: Any) -> dict[str, Any]:
    """One field has another value, came, or went."""
    name = data.draw(st.sampled_from(["id", "title", "description", "tags", "other", *fields]))
    if name == "id":
        return {**fields, name: data.draw(st.text())}
    rest = {key: value for key, value in fields.items() if key != name}
    return rest if data.draw(st.booleans()) else {**rest, name: data.draw(VALUES)}


@ANY
@given(document=ANY_DOCUMENT, data=st.data())
def test_a_changed_field_of_a_test_changes_one_file(document: Document, data: Any) -> None:
    """Even its ID or its title."""
    nodes = list(document.nodes)
    tests = [number for number, node in enumerate(nodes) if node.kind is NodeKind.TEST]
    assume(tests)
    chosen = data.draw(st.sampled_from(tests))
    nodes[chosen] = replace(nodes[chosen], fields=edited(nodes[chosen].fields, data))
    new = replace(document, nodes=nodes)
    assert len(changed(tree_of(document), tree_of(new))) <= 1
    pages, new_pages = pages_of(document), pages_of(new)
    # In Markdown a page and what the format has no place for.
    assert sum(pages.get(path) != new_pages.get(path) for path in {*pages, *new_pages}) <= 2


@ANY
@given(document=ANY_DOCUMENT, data=st.data())
def test_a_removed_test_changes_one_file(document: Document, data: Any) -> None:
    """If the counts are those of what is there."""
    nodes = list(document.nodes)
    tests = [number for number, node in enumerate(nodes) if node.kind is NodeKind.TEST]
    assume(tests)
    old = counted(replace(document, nodes=nodes))
    del nodes[data.draw(st.sampled_from(tests))]
    new = counted(replace(document, nodes=nodes))
    assert len(changed(tree_of(old), tree_of(new))) == 1


def counted(document: Document) -> Document:
    """The same with the right counts."""
    kinds = [node.kind for nodes in (document.nodes, document.orphans) for node in nodes]
    suites = kinds.count(NodeKind.SUITE)
    sections = tuple((each.name, len(list(each.items))) for each in document.sections)
    head = replace(document.head, suites=suites, tests=len(kinds) - suites, sections=sections)
    return replace(document, head=head, nodes=list(document.nodes))


@ON_DISK
@given(document=ANY_DOCUMENT, path=st.lists(st.sampled_from(list(Format)), max_size=5))
def test_any_way_through_the_formats_gives_the_same_bytes(
    document: Document, path: list[Format]
) -> None:
    """For the same format, and one sum of the content."""
    sums = set()
    with tempfile.TemporaryDirectory() as folder:
        current = document
        for number, chosen in enumerate(path):
            place = Path(folder, str(number))
            written = save(current, place, chosen)
            assert measured(place) == (written.size, written.sha256)
            sums.add(written.content_sha256)
            current = read(place)
        for chosen in STREAMED:
            assert dumped(current, chosen) == dumped(document, chosen)
        assert tree_of(current) == tree_of(document)
    assert len(sums) <= 1
    assert not sums or sums == {write(document, io.BytesIO(), Format.JSON).content_sha256}


@ON_DISK
@given(old=ANY_DOCUMENT, new=ANY_DOCUMENT)
def test_a_tree_over_another_is_as_if_it_were_new(old: Document, new: Document) -> None:
    """Whatever was there before."""
    with tempfile.TemporaryDirectory() as folder:
        save(old, folder, Format.TREE)
        save(new, folder, Format.TREE)
        assert files_in(Path(folder)) == tree_of(new)
        assert in_memory(read(folder)) == in_memory(new)
