"""Lists by pages, and the skeleton of a project in one answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from crawler.demo.nested_json import nested
from crawler.demo.numbers import number_in
from crawler.demo.options import BeyondEnd, Listing, Meta, ServerOptions
from crawler.demo.project import DemoProject
from crawler.demo.records import DemoTest
from crawler.demo.shapes import Shaper

__all__ = ("Lists", "Page", "cut", "skeleton")

_MOST_PROJECTS = 200
_USUAL_PROJECTS = 50


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of a list.

    Attributes:
        items: What stands on it.
        number: Counted from 1.
        size: Items that a full page holds.
        pages: Pages of the list.
        total: Items of the list.
    """

    items: Sequence[str]
    number: int
    size: int
    pages: int
    total: int

    @property
    def meta(self) -> dict[str, Any]:
        """What the API tells of it; that ``num`` counts the list's items is a guess."""
        return {
            "total_pages": self.pages,
            "per_page": self.size,
            "num": self.total,
            "page": self.number,
        }


def cut(items: Sequence[str], page: str | None, size: int, beyond: BeyondEnd) -> Page:
    """The page of a list; anything that is no number from 1 up asks for the first page."""
    number = max(1, number_in(page, 1))
    pages = -(-len(items) // size)
    shown = min(number, pages) if beyond is BeyondEnd.LAST_PAGE and pages else number
    start = (shown - 1) * size
    return Page(items[start : start + size], number, size, pages, len(items))


class Lists:
    """The lists of one server. The order of IDs is kept from one edit to the next."""

    def __init__(self, options: ServerOptions, shaper: Shaper) -> None:
        self._options = options
        self._shaper = shaper
        self._kept: dict[tuple[str, ...], tuple[int, Sequence[str]]] = {}

    def suites(self, project: DemoProject, query: Mapping[str, str]) -> dict[str, Any]:
        """A page of suites, roots or all; ``per_page`` is ignored (seen live)."""
        if self._options.listing is Listing.ROOTS:
            ids = project.suites_of(None)
        else:
            ids = self._all(project, "suites")
        page = self._page(ids, query)
        items = [self._shaper.listed_suite(project, project.suites[each]) for each in page.items]
        return self._document(items, page.meta)

    def tests(self, project: DemoProject, query: Mapping[str, str]) -> dict[str, Any]:
        """A page of tests; ``labels`` and ``detail`` make it whole, else it is lean."""
        page = self._page(self._chosen_tests(project, query), query)
        tests = [project.tests[each] for each in page.items]
        meta = {**page.meta, "rId": f"{page.total:x}-{page.number:x}"}
        if not (query.get("labels") and query.get("detail")):
            return self._document([self._shaper.lean_test(project, each) for each in tests], meta)
        items, included = [], []
        for test in tests:
            item, more = self._shaper.full_test(project, test)
            items.append(item)
            included += more
        # Two tests may share a label; JSON:API includes a resource once.
        unique = {(each["type"], each["id"]): each for each in included}
        return self._document(items, meta, list(unique.values()))

    def projects(self, projects: Sequence[DemoProject], query: Mapping[str, str]) -> dict[str, Any]:
        """All projects in one document without meta (seen live), or a page if one is asked for."""
        by_slug = {each.slug: each for each in projects}
        if "page" not in query and "per_page" not in query:
            return {"data": [self._shaper.project(each) for each in projects]}
        size = min(max(1, number_in(query.get("per_page"), _USUAL_PROJECTS)), _MOST_PROJECTS)
        page = cut(list(by_slug), query.get("page"), size, self._options.beyond_end)
        return {
            "data": [self._shaper.project(by_slug[each]) for each in page.items],
            "meta": page.meta,
        }

    def _chosen_tests(self, project: DemoProject, query: Mapping[str, str]) -> Sequence[str]:
        """The tests that a query asks for; filters are worked out once an edit."""
        filters = {name: query[name] for name in ("state", "tag") if query.get(name)}
        suite_id = query.get("suite_id")
        if not filters:
            return project.tests_of(suite_id) if suite_id else self._all(project, "tests")
        key = (project.slug, "filtered", suite_id or "", *map(str, sorted(filters.items())))
        kept = self._kept.get(key)
        if kept is None or kept[0] != project.revision:
            ids = project.tests_of(suite_id) if suite_id else project.tests
            chosen = [each for each in ids if _matches(project.tests[each], filters)]
            kept = self._kept[key] = (project.revision, chosen)
        return kept[1]

    def _all(self, project: DemoProject, kind: str) -> Sequence[str]:
        kept = self._kept.get((project.slug, kind))
        if kept is None or kept[0] != project.revision:
            ids = list(project.suites if kind == "suites" else project.tests)
            kept = self._kept[project.slug, kind] = (project.revision, ids)
        return kept[1]

    def _page(self, ids: Sequence[str], query: Mapping[str, str]) -> Page:
        options = self._options
        return cut(ids, query.get("page"), options.page_size, options.beyond_end)

    def _document(
        self,
        items: list[dict[str, Any]],
        meta: dict[str, Any],
        included: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        document: dict[str, Any] = {"data": items}
        if included:
            document["included"] = included
        if self._options.meta is Meta.FULL:
            document["meta"] = meta
        return document


def _matches(test: DemoTest, filters: Mapping[str, str]) -> bool:
    state, tag = filters.get("state"), filters.get("tag")
    return (state is None or test.own.get("state", "manual") == state) and (
        tag is None or tag in (test.own.get("tags") or ())
    )


def skeleton(project: DemoProject) -> bytes:
    """The tree as ``/suites/tree`` sends it: a bare array, camelCase, children inline."""
    return nested(project.suites_of(None), project.suites_of, partial(_node, project))


def _node(project: DemoProject, suite_id: str) -> bytes:
    """One suite of the skeleton, still open at its end."""
    suite = project.suites[suite_id]
    node = {
        "id": suite.id,
        "title": suite.title,
        "fileType": suite.own.get("file-type", "file"),
        "testCount": suite.own.get("test-count", len(project.tests_of(suite.id))),
        "emoji": suite.own.get("emoji"),
    }
    return orjson.dumps(node)[:-1]
