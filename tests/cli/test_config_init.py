"""`config init` on a terminal: questions, each answer tried against a real server."""

import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import anyio
import pytest
from support.nights import grown
from support.processes import call, left_behind
from support.servers import refusing
from support.terminals import TerminalSession

from crawler.config.template import template
from crawler.demo import API_TOKEN, Account, DemoServer, World

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals"),
]

SUPPORT: Final = str(Path(__file__).parents[1])
EMAIL: Final = "me@example.com"
PASSWORD: Final = "pass word"
CONFIG: Final = "testomat-crawler.toml"

#: With the blank that follows once nothing is echoed any more; what is typed before that is lost.
HIDDEN: Final = "not shown): "

Dialogue = Callable[[TerminalSession], None]


@pytest.fixture
def here(home: Path) -> Path:
    """The empty folder in which the program is started."""
    return home / "here"


def world(*slugs: str) -> World:
    """A server of some projects, all of which one account may read."""
    return World([grown(slug) for slug in slugs], [Account(EMAIL, PASSWORD, API_TOKEN)])


async def talk(
    folder: Path,
    dialogue: Dialogue,
    *arguments: str,
    columns: int = 80,
    environment: dict[str, str] | None = None,
) -> tuple[int, TerminalSession]:
    """Run `config init`, answer its questions; returns the exit code and the terminal."""

    def run() -> tuple[int, TerminalSession]:
        terminal = TerminalSession(
            "config",
            "init",
            *arguments,
            folder=folder,
            environment=environment or {},
            columns=columns,
        )
        dialogue(terminal)
        return terminal.end(), terminal

    return await anyio.to_thread.run_sync(run)


def with_token(url: str, place: str = "1") -> Dialogue:
    """Answers to all questions, with a general token."""

    def dialogue(terminal: TerminalSession) -> None:
        terminal.answer("Address of the server [https://app.testomat.io]:", url)
        terminal.answer("Number [1]:", "")
        terminal.answer(HIDDEN, API_TOKEN)
        terminal.wait_for("be kept?")
        terminal.answer("Number [1]:", place)
        terminal.answer("part of its name)", "shop")
        terminal.answer("[shop.yaml]:", "")

    return dialogue


@pytest.mark.parametrize("columns", [80, 120])
async def test_its_answers_make_a_first_snapshot(columns: int, here: Path) -> None:
    """With the command that it ends with, and nothing else; no secret was ever shown."""
    async with DemoServer(world("blog", "shop")) as server:
        code, terminal = await talk(here, with_token(server.url), columns=columns)
        shown = terminal.shown()
        assert code == 0, shown
        assert "It works: 2 projects." in shown
        assert shown.endswith("testomat-crawler snapshot -o shop.yaml")
        assert API_TOKEN not in terminal.raw
        taken = await call(
            *("snapshot", "-o", str(here / "shop.yaml")),
            *("--config", str(here / CONFIG)),
            TESTOMATIO_API_TOKEN="",
            XDG_STATE_HOME=str(here / "state"),
        )
    assert (taken.code, (here / "shop.yaml").exists()) == (0, True), taken.err
    for name in (CONFIG, "testomat-crawler.token"):
        assert stat.S_IMODE((here / name).stat().st_mode) == 0o600
    assert API_TOKEN not in (here / CONFIG).read_text("utf-8")


async def test_a_wrong_answer_is_asked_for_again(here: Path) -> None:
    """Address, token, project and place, each with what was wrong."""

    def dialogue(terminal: TerminalSession) -> None:
        terminal.answer("Address of the server", "ftp://x")
        terminal.wait_for("must be")
        terminal.answer("Address of the server", "testomat_early")
        terminal.wait_for("That is a token; the address of the server comes first.")
        terminal.answer("Address of the server", nobody)
        terminal.answer("Number [1]:", "3")
        terminal.wait_for("Please type 1 or 2.")
        terminal.answer("Number [1]:", "1")
        terminal.answer(HIDDEN, "tstmt_project")
        terminal.wait_for("token of one project")
        terminal.answer(HIDDEN, "testomat_wrong")
        terminal.wait_for("That did not work. ")
        # Nobody refused it there, so it is not asked for again.
        terminal.answer(f"Address of the server [{nobody}]:", server.url)
        terminal.wait_for("That did not work. ")
        terminal.answer(f"Address of the server [{server.url}]:", "")
        terminal.answer("Number [1]:", "1")
        terminal.answer(HIDDEN, API_TOKEN)
        terminal.answer("Number [1]:", "2")
        terminal.answer("part of its name)", "none like it")
        terminal.wait_for("No project is like 'none like it'.")
        terminal.answer("part of its name)", "7")
        terminal.wait_for("There is no number 7 here")
        terminal.answer("part of its name)", "o")
        terminal.answer("part of its name)", "2")
        terminal.answer("[shop.yaml]:", "nowhere/shop.yaml")
        terminal.wait_for("nowhere")
        terminal.answer("[shop.yaml]:", "shop.doc")
        terminal.wait_for("shop.doc")
        terminal.answer("[shop.yaml]:", "shop/")

    with refusing() as nobody:
        async with DemoServer(world("blog", "shop")) as server:
            code, terminal = await talk(here, dialogue)
    assert code == 0, terminal.shown()
    assert "testomat_wrong" not in terminal.raw
    assert terminal.shown().endswith(
        "  export TESTOMATIO_API_TOKEN=...   (unless it is set)\n"
        "  testomat-crawler snapshot -o shop/"
    )
    assert left_behind(here) == [".cache/testomat-crawler/projects.json", CONFIG]


