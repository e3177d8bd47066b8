"""Format 1 as the vendor's Markdown: a page for each suite, which the vendor's importer reads.

::

    snapshot.yaml                       the head and the names of the root suites
    checkout-52e6b438.test.md           a suite and its tests, for people and for the importer
    checkout-52e6b438/                  what is below that suite
      payment-0d7ebf39.test.md
    orphans.test.md, orphans/           what no root leads to
    extra/                              the same folders, with what no page has a place for
      checkout-52e6b438.yaml
      checkout-52e6b438/payment-0d7ebf39.yaml
      runs/1.yaml                       sections, which have no pages

The importer takes ``*.test.md`` and nothing else. In ``extra`` lies a `tree` of all that is not on
the pages, so what this format does with names, folders and order is what the tree does; what stands
where is told in `markdown_fields`, how a page looks in `markdown_page`. A nested suite's heading is
the way to it (``# Checkout > Payment``).

A person may edit a page, and the page wins: of the tests of a suite there are those that stand on
it, in that order, and a test finds what is kept for it by its ID. A suite is added or moved by its
line in ``extra`` or in ``snapshot.yaml``, since these hold the order.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from crawler.errors import SnapshotError
from crawler.snapshot import as_tree
from crawler.snapshot.as_tree import ROOT, Put, Read
from crawler.snapshot.document import Document, Node, NodeKind
from crawler.snapshot.markdown_fields import STEP, merged, seen_id, shown_id, split
from crawler.snapshot.markdown_page import Block
from crawler.snapshot.markdown_page import read as read_page
from crawler.snapshot.markdown_page import write as write_page
from crawler.snapshot.tree_sections import is_section_file

__all__ = ("dump", "is_markdown", "is_ours", "load", "named_in")

_LAYOUT: Final = "markdown"
_LAYOUT_LINE: Final = re.compile(rb"^layout: markdown\r?$", re.MULTILINE)
_EXTRA: Final = "extra/"
_PAGE: Final = ".test.md"
_SUFFIX: Final = ".yaml"
_LOST: Final = f"orphans{_PAGE}"


def dump(document: Document, put: Put) -> None:
    """Hand out every file of the document, `ROOT` last; one suite with its tests is in memory.

    Raises:
        SnapshotError: if a value nests over 250 levels or is not Unicode.
        ValueError: if the nodes are not in document order.
    """
    pages = _Pages(put)
    nodes, orphans = pages.passing(document.nodes), pages.passing(document.orphans)
    as_tree.dump(Document(document.head, nodes, orphans, document.sections), pages.put)


@dataclass(slots=True)
class _Page:
    """A suite that is open, or the tests without one; `way` are the titles that lead to it."""

    way: tuple[str, ...] = ()
    blocks: list[Block] = field(default_factory=list)


class _Pages:
    """Takes from the nodes, on their way into the tree, what stands on pages."""

    __slots__ = ("_lost", "_open", "_put")

    def __init__(self, put: Put) -> None:
        self._put = put
        self._lost = _Page()
        self._open: list[_Page] = []

    def passing(self, nodes: Iterable[Node]) -> Iterator[Node]:
        """The nodes with what is kept beside their page."""
        for node in nodes:
            block, kept = split(node.kind, node.fields)
            yield Node(node.kind, node.depth, kept)
            # Only now has the tree closed, and handed to `put`, what ended before this node.
            self._add(block)

    def _add(self, block: Block) -> None:
        page = self._open[-1] if self._open else self._lost
        if block.kind is NodeKind.TEST:
            page.blocks.append(block)
            return
        way = (*page.way, block.title)
        self._open.append(_Page(way, [replace(block, title=STEP.join(way))]))

    def put(self, path: str, data: bytes) -> None:
        """Take a file of the tree; it is the last suite that is open that ends with it."""
        if is_section_file(path):
            self._put(_EXTRA + path, data)
            return
        if path != ROOT:
            self._write(path.removesuffix(_SUFFIX) + _PAGE, self._open.pop())
            self._put(_EXTRA + path, data)
            return
        if self._lost.blocks:
            self._write(_LOST, self._lost)
        first, _, rest = data.partition(b"\n")
        self._put(ROOT, b"%b\nlayout: %b\n%b" % (first, _LAYOUT.encode(), rest))

    def _write(self, path: str, page: _Page) -> None:
        try:
            self._put(path, write_page(page.blocks).encode())
        except UnicodeEncodeError as error:
            raise SnapshotError(f"A text of the snapshot cannot be written: {error}.") from error


def load(read: Read) -> Document:
    """Read a document; its nodes stay in the files, which are read again at each walk.

    Raises:
        SnapshotError: if a file is missing or damaged, is listed twice, or is not format 1.
    """
    return as_tree.load_parsed(partial(_parse, read))


def _parse(read: Read, path: str) -> dict[str, Any]:
    """A file of the tree as it would be if nothing stood on pages."""
    if path == ROOT:
        return _parse_root(read)
    kept = as_tree.parsed(read, _EXTRA + path)
    if is_section_file(path):
        return kept
    page = path.removesuffix(_SUFFIX) + _PAGE
    blocks = _blocks(read, page)
    kinds = [block.kind for block in blocks]
    if kinds[:1] != [NodeKind.SUITE] or NodeKind.SUITE in kinds[1:]:
        raise SnapshotError(f"{page}: A page begins with a suite, and holds no other one.")
    below = {"suites": kept.pop("suites")} if "suites" in kept else {}
    tests = _with_kept(blocks[1:], kept.pop("tests", []))
    return {**merged(blocks[0], kept), **below, "tests": tests}


def _parse_root(read: Read) -> dict[str, Any]:
    mapping = as_tree.parsed(read, ROOT)
    if mapping.pop("layout", None) != _LAYOUT:
        raise SnapshotError(f"{ROOT} is not that of a snapshot in Markdown.")
    orphans = mapping.get("orphans")
    if isinstance(orphans, dict) and "tests" in orphans:
        blocks = _blocks(read, _LOST)
        if any(block.kind is NodeKind.SUITE for block in blocks):
            raise SnapshotError(f"{_LOST}: This page holds tests without a suite only.")
        orphans["tests"] = _with_kept(blocks, orphans["tests"])
    return mapping


def _blocks(read: Read, path: str) -> list[Block]:
    try:
        return read_page(read(path).decode())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SnapshotError(f"The file {path} of the snapshot is missing.") from error
    except UnicodeDecodeError as error:
        raise SnapshotError(f"{path}: It is not UTF-8.") from error
    except SnapshotError as error:
        raise SnapshotError(f"{path}: {error.message}", hint=error.hint) from error


def _with_kept(blocks: Iterable[Block], kept: Any) -> list[dict[str, Any]]:
    """The tests of a page; of several with one ID the first takes the first that was kept."""
    waiting: defaultdict[str, deque[dict[str, Any]]] = defaultdict(deque)
    for item in kept if isinstance(kept, list) else ():
        if isinstance(item, dict):
            waiting[shown_id(item.get("id"))].append(item)
    tests = []
    for block in blocks:
        found = waiting[seen_id(block)]
        tests.append(merged(block, found.popleft() if found else {}))
    return tests


def is_markdown(root: bytes) -> bool:
    """Whether this `ROOT` is that of a snapshot in Markdown."""
    return _LAYOUT_LINE.search(root) is not None


def is_ours(data: bytes, path: str) -> bool:
    """Whether the file at `path` of a snapshot is one of this layout, and none of a tree."""
    if path == ROOT:
        return is_markdown(data)
    return path.startswith(_EXTRA) or path.endswith(_PAGE)


def named_in(data: bytes, path: str) -> list[str]:
    """The paths that the file at `path` lists, each with its page; none if it is damaged."""
    names: list[str] = []
    if path.startswith(_EXTRA) or path == ROOT:
        names = as_tree.named_in(data, path.removeprefix(_EXTRA))
    found = [f"{_EXTRA}{name}" for name in names]
    found += [name.removesuffix(_SUFFIX) + _PAGE for name in names if not is_section_file(name)]
    return [_LOST, *found] if path == ROOT and b"orphans:" in data else found
