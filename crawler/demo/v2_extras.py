"""What v2 of the API tells of what stands beside the tree: runs, results and further lists.

Names and types are those of the vendor's description of v2, which shows neither times nor statuses
of runs, nor templates, users or comments.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from crawler.demo.labels import label_resource, labels_of
from crawler.demo.options import Archive
from crawler.demo.project import DemoProject
from crawler.demo.records import DemoRun, DemoTestrun, Resource
from crawler.demo.run_lists import chosen_runs

__all__ = ("FLAT_LISTS", "flat_rows")

_NUMBERED: Final = ("steps",)
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "plans": ("title", "kind", "hidden", "labels"),
    "rungroups": ("emoji", "kind", "status", "runs_count", "parent_id"),
    "steps": ("title", "description", "is_snippet", "kind", "usage_count", "keywords", "labels"),
    "milestones": ("title", "description", "status", "release_date"),
}
_FALLBACKS: Final[Mapping[str, Any]] = {
    "hidden": False,
    "is_snippet": False,
    "labels": [],
    "runs_count": 0,
    "usage_count": 0,
}
FLAT_LISTS: Final = ("runs", "testruns", "labels", *_NAMES)


def flat_rows(
    project: DemoProject, name: str, query: Mapping[str, str], archive: Archive
) -> tuple[Sequence[str], Callable[[str], dict[str, Any]]]:
    """(the IDs of a list in order, what makes the row of each)."""
    extras = project.extras
    if name == "runs":
        return chosen_runs(project, query, archive), lambda each: _run(extras.runs[each])
    if name == "testruns":
        run_id = query.get("run_id")
        ids = extras.testruns_of(run_id) if run_id else list(extras.testruns)
        return ids, lambda each: _testrun(extras.testruns[each])
    if name == "labels":
        labels = {each.id: each for each in labels_of(project)}
        return list(labels), lambda each: _label(labels[each])
    rows = extras.lists.get(name, {})
    return list(rows), lambda each: _row(name, rows[each])


def _run(run: DemoRun) -> dict[str, Any]:
    env = run.own.get("env")
    return {
        "id": run.id,
        "type": "run",
        "clean_title": run.title or "",
        "kind": run.own.get("kind", "manual"),
        "rungroup_id": run.own.get("rungroup-id"),
        "plan_id": run.own.get("plan-id"),
        "assigned_to": None,
        "assign_strategy": "none",
        "env": ", ".join(env) if env else None,
        "description": None,
        "labels": [],
    }


def _testrun(testrun: DemoTestrun) -> dict[str, Any]:
    own = testrun.own
    return {
        "id": int(testrun.id),
        "type": "testrun",
        "test_title": testrun.title,
        "message": own.get("message"),
        "status": own.get("status", "pending"),
        "substatus": None,
        "run_time": own.get("run-time"),
        "automated": bool(own.get("automated")),
        "assigned_to": None,
        "run_id": testrun.run_id,
        "test_id": testrun.test_id,
    }


def _label(label: Resource) -> dict[str, Any]:
    known = label_resource(label)["attributes"]
    return {"id": label.id, "title": known["title"], "color": known.get("color"), "list": False}


def _row(name: str, resource: Resource) -> dict[str, Any]:
    known = {key.replace("-", "_"): value for key, value in resource.attributes.items()}
    facts = {
        each: _FALLBACKS.get(each) if known.get(each) is None else known[each]
        for each in _NAMES[name]
    }
    if name == "rungroups":
        facts["clean_title"] = known.get("title", "")
    if name == "milestones":
        facts["release_date"], facts["status"] = known.get("due_date"), "active"
    own = int(resource.id) if name in _NUMBERED else resource.id
    return {"id": own, "type": name.removesuffix("s"), **facts}
