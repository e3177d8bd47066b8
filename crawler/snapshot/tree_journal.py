"""The journal of a change of a tree: what is moved in and what goes, and how that is done."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from crawler.errors import SnapshotError
from crawler.snapshot.store import sync_folder

__all__ = ("JOURNAL", "STAGE", "Journal", "apply", "pending")

STAGE: Final = ".testomat-snapshot"
"""The folder in a tree where a change waits; a snapshot at rest has none."""

JOURNAL: Final = "journal.json"
_FORMAT: Final = "testomat-tree-journal/1"


@dataclass(frozen=True, slots=True)
class Journal:
    """A change: `put` are pairs of a path in the tree and a file in the stage, `gone` are paths."""

    put: tuple[tuple[str, str], ...]
    gone: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """The journal as it is stored."""
        return orjson.dumps({"format": _FORMAT, "put": self.put, "gone": self.gone})


def pending(root: Path) -> Journal | None:
    """The change that counts and waits to be applied, `None` if there is none.

    Raises:
        SnapshotError: if there is a journal that this version did not write.
    """
    place = root / STAGE / JOURNAL
    try:
        mapping = orjson.loads(place.read_bytes())
        if mapping["format"] == _FORMAT:
            put = tuple((str(path), str(staged)) for path, staged in mapping["put"])
            return Journal(put, tuple(map(str, mapping["gone"])))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        pass
    raise SnapshotError(
        f"{place} is damaged, or of another version of testomat-crawler.",
        hint="Remove that folder; the next snapshot makes the tree whole.",
    )


def apply(root: Path, journal: Journal) -> None:
    """Do what the journal says; what was done already is left. Raises OSError."""
    folders = {root}
    for path, staged in journal.put:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            (root / STAGE / staged).replace(place)
        folders.add(place.parent)
    for path in journal.gone:
        with suppress(FileNotFoundError, NotADirectoryError):
            (root / path).unlink()
        _remove_empty(root, path)
    for folder in folders:
        sync_folder(folder)
    (root / STAGE / JOURNAL).unlink()


def _remove_empty(root: Path, path: str) -> None:
    """Remove the folders above a file that is gone, as far as nothing is left in them."""
    folder = os.path.dirname(path)  # noqa: PTH120  a path inside the tree, not one of the system
    while folder:
        try:
            (root / folder).rmdir()
        except OSError:
            return
        folder = os.path.dirname(folder)  # noqa: PTH120
