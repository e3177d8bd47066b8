"""Format 1 as a directory: one YAML file a suite, a folder for what is below it.

::

    snapshot.yaml                       the head, the names of the root suites, the orphan tests
    checkout-52e6b438.yaml              a suite: its fields, the names of its children, its tests
    checkout-52e6b438/                  what is below that suite
      payment-0d7ebf39.yaml
    orphans/                            suites that no root leads to
    deep/                               suites whose path would grow too long
    runs/1.yaml, testruns/3252341f.yaml sections; see `tree_sections`

Each file is laid out as the one-file YAML is, but ``suites`` lists the names of files: without a
slash in the folder of the suite, with one from the root. So the order is kept where it belongs: a
new test changes one file, a new suite two. ``counts`` are left out where they are those of the
tree, since else every new test would change ``snapshot.yaml`` too.

Nothing here knows a file system: files are handed out by `dump` and asked for by `load`.
"""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from crawler.errors import SnapshotError
from crawler.snapshot.as_yaml import lines
from crawler.snapshot.document import (
    SECTIONS,
    Document,
    Node,
    NodeKind,
    Section,
    head_mapping,
)
from crawler.snapshot.nesting import drive
from crawler.snapshot.parsed import STRUCTURAL, head_of, nodes_in
from crawler.snapshot.rereading import DeviationError
from crawler.snapshot.tree_names import DEEP, LONGEST_FOLDER, Names, name_of
from crawler.snapshot.tree_sections import SectionFiles, is_section_file, put_section
from crawler.snapshot.yaml_values import whole_mapping

__all__ = ("ROOT", "Parse", "Put", "Read", "dump", "load", "load_parsed", "named_in", "parsed")

ROOT: Final = "snapshot.yaml"
"""The one file whose name is fixed."""

_SUFFIX: Final = ".yaml"
_ORPHANS: Final = "orphans"
_SAFE_PATH: Final = re.compile(r"(?!\.)[^/\\:\x00-\x1f]+(?:/(?!\.)[^/\\:\x00-\x1f]+)*\.yaml")
_NAMES: Final = re.compile(rb"^suites:\n(?:- .*\n)+", re.MULTILINE)
_NO_COUNTS: Final = {"suites": 0, "tests": 0}

Put = Callable[[str, bytes], None]
"""Takes a file: its path from the root, with slashes, and its bytes. Each path comes once."""

Read = Callable[[str], bytes]
"""Gives the file at a path from the root, or raises OSError."""

Parse = Callable[[str], dict[str, Any]]
"""Gives what the file at a path from the root says, or raises SnapshotError or OSError."""


@dataclass(slots=True)
class _Frame:
    """An item that is open; `stem` is its path without suffix, `folder` where its children are."""

    stem: str
    folder: str
    head: bytes = b""
    names: Names = field(default_factory=Names)
    below: list[str] = field(default_factory=list)
    tests: list[bytes] = field(default_factory=list)


def dump(document: Document, put: Put) -> None:
    """Hand out every file of the document, `ROOT` last; one suite with its tests is in memory.

    Raises:
        SnapshotError: if a value nests over 250 levels or is not Unicode.
        ValueError: if the nodes are not in document order.
    """
    deep = Names()
    nest = _Nest(put, _Frame("", ""), deep, pad=b"")
    drive(document.nodes, nest)
    lost = _Nest(put, _Frame(_ORPHANS, _ORPHANS), deep, pad=b"  ")
    drive(document.orphans, lost, orphans=True)
    sections = {each.name: put_section(each, put) for each in document.sections}
    mapping = head_mapping(document.head)
    counts = {"suites": nest.suites + lost.suites, "tests": nest.tests + lost.tests}
    counts.update((name, count) for name, (_, count) in sections.items())
    if mapping["counts"] == counts:
        del mapping["counts"]
    mapping["suites"] = nest.root.below
    data = [lines(mapping, b"", b"")]
    if lost.suites or lost.tests:
        data.append(b"orphans:\n")
        data.extend(_lists(lost.root, b"  ", [f"{_ORPHANS}/{name}" for name in lost.root.below]))
    data.extend(lines({name: paths}, b"", b"") for name, (paths, _) in sections.items())
    put(ROOT, b"".join(data))


