"""What the server answers on runs, on results and on the lists beside the tree."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from crawler.demo.listing import Page, cut
from crawler.demo.numbers import number_in
from crawler.demo.options import Meta, RunAddress, ServerOptions
from crawler.demo.project import DemoProject
from crawler.demo.records import Resource
from crawler.demo.replies import Reply, failure, json_reply
from crawler.demo.run_lists import chosen_runs
from crawler.demo.run_shapes import lean_testrun, run_resource, testrun_resource

__all__ = ("ExtraAnswers",)

_RUNS_A_PAGE = 50
_GROUPS_A_PAGE = 30
_MOST_A_PAGE = 100
#: Lists that tell their pages, and in which words (recorded); all others are whole.
_METAS = {
    "runs": ("page", "per_page", "num", "total_pages"),
    "testruns": ("total_pages", "num"),
    "plans": ("page", "total_pages", "total_count", "num"),
    "rungroups": ("num", "total_pages", "page"),
}
_NOT_FOUND = failure(HTTPStatus.NOT_FOUND, "Not found")


class ExtraAnswers:
    """The addresses of v1 that are not of the tree."""

    def __init__(self, options: ServerOptions) -> None:
        self._options = options

    def read(
        self, project: DemoProject, rest: Sequence[str], query: Mapping[str, str]
    ) -> Reply | None:
        """Any ``GET``; ``None`` if there is nothing at the address."""
        name = "/".join(rest)
        if name in self._options.missing_lists:
            return None
        if name in self._options.refused_lists:
            return failure(HTTPStatus.FORBIDDEN, "You are not allowed to read this")
        match rest:
            case ["runs" | "run" as word, run_id]:
                known = run_id in project.extras.runs and self.has_address(word)
                return self._run(project, run_id, query) if known else None
            case ["testruns", testrun_id, *more]:
                known = testrun_id in project.extras.testruns
                return self._testrun(project, testrun_id, more) if known else None
            case _:
                return self._listed(project, name, query)

    def _listed(self, project: DemoProject, name: str, query: Mapping[str, str]) -> Reply | None:
        match name:
            case "runs":
                return self._runs(project, query)
            case "testruns":
                return self._testruns(project, query)
            case "comments" | "attachments":
                return self._owned(project, name, query)
            case _:
                return self._list(project, name, query)

    def has_address(self, word: str) -> bool:
        """Whether single runs are found below this word."""
        match self._options.run_address:
            case RunAddress.BOTH:
                return True
            case RunAddress.PLURAL:
                return word == "runs"
            case RunAddress.SINGULAR:
                return word == "run"

    def _runs(self, project: DemoProject, query: Mapping[str, str]) -> Reply:
        ids = chosen_runs(project, query, self._options.archive)
        page = self._page(ids, query, _RUNS_A_PAGE)
        runs = project.extras.runs
        return self._document(
            "runs", [run_resource(project, runs[each]) for each in page.items], page
        )

    def _run(self, project: DemoProject, run_id: str, query: Mapping[str, str]) -> Reply:
        extras = project.extras
        tree = query.get("tree") in {"true", "1"}
        document: dict[str, Any] = {"data": run_resource(project, extras.runs[run_id], tree=tree)}
        if tree:
            results = [extras.testruns[each] for each in extras.testruns_of(run_id)]
            document["included"] = [testrun_resource(project, each) for each in results]
        return json_reply(document)

    def _testruns(self, project: DemoProject, query: Mapping[str, str]) -> Reply:
        extras = project.extras
        run_id, test_id = query.get("run_id"), query.get("test_id")
        ids = extras.testruns_of(run_id) if run_id else list(extras.testruns)
        if test_id:
            ids = [each for each in ids if extras.testruns[each].test_id == test_id]
        page = self._page(ids, query, _RUNS_A_PAGE)
        rows = [testrun_resource(project, extras.testruns[each]) for each in page.items]
        if self._options.lean_testruns:
            rows = [lean_testrun(row) for row in rows]
        return self._document("testruns", rows, page)

    def _testrun(self, project: DemoProject, testrun_id: str, more: Sequence[str]) -> Reply | None:
        testrun = project.extras.testruns[testrun_id]
        match more:
            case []:
                return json_reply({"data": testrun_resource(project, testrun)})
            case ["steps"]:
                return json_reply({"data": testrun.own.get("steps") or []})
            case _:
                return None

    def _owned(self, project: DemoProject, name: str, query: Mapping[str, str]) -> Reply:
        """Comments and attachments, which are asked for by what they belong to."""
        for kind in ("test", "suite", "run"):
            if owner := query.get(f"{kind}_id"):
                found = project.extras.owned.get(name, {}).get((kind, owner), ())
                rows = [_resource(each) for each in found]
                # The one answers a bare list, as clients have seen it; the other an object.
                bare = [{**row["attributes"], "id": row["id"]} for row in rows]
                return json_reply(bare if name == "attachments" else {"data": rows})
        return failure(HTTPStatus.NOT_FOUND, "Model not found")

    def _list(self, project: DemoProject, name: str, query: Mapping[str, str]) -> Reply | None:
        resources = project.extras.lists.get(name)
        if resources is None:
            return None
        ids = list(resources)
        if name not in _METAS:
            return json_reply({"data": [_resource(resources[each]) for each in ids]})
        page = self._page(ids, query, _GROUPS_A_PAGE if name == "rungroups" else _RUNS_A_PAGE)
        return self._document(name, [_resource(resources[each]) for each in page.items], page)

    def _page(self, ids: Sequence[str], query: Mapping[str, str], usual: int) -> Page:
        size = min(max(1, number_in(query.get("per_page"), usual)), _MOST_A_PAGE)
        return cut(ids, query.get("page"), size, self._options.beyond_end)

    def _document(self, name: str, rows: list[dict[str, Any]], page: Page) -> Reply:
        document: dict[str, Any] = {"data": rows}
        if self._options.extras_meta is Meta.FULL:
            known = {**page.meta, "total_count": page.total}
            document["meta"] = {each: known[each] for each in _METAS[name]}
        return json_reply(document)


def _resource(resource: Resource) -> dict[str, Any]:
    return {
        "id": resource.id,
        "type": resource.type,
        "attributes": dict(resource.attributes),
    }
