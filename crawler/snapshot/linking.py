"""A copy of a snapshot to read: its texts link to the files beside it instead of to the server.

A link is relative to the file that its text comes to stand in, which is known only when that is
written. Until then a mark that no text has stands in its place.
"""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

from crawler.addresses import address_key, with_addresses
from crawler.model import SectionName
from crawler.snapshot.attachment_store import AttachmentStore, file_in
from crawler.snapshot.document import Document, Node

__all__ = ("Linking", "linking")

T = TypeVar("T")

_TEXTS: Final = ("description", "notes")
_TOLD: Final = (SectionName.TESTRUNS, SectionName.COMMENTS)
#: What stands there are addresses for programs, or an item of its own.
_NO_TEXTS: Final = ("attachments", "test", "url")
_URLS: Final = ("url", "display_url")


@dataclass(frozen=True, slots=True)
class Linking:
    """The files of one snapshot by their addresses, for a directory at `output`."""

    server: str
    sums: Mapping[str, str]
    store: AttachmentStore
    output: Path
    mark: str

    def document(self, document: Document) -> Document:
        """The document with marks in its texts."""
        sections = tuple(
            replace(each, items=_Anew(self.item, each.items)) if each.name in _TOLD else each
            for each in document.sections
        )
        return replace(
            document,
            nodes=_Anew(self.marked, document.nodes),
            orphans=_Anew(self.marked, document.orphans),
            sections=sections,
        )

    def placed(self, name: str, data: bytes) -> bytes:
        """The content of the file called `name` below the output, with links for the marks."""
        mark = self.mark.encode()
        return data.replace(mark, self._way(name).encode()) if mark in data else data

    def _way(self, name: str) -> str:
        start = (self.output / name).absolute().parent
        root = self.store.root.absolute()
        try:
            return quote(Path(os.path.relpath(root, start)).as_posix())
        except ValueError:  # another drive of Windows
            return root.as_uri()

    def marked(self, node: Node) -> Node:
        """The node with marks in its texts."""
        found = {
            name: with_addresses(text, self._link)
            for name in _TEXTS
            if isinstance(text := node.fields.get(name), str)
        }
        return replace(node, fields={**node.fields, **found}) if found else node

    def item(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The item of a section with marks in its texts, at any depth: comments have replies."""
        found: Mapping[str, Any] = self._deep(fields)
        return found

    def _deep(self, value: Any) -> Any:
        if isinstance(value, str):
            return with_addresses(value, self._link)
        if isinstance(value, list):
            return [self._deep(each) for each in value]
        if isinstance(value, Mapping):
            return {
                name: each if name in _NO_TEXTS else self._deep(each)
                for name, each in value.items()
            }
        return value

    def _link(self, address: str) -> str | None:
        sha256 = self.sums.get(address_key(address, self.server))
        if sha256 is None:
            return None
        path = self.store.path(sha256).relative_to(self.store.root).as_posix()
        return f"{self.mark}/{path}"


@dataclass(frozen=True, slots=True)
class _Anew(Generic[T]):
    """What `change` makes of items, at each walk."""

    change: Callable[[T], T]
    items: Iterable[T]

    def __iter__(self) -> Iterator[T]:
        return map(self.change, self.items)


def linking(document: Document, store: AttachmentStore, output: Path) -> Linking:
    """What links to which of the files that are in the store; walks the section of attachments."""
    server = document.head.url
    sums = {
        address_key(address, server): file.sha256
        for section in document.sections
        if section.name == SectionName.ATTACHMENTS
        for fields in section.items
        if (file := file_in(fields)) is not None and store.holds(file)
        for address in _addresses(fields)
    }
    return Linking(server, sums, store, output, f"attachments-{secrets.token_hex(16)}")


def _addresses(fields: Mapping[str, Any]) -> Iterator[str]:
    found = (fields.get(name) for name in _URLS)
    return (each for each in found if isinstance(each, str) and each)
