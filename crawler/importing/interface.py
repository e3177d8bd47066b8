"""What a source is. A further one is a module with one object that has these names."""

from pathlib import Path
from typing import Protocol

from crawler.importing.tree import Tree

__all__ = ("Source",)


class Source(Protocol):
    """A form of file that another tool writes; `about` is a line for the list of them."""

    @property
    def name(self) -> str:
        """As it is given to the command."""

    @property
    def about(self) -> str:
        """One line on what it is."""

    def read(self, path: Path, tree: Tree) -> None:
        """Put all that is in the file into the tree.

        Raises:
            LocalError: if it cannot be read, or a library that this source needs is missing.
            SnapshotError: if it is no such file.
        """