class _Nest:
    """Collects the tests and the names of children, and hands out each suite as it closes."""

    __slots__ = ("_deep", "_kinds", "_open", "_pad", "_put", "root", "suites", "tests")

    def __init__(self, put: Put, root: _Frame, deep: Names, pad: bytes) -> None:
        self._put = put
        self._deep = deep
        self._pad = pad  # of the lists at depth 0
        self._open = [root]
        self._kinds: list[NodeKind] = []
        self.root = root
        self.suites = self.tests = 0

    def open_list(self, kind: NodeKind, depth: int) -> None:
        del depth
        self._kinds.append(kind)

    def item(self, node: Node, *, first: bool) -> None:
        del first
        parent = self._open[-1]
        if node.kind is NodeKind.TEST:
            self.tests += 1
            pad = b"" if node.depth else self._pad
            fields = lines(node.fields, pad + b"  ", pad + b"- ")
            parent.tests.append(fields or pad + b"- {}\n")
            return
        self.suites += 1
        frame = self._frame(node, parent)
        frame.head = lines(node.fields, b"", b"")
        self._open.append(frame)

    def _frame(self, node: Node, parent: _Frame) -> _Frame:
        name = name_of(node.fields.get("id"), node.fields.get("title"))
        if not parent.below and len(parent.folder) > LONGEST_FOLDER:
            own = parent.folder.rpartition("/")[2].partition("+")[0]
            parent.folder = f"{DEEP}/{self._deep.take(own)}"
        name = parent.names.take(name)
        stem = f"{parent.folder}/{name}" if parent.folder else name
        in_place = parent.folder == parent.stem
        parent.below.append(f"{name if in_place else stem}{_SUFFIX}")
        return _Frame(stem, stem)

    def close_item(self, depth: int) -> None:
        del depth
        if self._kinds[-1] is NodeKind.SUITE:
            frame = self._open.pop()
            body = b"".join((frame.head, *_lists(frame, b"", frame.below)))
            self._put(frame.stem + _SUFFIX, body or b"{}\n")

    def close_list(self, depth: int) -> None:
        del depth
        self._kinds.pop()


def _lists(frame: _Frame, pad: bytes, below: list[str]) -> Iterator[bytes]:
    if below:
        yield lines({"suites": below}, pad, pad)
    if frame.tests:
        yield pad + b"tests:\n"
        yield from frame.tests


def load(read: Read) -> Document:
    """Read a document; its nodes stay in the files, which are read again at each walk.

    Raises:
        SnapshotError: if a file is missing or damaged, is listed twice, or is not format 1.
    """
    return load_parsed(partial(parsed, read))


def load_parsed(parse: Parse) -> Document:
    """As `load`, for a layout that takes what its files say from elsewhere too."""
    mapping = parse(ROOT)
    suites = mapping.pop("suites", None)
    orphans = mapping.pop("orphans", {})
    sections = tuple(
        Section(name, SectionFiles(name, _listed(mapping.pop(name), "", ROOT, name), parse))
        for name in SECTIONS
        if name in mapping
    )
    if suites is None:
        raise SnapshotError(f"{ROOT} has no 'suites'.")
    if not isinstance(orphans, dict) or not STRUCTURAL.issuperset(orphans):
        raise SnapshotError(f"In {ROOT}, 'orphans' is no mapping of suites and tests.")
    counted = "counts" in mapping
    head = head_of({"counts": _NO_COUNTS, **mapping})
    lost = _Nodes(parse, orphans.get("suites", []), orphans.get("tests", []))
    document = Document(head, _Nodes(parse, suites, []), lost, sections)
    # A walk in full: every file is checked before anybody gets a node.
    numbers, orphaned = _counts(document)
    head = head if counted else head_of({**mapping, "counts": numbers})
    return Document(head, document.nodes, lost if orphaned else (), sections)


def _counts(document: Document) -> tuple[dict[str, int], bool]:
    numbers = dict.fromkeys(NodeKind, 0)
    for node in document.nodes:
        numbers[node.kind] += 1
    in_tree = sum(numbers.values())
    for node in document.orphans:
        numbers[node.kind] += 1
    counts = {"suites": numbers[NodeKind.SUITE], "tests": numbers[NodeKind.TEST]}
    for section in document.sections:
        counts[section.name] = sum(1 for _ in section.items)
    return counts, sum(numbers.values()) > in_tree