async def test_one_of_hundreds_of_projects_is_found(here: Path) -> None:
    """Page by page, or by a part of its name; no title breaks the list."""

    def dialogue(terminal: TerminalSession) -> None:
        terminal.answer("Address of the server", server.url)
        terminal.answer("Log in with TESTOMATIO_API_TOKEN?", "")
        terminal.wait_for("280 more: + shows the next")
        terminal.answer("part of its name)", "+")
        terminal.wait_for(" 21  ")
        terminal.answer("part of its name)", "of 27")
        terminal.wait_for("10 projects have 'of 27' in their name")
        terminal.answer("part of its name)", "10")
        terminal.answer("[shop-279.yaml]:", "")

    many = world(*(f"shop-{number:03}" for number in range(300)))
    for number, project in enumerate(many.projects.values()):
        project.title = f"Branch of {number:03} with a title that is {'very ' * 20}long"
    async with DemoServer(many) as server:
        environment = {"TESTOMATIO_API_TOKEN": API_TOKEN}
        code, terminal = await talk(here, dialogue, environment=environment)
    assert code == 0, terminal.shown()


async def test_email_and_password_go_into_the_private_file(here: Path) -> None:
    """There is no file for a password alone."""

    def dialogue(terminal: TerminalSession) -> None:
        terminal.answer("Address of the server", server.url)
        terminal.answer("Number [1]:", "2")
        terminal.answer("E-mail:", EMAIL)
        terminal.answer("Password: ", PASSWORD)
        terminal.answer("Number [1]:", "1")
        terminal.answer("part of its name) [shop]:", "")
        terminal.answer("[shop.yaml]:", "")

    async with DemoServer(world("shop")) as server:
        code, terminal = await talk(here, dialogue)
        checked = await call("check", "--config", str(here / CONFIG), TESTOMATIO_API_TOKEN="")
    assert (code, checked.code) == (0, 0), terminal.shown() + checked.err
    assert PASSWORD not in terminal.raw


async def test_the_keyring_keeps_the_token(here: Path) -> None:
    """Where there is one; the configuration then holds no secret at all."""
    pytest.importorskip("keyring")
    ring = {
        "PYTHON_KEYRING_BACKEND": "support.keyrings.FileKeyring",
        "PYTHONPATH": os.pathsep.join([SUPPORT, os.environ.get("PYTHONPATH", "")]).rstrip(":"),
        "TEST_KEYRING_FILE": str(here / "ring"),
    }
    async with DemoServer(world("blog", "shop")) as server:
        code, terminal = await talk(here, with_token(server.url, "3"), environment=ring)
        arguments = ("--config", str(here / CONFIG))
        checked = await call("check", *arguments, **{"TESTOMATIO_API_TOKEN": "", **ring})
        shown = await call("config", "show", *arguments, **{"TESTOMATIO_API_TOKEN": "", **ring})
    assert (code, checked.code) == (0, 0), terminal.shown() + checked.err
    assert list(json.loads((here / "ring").read_text("utf-8")).values()) == [API_TOKEN]
    assert API_TOKEN not in (here / CONFIG).read_text("utf-8")
    assert any(
        line.split() == ["api_token", "***", "keyring"] for line in shown.out.decode().splitlines()
    )


async def test_credentials_of_the_environment_are_offered(here: Path) -> None:
    """Then there is nothing to keep."""

    def dialogue(terminal: TerminalSession) -> None:
        terminal.answer("Address of the server", server.url)
        terminal.answer("Log in with TESTOMATIO_API_TOKEN? [Y/n]:", "")
        terminal.answer("part of its name) [shop]:", "")
        terminal.answer("[shop.yaml]:", "")

    async with DemoServer(world("shop")) as server:
        environment = {"TESTOMATIO_API_TOKEN": API_TOKEN}
        code, terminal = await talk(here, dialogue, environment=environment)
    assert code == 0, terminal.shown()
    assert API_TOKEN not in (here / CONFIG).read_text("utf-8")


@pytest.mark.parametrize("question", ["Address of the server", HIDDEN])
async def test_ctrl_c_ends_it_and_leaves_nothing(question: str, here: Path) -> None:
    """No file, and a terminal that shows what is typed again."""

    def dialogue(terminal: TerminalSession) -> None:
        if question != "Address of the server":
            terminal.answer("Address of the server", "")
            terminal.answer("Number [1]:", "")
        terminal.wait_for(question)
        terminal.interrupt()

    code, terminal = await talk(here, dialogue)
    assert (code, left_behind(here)) == (130, []), terminal.shown()
    assert terminal.shown().endswith("Interrupted.")


async def test_a_title_cannot_write_to_the_terminal(here: Path) -> None:
    """What a project is called is hostile input."""
    hostile = World([grown("shop")], [Account(EMAIL, PASSWORD, API_TOKEN)])
    hostile.projects["shop"].title = "\x1b[2J\x1b]0;owned\x07gone"
    async with DemoServer(hostile) as server:
        code, terminal = await talk(here, with_token(server.url))
    assert code == 0, terminal.shown()
    assert "\x1b[2J" not in terminal.raw
    assert "\\x1b[2J" in terminal.shown()


async def test_no_questions_writes_the_template(here: Path) -> None:
    """On a terminal too."""
    code, _ = await talk(here, lambda _: None, "--no-questions")
    assert (code, (here / CONFIG).read_text("utf-8")) == (0, template())
