"""How a demo server behaves: one switch for each thing on which the sources of the API disagree."""

from dataclasses import dataclass
from enum import Enum

__all__ = (
    "Archive",
    "BeyondEnd",
    "ChildrenShape",
    "Emptiness",
    "Etags",
    "Keys",
    "Listing",
    "LoginRefusal",
    "Meta",
    "RetryAfter",
    "RunAddress",
    "ServerOptions",
    "TestsShape",
    "UpdatedAt",
)


class ChildrenShape(Enum):
    """How a suite's answer names its child suites."""

    INCLUDED = "bare identifiers, the resources in `included` (recorded)"
    BARE = "bare identifiers and nothing more"
    STRINGS = "the identifiers as bare strings"
    INLINE = "attributes inline in the relationship (vendor's clients)"
    ATTRIBUTE = "IDs in `attributes.children` (API description)"
    MIXED = "one of the above, chosen per suite by its ID"


class TestsShape(Enum):
    """How a suite's answer names its tests; recorded verbatim nowhere, so each is a candidate."""

    __test__ = False  # or pytest takes it for a class of tests

    INCLUDED = "bare identifiers in `relationships.tests`, the resources in `included`"
    BARE = "bare identifiers and nothing more"
    STRINGS = "the identifiers as bare strings"
    INLINE = "attributes inline in the relationship"
    ONLY_INCLUDED = "resources in `included`, known by their suite-id; no relationship"
    AMONG_CHILDREN = "in `relationships.children`, mixed with the suites, attributes inline"
    ATTRIBUTE_IDS = "IDs in `attributes.tests` (API description)"
    ATTRIBUTE_OBJECTS = "objects in `attributes.tests`"
    ABSENT = "not at all; only the list of tests has them"
    MIXED = "one of the above, chosen per suite by its ID"


class Emptiness(Enum):
    """What a relationship without members looks like."""

    LIST = '`{"data": []}`'
    OBJECT = "`{}`"
    NULL = '`{"data": null}`'
    LINKS = "an object without `data`"
    MISSING = "no such relationship"
    MIXED = "one of the above, chosen per suite by its ID"


class Keys(Enum):
    """How v2 spells the names in its objects; it depends on the release."""

    SNAKE = "snake_case (API description)"
    CAMEL = "camelCase"
    MIXED = "some this way, some that, the same name always alike"


class Listing(Enum):
    """Which suites the list of suites holds: the API description says roots, clients saw all."""

    ROOTS = "roots"
    ALL = "all"


class UpdatedAt(Enum):
    """What ``updated-at`` of suites and tests tells."""

    EDITS = "when the item itself was edited last"
    CREATION = "when it was made, whatever was edited since"
    MISSING = "nothing, there is none"


class Etags(Enum):
    """How answers are named by an ``ETag``; the live service was seen to send none."""

    NONE = "not at all"
    CONTENT = "by a checksum of the body, as Rails does"
    ADDRESS = "by their address alone, which lies when the content changes"
    DEAF = "by a checksum, and every condition is answered 304"


class Meta(Enum):
    """Whether a list tells how many pages it has."""

    FULL = "full"
    NONE = "none"


class BeyondEnd(Enum):
    """What a page after the last one holds."""

    EMPTY = "nothing"
    LAST_PAGE = "the last page again"


class LoginRefusal(Enum):
    """How a login with wrong credentials is refused; the last two come with status 200."""

    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    WITHOUT_JWT = "a JSON object without `jwt`"
    EMPTY = "an empty body"


class RetryAfter(Enum):
    """How a 429 tells when to come back."""

    MISSING = "not at all"
    SECONDS = "in seconds"
    DATE = "as an HTTP date"


class RunAddress(Enum):
    """Where a single run is found: the guide and the API description differ."""

    BOTH = "both"
    PLURAL = "/runs/{id} (API description)"
    SINGULAR = "/run/{id} (guide)"