@dataclass(frozen=True, slots=True)
class _Nodes:
    """The nodes below two lists, read anew at each walk."""

    parse: Parse
    suites: Any
    tests: Any

    def __iter__(self) -> Iterator[Node]:
        seen: set[str] = set()
        stack = [(iter(_paths(self.suites, "", ROOT)), self.tests, ROOT)]
        while stack:
            paths, tests, file = stack[-1]
            depth = len(stack) - 1
            path = next(paths, None)
            if path is None:
                yield from _nodes(tests, NodeKind.TEST, depth, file)
                stack.pop()
                continue
            if path in seen:
                raise SnapshotError(f"The file {path} of the tree is listed twice.")
            seen.add(path)
            suite = self.parse(path)
            yield from _nodes([suite], NodeKind.SUITE, depth, path)
            below = _paths(suite.get("suites", []), path.removesuffix(_SUFFIX), path)
            stack.append((iter(below), suite.get("tests", []), path))


def _nodes(items: Any, kind: NodeKind, depth: int, path: str) -> Iterator[Node]:
    try:
        yield from (node for node, _ in nodes_in(items, kind, depth))
    except SnapshotError as error:
        raise SnapshotError(f"{path}: {error.message}", hint=error.hint) from error


def named_in(data: bytes, path: str) -> list[str]:
    """The paths that the file at `path` lists; none if it is damaged. Quick for our own layout."""
    try:
        if path == ROOT:
            return _named_in_root(data)
        if is_section_file(path):
            return []
        found = _NAMES.search(data)
        if found is None and b"suites" not in data:
            return []
        mapping = _mapping(found.group() if found else data)
        return _paths(mapping.get("suites", []), path.removesuffix(_SUFFIX), path)
    except SnapshotError:
        return []


def _named_in_root(data: bytes) -> list[str]:
    mapping = _mapping(data)
    orphans = mapping.get("orphans")
    lost = orphans.get("suites", []) if isinstance(orphans, dict) else []
    suites = _paths(mapping.get("suites", []), "", ROOT) + _paths(lost, "", ROOT)
    named = (_listed(mapping[name], "", ROOT, name) for name in SECTIONS if name in mapping)
    return [*suites, *(path for paths in named for path in paths)]


def _paths(names: Any, folder: str, path: str) -> list[str]:
    """The paths from the root that a list of names stands for.

    Raises:
        SnapshotError: if it is no list, or a name could lead out of the tree.
    """
    return _listed(names, folder, path, "suites")


def _listed(names: Any, folder: str, path: str, key: str) -> list[str]:
    if not isinstance(names, list):
        raise SnapshotError(f"In {path}, {key!r} is no list of files.")
    return [_path(name, folder, path, key) for name in names]


def _path(name: Any, folder: str, path: str, key: str) -> str:
    if not isinstance(name, str) or not _SAFE_PATH.fullmatch(name) or name == ROOT:
        raise SnapshotError(f"In {path}, {key!r} lists {name!r}, which is no file of a tree.")
    return f"{folder}/{name}" if folder and "/" not in name else name


def parsed(read: Read, path: str) -> dict[str, Any]:
    """The mapping in the file at `path`.

    Raises:
        SnapshotError: if it is missing, or is no mapping in YAML.
    """
    try:
        return _mapping(read(path))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SnapshotError(f"The file {path} of the tree is missing.") from error
    except SnapshotError as error:
        raise SnapshotError(f"{path}: {error.message}", hint=error.hint) from error


def _mapping(data: bytes) -> dict[str, Any]:
    # A value nested thousands of levels is none of ours; the general reader does not recurse.
    with suppress(DeviationError, RecursionError):
        return whole_mapping(data)
    from crawler.snapshot.yaml_reader import build_whole  # noqa: PLC0415  seldom needed

    value = build_whole(lambda: io.BytesIO(data))
    if not isinstance(value, dict):
        raise SnapshotError("It is no mapping.")
    return value
