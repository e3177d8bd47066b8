"""``/api/reporter``: runs that a test runner opens, fills with results and ends.

By the vendor's reporters and their description of the Reporting API. A result is known by its
``rid``, or else by its test and example: one that comes again replaces the former and counts as a
retry, which ``overwrite`` avoids. Tests are found by ID, else by title; one that is missing is made
with ``create``, else its result is left out (alone, it is refused: "could not be matched").
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson

from crawler.demo.attributes import SITE, stamp
from crawler.demo.ids import make_id
from crawler.demo.matching import bare_id, id_in, plain, suite_along, test_titled
from crawler.demo.project import DemoProject
from crawler.demo.records import DemoTest, Resource
from crawler.demo.replies import Reply, failure, json_reply

__all__ = ("Reports",)

_SEED = 4711
_STATUSES = ("passed", "failed", "skipped")
_ENDINGS = {"finish": None, "pass": "passed", "fail": "failed"}
_KEPT = ("message", "stack", "steps", "example")


class Reports:
    """The runs that are reported into, and which of their results is which."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def create(self, project: DemoProject, body: Mapping[str, Any]) -> Reply:
        """``POST /api/reporter``: a new run."""
        number = len(project.extras.runs)
        while (uid := make_id(_SEED, number)) in project.extras.runs:
            number += 1
        title = body.get("title")
        project.extras.add_run(
            uid,
            title if isinstance(title, str) else None,
            {"kind": body.get("kind") or "automated", **_about(project, body)},
        )
        return _named(project, uid)

    def update(self, project: DemoProject, uid: str, body: Mapping[str, Any]) -> Reply:
        """``PUT /api/reporter/{uid}``: the run ends, or has become another one."""
        run = project.extras.runs.get(uid)
        if run is None:
            return failure(HTTPStatus.NOT_FOUND, "Run not found")
        event = body.get("status_event")
        changes = _about(project, body)
        if event is not None:
            word = str(event).removesuffix("_parallel")
            if word not in _ENDINGS:
                return failure(HTTPStatus.UNPROCESSABLE_ENTITY, "Unknown status event")
            changes |= {"finished-at": stamp(run.serial + 60)}
            if isinstance(body.get("duration"), int | float):
                changes["duration"] = round(body["duration"])
            if _ENDINGS[word]:
                changes["status"] = _ENDINGS[word]
        project.extras.edit_run(uid, changes)
        return _named(project, uid)

    def report(self, project: DemoProject, uid: str, body: Mapping[str, Any]) -> Reply:
        """``POST /api/reporter/{uid}/testrun``: one result, or several as ``tests``."""
        if uid not in project.extras.runs:
            return failure(HTTPStatus.NOT_FOUND, "Run not found")
        several = body.get("tests")
        results: Sequence[Any] = several if isinstance(several, list) else [body]
        wrong = [each for each in results if not _is_result(each)]
        if wrong:
            return _message(HTTPStatus.UNPROCESSABLE_ENTITY, "Status is not included in the list")
        missing = [each for each in results if not self._keep(project, uid, each)]
        if missing and several is None:
            text = f"Test {missing[0].get('title')} could not be matched"
            return _message(HTTPStatus.UNPROCESSABLE_ENTITY, text)
        return json_reply({})

    def _keep(self, project: DemoProject, uid: str, given: Mapping[str, Any]) -> bool:
        test = _test(project, given)
        if test is None:
            return False
        own = {name: given[name] for name in _KEPT if given.get(name) is not None}
        own |= {"status": given["status"], "automated": True}
        if isinstance(given.get("run_time"), int | float):
            own["run-time"] = round(given["run_time"] * 1000)
        rid = given.get("rid") or f"{test.id} {orjson.dumps(given.get('example')).decode()}"
        known = self._known.get((uid, rid))
        if known is None:
            testrun = project.extras.add_testrun(uid, test.id, _title(given, test), own)
            self._known[uid, rid] = testrun.id
            return True
        if not given.get("overwrite"):
            own["retries"] = project.extras.testruns[known].own.get("retries", 0) + 1
        project.extras.edit_testrun(known, own)
        return True


def _is_result(given: Any) -> bool:
    return isinstance(given, dict) and given.get("status") in _STATUSES


def _title(given: Mapping[str, Any], test: DemoTest) -> str:
    return plain(str(given.get("title") or "")) or test.title


def _test(project: DemoProject, given: Mapping[str, Any]) -> DemoTest | None:
    """The test that a result is of, made if it may be; ``None`` if there is none."""
    title = str(given.get("title") or "")
    wanted = bare_id(given.get("test_id")) or id_in(title, "T")
    if wanted in project.tests:
        return project.tests[wanted or ""]
    suite_title = given.get("suite_title")
    found = test_titled(project, title, suite_title) if plain(title) else None
    if found is not None or not given.get("create") or not plain(title):
        return found
    home = str(suite_title or "Reported")
    suite = suite_along(project, [home]) or project.add_suite(project.new_id(), home)
    own = {"state": "automated", "file": given.get("file"), "code": given.get("code")}
    return project.add_test(project.new_id(), plain(title), suite.id, own=own)


def _about(project: DemoProject, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a client says of a run, as attributes of the run."""
    found: dict[str, Any] = {}
    if isinstance(env := body.get("env"), str) and env:
        found["env"] = [each.strip() for each in env.split(",")]
    if isinstance(issue := body.get("jira_id"), str) and issue:
        found["jira-issues"] = [issue]
    if isinstance(group := body.get("group_title"), str) and group:
        found["rungroup-id"] = _group(project, group)
    return found


def _group(project: DemoProject, title: str) -> str:
    """The ID of the group of that title, made if it is missing."""
    groups = project.extras.lists.get("rungroups", {})
    for each in groups.values():
        if each.attributes.get("title") == title:
            return each.id
    made = Resource(make_id(_SEED, len(groups)), "rungroup", {"title": title, "kind": "build"})
    project.extras.put("rungroups", [made])
    return made.id


def _named(project: DemoProject, uid: str) -> Reply:
    return json_reply({"uid": uid, "url": f"{SITE}/{project.slug}/runs/{uid}"})


def _message(status: int, text: str) -> Reply:
    """An error of these addresses, whose clients look for ``message``."""
    return Reply(status, orjson.dumps({"message": text}))
