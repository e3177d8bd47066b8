"""The answers on projects."""

import json
from typing import Any

import pytest

from crawler.api.messages import Reply
from crawler.api.wire_projects import ProjectSummary, read_project, read_projects_page
from crawler.errors import TransientError
from crawler.model import ProjectFacts

ASK = "GET /x"


def reply(content: Any) -> Reply:
    return Reply(200, {}, json.dumps(content).encode())


def project(item_id: str = "shop", **attributes: Any) -> dict[str, Any]:
    return {"id": item_id, "type": "project", "attributes": {"title": "Shop", **attributes}}


def test_the_listing_is_read_without_the_keys() -> None:
    """Slug, title, status and the claimed number of tests."""
    row = project(status="active", **{"tests-count": 7, "api-key": "hush"})
    page = read_projects_page(reply({"data": [row]}), ASK, 1)
    assert page.records == (ProjectSummary("shop", "Shop", "active", 7),)
    assert page.pages is None


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (project(tests_count="7"), ProjectFacts("shop", "Shop", 7)),
        (project(testsCount=None), ProjectFacts("shop", "Shop", None)),
        (project("417", slug="shop"), ProjectFacts("shop", "Shop", None)),
        (project("417", title=None), ProjectFacts("shop", "shop", None)),
        (project(title=""), ProjectFacts("shop", "shop", None)),
    ],
)
def test_a_project_is_known_by_the_slug_that_was_asked_for(
    data: dict[str, Any], facts: ProjectFacts
) -> None:
    """A missing title is the slug; a missing or null count is no claim."""
    assert read_project(reply({"data": data}), ASK, "shop") == facts


@pytest.mark.parametrize(
    "data", [project("other"), [project()], {**project(), "type": "suite"}, {"id": "shop"}]
)
def test_another_document_is_worth_another_try(data: Any) -> None:
    """Another project's answer never names this one."""
    with pytest.raises(TransientError):
        read_project(reply({"data": data}), ASK, "shop")
