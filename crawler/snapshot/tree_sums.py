"""One sum for a whole directory."""

import hashlib

__all__ = ("TreeSums",)


class TreeSums:
    """The size and the SHA-256 of a tree, from its own files alone.

    Each file is one line, ``SHA-256, two spaces, path from the root, line feed``, sorted by the
    UTF-8 of the path; the sum is that of these lines. So ``sha256sum`` of the files, piped into
    ``sha256sum``, gives the same.
    """

    __slots__ = ("_files", "size")

    def __init__(self) -> None:
        self._files: list[tuple[bytes, str]] = []
        self.size = 0

    def add(self, path: str, data: bytes) -> None:
        """Take one file in, in any order; `path` is relative, with slashes."""
        self.size += len(data)
        self._files.append((path.encode(), hashlib.sha256(data).hexdigest()))

    def hexdigest(self) -> str:
        """The sum of all files that were added so far."""
        whole = hashlib.sha256()
        for path, sha256 in sorted(self._files):
            whole.update(b"%b  %b\n" % (sha256.encode(), path))
        return whole.hexdigest()
