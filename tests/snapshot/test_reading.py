"""Snapshots are found and read wherever they are, and errors name them."""

import io
from pathlib import Path

import pytest
from support.documents import chain, dumped, in_memory

from crawler.errors import LocalError, SnapshotError, UsageError
from crawler.snapshot.document import Document
from crawler.snapshot.formats import STREAMED, Format
from crawler.snapshot.reading import opened, read, read_stream

DOCUMENT = in_memory(chain(3))
HEAD_KEYS = {
    "format": "testomat-snapshot/1",
    "project": "{id: p, title: P, url: u}",
    "complete": "true",
    "counts": "{suites: 0, tests: 0}",
    "suites": "[]",
}


def same(document: Document) -> bool:
    """Whether it is the one that was written."""
    return in_memory(document) == DOCUMENT


@pytest.mark.parametrize("chosen", STREAMED)
@pytest.mark.parametrize("suffix", ["own", ".txt", "", ".bak"])
def test_a_file_is_read_by_its_suffix_or_its_content(
    tmp_path: Path, chosen: Format, suffix: str
) -> None:
    """A renamed snapshot is still one."""
    path = tmp_path / f"a{f'.{chosen}' if suffix == 'own' else suffix}"
    path.write_bytes(dumped(DOCUMENT, chosen))
    assert same(read(path))


@pytest.mark.parametrize("chosen", STREAMED)
def test_standard_input_is_read_by_its_content(chosen: Format) -> None:
    """It has no suffix."""
    assert same(read("-", stdin=io.BytesIO(dumped(DOCUMENT, chosen))))


def test_a_dash_needs_a_standard_input() -> None:
    """Where none is handed in, it is wrong usage."""
    with pytest.raises(UsageError, match="Standard input"):
        read("-")


def test_an_opened_snapshot_stays_in_its_file(tmp_path: Path) -> None:
    """It can be walked again and again inside the block, and what is read is in memory."""
    path = tmp_path / "a.yaml"
    path.write_bytes(dumped(DOCUMENT, Format.YAML))
    with opened(path) as document:
        assert same(document)
        assert same(document)
    with pytest.raises(ValueError, match="closed file"):
        list(document.nodes)
    assert same(read(path))


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    """In a plain sentence."""
    with pytest.raises(
        LocalError, match=r"^Could not read .*a\.yaml: No such file or directory\.$"
    ):
        read(tmp_path / "a.yaml")


def test_a_directory_that_is_no_tree_is_refused(tmp_path: Path) -> None:
    """The sentence names what is missing in it."""
    with pytest.raises(SnapshotError, match=r"The file snapshot\.yaml of the tree is missing\.$"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a.txt"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"hello",
        b"1",
        b"[]",
        b"{}",
        b"- a\n",
        b"a: b\n",
        b'{"a": 1}',
        b"\x00\x01",
        b"\xff\xfe\xfd",
        b"{",
        b"format: testomat-manifest/1",
    ],
)
def test_what_is_no_snapshot_is_refused_by_name(tmp_path: Path, name: str, data: bytes) -> None:
    """Whatever else it is."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SnapshotError, match=rf"{name}: "):
        read(path)


@pytest.mark.parametrize("chosen", STREAMED)
@pytest.mark.parametrize("version", ["2", "1.1", "10"])
def test_a_later_format_is_refused(chosen: Format, version: str) -> None:
    """The sentence names both versions."""
    data = dumped(DOCUMENT, chosen).replace(b"snapshot/1", f"snapshot/{version}".encode())
    expected = rf"^x: .*testomat-snapshot/{version}, .* testomat-snapshot/1 only\. A later version"
    with pytest.raises(SnapshotError, match=expected):
        read_stream(io.BytesIO(data), "x")


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("project", None, "'project' is missing"),
        ("project", "[]", "'project' is no mapping"),
        ("project", "{id: 1, title: P, url: u}", "'id' is no text"),
        ("project", "{id: p, title: P}", "'url' is missing"),
        ("complete", None, "'complete' is missing"),
        ("complete", "'yes'", "'complete' is no true or false"),
        ("counts", "{suites: -1, tests: 0}", "'suites' is not a count"),
        ("counts", "{suites: true, tests: 0}", "'suites' is not a count"),
        ("counts", "{suites: 1.5, tests: 0}", "'suites' is no whole number"),
        ("suites", None, "no 'suites'"),
        ("suites", "{}", "no list"),
        ("gaps", "[1]", "'gaps' has an entry"),
        ("gaps", "[{kind: suite, id: 1}]", "'id' is no text"),
        ("gaps", "[{kind: suite, id: a, reason: r, found: x}]", "'found' is no whole number"),
        ("omitted", "[1]", "'omitted' is not a list of text"),
        ("omitted", "x", "'omitted' is no list"),
        ("runs_since", "2026", "'runs_since' is no text"),
        ("runs_since", "'20260131'", "'runs_since' is no day"),
        ("runs_since", "'2026-02-30'", "'runs_since' is no day"),
        ("api", "v3", "'api' is neither v1 nor v2"),
        ("api", "[]", "'api' is neither v1 nor v2"),
        ("branch", "[]", "'branch' is not the name of one"),
        ("branch", "''", "'branch' is not the name of one"),
        ("selection", "[]", "'selection' is not one"),
        ("selection", "{tags: x}", "'selection' has 'tags' that are no list of text"),
        ("selection", "{tags: [b, a]}", "'selection' is not in the order"),
        ("extra", "1", "unknown key 'extra'"),
    ],
)
def test_a_head_of_another_shape_is_refused(key: str, value: str | None, problem: str) -> None:
    """Each key has its type, and there are no others."""
    keys = {**HEAD_KEYS, key: value}
    text = "".join(f"{name}: {given}\n" for name, given in keys.items() if given is not None)
    with pytest.raises(SnapshotError, match=problem):
        read_stream(io.BytesIO(text.encode()), "x")


def test_the_plain_head_is_read() -> None:
    """The base of the cases above is right itself."""
    text = "".join(f"{name}: {given}\n" for name, given in HEAD_KEYS.items())
    assert read_stream(io.BytesIO(text.encode()), "x").head.project_id == "p"
