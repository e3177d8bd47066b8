"""The files of tests as a client adds them: sent as forms, and listed.

What the answer to a file looks like is recorded nowhere but for its meaning, "attachment URL", and
for 208, "file already exists" (API description). So an address is looked for wherever it may be,
and an answer without one says nothing.
"""

import hashlib
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from crawler.api.client import Client
from crawler.api.messages import Reply, Upload
from crawler.api.wire import decoded
from crawler.api.wire_resources import normal
from crawler.api.wire_writes import check_written
from crawler.api.writing import writing_rights
from crawler.errors import BlockedError, OutageError, ServerError, TransientError
from crawler.model import FileVersion, SectionListing, SectionName
from crawler.sending import Attached, Outgoing

__all__ = ("ProjectFiles",)

_MOST_PAGES: Final = 1000
_ADDRESSES: Final = ("url", "displayurl", "attachmenturl", "fileurl")
_WITHIN: Final = ("data", "attributes", "attachment", "file")


class ProjectFiles:
    """Adds files to the tests of one project; what a restore calls its shelf."""

    def __init__(self, client: Client, project: str) -> None:
        self._client = client
        self._project = project

    async def attach(self, test_id: str, file: Outgoing, *, beside: int, sent: bool) -> str:
        """Give a test a file, of whose name it has `beside`; its address, empty if nobody tells.

        `sent`: an earlier run may have done it.
        """
        segments = ("api", self._project, "tests", test_id, "attachment")
        request = Upload("POST", segments, file=file)

        async def look() -> str | None:
            alike = [each for each in await self.attached(test_id) if each.name == file.name]
            return alike[-1].address if len(alike) > beside else None

        async def read(reply: Reply) -> str:
            known, address = _read_attached(reply, request.label)
            if address or known:
                return address or (await look() or "")
            found = await look()
            if found is None:
                raise TransientError(
                    "The server's answer does not say that the file was taken, and it was not",
                    request=request.label,
                    trace=reply.trace,
                    cause="not done",
                )
            return found

        with writing_rights():
            return await self._client.write(request, read, look, sent=sent)

    async def attached(self, test_id: str) -> list[Attached]:
        """The files of a test, in the server's order."""
        listing = SectionListing(SectionName.ATTACHMENTS, kind="test", owner=test_id)
        found: dict[str, Attached] = {}
        for page in range(1, _MOST_PAGES):
            rows = await self._client.section_page(self._project, listing, page)
            if rows is None:
                break
            before = len(found)
            found.update((each.id, _attached(each.attributes)) for each in rows.records)
            if len(found) == before or (rows.pages is not None and page >= rows.pages):
                return list(found.values())
        return await self._told_by_test(test_id)

    async def _told_by_test(self, test_id: str) -> list[Attached]:
        test = await self._client.test(self._project, test_id)
        facts = _plain(test.resource.attributes) if test else {}
        named = facts.get("attachments")
        every = named if isinstance(named, list) else []
        return [_attached(each if isinstance(each, Mapping) else {"url": each}) for each in every]

    async def sum_of(self, address: str, limit: int) -> str | None:
        """The SHA-256 of the file at an address; `None` if it cannot be had, or has more bytes."""
        summing = _Summing()
        try:
            await self._client.files.fetch(address, summing, limit=limit, page_expected=True)
        except OutageError:
            raise
        except (ServerError, BlockedError):
            return None
        return summing.hexdigest()


class _Summing:
    """Takes a file for its sum alone."""

    def __init__(self) -> None:
        self.size = 0
        self.version: FileVersion | None = None
        self._sum = hashlib.sha256()

    async def begin(self, version: FileVersion | None) -> None:
        self.size, self.version, self._sum = 0, version, hashlib.sha256()

    async def write(self, data: bytes) -> None:
        self.size += len(data)
        self._sum.update(data)

    def hexdigest(self) -> str:
        return self._sum.hexdigest()


def _read_attached(reply: Reply, label: str) -> tuple[bool, str]:
    """(whether the answer says that the file is there, its address if it tells one)."""
    check_written(reply, label)
    known = reply.status == HTTPStatus.ALREADY_REPORTED
    try:
        content = decoded(reply, label) if reply.body.strip() else None
    except TransientError:
        if not known:
            raise
        content = None
    return known, next(_addresses(content), "")


def _addresses(content: Any) -> Iterator[str]:
    if isinstance(content, list):
        content = content[0] if content else None
    if not isinstance(content, Mapping):
        return
    facts = _plain(content)
    yield from (v for n in _ADDRESSES if isinstance(v := facts.get(n), str) and v)
    for name in _WITHIN:
        yield from _addresses(facts.get(name))


def _attached(attributes: Mapping[str, Any]) -> Attached:
    facts = _plain(attributes)
    address = next(_addresses(facts), "")
    return Attached(str(facts.get("name") or address.rpartition("/")[2]), address)


def _plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {normal(name): value for name, value in attributes.items()}
