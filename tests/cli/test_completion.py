"""What a shell offers, asked as the shell's own script asks it."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.nights import grown
from support.processes import call as call_process
from support.processes import command, left_behind

from crawler.demo import API_TOKEN, Account, DemoServer, World

VARIABLE = "_TESTOMAT_CRAWLER_COMPLETE"


def offered(line: str, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Any]) -> list[str]:
    """What fish would show for a line whose last word is being typed."""
    with monkeypatch.context() as patch:
        patch.setenv(VARIABLE, "fish_complete")
        patch.setenv("COMP_WORDS", line)
        patch.setenv("COMP_CWORD", line.rpartition(" ")[2])
        outcome = call()
    assert (outcome.code, outcome.err) == (0, "")
    return [str(line) for line in outcome.out.splitlines() if line]


def test_commands_and_options_are_offered(
    monkeypatch: pytest.MonkeyPatch, call: Callable[..., Any]
) -> None:
    """With what they do."""
    assert offered("testomat-crawler sn", monkeypatch, call) == [
        "plain,snapshot\tCrawl one project and write its snapshot."
    ]
    names = [
        each.partition("\t")[0]
        for each in offered("testomat-crawler snapshot --wo", monkeypatch, call)
    ]
    assert names == ["plain,--workers"]


@pytest.mark.parametrize(
    "line",
    ["verify ", "show ", "convert ", "diff ", "diff a.yaml b", "report ", "export ", "restore "],
)
def test_snapshots_are_completed_as_paths(
    line: str, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Any]
) -> None:
    """By the shell itself."""
    (found,) = offered(f"testomat-crawler {line}", monkeypatch, call)
    assert found.startswith("file,")


@pytest.mark.anyio
@pytest.mark.parametrize("told_by", ["projects", "check"])
async def test_projects_are_offered_once_they_were_listed(
    told_by: str, home: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Any]
) -> None:
    """With their titles, and without asking the server; those of another server are not."""
    world = World([grown("shop"), grown("blog")], [Account("a@example.com", "x", API_TOKEN)])
    async with DemoServer(world) as server:
        assert (await call_process(told_by, url=server.url)).code == 0
        monkeypatch.setenv("TESTOMATIO_URL", server.url)
    found = offered("testomat-crawler snapshot ", monkeypatch, call)
    assert found == ["plain,blog\tThe blog", "plain,shop\tThe shop"]
    assert offered("testomat-crawler check s", monkeypatch, call) == ["plain,shop\tThe shop"]
    monkeypatch.setenv("TESTOMATIO_URL", "https://other.example.com")
    assert offered("testomat-crawler snapshot ", monkeypatch, call) == []
    assert left_behind(home) == [".cache/testomat-crawler/projects.json"]


def test_projects_of_the_configuration_are_offered(
    monkeypatch: pytest.MonkeyPatch, call: Callable[..., Any]
) -> None:
    """A token file is not read for it, and a wrong configuration offers nothing."""
    path = Path("testomat-crawler.toml")
    path.write_text('project = "mine"\nprojects = ["more"]\ntoken_file = "none"\n')
    assert offered("testomat-crawler snapshot m", monkeypatch, call) == ["plain,mine", "plain,more"]
    path.write_text("wrong = 1\n")
    assert offered("testomat-crawler snapshot m", monkeypatch, call) == []


def test_a_damaged_list_offers_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Any]
) -> None:
    """It is not worth an error."""
    cache = home / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    (cache / "testomat-crawler").mkdir(parents=True)
    for text in ("{", "[]", '{"https://app.testomat.io": 3}'):
        (cache / "testomat-crawler" / "projects.json").write_text(text)
        assert offered("testomat-crawler snapshot ", monkeypatch, call) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_the_shell_understands(shell: str, call: Callable[..., Any]) -> None:
    """Checked by the shell, where it is installed."""
    outcome = call("completion", shell)
    assert outcome.code == 0
    assert VARIABLE in outcome.out
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    checked = subprocess.run(
        [shell, "-n", "/dev/stdin"], input=outcome.out.encode(), capture_output=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, b"")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
def test_bash_completes(home: Path) -> None:
    """With the program under its name on the path, and the script evaluated."""
    program = home / "testomat-crawler"
    program.write_text(f'#!/bin/sh\nexec {" ".join(command())} "$@"\n')
    program.chmod(0o755)
    script = (
        f'PATH="{home}:$PATH"; eval "$(testomat-crawler completion bash)"\n'
        "COMP_WORDS=(testomat-crawler conv); COMP_CWORD=1\n"
        "_testomat_crawler_completion testomat-crawler; echo ${COMPREPLY[@]}\n"
    )
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True, env=None
    )
    assert done.stdout.strip() == "convert"
