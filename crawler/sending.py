"""The values that are sent to a server, and those that it answers them with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, BinaryIO

__all__ = (
    "Attached",
    "CaseResult",
    "CaseStatus",
    "Found",
    "ImportPage",
    "Label",
    "Outgoing",
    "Worn",
)


@dataclass(frozen=True, slots=True)
class ImportPage:
    """A page of Markdown to import: its path, its text, and its tests as the importer sends them.

    Each of `tests` has `name`, `suites` (at most one, titled by the way to it), `file` and `line`,
    and besides what stands in the comment above it, such as `id`.
    """

    name: str
    text: str
    tests: tuple[Mapping[str, Any], ...]


class CaseStatus(StrEnum):
    """How a test ended, in the words of the Reporting API."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One result of a test, as a report of a test run tells it.

    `key` tells it apart from every other result of the report, and is the same each time that the
    report is read. `test_id` is the ID that the report itself names, empty if it names none;
    `seconds` is `None` if it tells no usable time. `values` are those of a test with parameters.
    """

    key: str
    title: str
    suite: str
    status: CaseStatus
    test_id: str = ""
    seconds: float | None = None
    message: str = ""
    stack: str = ""
    file: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A suite or a test that the server has, as a write answers it or a look finds it.

    `parent` is the suite around it; it and `position` are `None` where the server did not say.
    """

    id: str
    title: str
    position: float | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Label:
    """A label as an item bears it; an empty `value` is none."""

    title: str
    value: str = ""

    @property
    def text(self) -> str:
        """As it stands among the labels of an item."""
        return f"{self.title}:{self.value}" if self.value else self.title


@dataclass(frozen=True, slots=True)
class Worn:
    """What belongs to an item besides its attributes: its labels, and its rows of parameters."""

    labels: tuple[str, ...] = ()
    rows: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a test as the server lists it; `address` is empty if it does not say where."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file to send; `type` is its MIME type, `size` in bytes.

    `open` gives its bytes from their start, anew at each call; raises `LocalError` if they cannot
    be read.
    """

    name: str
    type: str
    size: int
    open: Callable[[], BinaryIO]
