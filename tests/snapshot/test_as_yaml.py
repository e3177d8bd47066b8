"""YAML that others wrote or edited is read by the rules of the format, and no further."""

import io
from typing import Any, Final

import pytest
import yaml
from support.documents import HEAD, case, dumped, in_memory, loaded, suite

from crawler.errors import SnapshotError
from crawler.snapshot.document import Document
from crawler.snapshot.formats import Format
from crawler.snapshot.rereading import View, reread
from crawler.snapshot.yaml_reader import YamlWalk

START: Final = """\
format: testomat-snapshot/1
project: {id: p, title: P, url: "https://app.testomat.io"}
complete: true
counts: {suites: 1, tests: 0}
"""
DOCUMENT: Final = Document(
    HEAD,
    [suite(0, "a", meta={"x": [[], {}]}), suite(1, "b"), case(2, "t"), case(1, "u"), suite(0, "c")],
    [suite(0, "lost"), case(1, "v"), case(0, "w")],
)


def field(text: str) -> Any:
    """What a field reads as that is spelled so."""
    data = f"{START}suites:\n- id: a\n  field: {text}\n"
    (node,) = loaded(data.encode(), Format.YAML).nodes
    return node.fields["field"]


def test_our_own_layout_is_streamed() -> None:
    """Node by node, without the whole tree in memory."""
    data = dumped(DOCUMENT, Format.YAML)
    document = reread(lambda: YamlWalk(lambda: View(io.BytesIO(data), 0)))
    assert in_memory(document) == in_memory(DOCUMENT)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("NULL", None),
        ("True", True),
        ("yes", "yes"),
        ("0123", 123),
        ("-7", -7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2024-01-01", "2024-01-01"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("1E+3", 1000.0),
        ("'1e3'", "1e3"),
        ('"1"', "1"),
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", float(2**64)),
        ("1" * 100, float("1" * 100)),
        ("=", "="),
        (">-\n    folded\n    text", "folded text"),
        ("[1, {a: b}, [],]", [1, {"a": "b"}, []]),
        ("{1: true, true: 1}", {"1": True, "true": 1}),
    ],
)
def test_a_field_is_read_by_the_core_schema_of_yaml_1_2(text: str, value: Any) -> None:
    """Quoted is always text, and keys are."""
    assert (type(field(text)), field(text)) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("&x 1", "anchor"),
        ("*x", "alias"),
        ("!!str 1", "tag"),
        ("! 1", "tag"),
        ("!!python/object:os.system {}", "tag"),
        ("{<<: {a: 1}}", "merge"),
        ("{a: 1, a: 2}", "twice"),
        ("{[a]: 1}", "key is a list"),
        (".inf", "no number"),
        ("-.INF", "no number"),
        (".nan", "no number"),
        ("1e999", "too large"),
        ("9" * 5000, "too large"),
        ("[", "cannot be read as YAML"),
        ('"\\ud800"', "cannot be read as YAML"),
        ("1\n--- 2", "more than one document"),
        ("1\n  id: b", "twice"),
    ],
)
def test_what_a_snapshot_never_has_is_refused(text: str, problem: str) -> None:
    """With the line where it stands."""
    with pytest.raises(SnapshotError, match=problem):
        field(text)


def test_an_error_names_the_line() -> None:
    """For the one who edited the file."""
    with pytest.raises(SnapshotError, match=r"line 7\.$"):
        field("*x")


def test_aliases_cannot_grow_into_billions() -> None:
    """They are refused before anything is built from them."""
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9)]
    text = "\n".join(["l0: &l0 [lol]", *levels])
    with pytest.raises(SnapshotError, match="anchor"):
        loaded(text.encode(), Format.YAML)


@pytest.mark.parametrize(
    "tree",
    [
        "suites:\n- suites:\n  - id: b\n  id: a\n",
        "suites:\n- tests: []\n  suites: [{id: b}]\n  id: a\n",
        "orphans: {}\nsuites: [{suites: [{'id': b}], \"id\": a}]\n",
    ],
)
def test_keys_may_stand_in_another_order(tree: str) -> None:
    """It is the same document, whatever order an editor or a tool leaves."""
    expected = [suite(0, "a"), suite(1, "b")]
    assert loaded(f"{START}{tree}".encode(), Format.YAML).nodes == expected
    assert loaded(f"{tree}{START}".encode(), Format.YAML).nodes == expected


def test_orphans_may_stand_first() -> None:
    """And tests among them before suites."""
    text = f"orphans: {{tests: [{{id: t}}], suites: [{{id: s}}]}}\nsuites: []\n{START}"
    assert loaded(text.encode(), Format.YAML).orphans == [suite(0, "s"), case(0, "t")]


@pytest.mark.parametrize("prefix", ["%YAML 1.2\n---\n", "%YAML 1.1\n---\n", "# note\n", "\ufeff"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_yaml_allows_around_a_document_is_read(prefix: str, encoding: str) -> None:
    """Directives, comments, marks, and the encodings of YAML 1.2.2, 5.2."""
    text = f"{prefix}{START}suites: [] # none\n...\n".removeprefix("\ufeff" * (encoding != "utf-8"))
    assert loaded(text.encode(encoding), Format.YAML).head == HEAD


@pytest.mark.parametrize(
    ("tree", "problem"),
    [
        ("suites: 1", "'suites' at depth 0 is no list"),
        ("suites: [1]", "no 'id' that is text"),
        ("suites: [{title: a}]", "no 'id' that is text"),
        ("suites: [{id: 00000123}]", "needs quotes"),
        ("suites: [{id: a, tests: [{id: t, suites: [{id: b}]}]}]", "test 't' has nodes below it"),
        ("suites: [{id: a, tests: {}}]", "'tests' at depth 1 is no list"),
        ("suites: []\norphans: []", "'orphans' is no mapping"),
        ("suites: []\norphans: {others: []}", "unknown key 'others'"),
        ("suites: []\nothers: []", "unknown key 'others'"),
        ("", "no 'suites'"),
        ("suites: []\nsuites: []", "twice"),
        ("suites: [{id: a, suites: [], suites: []}]", "twice"),
    ],
)
def test_a_tree_of_another_shape_is_refused(tree: str, problem: str) -> None:
    """With what is wrong, and where."""
    with pytest.raises(SnapshotError, match=problem):
        loaded(f"{START}{tree}\n".encode(), Format.YAML)


def test_the_python_parser_does_where_libyaml_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """On platforms for which PyYAML has no compiled wheel."""
    monkeypatch.setattr("crawler.snapshot.yaml_reader._LOADER", yaml.SafeLoader)
    data = dumped(DOCUMENT, Format.YAML)
    assert loaded(data, Format.YAML) == in_memory(DOCUMENT)
