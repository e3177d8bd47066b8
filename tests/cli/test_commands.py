"""The commands call their job with what was asked, and print what it returns."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from support.results import snapshot_result

from crawler.edition import USUAL, Edition
from crawler.model import Gap, GapReason, ItemKind


@dataclass(frozen=True)
class Project:
    """What a listing tells of a project."""

    slug: str
    title: str
    status: str | None
    tests_count: int | None


@dataclass(frozen=True)
class Report:
    """What `check` finds."""

    server: str
    account: str
    projects: tuple[Project, ...]
    project: str | None
    project_ok: bool | None
    edition: Edition | None = None


PROJECTS = (
    Project("shop", "Shop [b]\tone", "active", 12),
    Project("blog", "\x1b[2JBlog", None, None),
)


def returning(result: Any, seen: dict[str, Any] | None = None) -> Callable[..., Any]:
    """A job that notes how it was called."""

    async def job(settings: Any, **more: Any) -> Any:
        if seen is not None:
            seen.update(more, settings=settings)
        return result

    return job


def test_check_prints_what_was_found(call: Callable[..., Any], job: Callable[..., None]) -> None:
    """Server, kind of account, the projects, and the configured one."""
    report = Report(
        "https://a.example", "general token", PROJECTS, "shop", project_ok=True, edition=USUAL
    )
    job("check.check", returning(report))
    outcome = call("check")
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        "server    https://a.example",
        "account   general token",
        "project   shop  Shop [b]\\x09one",
        "project   blog  \\x1b[2JBlog",
        "shop can be read over v1 of the API",
    ]


def test_check_fails_if_the_project_is_not_reached(
    call: Callable[..., Any], job: Callable[..., None]
) -> None:
    """What does work is printed all the same."""
    report = Report("https://a.example", "general token", PROJECTS, "none", project_ok=False)
    job("check.check", returning(report))
    outcome = call("check")
    assert outcome.code == 3
    assert "general token" in outcome.out
    assert "Project 'none' was not found on https://a.example" in outcome.err


def test_projects_in_a_pipe_are_separated_by_tabs(
    call: Callable[..., Any], job: Callable[..., None]
) -> None:
    """A tab within a title is made visible, so each line has three of them."""
    job("projects.list_projects", returning(PROJECTS))
    assert call("projects").out == "shop\tShop [b]\\x09one\tactive\t12\nblog\t\\x1b[2JBlog\t\t\n"


def test_projects_as_json_are_one_object_a_line(
    call: Callable[..., Any], job: Callable[..., None]
) -> None:
    """The titles are as the server has them."""
    job("projects.list_projects", returning(PROJECTS))
    records = [json.loads(line) for line in call("projects", "--json").out.splitlines()]
    assert records[0] == {
        "slug": "shop",
        "title": "Shop [b]\tone",
        "status": "active",
        "tests_count": 12,
    }
    assert records[1]["tests_count"] is None


def test_projects_on_a_terminal_are_a_table(
    call: Callable[..., Any],
    job: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    terminal: Any,
) -> None:
    """A title in brackets is not taken for markup; NO_COLOR leaves no escape sequence."""
    job("projects.list_projects", returning(PROJECTS))
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert call("projects").code == 0
    table = terminal.getvalue()
    assert table.split()[:4] == ["Project", "Title", "Status", "Tests"]
    assert "Shop [b]" in table
    assert "\x1b" not in table


@pytest.mark.parametrize(
    ("arguments", "output", "form"),
    [
        ([], Path("shop.yaml"), "yaml"),
        (["--format", "json"], Path("shop.json"), "json"),
        (["-o", "a/b.json"], Path("a/b.json"), "json"),
        (["-o", "b.YML"], Path("b.YML"), "yaml"),
        (["-o", "b.txt", "--format", "json"], Path("b.txt"), "json"),
        (["-o", "-"], None, "yaml"),
        (["-o", "-", "--format", "json"], None, "json"),
    ],
)
def test_snapshot_decides_where_and_in_which_form_to_write(
    arguments: list[str],
    output: Path | None,
    form: str,
    call: Callable[..., Any],
    job: Callable[..., None],
) -> None:
    """By the path's suffix, else YAML; `-` is standard output."""
    seen: dict[str, Any] = {}
    job("snapshot.take_snapshot", returning(snapshot_result(), seen))
    outcome = call("snapshot", "shop", *arguments)
    assert (outcome.code, outcome.out) == (0, "")
    assert (seen["project"], seen["format"]) == ("shop", form)
    assert seen["output"] == output or output is None


def test_snapshot_takes_the_configured_project(
    call: Callable[..., Any], job: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If none is named; with neither, the sentence says how to name one."""
    seen: dict[str, Any] = {}
    job("snapshot.take_snapshot", returning(snapshot_result(), seen))
    outcome = call("snapshot")
    assert outcome.code == 2
    assert "Name one: testomat-crawler snapshot PROJECT." in outcome.err
    monkeypatch.setenv("TESTOMATIO_PROJECT_ID", "blog")
    assert call("snapshot").code == 0
    assert seen["output"] == Path("blog.yaml")


def test_snapshot_refuses_a_path_that_does_not_tell_its_form(
    call: Callable[..., Any], job: Callable[..., None]
) -> None:
    """Before anything is fetched."""
    seen: dict[str, Any] = {}
    job("snapshot.take_snapshot", returning(snapshot_result(), seen))
    outcome = call("snapshot", "shop", "-o", "b.txt")
    assert outcome.code == 2
    assert ".txt of b.txt names no snapshot format" in outcome.err
    assert seen == {}


def test_the_demos_picture_shows_the_escapes_of_a_title(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They do not reach the terminal, neither those of the project's title nor of a suite's."""
    from crawler import demo  # noqa: PLC0415
    from crawler.jobs import demo as jobs_demo  # noqa: PLC0415

    evil = "Evil\x1b]0;owned\x07\x1b[2J\x9b31m\u202e title"
    project = demo.sample_project()
    project.title = evil
    for suite in project.suites:
        project.rename_suite(suite, evil)
    monkeypatch.setattr(jobs_demo.server, "sample_world", lambda: demo.world_of(project))
    outcome = call("demo", "--rate", "1000", "--progress", "plain", "-vv")
    assert outcome.code == 0
    assert "Evil\\x1b]0;owned" in outcome.out
    assert outcome.out.count("owned") >= 13
    assert not set("\x1b\x07\x9b\u202e") & set(outcome.out + outcome.err)


def test_a_profile_is_shown_if_it_is_asked_for(
    call: Callable[..., Any], job: Callable[..., None]
) -> None:
    """After the summary, and even if only errors are shown: it was asked for by name."""
    job("snapshot.take_snapshot", returning(snapshot_result()))
    for flags in ((), ("-q",)):
        outcome = call("snapshot", "shop", "--profile", *flags)
        assert "Held back by the rate" in outcome.err.splitlines()[-1]
    assert "Held back" not in call("snapshot", "shop").err


def test_a_demo_that_misses_something_says_so(call: Callable[..., Any], job: Any) -> None:
    """With the exit code that a snapshot would end with."""
    from crawler.jobs import demo as jobs_demo  # noqa: PLC0415

    whole = jobs_demo.run_demo

    async def partial(*arguments: Any, **more: Any) -> Any:
        return replace(
            await whole(*arguments, **more), gaps=(Gap(ItemKind.SUITE, "s1", GapReason.FAILED),)
        )

    job("demo.run_demo", partial)
    assert call("demo", "--rate", "1000", "-o", "a b.yaml").code == 4
