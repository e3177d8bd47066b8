"""Pages of Markdown to import: those in a folder, or those that a snapshot makes.

What a page's tests are is told as the vendor's importer (``check-tests``) tells the server: the
suite before a test by heading and ID, the line of its heading, and the lines of its comment, of
which tags and labels are lists.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from crawler.errors import LocalError, SnapshotError
from crawler.sending import ImportPage
from crawler.snapshot import as_markdown
from crawler.snapshot.as_tree import ROOT
from crawler.snapshot.document import Document, NodeKind
from crawler.snapshot.markdown_marks import words_of
from crawler.snapshot.markdown_page import Block
from crawler.snapshot.markdown_page import read as read_page
from crawler.snapshot.markdown_page import write as write_page
from crawler.snapshot.store import in_words

__all__ = ("holds_pages", "lay_out", "page_of", "pages_below", "pages_of")

_PAGE: Final = ".test.md"
_LISTS: Final = ("tags", "labels")
#: Of one page of a snapshot, so that a request has room for it.
_MOST_TESTS: Final = 100
_MOST_CHARACTERS: Final = 400_000


def holds_pages(path: Path) -> bool:
    """Whether it is a page, or a folder that is no snapshot."""
    return path.name.endswith(".md") or (path.is_dir() and not (path / ROOT).is_file())


def pages_below(path: Path) -> Iterator[ImportPage]:
    """The page at `path`, or all in that folder, sorted; hidden folders and links are passed by.

    Raises:
        LocalError: if one cannot be read, or there is none.
        SnapshotError: if one is not such a page.
    """
    if path.is_file():
        yield _read(path, path.name)
        return
    found = sorted(_files(path))
    if not found:
        raise LocalError(f"{path} holds no page (*{_PAGE}).")
    for name in found:
        yield _read(path / name, name)


def _files(folder: Path) -> Iterator[str]:
    def refuse(error: OSError) -> None:
        raise LocalError.from_os_error("read", folder, error) from error

    for place, below, names in os.walk(folder, onerror=refuse):
        below[:] = [each for each in below if not each.startswith(".") and each != "node_modules"]
        for name in names:
            if name.endswith(_PAGE):
                yield (Path(place) / name).relative_to(folder).as_posix()


def _read(path: Path, name: str) -> ImportPage:
    try:
        return page_of(name, path.read_bytes().decode())
    except OSError as error:
        raise LocalError.from_os_error("read", path, error) from error
    except UnicodeDecodeError as error:
        raise SnapshotError(f"{path}: It is not UTF-8.") from error
    except SnapshotError as error:
        raise SnapshotError(f"{path}: {error.message}", hint=error.hint) from error


def lay_out(document: Document, folder: Path) -> list[str]:
    """Write the pages of a snapshot into an empty folder; their names as the tree has them.

    Raises:
        LocalError: if one cannot be written.
        SnapshotError: if the snapshot cannot be read, or not be shown as Markdown.
    """
    stems: list[str] = []

    def put(path: str, data: bytes) -> None:
        if path.endswith(_PAGE):
            stems.append(path.removesuffix(_PAGE))
            place = folder / path
            with in_words(place):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)

    as_markdown.dump(document, put)
    # A suite is written when all below it has been; the way to it puts it before that.
    closed = {stem: number for number, stem in enumerate(stems)}

    def place_of(stem: str) -> list[int]:
        parts = stem.split("/")
        ways = ("/".join(parts[: end + 1]) for end in range(len(parts)))
        return [closed[way] for way in ways if way in closed]

    return [f"{stem}{_PAGE}" for stem in sorted(stems, key=place_of)]


def pages_of(folder: Path, names: Iterable[str]) -> Iterator[ImportPage]:
    """The pages that `lay_out` wrote, those without a test left out.

    A suite of many or long tests has several pages, each with its heading.
    """
    for name in names:
        blocks = read_page((folder / name).read_bytes().decode())
        for number, part in enumerate(_parts(blocks), 1):
            suffix = _PAGE if number == 1 else f".{number}{_PAGE}"
            yield page_of(name.removesuffix(_PAGE) + suffix, write_page(part))


def _parts(blocks: list[Block]) -> Iterator[list[Block]]:
    """The blocks of each page; none if there is no test."""
    head = [each for each in blocks if each.kind is NodeKind.SUITE]
    tests = [each for each in blocks if each.kind is NodeKind.TEST]
    part: list[Block] = []
    size = 0
    for test in tests:
        length = len(test.text or "")
        if part and (len(part) == _MOST_TESTS or size + length > _MOST_CHARACTERS):
            yield [*head, *part]
            head = [replace(each, text=None) for each in head]
            part, size = [], 0
        part.append(test)
        size += length
    if part:
        yield [*head, *part]


def page_of(name: str, text: str) -> ImportPage:
    """The page with its tests; raises `SnapshotError` if it cannot be read."""
    tests = []
    suites: list[str] = []
    for block in read_page(text):
        if block.kind is NodeKind.SUITE:
            suites = [" ".join(filter(None, (block.title, block.meta.get("id"))))]
            continue
        told: dict[str, Any] = {
            key: words_of(value) if key in _LISTS else value for key, value in block.meta.items()
        }
        own = {"name": block.title, "suites": suites, "line": block.line, "file": name}
        tests.append({**told, **own, "manual": True})
    return ImportPage(name, text, tuple(tests))
