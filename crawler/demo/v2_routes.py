"""The addresses of v2: the tree of suites, the tests, and the lists beside them."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson

from crawler.demo.login import kind_of
from crawler.demo.numbers import number_in
from crawler.demo.options import BeyondEnd, Meta, ServerOptions
from crawler.demo.project import DemoProject
from crawler.demo.replies import Reply, failure, json_reply
from crawler.demo.truth import reached_from
from crawler.demo.v2_extras import FLAT_LISTS, flat_rows
from crawler.demo.v2_shapes import FlatShaper, shown
from crawler.demo.world import World

__all__ = ("FLAT", "FlatRoutes")

FLAT = "/api/v2/"
"""What every address of v2 begins with."""

_USUAL = 30
_BEARER = "Bearer "
_NOT_FOUND = failure(HTTPStatus.NOT_FOUND, "Not found")

Query = Sequence[tuple[str, str]]


class FlatRoutes:
    """Answers what is asked of v2; a token goes in as it is, a JWT is refused."""

    def __init__(self, world: World, options: ServerOptions) -> None:
        self._world = world
        self._options = options
        self._shaper = FlatShaper(options)
        self._newest: dict[str, tuple[int, DemoProject, list[str]]] = {}

    def answer(self, method: str, path: str, query: Query, authorization: str | None) -> Reply:
        """Any request; a name may stand in the query more than once."""
        if method != "GET":
            return failure(HTTPStatus.METHOD_NOT_ALLOWED, "Nothing can be written here")
        segments = path.removeprefix(FLAT).strip("/").split("/")
        if not self._options.v2 or len(segments) < 2:  # noqa: PLR2004 - a project and a list
            return _NOT_FOUND
        project = self._world.projects.get(segments[0])
        refusal = self._refusal(project, authorization)
        if refusal is not None or project is None:
            return refusal or _NOT_FOUND
        return self._within(project, segments[1:], query)

    def _refusal(self, project: DemoProject | None, authorization: str | None) -> Reply | None:
        """Why whoever asks may not read the project; ``None`` if nothing is wrong."""
        token = (authorization or "").removeprefix(_BEARER)
        if "jwt" in kind_of(authorization):
            return failure(HTTPStatus.FORBIDDEN, "Forbidden")
        accounts = [each for each in self._world.accounts if each.api_token == token]
        keys = [each.slug for each in self._world.projects.values() if each.api_key == token]
        if not (authorization or "").startswith(_BEARER) or not (accounts or keys):
            return failure(HTTPStatus.UNAUTHORIZED, "Unauthorized")
        if project is None or not (
            project.slug in keys or any(each.may_read(project.slug) for each in accounts)
        ):
            return _NOT_FOUND
        return None

    def _within(self, main: DemoProject, rest: Sequence[str], query: Query) -> Reply:
        # A name that no branch has reads the main one, without a word (vendor's description).
        project = main.branches.get(dict(query).get("branch", ""), main)
        match rest:
            case ["suites"]:
                return self._suites(project, query)
            case ["tests"]:
                return self._tests(project, query)
            case ["suites", suite_id] if suite_id in project.suites:
                return json_reply({"data": self._shaper.suite(project, project.suites[suite_id])})
            case ["tests", test_id] if test_id in project.tests:
                return json_reply({"data": self._shaper.test(project, project.tests[test_id])})
            case [name] if name not in self._options.missing_lists:
                return self._beside(main, name, query)
            case _:
                return _NOT_FOUND

    def _suites(self, project: DemoProject, query: Query) -> Reply:
        """The roots by pages, each with all below it."""
        roots, meta = self._page(shown(project, None), query)
        body = b'{"data":' + self._shaper.tree(project, roots)
        if meta:
            body += b',"meta":' + orjson.dumps(meta)
        return Reply(HTTPStatus.OK, body + b"}")

    def _tests(self, project: DemoProject, query: Query) -> Reply:
        if any(name == "suites" for name, _ in query):
            return failure(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal server error")
        ids, meta = self._page(self._chosen(project, query), query)
        items = [self._shaper.test(project, project.tests[each]) for each in ids]
        return json_reply({"data": items, **({"meta": meta} if meta else {})})

    def _branches(self, project: DemoProject, query: Query) -> Reply:
        known = {
            str(each.attributes["title"]): {"id": each.id}
            for each in project.extras.lists.get("branches", {}).values()
        }
        known.update({name: {} for name in project.branches if name not in known})
        names, meta = self._page(list(known), query)
        items = [self._shaper.branch(each, known[each]) for each in names]
        return json_reply({"data": items, **({"meta": meta} if meta else {})})

    def _beside(self, project: DemoProject, name: str, query: Query) -> Reply:
        """A list beside the tree, which no branch has of its own."""
        if name == "branches":
            return self._branches(project, query)
        if name not in FLAT_LISTS:
            return _NOT_FOUND
        known, row = flat_rows(project, name, dict(query), self._options.archive)
        ids, meta = self._page(known, query)
        items = [self._shaper.spelled(row(each)) for each in ids]
        return json_reply({"data": items, **({"meta": meta} if meta else {})})

    def _chosen(self, project: DemoProject, query: Query) -> Sequence[str]:
        """The tests that a query asks for, the newest first."""
        kept = self._newest.get(project.slug)
        if kept is None or kept[:2] != (project.revision, project):
            kept = project.revision, project, list(reversed(project.tests))
            self._newest[project.slug] = kept
        found: Iterable[str] = kept[2]
        suites = {value for name, value in query if name == "suites[]"}
        if suites:
            below = reached_from(project, suites)
            found = [each for each in found if project.tests[each].suite_id in below]
        tags = {value.removeprefix("@") for name, value in query if name == "tags[]"}
        single = {name: value for name, value in query if value}
        return [each for each in found if _matches(project, each, tags, single)]

    def _page(self, items: Sequence[str], query: Query) -> tuple[Sequence[str], dict[str, Any]]:
        """The items of the page that is asked for, and what is told of it."""
        asked = dict(query)
        number = max(1, number_in(asked.get("page"), 1))
        size = max(1, number_in(asked.get("per_page"), _USUAL))
        size = min(size, self._options.flat_page_size)
        pages = -(-len(items) // size)
        last = self._options.beyond_end is BeyondEnd.LAST_PAGE and pages
        start = ((min(number, pages) if last else number) - 1) * size
        meta = self._shaper.meta(len(items), number, size)
        return items[start : start + size], meta if self._options.meta is Meta.FULL else {}


def _matches(project: DemoProject, test_id: str, tags: set[str], single: Mapping[str, str]) -> bool:
    test = project.tests[test_id]
    text = single.get("search_text", "").lower()
    return (
        (not tags or not tags.isdisjoint(test.own.get("tags") or ()))
        and single.get("state") in {None, test.own.get("state", "manual")}
        and single.get("priority") in {None, test.own.get("priority", "normal")}
        and text in test.title.lower()
    )
