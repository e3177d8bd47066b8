"""What happened in the sample project: runs, their results, and all that stands beside the tree."""

from collections.abc import Iterable, Sequence
from typing import Any

from crawler.demo.attributes import stamp
from crawler.demo.ids import make_id, share_of
from crawler.demo.project import DemoProject
from crawler.demo.records import DemoTest, Resource

__all__ = ("add_happenings",)

_SEED = 4077
_DAY = 24 * 60
_FIRST_NIGHT = 20 * _DAY
_STACK = "Error: expected 200, got 502\n    at checkout.spec.ts:42:7\n    at runTest (worker.js:9)"
_FAILURE = "expected 200, got 502"


def add_happenings(project: DemoProject) -> None:
    """Give the project its runs, plans, people and the rest."""
    _Happenings(project).add()


class _Happenings:
    """Adds them, in the order in which they happened."""

    def __init__(self, project: DemoProject) -> None:
        self._project = project
        self._extras = project.extras
        self._number = 0
        tests = list(project.tests.values())
        automated = [each for each in tests if each.own.get("state") == "automated"]
        # Those with examples first, so that some of the few that are run have them.
        self._automated = sorted(automated, key=lambda each: "examples" not in each.linked)
        self._manual = [each for each in tests if each.own.get("state") != "automated"]

    def add(self) -> None:
        """Everything."""
        self._add_lists()
        for night in range(3):
            self._run(f"Nightly {night + 1}", self._automated[:24], _FIRST_NIGHT + night * _DAY)
        self._run("Regression", self._manual[:40], _FIRST_NIGHT + 3 * _DAY, **_BY_PLAN)
        for system in ("Windows", "macOS"):
            own = {"env": [system, "Chrome"], "rungroup-id": "5e1ea5e1", "multienv": True}
            self._run("Release 2.4", self._manual[:8], _FIRST_NIGHT + 4 * _DAY, **own)
        self._run("Old acceptance", self._manual[8:12], _DAY, archived=True)
        self._run("Smoke of today", self._manual[:6], None)

    def _run(self, title: str, tests: Sequence[DemoTest], finished: int | None, **own: Any) -> None:
        self._number += 1
        run_id = make_id(_SEED, self._number)
        if finished is not None:
            own |= {"finished-at": stamp(finished), "duration": 60 * len(tests)}
        own["kind"] = "automated" if tests and tests[0] in self._automated else "manual"
        self._extras.add_run(run_id, title, own)
        for test in tests:
            for example in _examples(test):
                result = _result(run_id, test, example, pending=finished is None)
                self._extras.add_testrun(run_id, test.id, test.title, result)
        if title == "Regression":
            self._extras.edit_run(run_id, {"comments_count": 1})
            self._extras.attach("comments", "run", run_id, [_COMMENT])

    def _add_lists(self) -> None:
        tests = [each.id for each in self._manual[:40]]
        plan = {**_PLAN, "tests-ids": tests, "test-count": len(tests)}
        self._extras.put("plans", [Resource("773ef4cc", "plan", plan)])
        self._extras.put("rungroups", _resources("rungroup", _GROUPS))
        self._extras.put("milestones", _resources("milestone", _MILESTONES))
        self._extras.put("steps", _resources("step", _STEPS))
        self._extras.put("templates", _resources("template", _TEMPLATES))
        self._extras.put("users", _resources("user", _USERS))
        self._extras.put("branches", _resources("branch", _BRANCHES))
        self._extras.put("jira/issues", self._issues())
        number = 0
        for test in self._project.tests.values():
            for each in test.own.get("attachments") or ():
                number += 1
                file = Resource(str(number), "attachment", each)
                self._extras.attach("attachments", "test", test.id, [file])

    def _issues(self) -> list[Resource]:
        attached: dict[str, list[dict[str, Any]]] = {}
        for test in self._project.tests.values():
            for issue in test.own.get("jira-issues") or ():
                attached.setdefault(issue, []).append({"type": "test", "id": test.id})
        return [
            Resource(
                issue,
                "jira-issue",
                {"url": f"https://jira.example/browse/{issue}", "attachables": tests},
            )
            for issue, tests in attached.items()
        ]


