"""``POST /api/load``: tests that a client imports, in one request or in chunks.

By the vendor's importer and its description of the Importing API. A test is found by its ID, else
by its suite and title, so the same import twice makes nothing twice. An ID that the project has not
is taken only with ``create``. Chunks of one import name the ``import_id`` that the answer to the
first one told; with the one that says ``finish`` the import ends: tests of the code that were not
in it are detached (not with ``no-detach``), and empty suites go (``noempty``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from crawler.demo.ids import make_id
from crawler.demo.labels import labels_of, linked_label, new_label
from crawler.demo.markdown_pages import WAY, body_at, suite_text
from crawler.demo.matching import bare_id, id_in, plain, suite_along, tags_in
from crawler.demo.project import DemoProject
from crawler.demo.records import DemoSuite, DemoTest, Resource
from crawler.demo.replies import Reply, failure, json_reply

__all__ = ("Imports",)

_SEED = 90210


@dataclass(slots=True)
class _Import:
    """One import under way, and the tests that it has brought so far."""

    slug: str
    seen: set[str] = field(default_factory=set)


class Imports:
    """The imports of all projects."""

    def __init__(self) -> None:
        self._open: dict[str, _Import] = {}
        self._number = 0

    def load(self, project: DemoProject, body: Mapping[str, Any]) -> Reply:
        """Take what one request brings."""
        tests = body.get("tests")
        if not isinstance(tests, list) or not all(isinstance(each, dict) for each in tests):
            return failure(HTTPStatus.UNPROCESSABLE_ENTITY, "Tests are missing")
        import_id = body.get("import_id") or self._new_id()
        running = self._open.setdefault(str(import_id), _Import(project.slug))
        if running.slug != project.slug:
            return failure(HTTPStatus.NOT_FOUND, "Import not found")
        loader = _Loader(project, body)
        running.seen.update(filter(None, map(loader.take, tests)))
        if not body.get("chunk_upload") or body.get("finish"):
            del self._open[str(import_id)]
            _end(project, body, running.seen)
        return json_reply({"import_id": import_id})

    def _new_id(self) -> str:
        self._number += 1
        return make_id(_SEED, self._number)


def _end(project: DemoProject, body: Mapping[str, Any], seen: set[str]) -> None:
    if body.get("framework") != "manual" and not body.get("no-detach"):
        for test in tuple(project.tests.values()):
            if test.own.get("state") == "automated" and test.id not in seen:
                project.edit_test(test.id, {"state": "detached"})
    if body.get("noempty"):
        for suite_id in reversed(tuple(project.suites)):
            if not project.suites_of(suite_id) and not project.tests_of(suite_id):
                project.delete_suite(suite_id)


class _Loader:
    """Writes the tests of one request into the project."""

    def __init__(self, project: DemoProject, body: Mapping[str, Any]) -> None:
        files = body.get("files")
        self._project = project
        self._files: Mapping[str, Any] = files if isinstance(files, dict) else {}
        self._manual = body.get("framework") == "manual"
        self._create = bool(body.get("create"))
        self._structure = bool(body.get("structure"))

    def take(self, given: Mapping[str, Any]) -> str | None:
        """Write one test; its ID, or ``None`` if it is left out."""
        name, project = str(given.get("name") or ""), self._project
        wanted = bare_id(given.get("id")) or id_in(name, "T")
        known = project.tests.get(wanted or "")
        if known is None and wanted and not self._create:
            return None
        if not plain(name):
            return None
        if known is None or self._structure:
            suite = self._suite(given)
            known = known or self._titled(suite, name)
            if known is None:
                known = project.add_test(wanted or project.new_id(), name, suite.id)
            elif known.suite_id != suite.id:
                project.move_test(known.id, suite.id)
        self._fill(known, name, given)
        return known.id

    def _titled(self, suite: DemoSuite, name: str) -> DemoTest | None:
        tests = (self._project.tests[each] for each in self._project.tests_of(suite.id))
        return next((each for each in tests if plain(each.title) == plain(name)), None)

    def _suite(self, given: Mapping[str, Any]) -> DemoSuite:
        """The suite that the test names, made if it is missing, and those above it too."""
        project, way = self._project, self._way(given)
        wanted = id_in(way[-1], "S")
        if wanted in project.suites:
            return project.suites[wanted or ""]
        titles = [plain(each) or each for each in way]
        for depth in range(1, len(titles) + 1):
            if suite_along(project, titles[:depth]) is None:
                above = suite_along(project, titles[: depth - 1]) if depth > 1 else None
                last = depth == len(titles)
                own = {"file-type": "file" if last else "folder", "file": given.get("file")}
                item_id = wanted if last and wanted and self._create else project.new_id()
                project.add_suite(item_id, titles[depth - 1], above.id if above else None, own=own)
        found = suite_along(project, titles)
        assert found is not None, "it has just been made"  # noqa: S101
        text = self._suite_text(given, way)
        if text and "description" not in found.own:
            project.edit_suite(found.id, {"description": text})
        return found

    def _way(self, given: Mapping[str, Any]) -> Sequence[str]:
        names = [each for each in given.get("suites") or () if isinstance(each, str) and each]
        if not names:
            return [str(given.get("file") or "Tests")]
        return names[0].split(WAY) if self._manual else names

    def _suite_text(self, given: Mapping[str, Any], way: Sequence[str]) -> str | None:
        page = self._files.get(str(given.get("file")))
        heading = plain(WAY.join(way))
        return suite_text(page, heading) if self._manual and isinstance(page, str) else None

    def _fill(self, test: DemoTest, name: str, given: Mapping[str, Any]) -> None:
        title = name if self._manual else plain(name)
        if title != test.title:
            self._project.rename_test(test.id, title)
        own = {
            "state": given.get("type") or ("manual" if self._manual else "automated"),
            "file": given.get("file"),
            **{key: given[key] for key in ("code", "description", "priority") if given.get(key)},
        }
        if tags := dict.fromkeys([*tags_in(name), *map(str, given.get("tags") or ())]):
            own["tags"] = list(tags)
        self._project.edit_test(test.id, own)
        page, line = self._files.get(str(given.get("file"))), given.get("line")
        if self._manual and isinstance(page, str) and isinstance(line, int):
            self._fill_text(test.id, page, line)
        for label in given.get("labels") or ():
            self._label(test.id, str(label))

    def _fill_text(self, test_id: str, page: str, line: int) -> None:
        body, project = body_at(page, line), self._project
        project.edit_test(test_id, {"description": body.text, "params": list(body.params) or None})
        linked = project.tests[test_id].linked.get("examples", ())
        if [list(each.attributes["data"]) for each in linked] != [list(each) for each in body.rows]:
            rows = (
                Resource(project.new_number(), "example", {"data": list(each)})
                for each in body.rows
            )
            project.link_test(test_id, "examples", tuple(rows))

    def _label(self, test_id: str, text: str) -> None:
        title, _, value = text.partition(":")
        known = (each for each in labels_of(self._project) if each.attributes["title"] == title)
        label = next(known, None) or new_label(self._project, {"title": title})
        linked_label(self._project, self._project.tests[test_id], label, value or None)
