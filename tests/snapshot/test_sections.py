"""Sections in a directory, and documents that are read part by part from one file."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from support.documents import HEAD, dumped, in_memory, suite
from support.trees import changed, document_in, tree_of

from crawler.errors import SnapshotError
from crawler.snapshot.as_markdown import dump as dump_pages
from crawler.snapshot.as_tree import ROOT, named_in
from crawler.snapshot.document import Document, Section
from crawler.snapshot.formats import STREAMED, Format, codec
from crawler.snapshot.soundness import FaultKind, document_faults
from crawler.snapshot.writer import watched


def results(run_id: str, count: int, first: int = 0) -> list[dict[str, Any]]:
    return [{"id": str(first + number), "run_id": run_id} for number in range(count)]


def document(*sections: Section) -> Document:
    counts = tuple((each.name, len(list(each.items))) for each in sections)
    return Document(replace(HEAD, sections=counts), [suite(0, "a")], [], sections)


SHOP = document(
    Section("runs", [{"id": "r1", "title": "One"}, {"id": "r2"}]),
    Section("testruns", [*results("r1", 1200), *results("r2", 3, 2000)]),
    Section("users", []),
)


def test_results_lie_in_a_file_for_each_run() -> None:
    """And what is long is cut at a thousand items, so that one file is in memory."""
    files = tree_of(SHOP)
    assert sorted(files) == [
        "runs/1.yaml",
        ROOT,
        "suite-a.yaml",
        "testruns/r1+2.yaml",
        "testruns/r1.yaml",
        "testruns/r2.yaml",
    ]
    assert files["runs/1.yaml"] == b"runs:\n- id: r1\n  title: One\n- id: r2\n"
    assert files[ROOT].endswith(
        b"runs:\n- runs/1.yaml\n"
        b"testruns:\n- testruns/r1.yaml\n- testruns/r1+2.yaml\n- testruns/r2.yaml\n"
        b"users: []\n"
    )
    assert document_in(files) == in_memory(SHOP)
    assert set(named_in(files[ROOT], ROOT)) | {ROOT} == set(files)


def test_a_run_more_touches_the_runs_and_brings_a_file_of_its_own() -> None:
    """What was there before stays as it is."""
    more = document(
        Section("runs", [{"id": "r0"}, *SHOP.sections[0].items]),
        Section("testruns", [*results("r0", 2, 5000), *SHOP.sections[1].items]),
        Section("users", []),
    )
    assert changed(tree_of(SHOP), tree_of(more)) == {ROOT, "runs/1.yaml", "testruns/r0.yaml"}


def test_in_markdown_sections_lie_among_the_extras() -> None:
    """They have no pages."""
    files: dict[str, bytes] = {}
    dump_pages(SHOP, files.__setitem__)
    assert "extra/testruns/r1+2.yaml" in files
    assert not any(path.endswith(".test.md") and "runs" in path for path in files)


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [
        ("runs/1.yaml", b"runs: {}\n", "no list"),
        ("runs/1.yaml", b"runs:\n- title: x\n", "no 'id'"),
        ("runs/1.yaml", b"users: []\n", "something else"),
        (ROOT, b"runs:\n- ../../etc/passwd.yaml\n", "no file of a tree"),
        (ROOT, b"runs: x\n", "no list of files"),
        (ROOT, b"runs:\n- runs/1.yaml\n- runs/1.yaml\n", "listed twice"),
        (ROOT, b"runs:\n- suite-a.yaml\n", "listed twice"),
    ],
)
def test_damage_in_a_section_is_told(path: str, data: bytes, said: str) -> None:
    """No file outside is ever read for it."""
    files = tree_of(SHOP)
    if path == ROOT:
        data = files[ROOT].partition(b"runs:\n- runs/")[0] + data
    with pytest.raises(SnapshotError, match=said):
        in_memory(document_in({**files, path: data}))


def test_a_missing_file_of_a_section_is_told() -> None:
    """By its name."""
    files = tree_of(SHOP)
    del files["testruns/r2.yaml"]
    with pytest.raises(SnapshotError, match=r"testruns/r2\.yaml .* missing"):
        document_in(files)


@pytest.mark.parametrize("chosen", STREAMED)
def test_reading_part_after_part_goes_through_a_file_once(chosen: Format) -> None:
    """With one pass before it, which finds out that the file is in our layout."""
    stream = _Counting(dumped(SHOP, chosen))
    found = codec(chosen).load(stream)
    once = stream.taken
    assert in_memory(found) == in_memory(SHOP)
    assert stream.taken <= 2 * once
    # In any other order it is read again, and says the same.
    assert [each["id"] for each in found.sections[0].items] == ["r1", "r2"]
    assert len(list(found.sections[1].items)) == 1203
    assert len(list(found.nodes)) == 1


class _Counting(io.BytesIO):
    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


@pytest.mark.parametrize("chosen", STREAMED)
def test_another_order_or_layout_is_read_too(chosen: Format) -> None:
    """Into memory, and put into the order of the format."""
    if chosen is Format.JSON:
        text = (
            b'{"format": "testomat-snapshot/1", "project": {"id": "p", "title": "P", "url": "u"},'
        )
        text += b'"complete": true, "counts": {"suites": 0, "tests": 0, "users": 1, "runs": 1},'
        text += b'"users": [{"id": "u"}], "runs": [{"id": "r"}], "suites": []}'
    else:
        text = b"format: testomat-snapshot/1\nproject: {id: p, title: P, url: u}\ncomplete: true\n"
        text += b"counts: {suites: 0, tests: 0, users: 1, runs: 1}\nusers:\n- id: u\nsuites: []\n"
        text += b"runs:\n- id: r\n"
    found = codec(chosen).load(io.BytesIO(text))
    assert [each.name for each in found.sections] == ["runs", "users"]
    assert found.head.sections == (("runs", 1), ("users", 1))


@pytest.mark.parametrize("chosen", STREAMED)
@pytest.mark.parametrize("wrong", ["things", "format"])
def test_an_unknown_section_is_refused(chosen: Format, wrong: str) -> None:
    """What this version does not know it must not drop."""
    data = dumped(document(Section("users", [{"id": "u"}])), chosen)
    key = b'"users": [' if chosen is Format.JSON else b"\nusers:\n"
    with pytest.raises(SnapshotError):
        codec(chosen).load(io.BytesIO(data.replace(key, key.replace(b"users", wrong.encode()))))


def test_streams_are_walked_one_after_the_other() -> None:
    """So that a crawl need not hold what it writes."""
    order: list[str] = []

    def stream(name: str, items: list[Any]) -> Iterator[Any]:
        for item in items:
            order.append(name)
            yield item

    def streams() -> Document:
        sections = (
            Section("runs", stream("runs", [{"id": "r"}])),
            Section("users", stream("users", [{"id": "u"}])),
        )
        tree, lost = stream("tree", [suite(0, "a")]), stream("lost", [suite(0, "b")])
        return Document(HEAD, tree, lost, sections)

    for chosen in STREAMED:
        order.clear()
        dumped(watched(streams()).document, chosen)
        assert order == ["tree", "lost", "runs", "users"]


def test_faults_of_sections_are_found() -> None:
    """Wrong counts, an ID twice or empty, a null."""
    wrong = Document(
        replace(HEAD, sections=(("runs", 5), ("labels", 1))),
        [suite(0, "a")],
        [],
        (Section("runs", [{"id": "r"}, {"id": "r"}, {"id": ""}, {"id": "n", "env": None}]),),
    )
    found = [(fault.kind, fault.text) for fault in document_faults(wrong)]
    assert found == [
        (FaultKind.DUPLICATE, "runs 'r' is there more than once"),
        (FaultKind.SHAPE, "an item of runs has an empty ID"),
        (FaultKind.SHAPE, "'env' of runs 'n' is null, which is never written"),
        (FaultKind.COUNT, "it says that it has 5 runs and has 4"),
        (FaultKind.COUNT, "it says that it has 1 labels and has no such section"),
    ]
    assert list(document_faults(SHOP)) == []
