"""The values that flow through a crawl, from the server's answers to the placed tree.

A `Resource` carries everything that the server sent, under the names that it used. The records
around it carry the few facts that the crawl itself needs, already typed and checked, so that no
other module has to know how an attribute may be spelled.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from crawler.sections import SectionName

__all__ = (
    "FileVersion",
    "Gap",
    "GapReason",
    "ItemKind",
    "Listing",
    "PlacedItem",
    "ProjectFacts",
    "Resource",
    "SectionListing",
    "SectionName",
    "SkeletonSuite",
    "SuiteAnswer",
    "SuiteRecord",
    "SuiteReference",
    "TestRecord",
    "TestReference",
    "Witnesses",
)

RecordT = TypeVar("RecordT")


class ItemKind(StrEnum):
    """What an item of the tree is; the last three are for gaps only.

    `LISTING` is a page of a listing, `ATTACHMENT` the file at an address.
    """

    SUITE = "suite"
    TEST = "test"
    LISTING = "listing"
    PROJECT = "project"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as the server sent it, less what only states the structure of the tree.

    `included` holds the further resources that this one names, or that came with it alone
    (parameter rows, labels, ...), in the server's order.
    """

    id: str
    type: str
    attributes: Mapping[str, Any]
    relationships: Mapping[str, Any] = field(default_factory=dict)
    included: tuple["Resource", ...] = ()


@dataclass(frozen=True, slots=True)
class SuiteRecord:
    """A suite with the facts that place it.

    `parent` is the suite that it names as its parent; `parent_known` tells a null or missing-parent
    statement ("I am a root") from no statement at all. `is_root` and the numbers are `None` where
    the server did not say. `test_count` 0 also stands for a null count (API description).
    """

    resource: Resource
    parent: str | None = None
    parent_known: bool = False
    is_root: bool | None = None
    position: float | None = None
    test_count: int | None = None


@dataclass(frozen=True, slots=True)
class TestRecord:
    """A test with the facts that place it; `suite` is `None` where the server did not say.

    `has_examples` is true if it has parameter rows, which only a request of its own gives.
    """

    __test__ = False  # not a test class, whatever the name looks like to a test runner

    resource: Resource
    suite: str | None = None
    position: float | None = None
    has_examples: bool = False


@dataclass(frozen=True, slots=True)
class SuiteReference:
    """A child that a suite lists; `record` is there if the child's attributes came along."""

    id: str
    record: SuiteRecord | None = None


@dataclass(frozen=True, slots=True)
class TestReference:
    """A test that a suite lists; `record` is there if the test's attributes came along."""

    __test__ = False

    id: str
    record: TestRecord | None = None


@dataclass(frozen=True, slots=True)
class SuiteAnswer:
    """What the server says of one suite; children and tests in the server's order."""

    record: SuiteRecord
    children: tuple[SuiteReference, ...] = ()
    tests: tuple[TestReference, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing(Generic[RecordT]):
    """One page of a listing; `pages` is the last page's number where the server names it.

    `total` is how many items the server counts on all pages. Where listings are all that there is
    to be read (`whole`), nothing on them needs a request of its own: suites then come with
    `answers`, which say what a request for each would.
    """

    page: int
    records: tuple[RecordT, ...]
    pages: int | None = None
    total: int | None = None
    whole: bool = False
    answers: tuple[SuiteAnswer, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class SectionListing:
    """One list that (a part of) a section is read from.

    A section may have several, told apart by `variant`, which counts from 0. A list that belongs
    to an item, such as the results of a run, names it as `owner`, and what it is as `kind`.
    """

    section: SectionName
    variant: int = 0
    kind: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class FileVersion:
    """Which state of which file some bytes are, by the word of the server that sent them.

    `place` is the address without its query; `validator` is as sent: a strong ETag, with its
    quotes, or the date of a change that had been over for a minute.
    """

    place: str
    validator: str


@dataclass(frozen=True, slots=True)
class SkeletonSuite:
    """A suite in the one-request skeleton of the tree; `parent` is `None` for a root.

    `title` is empty where the skeleton has none.
    """

    id: str
    parent: str | None
    test_count: int | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """The project itself; `tests_count` is the server's own claim, `None` if it makes none."""

    id: str
    title: str
    tests_count: int | None = None


class GapReason(StrEnum):
    """Why something is missing; the same words stand in the document, whatever the timing."""

    FAILED = "the server did not deliver it"
    GONE_BUT_LISTED = "its parent lists it, but the server says that it does not exist"
    REFUSED = "the server refuses it"
    TOO_LARGE = "it is larger than the limit"
    BAD_ADDRESS = "its address is not one to download from"
    MALFORMED = "the server's answer is not usable"
    COUNT = "fewer tests were found than the server counts"
    SUITE_COUNT = "fewer suites were found than the server counts"
    DEADLINE = "the time allowed was over before it was fetched"


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Something that a complete snapshot would hold and this one does not.

    `detail` is for people and may differ from crawl to crawl (statuses, request identifiers), so
    it goes to the manifest and never into the document.
    """

    kind: ItemKind
    id: str
    reason: GapReason
    expected: int | None = None
    found: int | None = None
    detail: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """A suite or a test at its place in the tree.

    A tree is a sequence of these in document order: a suite, then its child suites one deeper,
    each with all that is below it, then its tests one deeper. `resources` are all answers on this
    item, the most detailed last, less those that only repeat the one before; the first
    `TestReference` or `SuiteReference` may leave it empty.
    """

    kind: ItemKind
    depth: int
    id: str
    resources: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class Witnesses:
    """How many suites and tests each source of the server's knows; `None`: it was not asked."""

    project_tests: int | None = None
    suite_counts: int | None = None
    listed_tests: int | None = None
    listed_suites: int | None = None
    skeleton_suites: int | None = None
