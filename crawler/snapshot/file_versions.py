"""In which version each file of a store came, so that it need not come again.

``.versions.jsonl`` in the store has a line for each address; the last one counts. It is no part of
any snapshot: without it, or if it is damaged, files are fetched again, and nothing else is lost.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from crawler.model import FileVersion
from crawler.snapshot.attachment_store import AttachmentStore, StoredFile
from crawler.snapshot.store import in_words, open_for_replace

__all__ = ("FileVersions", "KnownFile")

_NAME: Final = ".versions.jsonl"


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file that is in the store, its MIME type as it was told, and the version it came in."""

    file: StoredFile
    type: str
    version: FileVersion


class FileVersions:
    """The versions of the files of one store, by the keys of their addresses."""

    def __init__(self, store: AttachmentStore) -> None:
        self._store = store
        self._path = store.root / _NAME
        self._known: dict[str, KnownFile] = {}
        self._lines = 0

    def load(self) -> None:
        """Read what earlier runs noted; lines that say nothing are passed over."""
        with suppress(OSError), self._path.open("rb") as lines:
            for line in lines:
                self._lines += 1
                if (found := _read(line)) is not None:
                    self._known[found[0]] = found[1]

    def known(self, key: str) -> KnownFile | None:
        """What is known of an address, if its file is still in the store."""
        found = self._known.get(key)
        return found if found is not None and self._store.holds(found.file) else None

    def note(self, key: str, found: KnownFile) -> None:
        """Add a line, unless it is there.

        Raises:
            LocalError: if the disk refuses.
        """
        if self._known.get(key) == found:
            return
        self._known[key] = found
        self._lines += 1
        with in_words(self._path), self._path.open("ab") as out:
            out.write(_line(key, found))

    def tidy(self) -> None:
        """Write it anew if half of the lines count for nothing.

        Raises:
            LocalError: if the disk refuses.
        """
        kept = {key: each for key, each in self._known.items() if self._store.holds(each.file)}
        if 2 * len(kept) < self._lines:
            with open_for_replace(self._path) as out:
                out.writelines(_line(*each) for each in sorted(kept.items(), key=lambda e: e[0]))
            self._known, self._lines = kept, len(kept)


def _line(key: str, found: KnownFile) -> bytes:
    told = {
        "address": key,
        "sha256": found.file.sha256,
        "size": found.file.size,
        "type": found.type,
        "place": found.version.place,
        "validator": found.version.validator,
    }
    return f"{json.dumps(told)}\n".encode()


def _read(line: bytes) -> tuple[str, KnownFile] | None:
    try:
        told: dict[str, Any] = json.loads(line)
        texts = [told[name] for name in ("address", "sha256", "type", "place", "validator")]
        size = told["size"]
    except (ValueError, KeyError, TypeError):
        return None
    if type(size) is not int or not all(isinstance(each, str) for each in texts):
        return None
    address, sha256, type_, place, validator = texts
    return address, KnownFile(StoredFile(sha256, size), type_, FileVersion(place, validator))
