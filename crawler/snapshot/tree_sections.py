"""The sections of a snapshot as files of a directory.

::

    snapshot.yaml                       lists the files of each section, in their order
    runs/1.yaml                         the first 1,000 runs
    testruns/3252341f.yaml              the results of one run (then 3252341f+2.yaml)

A file holds the items of one section under its name, as the one-file YAML does. So a run more
changes `snapshot.yaml`, the runs, and adds a file of its own results.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from crawler.errors import SnapshotError
from crawler.snapshot.as_yaml import lines
from crawler.snapshot.document import SECTIONS, Section
from crawler.snapshot.parsed import items_in
from crawler.snapshot.tree_names import Names, tag_of

__all__ = ("SectionFiles", "is_section_file", "put_section")

_MOST: Final = 1000
"""Items of one file."""
_GROUPED_BY: Final = {"testruns": "run_id"}
"""Sections of which each file holds items that have one value in common."""
_SUFFIX: Final = ".yaml"


@dataclass(slots=True)
class _File:
    name: str
    group: Any
    parts: list[bytes]


def put_section(section: Section, put: Callable[[str, bytes], None]) -> tuple[list[str], int]:
    """Hand out the files of a section: their paths in order, and the number of items.

    Raises:
        SnapshotError: if a value nests over 250 levels or is not Unicode.
    """
    paths: list[str] = []
    count = 0
    head = section.name.encode() + b":\n"
    for file in _files(section):
        path = f"{section.name}/{file.name}{_SUFFIX}"
        put(path, head + b"".join(file.parts))
        paths.append(path)
        count += len(file.parts)
    return paths, count


def _files(section: Section) -> Iterator[_File]:
    """One file at a time is in memory."""
    key = _GROUPED_BY.get(section.name)
    names, file = Names(), None
    for number, fields in enumerate(section.items):
        group = None if key is None else fields.get(key)
        if file is None or file.group != group or len(file.parts) == _MOST:
            if file is not None:
                yield file
            name = str(1 + number // _MOST) if key is None else names.take(tag_of(group))
            file = _File(name, group, [])
        file.parts.append(lines(fields, b"  ", b"- "))
    if file is not None:
        yield file


def is_section_file(path: str) -> bool:
    """Whether a path from the root is that of a file of a section."""
    folder, slash, _ = path.partition("/")
    return bool(slash) and folder in SECTIONS


@dataclass(frozen=True, slots=True)
class SectionFiles:
    """The items of a section, read anew from its files at each walk."""

    name: str
    paths: Iterable[str]
    parse: Callable[[str], dict[str, Any]]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        seen: set[str] = set()
        for path in self.paths:
            if path in seen or path.partition("/")[0] != self.name:
                raise SnapshotError(f"The file {path} of the tree is listed twice.")
            seen.add(path)
            mapping = self.parse(path)
            if mapping.keys() != {self.name}:
                raise SnapshotError(f"{path}: It holds something else than {self.name!r}.")
            yield from items_in(mapping[self.name], self.name)
