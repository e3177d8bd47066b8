"""The named writes of one project's tree, each carried out once, however often it has to be sent.

The forms are those of the API description and of the vendor's import scripts: an envelope of
JSON:API with `origin_id` beside the attributes; a label is linked without an envelope.
"""

from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final, Protocol, TypeVar

from crawler.api.client import Client
from crawler.api.messages import Reply, Request
from crawler.api.wire_writes import (
    read_changed,
    read_created,
    read_labels_page,
    read_new_label,
    says_done,
    worn_in,
)
from crawler.errors import AccessError, RefusedError, TransientError
from crawler.model import ItemKind, Listing, SuiteRecord, TestRecord
from crawler.sending import Found, Label, Worn

__all__ = ("Accept", "ProjectWriter", "writing_rights")

T = TypeVar("T")

_PATHS: Final = {ItemKind.SUITE: "suites", ItemKind.TEST: "tests"}
_ALL_SCOPES: Final = ("tests", "suites")


class Accept(Protocol):
    """Says whether what a server answers to a creation can be what was created."""

    async def __call__(self, found: Found, *, known: bool) -> bool:
        """`known`: the server says that it was there already."""
        ...


class ProjectWriter:
    """Writes into one project; what a restore calls its target."""

    def __init__(self, client: Client, project: str) -> None:
        self._client = client
        self._project = project

    async def create(
        self,
        kind: ItemKind,
        attributes: Mapping[str, Any],
        *,
        origin: str,
        look: Callable[[], Awaitable[Found | None]],
        accept: Accept,
        sent: bool,
    ) -> tuple[Found, bool]:
        """Create a suite or a test; (what is there now, whether it is new for certain)."""
        request = self._request("POST", _PATHS[kind], fields=_envelope(kind, attributes, origin))

        async def read(reply: Reply) -> tuple[Found, bool]:
            found, known = read_created(reply, request.label, kind.value)
            if not await accept(found, known=known):
                raise TransientError(
                    "The server's answer is about something else than what was created",
                    request=request.label,
                    trace=reply.trace,
                    cause="wrong document",
                )
            return found, not known

        async def looked() -> tuple[Found, bool] | None:
            found = await look()
            return None if found is None else (found, False)

        with writing_rights():
            return await self._client.write(request, read, looked, sent=sent)

    async def update(self, kind: ItemKind, item_id: str, attributes: Mapping[str, Any]) -> None:
        """Set attributes of a suite or a test; to do so twice changes nothing."""
        fields = _envelope(kind, attributes)
        request = self._request("PUT", _PATHS[kind], item_id, fields=fields)
        with writing_rights():
            await self._client.fetch(
                request, lambda reply: read_changed(reply, request.label, kind.value, item_id)
            )

    async def find(self, kind: ItemKind, item_id: str) -> Found | None:
        """The suite or test of this ID, if there is one."""
        if kind is ItemKind.SUITE:
            answer = await self._client.suite(self._project, item_id)
            return _found_suite(answer.record) if answer else None
        test = await self._client.test(self._project, item_id)
        return _found_test(test) if test else None

    async def suites_in(self, parent: str | None) -> list[Found]:
        """The suites in a suite, or the roots, each once."""
        if parent is None:
            return await self._roots()
        answer = await self._client.suite(self._project, parent)
        found: list[Found] = []
        for child in answer.children if answer else ():
            if child.record is not None:
                found.append(_found_suite(child.record))
            elif (known := await self.find(ItemKind.SUITE, child.id)) is not None:
                found.append(known)
        return found

    async def _roots(self) -> list[Found]:
        records = await _all(
            lambda page: self._client.suites_page(self._project, page),
            lambda each: each.resource.id,
        )
        children = {
            child.id
            for each in records
            if not each.parent_known and each.is_root is None
            for child in await self.suites_in(each.resource.id)
        }
        return [
            _found_suite(each)
            for each in records
            if each.parent is None
            and each.is_root is not False
            and each.resource.id not in children
        ]

    async def tests_in(self, suite: str) -> list[Found]:
        """The tests in a suite, each once."""
        records = await _all(
            lambda page: self._client.tests_page(self._project, page, suite),
            lambda each: each.resource.id,
        )
        # A server that ignores the filter would show those of other suites too.
        return [_found_test(each) for each in records if each.suite in {None, suite}]

    async def worn(self, kind: ItemKind, item_id: str) -> Worn:
        """The labels and rows of an item, as they are now."""
        if kind is ItemKind.SUITE:
            answer = await self._client.suite(self._project, item_id)
            return worn_in(answer.record.resource) if answer else Worn()
        test = await self._client.test(self._project, item_id)
        return worn_in(test.resource) if test else Worn()

    async def labels(self) -> dict[str, str]:
        """The IDs of all labels by title, the first of each."""

        async def fetch(page: int) -> Listing[tuple[str, str]]:
            query = (("page", str(page)),) if page > 1 else ()
            request = Request("GET", ("api", self._project, "labels"), query)
            return await self._client.fetch(
                request, lambda reply: read_labels_page(reply, request.label, page)
            )

        found: dict[str, str] = {}
        for title, label_id in await _all(fetch, lambda each: each[1]):
            found.setdefault(title, label_id)
        return found

    async def create_label(self, attributes: Mapping[str, Any]) -> str:
        """Create a label; its ID. One that came to be by an attempt that failed is found."""
        title = attributes["title"]
        sent = {"scope": list(_ALL_SCOPES), **attributes}
        fields = {"data": {"type": "label", "attributes": _spelled(sent)}}
        request = self._request("POST", "labels", fields=fields)

        async def read(reply: Reply) -> str:
            return read_new_label(reply, request.label)

        async def look() -> str | None:
            return (await self.labels()).get(title)

        with writing_rights():
            return await self._client.write(request, read, look)

    async def link_label(self, label_id: str, label: Label, kind: ItemKind, item_id: str) -> None:
        """Let an item bear a label."""
        fields = {f"{kind.value}_id": item_id, "event": "add"}
        if label.value:
            fields["value"] = label.value
        request = self._request("POST", "labels", label_id, "link", fields=fields)

        async def look() -> bool | None:
            return True if label.text in (await self.worn(kind, item_id)).labels else None

        await self._add(request, "label", look)

    async def add_row(self, test_id: str, row: Any, *, after: int) -> None:
        """Add a row of parameters to a test that has `after` rows that are the same."""
        attributes = {"test_id": test_id, "data": row}
        fields = {"data": {"type": "example", "attributes": attributes}}
        request = self._request("POST", "examples", fields=fields)

        async def look() -> bool | None:
            there = (await self.worn(ItemKind.TEST, test_id)).rows
            return True if there.count(row) > after else None

        await self._add(request, "example", look)

    async def _add(
        self, request: Request, kind: str, look: Callable[[], Awaitable[bool | None]]
    ) -> None:
        """Send what adds to an item; where the answer does not say that it did, look."""

        async def read(reply: Reply) -> bool:
            if says_done(reply, request.label, kind) or await look():
                return True
            raise TransientError(
                "The server's answer does not say that it was done, and it was not",
                request=request.label,
                trace=reply.trace,
                cause="not done",
            )

        with writing_rights():
            await self._client.write(request, read, look)

    def _request(self, method: str, *rest: str, fields: Mapping[str, Any]) -> Request:
        return Request(method, ("api", self._project, *rest), fields=fields)


