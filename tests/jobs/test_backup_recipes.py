"""The recipes of the README for the nightly backup, tried as far as a machine allows."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from anyio.from_thread import start_blocking_portal
from support.nights import grown

from crawler.demo import API_TOKEN, DemoServer, world_of

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
RECIPES = README.partition("## The nightly backup")[2].partition("\n## ")[0]
PYTHON = shlex.quote(sys.executable)

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="the recipes are for a shell"),
    pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here"),
    pytest.mark.timeout(180),
]


def recipe(kind: str, which: int = 0) -> str:
    """A fenced block of the section."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", RECIPES, re.MULTILINE | re.DOTALL)[which]


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """A server with the projects that the recipes ask for."""
    world = world_of(grown("shop-web"), grown("shop-app"), grown("blog"))
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(portal.call(DemoServer, world)) as server,
    ):
        yield server


@pytest.fixture
def environment(server: DemoServer, tmp_path: Path) -> dict[str, str]:
    """That of a job: the command in the path, and the address of the demo server."""
    tools = tmp_path / "bin"
    tools.mkdir()
    command = tools / "testomat-crawler"
    command.write_text(f'#!/bin/sh\nexec {PYTHON} -m crawler "$@"\n')
    command.chmod(0o755)
    return {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "HOME": str(tmp_path),
        "TESTOMATIO_URL": server.url,
        "TESTOMATIO_API_TOKEN": API_TOKEN,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def run(line: str, folder: Path, environment: dict[str, str]) -> str:
    """A line as `sh -c` runs it."""
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def checkout(folder: Path, environment: dict[str, str]) -> Path:
    """A clone of a repository with a commit, as a job finds it."""
    who = {f"GIT_{role}_{fact}": "a" for role in ("AUTHOR", "COMMITTER") for fact in ("NAME",)}
    who |= {f"GIT_{role}_EMAIL": "a@example.com" for role in ("AUTHOR", "COMMITTER")}
    for line in (
        "git init -q --bare --initial-branch=main hub",
        "git clone -q hub work 2>/dev/null",
        "git -C work checkout -q -B main",
        "git -C work commit -q --allow-empty -m Begin",
        "git -C work push -q -u origin main",
    ):
        run(line, folder, {**environment, **who})
    return folder / "work"


def pushed(folder: Path, environment: dict[str, str]) -> list[str]:
    """What the hub holds after the job."""
    return run("git -C hub ls-tree -r --name-only main", folder, environment).splitlines()


def test_the_line_for_cron_runs(tmp_path: Path, environment: dict[str, str]) -> None:
    """Five fields, no percent sign, which cron would take for a line break, then a command."""
    line = recipe("text").strip()
    *fields, command = line.split(" ", 5)
    assert all(re.fullmatch(r"[\d*,/-]+", field) for field in fields)
    assert "%" not in command
    folder = tmp_path / "backups"
    (tmp_path / "nightly.toml").write_text(
        f'projects = ["shop-*"]\nbackup_folder = "{folder}"\nrate = 1000.0\n'
    )
    run(command.replace("/etc/testomat", str(tmp_path)), tmp_path, environment)
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == [
        *("shop-app", "shop-web"),
    ]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_the_timer_is_what_systemd_accepts(tmp_path: Path) -> None:
    """Both units, as they would lie in two files."""
    text = recipe("ini").replace("/usr/local/bin/testomat-crawler", shutil.which("true") or "")
    service, _, timer = text.partition("[Timer]")
    units = (tmp_path / "testomat-backup.service", tmp_path / "testomat-backup.timer")
    for path, body in zip(units, (service, f"[Timer]{timer}"), strict=True):
        path.write_text(body)
    command = ["systemd-analyze", "verify", *units]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_command_of_the_service_runs(tmp_path: Path, environment: dict[str, str]) -> None:
    """With the folders that systemd names in the environment."""
    (tmp_path / "token").write_text(API_TOKEN)
    (tmp_path / "var").mkdir()
    service = recipe("ini").replace("\\\n", "")
    line = next(each for each in service.splitlines() if each.startswith("ExecStart="))
    command = line.removeprefix("ExecStart=/usr/local/bin/")
    given = {"STATE_DIRECTORY": str(tmp_path / "var"), "CREDENTIALS_DIRECTORY": str(tmp_path)}
    rest = {name: value for name, value in environment.items() if name != "TESTOMATIO_API_TOKEN"}
    run(command, tmp_path, {**rest, **given})
    assert len(list((tmp_path / "var" / "backups").glob("*/*.json.gz"))) == 3


def test_the_job_of_github_actions_runs(tmp_path: Path, environment: dict[str, str]) -> None:
    """Its steps, but for those that fetch something."""
    workflow = yaml.safe_load(recipe("yaml"))
    (job,) = workflow["jobs"].values()
    lines = [step["run"] for step in job["steps"] if "run" in step]
    assert lines[0].startswith("pip install ")
    work = checkout(tmp_path, environment)
    for line in lines[1:]:
        run(line, work, environment)
    names = {"/".join(name.split("/")[:2]) for name in pushed(tmp_path, environment)}
    assert names == {"snapshots/shop-app", "snapshots/shop-web"}


def test_the_job_of_gitlab_runs(tmp_path: Path, environment: dict[str, str]) -> None:
    """From the detached commit that its runners check out, but for what fetches something."""
    (job,) = yaml.safe_load(recipe("yaml", 1)).values()
    work = checkout(tmp_path, environment)
    run("git checkout -q --detach", work, environment)
    hub = shlex.quote(str(tmp_path / "hub"))
    for line in job["script"]:
        if not line.startswith("pip install "):
            local = re.sub(r'"https://[^"]*"', hub, line)
            run(local, work, {**environment, "CI_COMMIT_BRANCH": "main"})
    assert "snapshots/shop-web/snapshot.yaml" in pushed(tmp_path, environment)


def test_the_command_of_the_container_runs(tmp_path: Path, environment: dict[str, str]) -> None:
    """What its shell is told, with the folder in another place, and installed already."""
    line = recipe("console", -1)
    script = re.search(r'sh -c \\\n\s*"(.*)"', line, re.DOTALL)
    assert script
    command = script[1].replace("\\\n", "").partition("&&")[2]
    run(command.replace("/backups", f"{tmp_path}/backups"), tmp_path, environment)
    assert len(list((tmp_path / "backups").glob("*/*.json.gz"))) == 3
