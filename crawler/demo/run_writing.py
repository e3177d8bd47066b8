"""What the server does when a run is created or ended."""

from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from crawler.demo.attributes import stamp
from crawler.demo.ids import make_id
from crawler.demo.project import DemoProject
from crawler.demo.records import DemoRun
from crawler.demo.replies import Reply, failure, json_reply
from crawler.demo.run_shapes import run_resource, testrun_resource

__all__ = ("create_run", "update_run")

_SEED = 77


def create_run(project: DemoProject, body: Mapping[str, Any]) -> Reply:
    """``POST /runs``: the answer holds the run with its results, all still pending."""
    data = body.get("data", body)
    attributes = _by_plain_name(_mapping(data, "attributes"))
    title = attributes.get("title")
    if not isinstance(title, str) or not title.strip():
        return failure(HTTPStatus.UNPROCESSABLE_ENTITY, "Title can't be blank")
    run_id = make_id(_SEED, len(project.extras.runs))
    named = {
        "rungroup-id": attributes.get("rungroup_id"),
        "env": attributes.get("env"),
        "plan-id": _one(data, "plan"),
        "kind": attributes.get("kind", "manual"),
    }
    own = {name: value for name, value in named.items() if value is not None}
    run = project.extras.add_run(run_id, title, own)
    for test_id in _tests(project, data):
        project.extras.add_testrun(run_id, test_id, project.tests[test_id].title)
    return _answer(project, run)


def update_run(project: DemoProject, run_id: str, body: Mapping[str, Any]) -> Reply:
    """``PUT /runs/{id}``; the one event that it knows is the end of a run."""
    run = project.extras.runs[run_id]
    attributes = _by_plain_name(_mapping(body.get("data", body), "attributes"))
    if attributes.get("status_event") not in {"finish", "finish_manual"}:
        return failure(HTTPStatus.UNPROCESSABLE_ENTITY, "Unknown event")
    if run.own.get("finished-at") is not None:
        return failure(HTTPStatus.UNPROCESSABLE_ENTITY, "The run has finished already")
    project.extras.edit_run(run_id, {"finished-at": stamp(run.serial + 60)})
    return json_reply({"data": run_resource(project, project.extras.runs[run_id])})


def _answer(project: DemoProject, run: DemoRun) -> Reply:
    extras = project.extras
    results = [extras.testruns[each] for each in extras.testruns_of(run.id)]
    document = {
        "data": run_resource(project, run, tree=True),
        "included": [testrun_resource(project, each) for each in results],
    }
    return json_reply(document)


def _tests(project: DemoProject, data: Any) -> list[str]:
    """The tests that are named, those below the suites that are, and those of the plan."""
    suites = _many(data, "children")
    plan = project.extras.lists.get("plans", {}).get(_one(data, "plan") or "")
    wanted = [*_many(data, "tests"), *(plan.attributes.get("tests-ids", ()) if plan else ())]
    while suites:
        suite_id = suites.pop()
        wanted += project.tests_of(suite_id)
        suites += project.suites_of(suite_id)
    return [each for each in Counter(wanted) if each in project.tests]


def _mapping(value: Any, name: str) -> dict[str, Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _by_plain_name(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("-", "_"): value for name, value in values.items()}


def _many(data: Any, name: str) -> list[str]:
    members = _mapping(_mapping(data, "relationships"), name).get("data")
    return [each["id"] for each in members] if isinstance(members, list) else []


def _one(data: Any, name: str) -> str | None:
    member = _mapping(_mapping(data, "relationships"), name).get("data")
    return member.get("id") if isinstance(member, dict) else None
