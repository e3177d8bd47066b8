"""What the demo server holds of a project: suites, tests, runs, results and linked resources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ("DemoFile", "DemoRun", "DemoSuite", "DemoTest", "DemoTestrun", "Linked", "Resource")


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource that is no suite and no test: a label, a row of examples.

    Attributes:
        id: Its ID, a string.
        type: Its type as the server writes it, such as ``label`` or ``example``.
        attributes: Everything the server knows of it.
    """

    id: str
    type: str
    attributes: Mapping[str, Any]


Linked = Mapping[str, tuple[Resource, ...]]
"""Resources by the name of the relationship that leads to them."""


@dataclass(frozen=True, slots=True)
class DemoSuite:
    """A suite as the server stores it.

    Attributes:
        id: 8 characters.
        title: As typed, any language.
        serial: Its place in the order in which the server lists things.
        parent_id: The suite that holds it; ``None`` for a root. May name a suite that is gone.
        position: Its place among its siblings; equal or missing ones keep the server's order.
        own: Attributes that differ from the blank set, under the server's own names.
        linked: Resources that its relationships name.
    """

    id: str
    title: str
    serial: int
    parent_id: str | None = None
    position: int | None = None
    own: Mapping[str, Any] = field(default_factory=dict)
    linked: Linked = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoTest:
    """A test as the server stores it.

    Attributes:
        id: 8 characters.
        title: As typed, any language; may hold ``@tags``.
        serial: Its place in the order in which the server lists things.
        suite_id: The suite that holds it. May name a suite that is gone.
        position: Its place among its siblings; equal or missing ones keep the server's order.
        own: Attributes that differ from the blank set, under the server's own names.
        linked: Resources that its relationships name; ``examples`` are its rows of parameters.
    """

    id: str
    title: str
    serial: int
    suite_id: str
    position: int | None = None
    own: Mapping[str, Any] = field(default_factory=dict)
    linked: Linked = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoRun:
    """A run as the server stores it: a session in which tests get results.

    Attributes:
        id: 8 characters.
        title: As typed; ``None`` for a run that nobody named.
        serial: Its age; the server lists the youngest first.
        own: Attributes that differ from the blank set, under the server's own names;
            ``archived`` and ``kind`` choose the lists that it stands in.
    """

    id: str
    title: str | None
    serial: int
    own: Mapping[str, Any] = field(default_factory=dict)

    @property
    def archived(self) -> bool:
        """Does it stand in the archive, and in no other list?"""
        return bool(self.own.get("archived"))


@dataclass(frozen=True, slots=True)
class DemoTestrun:
    """One result in a run; a test with examples has several.

    Attributes:
        id: A number as text.
        run_id: The run that it belongs to.
        test_id: The test that was run; it may be gone since.
        title: Of the test at that time.
        serial: Its age.
        own: Attributes that differ from the blank set, under the server's own names.
    """

    id: str
    run_id: str
    test_id: str
    title: str
    serial: int
    own: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file at an address of the instance.

    Attributes:
        content: Its bytes; after them come zeros up to ``size``.
        type: Its MIME type.
        size: Bytes in all; ``None`` means as many as ``content`` has.
        stored: It is in the storage, and its address on the instance leads there.
    """

    content: bytes = b""
    type: str = "image/png"
    size: int | None = None
    stored: bool = False
