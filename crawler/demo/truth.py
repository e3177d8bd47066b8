"""What a perfect crawl of a project would find, as plain nested dictionaries."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from crawler.demo.attributes import suite_attributes, test_attributes
from crawler.demo.records import DemoSuite, DemoTest, Linked

if TYPE_CHECKING:
    from crawler.demo.project import DemoProject

__all__ = ("reached_from", "truth")

_Kind = TypeVar("_Kind", DemoSuite, DemoTest)


def truth(project: "DemoProject") -> dict[str, Any]:
    """The whole project in display order.

    Siblings stand by ``position`` ascending, ties and missing positions as the server lists
    them (seen in the vendor's clients). A missing position counts as after all others.

    Returns:
        ``{"suites": [suite], "orphans": {"suites": [suite], "tests": [test]}}`` where a suite is
        ``{"id", "attributes", "linked", "suites", "tests"}`` and a test is
        ``{"id", "attributes", "linked"}``; ``linked`` holds, by relationship, resources as
        ``{"id", "type", "attributes"}``. Attributes are as the richest answer sends them.
    """
    seen: set[str] = set()
    return {
        "suites": _forest(project, project.suites_of(None), seen),
        "orphans": {
            "suites": _forest(project, _lost_suites(project), seen),
            "tests": [
                _test(project, test)
                for test in _displayed(
                    each for each in project.tests.values() if each.suite_id not in project.suites
                )
            ],
        },
    }


def _lost_suites(project: "DemoProject") -> list[str]:
    """Suites that nothing holds, and one suite of each circle."""
    lost = [
        suite.id
        for suite in project.suites.values()
        if suite.parent_id is not None and suite.parent_id not in project.suites
    ]
    reached = reached_from(project, [*project.suites_of(None), *lost])
    for suite_id in project.suites:
        if suite_id not in reached:
            lost.append(suite_id)
            reached |= reached_from(project, [suite_id])
    return lost


def reached_from(project: "DemoProject", suite_ids: Iterable[str]) -> set[str]:
    """These suites and all that they lead to."""
    reached: set[str] = set()
    pending = list(suite_ids)
    while pending:
        suite_id = pending.pop()
        if suite_id not in reached:
            reached.add(suite_id)
            pending += project.suites_of(suite_id)
    return reached


def _forest(
    project: "DemoProject", suite_ids: Sequence[str], seen: set[str]
) -> list[dict[str, Any]]:
    """Nested suites; a loop, because a project may be deeper than Python's stack."""
    roots: list[dict[str, Any]] = []
    pending = [(suite_ids, roots)]
    while pending:
        ids, into = pending.pop()
        for suite in _displayed(project.suites[each] for each in ids if each not in seen):
            seen.add(suite.id)
            entry = _suite(project, suite)
            into.append(entry)
            pending.append((project.suites_of(suite.id), entry["suites"]))
    return roots


def _displayed(items: Iterable[_Kind]) -> list[_Kind]:
    return sorted(items, key=lambda each: (each.position is None, each.position or 0, each.serial))


def _suite(project: "DemoProject", suite: DemoSuite) -> dict[str, Any]:
    tests = _displayed(project.tests[each] for each in project.tests_of(suite.id))
    return {
        "id": suite.id,
        "attributes": suite_attributes(project, suite),
        "linked": _linked(suite.linked),
        "suites": [],
        "tests": [_test(project, test) for test in tests],
    }


def _test(project: "DemoProject", test: DemoTest) -> dict[str, Any]:
    return {
        "id": test.id,
        "attributes": test_attributes(project, test),
        "linked": _linked(test.linked),
    }


def _linked(linked: Linked) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [
            {"id": each.id, "type": each.type, "attributes": dict(each.attributes)}
            for each in resources
        ]
        for name, resources in linked.items()
    }