def _examples(test: DemoTest) -> Iterable[Any]:
    """One result for each row of parameters, or one without any."""
    rows = [each.attributes["data"] for each in test.linked.get("examples", ())]
    return rows or [None]


def _result(run_id: str, test: DemoTest, example: Any, *, pending: bool) -> dict[str, Any]:
    chance = share_of(_SEED, run_id, test.id, example)
    status = "passed" if chance < 0.85 else "failed" if chance < 0.95 else "skipped"  # noqa: PLR2004
    own: dict[str, Any] = {
        "status": "pending" if pending else status,
        "example": example,
        "automated": test.own.get("state") == "automated",
        "run-time": 0 if pending else int(chance * 9000),
    }
    if own["status"] == "failed":
        steps = [{"title": "open", "status": "passed"}, {"title": "pay", "status": "failed"}]
        own |= {"message": _FAILURE, "stack": _STACK, "steps": steps}
    return own


def _resources(kind: str, rows: Iterable[dict[str, Any]]) -> list[Resource]:
    return [
        Resource(row["id"], kind, {name: value for name, value in row.items() if name != "id"})
        for row in rows
    ]


_BY_PLAN: dict[str, Any] = {"plan-id": "773ef4cc", "plan-title": "Regression of the shop"}
_COMMENT = Resource(
    "1",
    "comment",
    {"body": "Payment failed on staging only.", "created-at": stamp(30 * _DAY), "replies": []},
)
_PLAN: dict[str, Any] = {
    "title": "Regression of the shop",
    "kind": "manual",
    "as-manual": None,
    "hidden": False,
    "labels": [],
    "jira-issues": [],
    "created-at": stamp(10 * _DAY),
}
_GROUPS: tuple[dict[str, Any], ...] = (
    {
        "id": "5e1ea5e1",
        "title": "Release 2.4",
        "kind": "release",
        "emoji": "🚀",
        "merge-strategy": "realistic",
        "status": "passed",
        "runs_count": 2,
        "is-root": True,
        "created-at": stamp(23 * _DAY),
    },
    {
        "id": "5e1ea5e2",
        "title": "Sprint 12",
        "kind": "sprint",
        "emoji": None,
        "merge-strategy": "optimistic",
        "status": None,
        "runs_count": 0,
        "is-root": True,
        "created-at": stamp(24 * _DAY),
    },
)
_MILESTONES: tuple[dict[str, Any], ...] = (
    {"id": "1", "title": "2.4", "description": "Vouchers and gift cards", "due-date": "2024-03-01"},
)
_STEPS: tuple[dict[str, Any], ...] = (
    {
        "id": "3106",
        "title": "open the basket",
        "kind": "manual",
        "description": None,
        "keywords": [],
        "labels": [],
        "is-snippet": None,
        "usage-count": 12,
    },
    {
        "id": "3107",
        "title": "sign in as a customer",
        "kind": "manual",
        "description": "* open `/login`\n* type the e-mail address\n* press **Sign in**",
        "keywords": ["login"],
        "labels": [],
        "is-snippet": True,
        "usage-count": 7,
    },
)
_TEMPLATES: tuple[dict[str, Any], ...] = (
    {
        "id": "24",
        "title": "Test Template",
        "kind": "test",
        "body": "### Requirements\n\n### Steps\n",
        "framework": None,
        "lang": None,
    },
)
_USERS: tuple[dict[str, Any], ...] = tuple(
    {
        "id": str(number),
        "name": name,
        "email": f"{name.lower()}@example.com",
        "joined-at": stamp(number),
        "logged-at": stamp(25 * _DAY),
        "is-registered": True,
        "manager": number == 1,
        "is-active": True,
    }
    for number, name in enumerate(("Ada", "Grace", "Katherine"), 1)
)
_BRANCHES: tuple[dict[str, Any], ...] = (
    {"id": "1", "title": "vouchers", "status": "open", "created-at": stamp(12 * _DAY)},
)
