"""The whole attribute sets of runs and results, and their JSON:API resources.

Names are those of the API description's examples: hyphenated, inside of ``test`` camelCase.
"""

from collections import Counter
from typing import Any

from crawler.demo.attributes import SITE, stamp
from crawler.demo.project import DemoProject
from crawler.demo.records import DemoRun, DemoTestrun

__all__ = ("lean_testrun", "run_attributes", "run_resource", "testrun_resource")

_RUN: dict[str, Any] = {
    "status": "running",
    "tests-count": 0,
    "user-id": 1,
    "created-at": None,
    "updated-at": None,
    "finished-at": None,
    "title": None,
    "automated": False,
    "rungroup-id": None,
    "assigned-to": None,
    "multienv": False,
    "env": None,
    "has-finished": False,
    "has-ci-config": False,
    "passed": None,
    "skipped": None,
    "failed": None,
    "is-branched": None,
    "plan-title": None,
    "duration": 0,
    "is-root": True,
    "jira-issues": None,
    "issues": None,
    "automated-part-finished": False,
    "manual-part-finished": False,
    "suite-tree": None,
    "comments_count": 0,
}

_TESTRUN: dict[str, Any] = {
    "example": None,
    "status": "pending",
    "message": None,
    "automated": False,
    "run-time": 0,
    "stack": "",
    "steps": [],
    "created-at": None,
    "updated-at": None,
    "retries": 0,
    "title": None,
    "assigned-to": None,
    "jira-issues": [],
    "issues": [],
    "attachments": None,
    "run-id": None,
}

_HIDDEN = ("archived", "kind", "plan-id")
"""What the store knows of a run and no answer shows: it chooses lists."""


def run_attributes(project: DemoProject, run: DemoRun) -> dict[str, Any]:
    """Everything the server knows of a run, its counts taken from its results."""
    extras = project.extras
    results = [extras.testruns[each] for each in extras.testruns_of(run.id)]
    statuses = Counter(each.own.get("status", "pending") for each in results)
    finished = run.own.get("finished-at") is not None
    known = {
        "tests-count": len(results),
        "title": run.title,
        "automated": run.own.get("kind") == "automated",
        "has-finished": finished,
        "created-at": stamp(run.serial),
        "updated-at": stamp(run.serial),
        "to_url": f"{SITE}/{project.slug}/runs/{run.id}",
    }
    if finished:
        known |= {each: statuses[each] for each in ("passed", "skipped", "failed")}
        known["status"] = "failed" if statuses["failed"] else "passed"
    own = {name: value for name, value in run.own.items() if name not in _HIDDEN}
    return {**_RUN, **known, **own}


def run_resource(project: DemoProject, run: DemoRun, *, tree: bool = False) -> dict[str, Any]:
    """A run; with ``tree`` it names its results."""
    plan = run.own.get("plan-id")
    relationships: dict[str, Any] = {
        "plan": {"data": {"id": plan, "type": "plan"} if plan else None},
        "user": {"data": {"id": "1", "type": "user"}},
    }
    if tree:
        names = [{"id": each, "type": "testrun"} for each in project.extras.testruns_of(run.id)]
        relationships["testruns"] = {"data": names}
    return {
        "id": run.id,
        "type": "run",
        "attributes": run_attributes(project, run),
        "relationships": relationships,
    }


def testrun_resource(project: DemoProject, testrun: DemoTestrun) -> dict[str, Any]:
    """A result, with the test that it is about nested in it."""
    test = project.tests.get(testrun.test_id)
    suite = project.suites.get(test.suite_id) if test else None
    nested = {
        "id": testrun.test_id,
        "title": testrun.title,
        "publicTitle": testrun.title,
        "attachments": [],
        "tags": list(test.own.get("tags", ())) if test else [],
        "priority": test.own.get("priority", "normal") if test else "normal",
        "params": list(test.own.get("params", ())) if test else [],
        "isBranched": False,
        "suite": {"title": suite.title if suite else None, "file": None},
    }
    attributes = {
        **_TESTRUN,
        "title": testrun.title,
        "run-id": testrun.run_id,
        "created-at": stamp(testrun.serial),
        "updated-at": stamp(testrun.serial),
        "test": nested,
        **testrun.own,
    }
    return {
        "id": testrun.id,
        "type": "testrun",
        "attributes": attributes,
        "relationships": {"run": {"data": {"id": testrun.run_id, "type": "run"}}},
    }


testrun_resource.__test__ = False  # type: ignore[attr-defined]  # its name looks like a test's


def lean_testrun(resource: dict[str, Any]) -> dict[str, Any]:
    """A result as a list may send it: without the stack and the steps."""
    return {**resource, "attributes": {**resource["attributes"], "stack": "", "steps": []}}
