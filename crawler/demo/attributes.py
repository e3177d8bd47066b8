"""The whole attribute sets of suites, tests and projects, under the names that the API uses.

Names were recorded from the live service. Most are hyphenated; ``to_url`` and
``comments_count`` are written with underscores in the API description and with hyphens on the
wire, so here suites have the one form and tests the other, and a reader has to know both.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from crawler.demo.options import UpdatedAt
from crawler.demo.records import DemoSuite, DemoTest

if TYPE_CHECKING:
    from crawler.demo.project import DemoProject

__all__ = ("lean", "project_attributes", "stamp", "suite_attributes", "test_attributes", "timed")

SITE = "https://demo.example/projects"
"""Where the texts of the sample say that the project lives; nothing is ever fetched there."""

_BEGINNING = datetime(2024, 1, 8, 9, 0, tzinfo=UTC)

_SUITE: dict[str, Any] = {
    "title": None,
    "description": None,
    "emoji": None,
    "code": None,
    "sync": True,
    "suite-id": None,
    "file": None,
    "fullpath": None,
    "file-type": "file",
    "test-count": 0,
    "filtered-tests": None,
    "is-root": True,
    "is-branched": None,
    "is-detail": None,
    "is-linked": None,
    "is-shared": None,
    "is-processing-counters": False,
    "position": None,
    "depth": 0,
    "parent-id": None,
    "path": None,
    "public-title": None,
    "notes": None,
    "labels": [],
    "milestones": None,
    "tags": [],
    "issues": None,
    "jira-issues": None,
    "attachments": None,
    "assigned-to": None,
    "to_url": None,
    "comments_count": 0,
    "created-at": None,
    "updated-at": None,
}

_TEST: dict[str, Any] = {
    "title": None,
    "description": None,
    "state": "manual",
    "emoji": None,
    "code": None,
    "file": None,
    "priority": "normal",
    "sync": True,
    "suite-id": None,
    "last-sync-id": None,
    "import-id": None,
    "template-id": None,
    "position": None,
    "run-at": None,
    "run-statuses": [],
    "forks-count": 0,
    "saved-in-branch?": False,
    "is-branched": None,
    "is-detail": None,
    "is-linked": None,
    "is-shared": None,
    "assigned-to": None,
    "created-by": 1,
    "has-examples": None,
    "params": [],
    "public-title": None,
    "tags": [],
    "labels": [],
    "milestones": None,
    "previous-description": None,
    "recordings-count": None,
    "play-url": None,
    "jira-issues": None,
    "issues": None,
    "attachments": None,
    "to-url": None,
    "comments-count": 0,
    "created-at": None,
    "updated-at": None,
}


def stamp(minutes: int) -> str:
    """A time of day as the API writes it, so many minutes after the project began."""
    return (_BEGINNING + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def suite_attributes(project: "DemoProject", suite: DemoSuite) -> dict[str, Any]:
    """Everything the server knows of a suite, save ``children`` and ``tests``, its structure."""
    above = project.ancestors(suite.id)
    created = stamp(suite.serial)
    return {
        **_SUITE,
        "title": suite.title,
        "description": project.describe(suite.id),
        "test-count": len(project.tests_of(suite.id)),
        "is-root": suite.parent_id is None,
        "position": suite.position,
        "depth": len(above),
        "parent-id": suite.parent_id,
        "path": ".".join([*reversed(above), suite.id]),
        "public-title": suite.title,
        "to_url": f"{SITE}/{project.slug}/suite/{suite.id}",
        "created-at": created,
        "updated-at": created,
        **suite.own,
    }


def test_attributes(project: "DemoProject", test: DemoTest) -> dict[str, Any]:
    """Everything the server knows of a test."""
    created = stamp(test.serial)
    return {
        **_TEST,
        "title": test.title,
        "description": project.describe(test.id),
        "suite-id": test.suite_id,
        "position": test.position,
        "has-examples": True if test.linked.get("examples") else None,
        "public-title": test.title,
        "to-url": f"{SITE}/{project.slug}/test/{test.id}",
        "created-at": created,
        "updated-at": created,
        **test.own,
    }


def lean(attributes: dict[str, Any], *, description: bool) -> dict[str, Any]:
    """A test as lists send it unless asked for labels and details: without either.

    Recorded: ``labels`` then comes as ``[]`` and ``issues`` as ``null``, whatever is stored.
    """
    poorer = {**attributes, "labels": [], "issues": None}
    if not description:
        del poorer["description"]
    return poorer


def timed(attributes: dict[str, Any], updated_at: UpdatedAt) -> dict[str, Any]:
    """The attributes with an ``updated-at`` as this kind of server tells it."""
    if updated_at is UpdatedAt.CREATION:
        return {**attributes, "updated-at": attributes["created-at"]}
    if updated_at is UpdatedAt.MISSING:
        del attributes["updated-at"]
    return attributes


def project_attributes(project: "DemoProject") -> dict[str, Any]:
    """Everything the server knows of a project; ``api-key`` is a secret that it shows."""
    return {
        "title": project.title,
        "status": "active",
        "tests-count": len(project.tests),
        "created-at": stamp(0),
        "lang": "en",
        "framework": None,
        "url": None,
        "branch": "main",
        "api-key": project.api_key,
        **project.own,
    }
