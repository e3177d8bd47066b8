"""What the API writes into the tree: suites, tests, labels, rows of examples and links to labels.

The forms are those of the vendor's import scripts: an envelope ``{"data": {"type", "attributes"}}``
with an ``origin_id`` beside the attributes, and a label that is linked by an object without one.
What is created under an ``origin_id`` is created once; from then on the answer is 208 with it.
Attributes that no source shows to be taken are left aside without a word.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from crawler.demo.labels import label_resource, labels_of, linked_label, new_label
from crawler.demo.options import ServerOptions
from crawler.demo.project import DemoProject
from crawler.demo.records import Resource
from crawler.demo.replies import Reply, failure, json_reply
from crawler.demo.shapes import Shaper
from crawler.demo.uploads import Uploads

__all__ = ("Writing",)

_SHARED: Final = ("description", "emoji", "code", "file", "sync", "tags")
_OF_SUITES: Final = (*_SHARED, "file-type", "fullpath")
_OF_TESTS: Final = (*_SHARED, "state", "priority", "params", "jira-issues", "assigned-to")
_NOT_FOUND: Final = failure(HTTPStatus.NOT_FOUND, "Not found")
_PRIORITIES: Final = ("low", "normal", "important", "high", "critical")


class Writing:
    """Carries out what a member with the right to write asks for."""

    def __init__(self, options: ServerOptions, shaper: Shaper, uploads: Uploads) -> None:
        self._options = options
        self._uploads = uploads
        self._shaper = shaper

    def answer(
        self, project: DemoProject, method: str, rest: Sequence[str], body: Mapping[str, Any]
    ) -> Reply | None:
        """The answer to a ``POST`` or ``PUT``; ``None`` if nothing can be written there."""
        data = body.get("data")
        sent = data if isinstance(data, Mapping) else {}
        attributes = sent.get("attributes")
        given = attributes if isinstance(attributes, Mapping) else {}
        match (method, *rest):
            case ("POST", "suites" | "tests" as kind):
                return self._create(project, kind, given, sent.get("origin_id"))
            case ("PUT", "suites" | "tests" as kind, item_id):
                return self._change(project, kind, item_id, given)
            case ("POST", *_):
                return self._add(project, rest, given, body)
            case _:
                return None

    def _add(
        self,
        project: DemoProject,
        rest: Sequence[str],
        given: Mapping[str, Any],
        body: Mapping[str, Any],
    ) -> Reply | None:
        """What belongs to a suite or a test."""
        match rest:
            case ["tests", test_id, "attachment"]:
                return self._uploads.add(project, test_id, body)
            case ["examples"]:
                return _add_example(project, given)
            case ["labels"]:
                return _add_label(project, given)
            case ["labels", label_id, "link"]:
                return _link(project, label_id, body)
            case _:
                return None

    def _create(
        self, project: DemoProject, kind: str, given: Mapping[str, Any], origin: object
    ) -> Reply:
        key = f"{kind} {origin}"
        known = project.origins.get(key) if self._options.origin_ids and origin else None
        if known is not None and (known in project.suites or known in project.tests):
            return self._shown(project, known, HTTPStatus.ALREADY_REPORTED)
        if known is not None and self._options.origins_outlive:
            ghost = {"id": known, "type": kind, "attributes": {"title": given.get("title")}}
            return json_reply({"data": ghost}, HTTPStatus.ALREADY_REPORTED)
        wrong = _wrong(project, kind, given) or self._refused(project, kind, given)
        if wrong:
            return failure(HTTPStatus.UNPROCESSABLE_ENTITY, wrong)
        item_id = project.new_id()
        place = given.get("position") if self._options.positions_kept else None
        position = place if isinstance(place, int) else None
        own = _own(kind, given)
        if kind == "suites":
            parent = given.get("parent-id")
            project.add_suite(item_id, given["title"], parent, position=position, own=own)
        else:
            suite = given["suite-id"]
            project.add_test(item_id, given["title"], suite, position=position, own=own)
        if origin:
            project.origins[key] = item_id
        return self._shown(project, item_id, self._options.created_status)

    def _refused(self, project: DemoProject, kind: str, given: Mapping[str, Any]) -> str:
        if not self._options.blank_titles and not given["title"].strip():
            return "Title can't be blank"
        parent = project.suites.get(str(given.get("parent-id")))
        strict = kind == "suites" and self._options.strict_folders
        if strict and parent is not None and parent.own.get("file-type") != "folder":
            return "A file suite can't hold suites"
        return ""

    def _change(
        self, project: DemoProject, kind: str, item_id: str, given: Mapping[str, Any]
    ) -> Reply:
        items: Mapping[str, Any] = project.suites if kind == "suites" else project.tests
        if item_id not in items:
            return _NOT_FOUND
        wrong = _wrong(project, kind, {"title": "-", "suite-id": None, **given}, new=False)
        if wrong:
            return failure(HTTPStatus.UNPROCESSABLE_ENTITY, wrong)
        if kind == "suites":
            _change_suite(project, item_id, given)
        else:
            _change_test(project, item_id, given)
        return self._shown(project, item_id, HTTPStatus.OK)

    def _shown(self, project: DemoProject, item_id: str, status: int) -> Reply:
        if item_id in project.suites:
            resource = self._shaper.suite(project, project.suites[item_id])
        else:
            resource, _ = self._shaper.full_test(project, project.tests[item_id])
        return json_reply({"data": resource}, status)


def _own(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    names = _OF_SUITES if kind == "suites" else _OF_TESTS
    return {name: given[name] for name in names if given.get(name) is not None}


def _wrong(project: DemoProject, kind: str, given: Mapping[str, Any], *, new: bool = True) -> str:
    """What is the matter with the attributes; empty if nothing is."""
    if not isinstance(given.get("title"), str):
        return "Title can't be blank"
    parent = given.get("parent-id") if kind == "suites" else given.get("suite-id")
    missing = parent not in project.suites and (parent is not None or (new and kind == "tests"))
    if missing:
        return "Suite must exist"
    if given.get("priority") is not None and given["priority"] not in _PRIORITIES:
        return "Priority is not included in the list"
    return ""


def _change_suite(project: DemoProject, suite_id: str, given: Mapping[str, Any]) -> None:
    suite = project.suites[suite_id]
    parent = given.get("parent-id", suite.parent_id)
    position = given.get("position", suite.position)
    if (parent, position) != (suite.parent_id, suite.position):
        project.move_suite(suite_id, parent, position)
    if "title" in given:
        project.rename_suite(suite_id, given["title"])
    project.edit_suite(suite_id, {name: given[name] for name in _OF_SUITES if name in given})


def _change_test(project: DemoProject, test_id: str, given: Mapping[str, Any]) -> None:
    test = project.tests[test_id]
    suite = given.get("suite-id", test.suite_id)
    position = given.get("position", test.position)
    if (suite, position) != (test.suite_id, test.position):
        project.move_test(test_id, suite, position)
    if "title" in given:
        project.rename_test(test_id, given["title"])
    project.edit_test(test_id, {name: given[name] for name in _OF_TESTS if name in given})


def _add_example(project: DemoProject, given: Mapping[str, Any]) -> Reply:
    test_id = str(given.get("test_id", given.get("test-id")))
    if test_id not in project.tests or not isinstance(given.get("data"), list):
        return failure(HTTPStatus.UNPROCESSABLE_ENTITY, "Test must exist")
    row = Resource(project.new_number(), "example", {"data": given["data"]})
    linked = project.tests[test_id].linked
    project.link_test(test_id, "examples", (*linked.get("examples", ()), row))
    return json_reply(
        {"data": {"id": row.id, "type": row.type, "attributes": dict(row.attributes)}}
    )


def _add_label(project: DemoProject, given: Mapping[str, Any]) -> Reply:
    title = given.get("title")
    if not isinstance(title, str) or not title:
        return failure(HTTPStatus.UNPROCESSABLE_ENTITY, "Title can't be blank")
    if any(each.attributes["title"] == title for each in labels_of(project)):
        return failure(HTTPStatus.UNPROCESSABLE_ENTITY, "Title has already been taken")
    return json_reply({"data": label_resource(new_label(project, given))})


def _link(project: DemoProject, label_id: str, body: Mapping[str, Any]) -> Reply:
    label = next((each for each in labels_of(project) if each.id == label_id), None)
    if label is None:
        return _NOT_FOUND
    test_id, suite_id = str(body.get("test_id")), str(body.get("suite_id"))
    items: Mapping[str, Any] = project.tests if test_id in project.tests else project.suites
    item = items.get(test_id) or items.get(suite_id)
    if item is None or body.get("event") != "add":
        return failure(HTTPStatus.UNPROCESSABLE_ENTITY, "Nothing to link")
    linked_label(project, item, label, body.get("value"))
    return json_reply({"success": True})
