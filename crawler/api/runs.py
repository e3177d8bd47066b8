"""Runs and their results: read, create, finish.

The guide finds a run at `/run/{id}`, the API description at `/runs/{id}`; some servers know only
one of them. So the other is tried after a 404, and whichever answered is remembered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from crawler.api.absent import is_absent, or_none
from crawler.api.client import Client
from crawler.api.messages import Request
from crawler.api.wire_listed import (
    plain_facts,
    read_list,
    read_resource,
    read_resources_page,
)
from crawler.errors import RefusedError
from crawler.model import Listing, Resource

__all__ = ("NewRun", "ProjectRuns", "RunFilters")

T = TypeVar("T")

_WORDS: Final = ("runs", "run")
_TRUE: Final = "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilters:
    """Which runs a list should hold; `None` and `False` filter nothing. The server decides.

    `finished` are the first and the last day (`YYYY-MM-DD`) on which they may have ended; `text` is
    looked for as the server's own search does.
    """

    status: str | None = None
    kind: str | None = None
    environment: str | None = None
    group: str | None = None
    text: str | None = None
    finished: tuple[str, str] | None = None
    unfinished: bool = False
    archived: bool = False

    def query(self) -> tuple[tuple[str, str], ...]:
        """The parameters of the request, in the words of the API description."""
        dates = ",".join(self.finished) if self.finished else None
        wanted = {
            "filter[status]": self.status,
            "filter[kind]": self.kind,
            "filter[env]": self.environment,
            "group_id": self.group,
            "search": self.text,
            "finished_at_date_range": dates,
            "filter[unfinished]": _TRUE if self.unfinished else None,
            "archive": _TRUE if self.archived else None,
        }
        return tuple((name, value) for name, value in wanted.items() if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A run to be created: of these tests and suites, or of a plan."""

    title: str
    tests: Sequence[str] = ()
    suites: Sequence[str] = ()
    plan: str | None = None
    environments: Sequence[str] = ()
    group: str | None = None

    def document(self) -> dict[str, Any]:
        """The JSON:API document that asks for it."""
        attributes: dict[str, Any] = {"title": self.title}
        if self.group is not None:
            attributes["rungroup_id"] = self.group
        if self.environments:
            attributes["env"] = list(self.environments)
        relationships: dict[str, Any] = {}
        if self.tests:
            relationships["tests"] = {"data": [_named(each, "test") for each in self.tests]}
        if self.suites:
            relationships["children"] = {"data": [_named(each, "suite") for each in self.suites]}
        if self.plan is not None:
            relationships["plan"] = {"data": _named(self.plan, "plan")}
        data: dict[str, Any] = {"type": "runs", "attributes": attributes}
        if relationships:
            data["relationships"] = relationships
        return {"data": data}


def _named(identity: str, kind: str) -> dict[str, str]:
    return {"id": identity, "type": kind}


class ProjectRuns:
    """The runs of one project; each method raises as those of `Client` do."""

    def __init__(self, client: Client, project: str) -> None:
        self._client = client
        self._project = project
        self._word = _WORDS[0]

    async def page(self, filters: RunFilters, page: int) -> Listing[Resource]:
        """A page of the list of runs."""
        query = (*filters.query(), ("page", str(page)))
        request = Request("GET", ("api", self._project, "runs"), query)
        return await self._client.ask(
            request, lambda reply, label: read_resources_page(reply, label, page)
        )

    async def run(self, run_id: str) -> Resource | None:
        """One run; `None` if the server knows none of this ID."""
        return await or_none(self._at(run_id, "GET", None))

    async def results_page(self, run_id: str, page: int) -> Listing[Resource]:
        """A page of the list of a run's results."""
        query = (("run_id", run_id), ("page", str(page)))
        request = Request("GET", ("api", self._project, "testruns"), query)
        return await self._client.ask(
            request, lambda reply, label: read_resources_page(reply, label, page)
        )

    async def result(self, testrun_id: str) -> Resource | None:
        """One result in full; `None` if the server knows none of this ID."""
        request = Request("GET", ("api", self._project, "testruns", testrun_id))
        return await or_none(
            self._client.ask(request, lambda reply, label: read_resource(reply, label, testrun_id))
        )

    async def steps(self, testrun_id: str) -> list[Any] | None:
        """The steps of a result; `None` if the server has none for it."""
        request = Request("GET", ("api", self._project, "testruns", testrun_id, "steps"))
        return await or_none(self._client.ask(request, read_list))

    async def create(self, new: NewRun) -> Resource:
        """Create a run; raises `UncertainError` if it may have been created all the same."""
        path = ("api", self._project, "runs")
        return await self._client.send_once(
            Request("POST", path, fields=new.document()), read_resource
        )

    async def finish(self, run_id: str) -> Resource | None:
        """End a run by hand; `None` if the server knows none of this ID.

        Ending it twice does no harm: one that has ended already is returned as it is.
        """
        event = {"data": {"type": "runs", "id": run_id, "attributes": _ENDING}}
        try:
            return await self._at(run_id, "PUT", event)
        except RefusedError as error:
            found = await self.run(run_id)
            if found is None or plain_facts(found.attributes).get("hasfinished") is True:
                return found
            raise error from None

    async def _at(self, run_id: str, method: str, fields: Mapping[str, Any] | None) -> Resource:
        """The answer at whichever address the server knows a run."""
        words = (self._word, *(word for word in _WORDS if word != self._word))
        for word in words:
            request = Request(method, ("api", self._project, word, run_id), fields=fields)
            try:
                found = await self._client.ask(
                    request, lambda reply, label: read_resource(reply, label, run_id)
                )
            except RefusedError as error:
                if not is_absent(error) or word == words[-1]:
                    raise
            else:
                self._word = word
                return found
        raise AssertionError("the last word returns or raises")


_ENDING: Final = {"status-event": "finish_manual"}
