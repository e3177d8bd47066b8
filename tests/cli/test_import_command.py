"""`import`, as a person or a script calls it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.processes import call as process

from crawler.demo import PROJECT_TOKEN, SLUG, DemoProject, DemoServer, world_of
from crawler.jobs.import_pages import Imported, ImportPlan

PAGE = """<!-- suite -->
# Door

<!-- test -->
## Opens

<!-- test
id: @Taaaaaaaa
-->
## Shuts
"""
QUICK = ("--rate", "1000", "--progress", "none")


@pytest.fixture
def seen(job: Callable[..., None]) -> dict[str, Any]:
    """What the command asked for, of jobs that ask no server."""
    found: dict[str, Any] = {"missing": ()}

    async def plan(settings: Any, source: str, options: Any, **_: Any) -> ImportPlan:
        found["planned"] = source, options
        return ImportPlan("https://t.example", 1, 1, 1, ("'Shuts\x1b[2J' (a.test.md:7)",), 1)

    async def send(settings: Any, source: str, options: Any, **_: Any) -> Imported:
        found["sent"] = source, options
        return Imported(1, 2, 1, found["missing"])

    job("import_pages.plan_import", plan)
    job("import_pages.import_pages", send)
    return found


def test_nothing_is_sent_where_nobody_can_be_asked(
    call: Callable[..., Any], seen: dict[str, Any]
) -> None:
    """Unless `--yes` says so; a look needs no leave."""
    outcome = call("import", "a.test.md")
    assert (outcome.code, "sent" in seen) == (2, False)
    assert "Add --yes" in outcome.err
    outcome = call("import", "a.test.md", "--dry-run")
    assert (outcome.code, "sent" in seen) == (0, False)
    assert outcome.out.splitlines() == [
        "1 page with 2 tests into the project of the token on https://t.example",
        "  1 there already, 1 new",
        "  1 request",
        "  ! 1 ID that the project does not have: would be left out, so it needs --create",
        "    'Shuts\\x1b[2J' (a.test.md:7)",
    ]
    outcome = call("import", "a.test.md", "--yes", "--create", "--keep-structure")
    assert (outcome.code, outcome.err) == (0, "Sent 2 tests of 1 page in 1 request\n")
    assert (seen["sent"][1].create, seen["sent"][1].structure) == (True, True)


@pytest.mark.parametrize("answered", [("y\n", 0), ("n\n", 2), ("\n", 2)])
def test_a_person_is_asked_after_the_plan(
    answered: tuple[str, int],
    call: Callable[..., Any],
    seen: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    terminal: Any,
) -> None:
    """And no is the default."""
    answer, code = answered
    terminal.write(answer)
    terminal.seek(0)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    outcome = call("import", "a.test.md")
    assert (outcome.code, "sent" in seen) == (code, code == 0)
    assert "1 there already, 1 new" in outcome.err


def test_what_is_not_there_afterwards_makes_it_incomplete(
    call: Callable[..., Any], seen: dict[str, Any]
) -> None:
    """Exit code 4, even if little is to be said."""
    seen["missing"] = ("'Opens' (a.test.md:5)",)
    outcome = call("import", "a.test.md", "--yes", "-q")
    assert outcome.code == 4
    assert outcome.err.splitlines() == [
        "  ! the server does not have 'Opens' (a.test.md:5)",
        "Sent 2 tests of 1 page in 1 request, 1 of them not there afterwards",
    ]


@pytest.fixture
def page() -> None:
    """A page in the current folder."""
    Path("a.test.md").write_text(PAGE)


@pytest.mark.anyio
@pytest.mark.usefixtures("page")
async def test_the_real_command_sends_a_page() -> None:
    """With the project's token alone; the token is nowhere in what it prints at -vv."""
    project = DemoProject(SLUG, "Shop", api_key=PROJECT_TOKEN)
    given = {"TESTOMATIO_API_TOKEN": "", "TESTOMATIO": PROJECT_TOKEN}
    async with DemoServer(world_of(project)) as server:
        ask = ("import", "a.test.md", "--yes", "-vv", *QUICK)
        refused = await process(*ask, url=server.url, **given)
        done = await process(*ask, "--create", url=server.url, **given)
    assert refused.code == 2
    assert "--create creates them" in refused.err
    assert done.code == 0
    assert {each.title for each in project.tests.values()} == {"Opens", "Shuts"}
    assert "aaaaaaaa" in project.tests
    assert PROJECT_TOKEN not in done.err + refused.err