class Archive(Enum):
    """What a list of runs with ``archive=true`` holds; the description can be read either way."""

    ONLY = "archived runs only"
    INCLUDED = "all runs"
    IGNORED = "what it holds without"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """The switches of a demo server. The defaults are what is best attested.

    Attributes:
        children: How a suite names its child suites.
        tests: How a suite names its tests.
        empty: What a relationship without members looks like.
        plural_types: Types are ``suites`` and ``tests`` instead of ``suite`` and ``test``.
        branch_relationship: Suites and tests have ``branch: {"data": null}`` as well.
        lean_descriptions: Tests that come with a suite, or from a plain list, keep their text.
        listing: Which suites the list of suites holds.
        listing_parents: Suites tell ``is-root`` and ``parent-id``; else neither is sent.
        suites_without: Attributes that the list of suites leaves out.
        tests_without: Attributes that the list of tests leaves out, even in full detail.
        updated_at: What ``updated-at`` tells.
        etags: How answers are named by an ``ETag``, and what a condition on it comes to.
        meta: Whether the lists of suites and tests tell their number of pages.
        beyond_end: What a page after the last one holds.
        page_size: Suites or tests a page; 50 on the live service, whatever ``per_page`` says.
        tree: ``/suites/tree`` exists; else 404.
        project_address: ``/api/projects/{slug}`` exists; else 404.
        examples_named: A relationship ``examples`` names the rows; else they are only included.
        origin_ids: What was created under an ``origin_id`` is not created again; else it is.
        origins_outlive: An origin is remembered even if what was created under it is deleted.
        created_status: Of the answer to what was created: 200 (v1) or 201.
        positions_kept: A new suite or test gets the position that was sent; else none.
        same_files_known: A file that a test has is not added again (208); else it is.
        uploads_told: The answer to a file tells its address; else it is empty.
        blank_titles: Titles may be blank; else 422.
        strict_folders: Only folders take suites; else 422.
        run_address: Where a single run is found.
        archive: What ``archive=true`` adds to a list of runs.
        lean_testruns: A list of results leaves out their stacks and steps.
        extras_meta: Whether the lists of runs, results, plans and run groups tell their pages.
        missing_lists: Addresses of lists that do not exist: 404.
        refused_lists: Addresses of lists that nobody may read: 403.
        storage_validators: The storage knows ETags, conditions and ranges, as S3 does.
        private_files: Files are for whoever is logged in; others are led to the sign-in page.
        login_refusal: How wrong credentials are refused.
        missing_status: For a request without a token: 401 or 403.
        expired_status: For a token that was good once: 401 or 403 (403 was seen by clients).
        foreign_status: For a token that does not read this API, such as a project's: 401 or 403.
        key_status: For a wrong project token: 403 (vendor's clients) or 401 (API description).
        jwt_requests: Requests for which a login is good; ``None`` means without end.
        jwt_seconds: Seconds for which a login is good; ``None`` means without end.
        block_python_agents: Refuse default names of HTTP libraries with an HTML page, as a CDN.
        compress: Send gzip to whoever accepts it.
        cdn: Send ``cf-ray``.
        latency_scale: Factor on the recorded waiting times; 0 answers at once.
        latency_seed: Chooses which address is slow.
        projects_seconds: Least wait for the list of projects; 20 seconds were recorded.
        refuse_above: Requests in any one second above which 429 is the answer; ``None``: never.
        retry_after: What such a 429 says.
        retry_after_seconds: How long it says to wait, in seconds.
        cache_bytes: Bytes of ready answers to keep; 0 makes each answer anew.
        login: ``/api/login`` exists; else 404.
        v1_status: With which v1 refuses every read; ``None``: it does not.
        v2: The addresses of v2 exist; else 404.
        keys: How v2 spells names.
        newer_meta: Lists of v2 tell ``total_pages`` and ``has_more`` as well.
        flat_page_size: The most that a page of v2 holds, whatever ``per_page`` says.
        public_ids: IDs are written ``@S…`` and ``@T…`` in v2, as in Markdown.
    """

    children: ChildrenShape = ChildrenShape.INCLUDED
    tests: TestsShape = TestsShape.INCLUDED
    empty: Emptiness = Emptiness.LIST
    plural_types: bool = False
    branch_relationship: bool = True
    lean_descriptions: bool = True
    listing: Listing = Listing.ROOTS
    listing_parents: bool = True
    suites_without: frozenset[str] = frozenset()
    tests_without: frozenset[str] = frozenset()
    updated_at: UpdatedAt = UpdatedAt.EDITS
    etags: Etags = Etags.NONE
    meta: Meta = Meta.FULL
    beyond_end: BeyondEnd = BeyondEnd.EMPTY
    page_size: int = 50
    tree: bool = True
    project_address: bool = True
    examples_named: bool = True
    origin_ids: bool = True
    origins_outlive: bool = False
    created_status: int = 200
    positions_kept: bool = True
    same_files_known: bool = True
    uploads_told: bool = True
    blank_titles: bool = True
    strict_folders: bool = False
    run_address: RunAddress = RunAddress.BOTH
    archive: Archive = Archive.ONLY
    lean_testruns: bool = True
    extras_meta: Meta = Meta.FULL
    missing_lists: frozenset[str] = frozenset()
    refused_lists: frozenset[str] = frozenset()
    storage_validators: bool = True
    private_files: bool = False
    login_refusal: LoginRefusal = LoginRefusal.UNAUTHORIZED
    missing_status: int = 401
    expired_status: int = 401
    foreign_status: int = 403
    key_status: int = 403
    jwt_requests: int | None = None
    jwt_seconds: float | None = None
    block_python_agents: bool = True
    compress: bool = True
    cdn: bool = True
    latency_scale: float = 0.0
    latency_seed: int = 0
    projects_seconds: float = 0.0
    refuse_above: int | None = None
    retry_after: RetryAfter = RetryAfter.SECONDS
    retry_after_seconds: int = 1
    cache_bytes: int = 64 * 1024 * 1024
    login: bool = True
    v1_status: int | None = None
    v2: bool = True
    keys: Keys = Keys.SNAKE
    newer_meta: bool = False
    flat_page_size: int = 100
    public_ids: bool = False