def _envelope(
    kind: ItemKind, attributes: Mapping[str, Any], origin: str | None = None
) -> dict[str, Any]:
    data = {"type": _PATHS[kind], "attributes": _spelled(attributes)}
    return {"data": data if origin is None else {**data, "origin_id": origin}}


def _spelled(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("_", "-"): value for name, value in attributes.items()}


@contextmanager
def writing_rights() -> Iterator[None]:
    """Without the right to write one thing there is none to write any."""
    try:
        yield
    except RefusedError as error:
        if error.status not in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise
        raise AccessError(
            f"This account may read the project but not write into it ({error.request},"
            f" HTTP {int(error.status)}).",
            hint="Ask for a role that may edit tests, or use another account's token.",
        ) from error


async def _all(
    fetch: Callable[[int], Awaitable[Listing[T]]], key: Callable[[T], Hashable]
) -> list[T]:
    """All rows of a listing, each once; without a claim of pages it ends where nothing is new."""
    found: dict[Hashable, T] = {}
    page = 1
    while True:
        listing = await fetch(page)
        before = len(found)
        for each in listing.records:
            found.setdefault(key(each), each)
        over = len(found) == before if listing.pages is None else page >= listing.pages
        if over:
            return list(found.values())
        page += 1


def _found_suite(record: SuiteRecord) -> Found:
    return Found(record.resource.id, _title(record), record.position, record.parent)


def _found_test(record: TestRecord) -> Found:
    return Found(record.resource.id, _title(record), record.position, record.suite)


def _title(record: SuiteRecord | TestRecord) -> str:
    return str(record.resource.attributes.get("title") or "")
