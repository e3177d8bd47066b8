"""Trees in memory and on the disk."""

import os
from pathlib import Path

from crawler.snapshot.as_tree import dump, load
from crawler.snapshot.document import Document
from support.documents import in_memory


def tree_of(document: Document) -> dict[str, bytes]:
    """The files of the document's tree, by their paths."""
    files: dict[str, bytes] = {}

    def put(path: str, data: bytes) -> None:
        assert path not in files
        files[path] = data

    dump(document, put)
    return files


def document_in(files: dict[str, bytes]) -> Document:
    """The document in these files, in memory."""

    def read(path: str) -> bytes:
        if path not in files:
            raise FileNotFoundError(path)
        return files[path]

    return in_memory(load(read))


def files_in(root: Path) -> dict[str, bytes]:
    """Every file in a directory, by its path with slashes."""
    found: dict[str, bytes] = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def changed(old: dict[str, bytes], new: dict[str, bytes]) -> set[str]:
    """The paths that are not the same in both."""
    return {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
