"""JSON:API documents of suites, tests and projects, in each shape that the sources hint at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from crawler.demo.attributes import (
    lean,
    project_attributes,
    suite_attributes,
    test_attributes,
    timed,
)
from crawler.demo.ids import whole_of
from crawler.demo.options import ChildrenShape, Emptiness, ServerOptions, TestsShape
from crawler.demo.project import DemoProject
from crawler.demo.records import DemoSuite, DemoTest, Resource

__all__ = ("Shaper",)

_Choice = TypeVar("_Choice", ChildrenShape, TestsShape, Emptiness)

_INCLUDING = (TestsShape.INCLUDED, TestsShape.ONLY_INCLUDED)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A document that is being put together."""

    attributes: dict[str, Any]
    relationships: dict[str, Any] = field(default_factory=dict)
    included: list[dict[str, Any]] = field(default_factory=list)

    def relate(self, name: str, items: Iterable[Any]) -> None:
        """Add members to a relationship."""
        relationship = self.relationships.setdefault(name, {})
        if not isinstance(relationship.get("data"), list):
            relationship["data"] = []
        relationship["data"].extend(items)


class Shaper:
    """Makes resources and documents as the options want them. Asks the project, never edits it."""

    def __init__(self, options: ServerOptions) -> None:
        self._options = options
        ending = "s" if options.plural_types else ""
        self._suite_type, self._test_type = f"suite{ending}", f"test{ending}"

    def suite_document(self, project: DemoProject, suite: DemoSuite) -> dict[str, Any]:
        """The answer for one suite: its attributes, its children and its tests."""
        draft = _Draft(self._suite_attributes(project, suite))
        children = [project.suites[each] for each in project.suites_of(suite.id)]
        tests = [project.tests[each] for each in project.tests_of(suite.id)]
        if self._options.branch_relationship:
            draft.relationships["branch"] = {"data": None}
        self._add_children(draft, suite, [self.suite(project, each) for each in children])
        self._add_tests(draft, suite, [self.lean_test(project, each) for each in tests])
        self._add_linked(draft, suite)
        return _document(suite.id, self._suite_type, draft)

    def test_document(self, project: DemoProject, test: DemoTest) -> dict[str, Any]:
        """The answer for one test: everything, with rows of examples and labels included."""
        draft = self._full_test(project, test)
        draft.relationships["suite"] = {"data": {"id": test.suite_id, "type": self._suite_type}}
        return _document(test.id, self._test_type, draft)

    def suite(self, project: DemoProject, suite: DemoSuite) -> dict[str, Any]:
        """A suite as lists and other suites show it, without children and tests."""
        attributes = self._suite_attributes(project, suite)
        return _resource(suite.id, self._suite_type, attributes)

    def listed_suite(self, project: DemoProject, suite: DemoSuite) -> dict[str, Any]:
        """A suite as the list of suites shows it."""
        found = self.suite(project, suite)
        for name in self._options.suites_without:
            found["attributes"].pop(name, None)
        return found

    def lean_test(self, project: DemoProject, test: DemoTest) -> dict[str, Any]:
        """A test as it comes with its suite or from a plain list."""
        whole = self._test_attributes(project, test)
        attributes = lean(whole, description=self._options.lean_descriptions)
        return _resource(test.id, self._test_type, attributes)

    def full_test(
        self, project: DemoProject, test: DemoTest
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """A test as a list asked for labels and details shows it, and what it includes.

        The rows of examples are not among them: only the test's own answer has those.
        """
        draft = self._full_test(project, test, leave_out=("examples",))
        draft.relationships["suite"] = {}
        for name in self._options.tests_without:
            draft.attributes.pop(name, None)
        resource = _resource(test.id, self._test_type, draft.attributes, draft.relationships)
        return resource, draft.included

    def project(self, project: DemoProject) -> dict[str, Any]:
        """A project as the list of projects shows it."""
        return _resource(project.slug, "project", project_attributes(project))

    def _full_test(
        self, project: DemoProject, test: DemoTest, leave_out: tuple[str, ...] = ()
    ) -> _Draft:
        draft = _Draft(self._test_attributes(project, test))
        if self._options.branch_relationship:
            draft.relationships["branch"] = {"data": None}
        self._add_linked(draft, test, leave_out)
        return draft

    def _suite_attributes(self, project: DemoProject, suite: DemoSuite) -> dict[str, Any]:
        attributes = timed(suite_attributes(project, suite), self._options.updated_at)
        if not self._options.listing_parents:
            del attributes["is-root"], attributes["parent-id"]
        return attributes

    def _test_attributes(self, project: DemoProject, test: DemoTest) -> dict[str, Any]:
        return timed(test_attributes(project, test), self._options.updated_at)

    def _add_children(
        self, draft: _Draft, suite: DemoSuite, children: list[dict[str, Any]]
    ) -> None:
        if not children:
            self._add_nothing(draft, suite, "children")
            return
        match _chosen(self._options.children, suite):
            case ChildrenShape.INCLUDED:
                draft.relate("children", map(_identifier, children))
                draft.included.extend(children)
            case ChildrenShape.BARE:
                draft.relate("children", map(_identifier, children))
            case ChildrenShape.STRINGS:
                draft.relate("children", _ids(children))
            case ChildrenShape.INLINE | ChildrenShape.MIXED:
                draft.relate("children", children)
            case ChildrenShape.ATTRIBUTE:
                draft.attributes["children"] = _ids(children)

    def _add_tests(self, draft: _Draft, suite: DemoSuite, tests: list[dict[str, Any]]) -> None:
        if not tests:
            self._add_nothing(draft, suite, "tests")
            return
        shape = _chosen(self._options.tests, suite)
        if shape in _INCLUDING:
            draft.included.extend(tests)
        match shape:
            case TestsShape.INCLUDED | TestsShape.BARE:
                draft.relate("tests", map(_identifier, tests))
            case TestsShape.STRINGS:
                draft.relate("tests", _ids(tests))
            case TestsShape.INLINE | TestsShape.MIXED:
                draft.relate("tests", tests)
            case TestsShape.AMONG_CHILDREN:
                draft.relate("children", tests)
            case TestsShape.ATTRIBUTE_IDS:
                draft.attributes["tests"] = _ids(tests)
            case TestsShape.ATTRIBUTE_OBJECTS:
                draft.attributes["tests"] = list(map(_flat, tests))
            case TestsShape.ONLY_INCLUDED | TestsShape.ABSENT:
                pass

    def _add_nothing(self, draft: _Draft, suite: DemoSuite, name: str) -> None:
        match _chosen(self._options.empty, suite):
            case Emptiness.LIST | Emptiness.MIXED:
                draft.relationships[name] = {"data": []}
            case Emptiness.OBJECT:
                draft.relationships[name] = {}
            case Emptiness.NULL:
                draft.relationships[name] = {"data": None}
            case Emptiness.LINKS:
                draft.relationships[name] = {"links": {"related": f"/suites/{suite.id}/{name}"}}
            case Emptiness.MISSING:
                pass

    def _add_linked(
        self, draft: _Draft, item: DemoSuite | DemoTest, leave_out: tuple[str, ...] = ()
    ) -> None:
        for name, resources in item.linked.items():
            if name in leave_out:
                continue
            linked = [_linked(each) for each in resources]
            if name != "examples" or self._options.examples_named:
                draft.relate(name, map(_identifier, linked))
            draft.included.extend(linked)


def _chosen(choice: _Choice, suite: DemoSuite) -> _Choice:
    """The choice itself, or for MIXED one that depends on the suite's ID and nothing else."""
    kinds = type(choice)
    if choice is not kinds.MIXED:
        return choice
    others = [each for each in kinds if each is not kinds.MIXED]
    return others[whole_of(0, kinds.__name__, suite.id) % len(others)]


def _document(item_id: str, kind: str, draft: _Draft) -> dict[str, Any]:
    return {
        "data": _resource(item_id, kind, draft.attributes, draft.relationships),
        "included": draft.included,
    }


def _resource(
    item_id: str,
    kind: str,
    attributes: dict[str, Any],
    relationships: dict[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "id": item_id,
        "type": kind,
        "attributes": attributes,
        "relationships": relationships or {},
    }


def _linked(resource: Resource) -> dict[str, Any]:
    return {
        "id": resource.id,
        "type": resource.type,
        "attributes": dict(resource.attributes),
    }


def _identifier(resource: dict[str, Any]) -> dict[str, Any]:
    return {"id": resource["id"], "type": resource["type"]}


def _flat(resource: dict[str, Any]) -> dict[str, Any]:
    return {"id": resource["id"], **resource["attributes"]}


def _ids(resources: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in resources]
