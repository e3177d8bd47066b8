"""The addresses that take a project's token as ``api_key``: importing, reporting, ``test_data``.

The token comes in the query or in the body, both of which the vendor's clients use, and decides
which project is meant. A wrong one answers 403 as those clients expect it, or 401 as the
description says.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from crawler.demo.loading import Imports
from crawler.demo.markdown_pages import pages
from crawler.demo.matching import plain
from crawler.demo.options import ServerOptions
from crawler.demo.project import DemoProject
from crawler.demo.replies import Reply, failure, json_reply
from crawler.demo.reporting import Reports
from crawler.demo.world import World

__all__ = ("Keyed",)

_FIRST = ("load", "test_data", "reporter")
_TRUE = ("true", "1")


class Keyed:
    """Answers at those addresses."""

    def __init__(self, world: World, options: ServerOptions) -> None:
        self._world = world
        self._options = options
        self._imports = Imports()
        self._reports = Reports()

    @staticmethod
    def takes(path: str) -> bool:
        """Is the path one of these addresses?"""
        first, *rest = path.strip("/").split("/")
        return first == "api" and rest[:1] != [] and rest[0] in _FIRST

    def answer(
        self, method: str, path: str, query: Mapping[str, str], body: Mapping[str, Any]
    ) -> Reply:
        """The answer to a request at one of these addresses."""
        key = query.get("api_key") or body.get("api_key")
        project = self._world.opened_by(key)
        if project is None:
            return failure(self._options.key_status, "Project API key is not valid")
        found = self._found(project, (method, *path.strip("/").split("/")[1:]), query, body)
        return found or failure(HTTPStatus.NOT_FOUND, "Not found")

    def _found(
        self,
        project: DemoProject,
        asked: Sequence[str],
        query: Mapping[str, str],
        body: Mapping[str, Any],
    ) -> Reply | None:
        match asked:
            case ["GET", "test_data"]:
                return _test_data(project, query)
            case ["POST", "load"]:
                return self._imports.load(project, body)
            case ["POST", "reporter"]:
                return self._reports.create(project, body)
            case ["PUT", "reporter", uid]:
                return self._reports.update(project, uid, body)
            case ["POST", "reporter", uid, "testrun"]:
                return self._reports.report(project, uid, body)
            case _:
                return None


def _test_data(project: DemoProject, query: Mapping[str, str]) -> Reply:
    if query.get("with_files") not in _TRUE:
        return json_reply({"tests": _test_ids(project), "suites": _suite_ids(project)})
    wanted = [each for each in query.get("suite_ids", "").split(",") if each]
    automated = query.get("export_automated") in _TRUE
    return json_reply({"files": pages(project, automated=automated, suite_ids=wanted)})


def _test_ids(project: DemoProject) -> dict[str, str]:
    """IDs by title, by suite and title, and by file, suite and title: the nearest match wins."""
    found: dict[str, str] = {}
    for test in project.tests.values():
        suite, title, identity = (
            project.suites.get(test.suite_id),
            plain(test.title),
            f"@T{test.id}",
        )
        found.setdefault(title, identity)
        if suite is None:
            continue
        found.setdefault(f"{suite.title}#{title}", identity)
        if file := test.own.get("file"):
            found.setdefault(f"{file}#{suite.title}#{title}", identity)
    return found


def _suite_ids(project: DemoProject) -> dict[str, str]:
    found: dict[str, str] = {}
    for suite in project.suites.values():
        found.setdefault(suite.title, f"@S{suite.id}")
        if file := suite.own.get("file"):
            found.setdefault(f"{file}#{suite.title}", f"@S{suite.id}")
    return found
