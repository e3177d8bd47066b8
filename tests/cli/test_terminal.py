"""What a person sees on a real terminal: progress, its end, Ctrl-C."""

import sys
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest
from support.nights import grown
from support.terminals import TerminalSession

from crawler.demo import API_TOKEN, Account, DemoServer, World

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals"),
]

SHOW_CURSOR = "\x1b[?25h"
HIDE_CURSOR = "\x1b[?25l"
HEAD = "format: testomat-snapshot/1\nproject:\n  id: p\n  title: P\n  url: https://a.example\n"
LONG = "A shop with a name that is far too long for any window " * 4


def world(title: str) -> World:
    """One project of some suites, under this title."""
    project = grown("shop", suites=20)
    project.title = title
    return World([project], [Account("a@example.com", "x", API_TOKEN)])


async def watch(
    server: DemoServer,
    folder: Path,
    *arguments: str,
    columns: int = 80,
    meanwhile: Callable[[TerminalSession], None] = lambda _: None,
) -> tuple[int, TerminalSession]:
    """Run `snapshot` on a terminal to its end."""

    def run() -> tuple[int, TerminalSession]:
        terminal = TerminalSession(
            *("snapshot", "shop", *arguments),
            folder=folder,
            environment={"TESTOMATIO_URL": server.url, "TESTOMATIO_API_TOKEN": API_TOKEN},
            columns=columns,
            rows=24,
        )
        meanwhile(terminal)
        return terminal.end(), terminal

    return await anyio.to_thread.run_sync(run)


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("title", ["Shop", LONG, "\x1b[2Jgone\x1b]0;owned\x07"])
async def test_the_bar_goes_and_the_summary_stays(title: str, columns: int, tmp_path: Path) -> None:
    """In one line however wide the window is, and with the cursor as it was."""
    async with DemoServer(world(title)) as server:
        code, terminal = await watch(server, tmp_path, "--rate", "100", columns=columns)
    assert code == 0, terminal.shown()
    first, second = terminal.shown().splitlines()
    assert first == "shop.yaml: 20 suites, 100 tests, complete"
    assert second.endswith(" 0 retries")
    assert terminal.raw.count(SHOW_CURSOR) == terminal.raw.count(HIDE_CURSOR)
    assert "\x1b[2J" not in terminal.raw
    assert "\x1b]0;" not in terminal.raw


async def test_ctrl_c_leaves_a_clean_terminal(tmp_path: Path) -> None:
    """One sentence, the cursor shown, and the same command goes on from there."""

    def interrupt(terminal: TerminalSession) -> None:
        terminal.wait_for("suites")
        terminal.press("c")

    async with DemoServer(world("Shop")) as server:
        code, terminal = await watch(server, tmp_path, "--rate", "5", meanwhile=interrupt)
        again, _ = await watch(server, tmp_path, "--rate", "1000")
    assert (code, again) == (130, 0), terminal.shown()
    assert "the same command goes on from there." in terminal.shown()
    assert terminal.raw.rindex(SHOW_CURSOR) > terminal.raw.rindex(HIDE_CURSOR)


def run(folder: Path, *arguments: str, columns: int) -> TerminalSession:
    """A command that needs no server, on a terminal to its end."""
    terminal = TerminalSession(*arguments, folder=folder, environment={}, columns=columns)
    terminal.end()
    return terminal


@pytest.mark.parametrize("columns", [40, 80])
def test_no_word_of_an_error_is_cut_at_the_edge(columns: int, tmp_path: Path) -> None:
    """The rest of the sentence stands on lines of its own, a little to the right."""
    first, *rest = run(tmp_path, "snapshot", columns=columns).shown().splitlines()
    assert " ".join([first, *map(str.strip, rest)]).startswith("Error: No project was named. Name")
    assert rest
    assert all(line.startswith("  ") for line in rest)


@pytest.mark.parametrize("arguments", [(), ("config", "show")], ids=["welcome", "settings"])
def test_what_lists_fits_80_columns(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """No line is broken by the terminal, but for a path that is longer."""
    wide = run(tmp_path, *arguments, columns=400).shown().splitlines()
    assert [line for line in wide if len(line) > 80 and str(tmp_path) not in line] == []


def test_a_person_is_told_that_nothing_differs(tmp_path: Path) -> None:
    """Nothing at all would look like a failure."""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(
            f"{HEAD}complete: true\ncounts:\n  suites: 0\n  tests: 0\nsuites: []\n"
        )
    assert run(tmp_path, "diff", "a.yaml", "b.yaml", columns=80).shown() == "No differences."


def write_one_test(path: Path, title: str) -> None:
    """A snapshot of one test in one suite."""
    path.write_text(
        f"{HEAD}complete: true\ncounts:\n  suites: 1\n  tests: 1\nsuites:\n- id: s\n  title: S\n"
        f"  file_type: file\n  tests:\n  - id: t\n    title: {title}\n    state: manual\n"
    )


def test_a_tree_keeps_its_lines_where_a_title_is_long(tmp_path: Path) -> None:
    """What does not fit stands below the title, right of the branches."""
    write_one_test(tmp_path / "a.yaml", "Leads to the start page from every page of the shop")
    assert run(tmp_path, "show", "a.yaml", "--tests", columns=40).shown().splitlines() == [
        "P (1 suite, 1 test)",
        "└── S (1 test)",
        "    └── · Leads to the start page from",
        "          every page of the shop",
        "          (manual)",
    ]


def test_a_difference_keeps_its_signs_at_the_edge_where_it_is_long(tmp_path: Path) -> None:
    """On a terminal; a pipe gets each line whole."""
    write_one_test(tmp_path / "a.yaml", "Leads home")
    write_one_test(tmp_path / "b.yaml", "Leads to the start page from each page")
    assert run(tmp_path, "diff", "a.yaml", "b.yaml", columns=40).shown().splitlines()[2:] == [
        "=    test  S / Leads to the start page",
        "           from each page [t]",
        "       title: Leads home → Leads to the",
        "         start page from each page",
        "1 test renamed",
    ]


async def test_a_command_that_keeps_nothing_promises_nothing(tmp_path: Path) -> None:
    """Ctrl-C leaves one short sentence, and no half of a table or a bar."""
    released = anyio.Event()

    async def hold(_target: str, _number: int) -> None:
        await released.wait()

    def projects(url: str) -> tuple[int, TerminalSession]:
        environment = {"TESTOMATIO_URL": url, "TESTOMATIO_API_TOKEN": API_TOKEN}
        terminal = TerminalSession(
            "projects", folder=tmp_path, environment=environment, columns=80, rows=24
        )
        terminal.wait_for("0:01")
        terminal.press("c")
        terminal.wait_for("ends the run at once.")
        anyio.from_thread.run_sync(released.set)
        return terminal.end(), terminal

    async with DemoServer(world("Shop"), on_request=hold) as server:
        code, terminal = await anyio.to_thread.run_sync(projects, server.url)
    assert code == 130
    assert terminal.shown().endswith("\nError: Interrupted.")
    assert "progress" not in terminal.shown()
    assert terminal.raw.rindex(SHOW_CURSOR) > terminal.raw.rindex(HIDE_CURSOR)
