"""What a project's token opens: importing, reporting, and the server's own Markdown.

The token goes into the query as `api_key`, to the configured server alone. It decides which project
is meant: no address names one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from crawler.api.client import Client
from crawler.api.messages import Reply, Request
from crawler.api.wire_keyed import (
    KnownTests,
    OpenedRun,
    ids_in,
    import_id_in,
    read_known,
    read_opened,
    read_pages,
    read_written,
)
from crawler.redaction import Secret

__all__ = ("KeyedProject",)

_TEST_DATA: Final = ("api", "test_data")
_REPORTER: Final = ("api", "reporter")
_TRUE: Final = "true"


class KeyedProject:
    """The project whose token `key` is; each method raises as those of `Client` do.

    A refused token raises `CredentialsError`.
    """

    def __init__(self, client: Client, key: Secret) -> None:
        self._client = client
        self._key = key
        self.server = client.server
        self._is_silent = False

    async def pages(self, *, automated: bool = False) -> dict[str, str]:
        """The server's own Markdown by path, as the server names it: anything may be in a name.

        Of manual tests, and of `automated` ones too if asked.
        """
        query = [("with_files", _TRUE), *([("export_automated", _TRUE)] if automated else [])]
        request = self._request("GET", _TEST_DATA, query)
        return await self._client.ask(
            request, lambda reply, label: read_pages(reply, label, self._key)
        )

    async def known(self) -> KnownTests:
        """The tests that the project has, as far as a list by title can tell."""
        request = self._request("GET", _TEST_DATA)
        return await self._client.ask(
            request, lambda reply, label: read_known(reply, label, self._key)
        )

    async def known_well(self) -> KnownTests:
        """The same with all IDs, for which the server writes all its Markdown."""
        known, pages = await self.known(), await self.pages(automated=True)
        return replace(known, ids=known.ids | ids_in(pages.values()))

    async def load(self, body: Mapping[str, Any]) -> str | None:
        """Import some tests; the import's ID, if the server tells it.

        Sent again after a failure that may pass: the server finds tests by ID, else by suite and
        title, so the same chunk twice makes nothing twice.
        """
        return import_id_in(await self._write("POST", ("api", "load"), body))

    async def open_run(self, about: Mapping[str, Any]) -> OpenedRun:
        """Create a run; raises `UncertainError` if it may have been created all the same."""
        request = self._request("POST", _REPORTER, fields=about)
        return await self._client.send_once(
            request, lambda reply, label: read_opened(reply, label, self._key)
        )

    async def report(self, uid: str, results: Sequence[Mapping[str, Any]], number: int) -> None:
        """Report results into a run, as its batch of that number, counted from 1.

        Sent again after a failure that may pass, so each result needs a `rid` of its own.
        """
        await self._write(
            "POST", (*_REPORTER, uid, "testrun"), {"tests": list(results), "batch_index": number}
        )

    async def report_one(self, uid: str, result: Mapping[str, Any]) -> None:
        """Report one result by itself, of which the server then says what is wrong with it."""
        await self._write("POST", (*_REPORTER, uid, "testrun"), result)

    async def finish(self, uid: str, *, seconds: float) -> None:
        """End a run that took so long; its status is that of its results. Twice does no harm."""
        await self._write("PUT", (*_REPORTER, uid), {"status_event": "finish", "duration": seconds})

    async def _write(
        self, method: str, path: Sequence[str], fields: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The answer to a write that may be sent twice.

        Nobody has recorded what these answers hold, and one of status 200 without a body may also
        be a broken one (seen live): so it is sent once more, until that brought nothing either.
        """
        request = self._request(method, path, fields=fields)
        answer = await self._client.ask(request, self._read_written)
        if answer is None and not self._is_silent:
            answer = await self._client.ask(request, self._read_written)
            self._is_silent = answer is None
        return answer or {}

    def _read_written(self, reply: Reply, label: str) -> Mapping[str, Any] | None:
        return read_written(reply, label, self._key)

    def _request(
        self,
        method: str,
        path: Sequence[str],
        query: Sequence[tuple[str, str]] = (),
        *,
        fields: Mapping[str, Any] | None = None,
    ) -> Request:
        return Request(
            method, tuple(path), tuple(query), fields, authenticated=False, key=self._key
        )
