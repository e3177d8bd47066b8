"""Backups got back from the history of a git repository."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.nights import Nights, grown

from crawler.config.settings import Settings
from crawler.demo import DemoServer, world_of
from crawler.errors import LocalError, UsageError
from crawler.jobs.backup import BackupOrder
from crawler.jobs.backup_keeping import accept, list_revisions, restore_revision
from crawler.jobs.git import Git, without_secrets
from crawler.snapshot.formats import Format
from crawler.snapshot.reading import read

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here"),
]

WHO = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (
        ("NAME", "A"),
        ("EMAIL", "a@example.com"),
        ("DATE", "2026-06-01T12:00:00+02:00"),
    )
}
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", ""),
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder within a working tree that holds other files too."""
    top = tmp_path / "top"
    folder = top / "snapshots"
    folder.mkdir(parents=True)
    run(top, "init", "--quiet", "--initial-branch=main")
    (folder / "compose.yaml").write_text("services: {}\n")
    (top / "shop.yaml").write_text("not here\n")
    commit(top)
    return folder


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**ENVIRONMENT, **WHO}, check=True, capture_output=True
    )
    return done.stdout.decode().strip()


def commit(folder: Path) -> None:
    run(folder, "add", "--all", ".")
    run(folder, "commit", "--quiet", "-m", "By hand")


def git_in(folder: Path) -> Git:
    return Git(folder, without_secrets(ENVIRONMENT))


async def lived_through(folder: Path, form: str | None) -> None:
    """Three nights with an edit each, the third suspect and accepted, then an edit by hand."""
    async with DemoServer(world_of(grown())) as server:
        order = {"git": True, "environment": ENVIRONMENT}
        nights = Nights(server, folder, Settings(backup_format=form), order)  # type: ignore[arg-type]
        await nights.run(1, projects=("shop",))
        server.world.project.rename_test("00000001f", "Second night")
        await nights.run(2, projects=("shop",))
        await nights.run(3, projects=("shop",))
        server.world.project.delete_suite("00000003")
        await nights.run(4, projects=("shop",))
        asked = BackupOrder(folder=folder, git=True, environment=ENVIRONMENT)
        nights.clock.night = 5
        await accept(Settings(), asked, "shop", clock=nights.clock)


@pytest.mark.parametrize("form", [None, "json", "yaml", "markdown"])
async def test_every_commit_that_changed_a_snapshot_is_a_backup(
    form: str | None, folder: Path
) -> None:
    """With the time of the night and what its message tells; other files are none."""
    await lived_through(folder, form)
    listed = list_revisions(git_in(folder))
    assert [(each.project, each.at.day, each.mark.value) for each in listed] == [
        *(("shop", 1, ""), ("shop", 2, ""), ("shop", 4, "suspect"), ("shop", 5, "")),
    ]
    counts = [(each.figures.suites, each.figures.tests) for each in listed if each.figures]
    assert counts == [(4, 20), (4, 20), (3, 15), (3, 15)]
    assert all(each.size > 1000 for each in listed)
    assert listed[-1].place.startswith(run(folder, "rev-parse", "HEAD")[:12])


@pytest.mark.parametrize("form", [None, "json"])
async def test_a_backup_comes_back_by_its_time_or_its_revision(
    form: str | None, folder: Path, tmp_path: Path
) -> None:
    """In whatever format it is wanted."""
    await lived_through(folder, form)
    first = run(folder, "rev-list", "--reverse", "HEAD").split()[1]
    for when, tests, title in (
        (None, 15, "Second night"),
        ("2026-05", 15, "Second night"),
        ("2026-05-04", 15, "Second night"),
        ("2026-05-02T02:15", 20, "Second night"),
        ("2026-05-01", 20, "Test 1"),
        (first[:10], 20, "Test 1"),
        ("HEAD~2", 20, "Second night"),
        ("main", 15, "Second night"),
    ):
        out = tmp_path / "back.json"
        restore_revision(git_in(folder), "shop", when, out, Format.JSON)
        found = read(out)
        assert found.head.tests == tests, when
        assert title in {node.fields["title"] for node in found.nodes}


async def test_one_that_was_deleted_can_still_be_had(folder: Path, tmp_path: Path) -> None:
    """That is what a history is for; a commit of somebody else is one as well."""
    await lived_through(folder, None)
    (folder / "shop" / "suite-0-00000000.yaml").write_text(
        (folder / "shop" / "suite-0-00000000.yaml").read_text().replace("Second night", "By hand")
    )
    commit(folder)
    run(folder, "rm", "-r", "--quiet", "shop")
    run(folder, "commit", "--quiet", "-m", "Remove it")
    git = git_in(folder)
    restore_revision(git, "shop", None, tmp_path / "back.yaml", Format.YAML)
    assert "By hand" in (tmp_path / "back.yaml").read_text()
    assert list_revisions(git)[-1].figures is None
    with pytest.raises(UsageError, match="no backup of 'shop' at the revision HEAD"):
        restore_revision(git, "shop", "HEAD", tmp_path / "x.yaml", Format.YAML)


@pytest.mark.parametrize("when", ["none", "--all", "HEAD:x", "2026x"])
async def test_what_names_no_revision_is_refused(when: str, folder: Path, tmp_path: Path) -> None:
    """With a sentence that says where to look."""
    await lived_through(folder, None)
    with pytest.raises(UsageError, match="neither the beginning of a time nor a revision"):
        restore_revision(git_in(folder), "shop", when, tmp_path / "x.yaml", Format.YAML)
    with pytest.raises(UsageError, match="There is no backup of 'shop' from 2027"):
        restore_revision(git_in(folder), "shop", "2027", tmp_path / "x.yaml", Format.YAML)
    assert not (tmp_path / "x.yaml").exists()


async def test_a_repository_without_commits_has_no_backups(tmp_path: Path) -> None:
    """And a folder that is no working tree is an error."""
    with pytest.raises(LocalError, match="not in a git working tree"):
        git_in(tmp_path).check()
    run(tmp_path, "init", "--quiet")
    assert list_revisions(git_in(tmp_path)) == ()
    with pytest.raises(UsageError, match="There is no backup of 'shop'"):
        restore_revision(git_in(tmp_path), "shop", None, tmp_path / "x.yaml", Format.YAML)
    with pytest.raises(LocalError, match="There is no folder"):
        git_in(tmp_path / "none").check()
