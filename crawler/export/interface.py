"""What a target is. A further one is a module with one object that has these names.

A package that is installed beside this one adds a target by an entry point of the group
``testomat_crawler.export_targets``: its name is the target's, its value the place of the object
(``my_package.my_target:TARGET``).
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

from crawler.export.case import Item
from crawler.export.losses import Losses
from crawler.export.rules import Rules

__all__ = ("Job", "Output", "Project", "Target")


class Output(Protocol):
    """Where a target writes; nothing stands at the user's path before all of it is written."""

    def part(self) -> BinaryIO:
        """The next file: the first at the user's path, further ones with a number in the name."""

    def put(self, name: str, data: bytes) -> None:
        """A file of a directory, by its path with slashes."""

    def stream(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A file of a directory, to be written piece by piece."""

    def file(self) -> Path:
        """A path for a library that opens its file itself; it becomes the user's."""


@dataclass(frozen=True, slots=True)
class Project:
    """What a target may want to say of the whole."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Job:
    """What to export, where to, and who keeps the account.

    `items` may be walked more than once. A target settles every item with `losses` once.
    """

    project: Project
    items: Iterable[Item]
    output: Output
    losses: Losses
    rules: Rules


@runtime_checkable
class Target(Protocol):
    """A form of file that another tool reads.

    `about` is a line for the list of targets. `suffix` is that of the file with its dot, or empty
    for a directory.
    """

    @property
    def name(self) -> str:
        """As it is given to ``--to``."""

    @property
    def about(self) -> str:
        """One line on what it is."""

    @property
    def suffix(self) -> str:
        """``.csv``; empty for a directory."""

    def write(self, job: Job) -> None:
        """Write all items.

        Raises:
            LocalError: if the disk refuses, or a library that this target needs is missing.
        """
