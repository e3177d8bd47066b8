"""What a shell offers, asked as the shell's own script asks it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.nights import grown
from support.processes import call as call_process
from support.processes import left_behind
from support.shells import SHELLS, Shell

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
    assert offered("testomat-crawler conv", monkeypatch, call) == [
        "plain,convert\tConvert a snapshot to another format."
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


@pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")
@pytest.mark.parametrize("name", SHELLS)
def test_a_real_shell_completes(name: str, tmp_path: Path) -> None:
    """Commands, options, values, projects and paths, at the press of a key."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not here; 'apt-get install {name}' gets it")
    folder, cache = tmp_path / "work", tmp_path / "cache"
    (cache / "testomat-crawler").mkdir(parents=True)
    projects = {"https://app.testomat.io": {"shop": "The shop", "blog": "A: (blog)"}}
    (cache / "testomat-crawler" / "projects.json").write_text(json.dumps(projects))
    (folder / "nightly").mkdir(parents=True)
    (folder / "my shop.yaml").touch()
    shell = Shell(name, folder, {"XDG_CACHE_HOME": str(cache)})
    try:
        shell.offers("testomat-crawler conv", "testomat-crawler convert")
        shell.offers("testomat-crawler snapshot --wo", "snapshot --workers")
        shell.offers("testomat-crawler snapshot sh", "snapshot shop")
        shell.offers("testomat-crawler show my", r"show my\ shop.yaml")
        shell.offers("testomat-crawler snapshot -o ni", "-o nightly/")
        shell.offers("testomat-crawler export x.yaml --to testrail-x", "--to testrail-xml")
    finally:
        shell.close()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("snapshot --with testr", ["testruns"]),
        ("snapshot --with runs,testr", ["runs,testruns"]),
        ("snapshot --with runs,ru", ["runs,rungroups"]),
        ("snapshot --with al", ["all"]),
        ("snapshot --with runs,al", []),
        ("export a.yaml --to testl", ["testlink-xml"]),
        ("import-from q", ["qase"]),
    ],
)
def test_words_that_an_option_takes_are_offered(
    line: str, expected: list[str], *, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Any]
) -> None:
    """Of a list with commas the last one, and none twice."""
    found = offered(f"testomat-crawler {line}", monkeypatch, call)
    assert found == [f"plain,{each}" for each in expected]


@pytest.mark.parametrize(
    "line", ["snapshot -o ", "diff a b -o ", "report a -o ", "check --token-file ", "convert a -o "]
)
def test_places_to_write_are_completed_as_paths(
    line: str, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Any]
) -> None:
    """As places to read are."""
    (found,) = offered(f"testomat-crawler {line}", monkeypatch, call)
    assert found.startswith("file,")
