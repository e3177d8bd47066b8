"""Backups in a real git repository: a commit a run, and none for nothing."""

import os
import subprocess
from pathlib import Path
from typing import Any

import anyio
import pytest
from support.nights import Nights, grown, outcomes

from crawler.config.settings import Settings
from crawler.demo import API_TOKEN, Account, DemoServer, Fault, FaultKind, World
from crawler.errors import LocalError
from crawler.jobs import backup
from crawler.jobs.backup import BackupOrder
from crawler.jobs.backup_keeping import accept
from crawler.jobs.backup_worktree import WorkTree
from crawler.jobs.git import Git, GitError, without_secrets
from crawler.snapshot.reading import read

pytestmark = pytest.mark.anyio

PLAIN = {"PATH": os.environ.get("PATH", ""), "GIT_CONFIG_GLOBAL": os.devnull}
ENVIRONMENT = {**PLAIN, "GIT_CONFIG_NOSYSTEM": "1"}
ORDER = {"all_projects": True, "git": True, "environment": ENVIRONMENT}


def git(folder: Path, *arguments: str) -> str:
    """What git says."""
    who = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b.c"}
    who |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@b.c"}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**ENVIRONMENT, **who},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A working tree with a file of its own and a commit."""
    folder = tmp_path / "tree"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "README.md").write_text("ours\n")
    (folder / "compose.yaml").write_text("services: {}\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Begin")
    return folder


def served(*slugs: str) -> DemoServer:
    """A server of some projects."""
    account = Account("a@example.com", "x", API_TOKEN)
    return DemoServer(World([grown(slug) for slug in slugs], [account]))


def tops(folder: Path) -> list[str]:
    """What git keeps at the top of the tree."""
    return git(folder, "ls-tree", "--name-only", "HEAD").splitlines()


def log(folder: Path) -> list[str]:
    """The subjects, the newest first."""
    return git(folder, "log", "--format=%s").splitlines()


async def test_each_project_that_changed_is_one_commit(tree: Path) -> None:
    """The subject sums up, the body names each change; author and date are as configured."""
    async with served("shop", "blog") as server:
        told = Settings(git_author="Night Watch <night@example.com>")
        nights = Nights(server, tree, order=ORDER, settings=told)
        run = await nights.run(1)
        # Whichever was read first.
        assert sorted(log(tree)[:2]) == [
            "blog: first snapshot, 4 suites, 20 tests",
            "shop: first snapshot, 4 suites, 20 tests",
        ]
        assert sorted(run.commits) == sorted(git(tree, "log", "-2", "--format=%H").split())
        shop = server.world.projects["shop"]
        shop.delete_test("00000002f")
        shop.rename_test("00000001f", "Pays by card")
        await nights.run(2)
    assert log(tree)[0] == "shop: 1 test removed, 1 test renamed"
    body = git(tree, "log", "-1", "--format=%b")
    assert "- test 00000002f Suite 0 / Test 2" in body
    assert "~ test 00000001f Suite 0 / Pays by card: renamed" in body
    who = git(tree, "log", "-1", "--format=%an <%ae> %cn %aI")
    assert who == "Night Watch <night@example.com> Night Watch 2026-05-02T02:15:00+00:00"
    assert git(tree, "status", "--porcelain") == ""
    assert git(tree, "show", "--name-only", "--format=", "HEAD").splitlines() == [
        "shop/suite-0-00000000.yaml",
    ]
    trailers = git(tree, "log", "-1", "--format=%(trailers:only)").splitlines()
    assert trailers[:2] == ["Suites: 4", "Tests: 19"]


async def test_an_unchanged_project_makes_no_commit(tree: Path) -> None:
    """Nor do changes that nobody made: `stable` is in force."""
    async with served("shop") as server:
        nights = Nights(server, tree, order=ORDER)
        await nights.run(1)
        before = log(tree)
        server.world.project.edit_test("00000001f", {"run-statuses": ["passed"]})
        run = await nights.run(2)
    assert (outcomes(run), run.commits, log(tree)) == ({"shop": "unchanged"}, (), before)
    assert read(tree / "shop").head.omitted


async def test_foreign_changes_are_refused(tree: Path) -> None:
    """In a tracked file, staged or not: exit code 6, and nothing is asked for."""
    async with served("shop") as server:
        nights = Nights(server, tree, order=ORDER)
        (tree / "README.md").write_text("edited\n")
        for command in (["status"], ["add", "README.md"]):
            git(tree, *command)
            with pytest.raises(LocalError, match=r"changes that are not from a backup: README.md"):
                await nights.run(1)
        assert server.requests == ()
        git(tree, "reset", "--quiet", "--hard")
        (tree / "draft.txt").write_text("untracked\n")
        assert (await nights.run(1)).exit_code == 0
    assert tops(tree) == ["README.md", "compose.yaml", "shop"]


async def test_a_file_that_is_in_the_way_is_not_overwritten(tree: Path) -> None:
    """A project may be called like a file that was there before."""
    async with served("compose", "shop") as server:
        (tree / "shop").mkdir()
        (tree / "shop" / "main.py").write_text("mine\n")
        run = await Nights(server, tree, order=ORDER).run(1, backup_format="yaml")
        assert (run.exit_code, outcomes(run)) == (6, {"compose": "failed", "shop": "stored"})
        run = await Nights(server, tree, order=ORDER).run(2, backup_format="tree")
    assert (run.exit_code, outcomes(run)) == (6, {"compose": "stored", "shop": "failed"})
    assert (tree / "compose.yaml").read_text() == "services: {}\n"
    assert tops(tree) == ["README.md", "compose.yaml", "compose", "shop.yaml"]
    assert git(tree, "status", "--porcelain") == "?? shop/"


async def test_a_snapshot_that_somebody_broke_makes_the_night_red(tree: Path) -> None:
    """With nothing to hold the new one against, a loss would go unseen."""
    async with served("shop") as server:
        nights = Nights(server, tree, order=ORDER)
        await nights.run(1)
        with (tree / "shop" / "suite-0-00000000.yaml").open("a") as file:
            file.write("x\n")
        git(tree, "commit", "--quiet", "--all", "-m", "By hand")
        run = await nights.run(2)
    assert (run.exit_code, outcomes(run)) == (6, {"shop": "failed"})
    assert "Restore it from an earlier commit" in run.projects[0].message


async def test_a_folder_that_is_no_working_tree_is_refused(tmp_path: Path) -> None:
    """The sentence says how to make it one."""
    async with served("shop") as server:
        with pytest.raises(LocalError, match="git init"):
            await Nights(server, tmp_path / "plain", order=ORDER).run(1)


async def test_a_suspect_snapshot_stands_beside_the_good_one(tree: Path) -> None:
    """Until it is accepted, or the project is back."""
    async with served("shop") as server:
        nights = Nights(server, tree, order=ORDER)
        await nights.run(1)
        server.world.project.delete_suite("00000001")
        for night in (2, 3):
            run = await nights.run(night)
            assert (run.exit_code, outcomes(run)) == (4, {"shop": "suspect"})
        assert len(log(tree)) == 3
        assert log(tree)[0].startswith("Suspect: shop: 1 suite removed, 5 tests removed")
        assert read(tree / "shop").head.suites == 4
        assert read(tree / "shop.suspect").head.suites == 3
        order = BackupOrder(folder=tree, git=True, environment=ENVIRONMENT)
        await accept(Settings(), order, "shop")
        assert log(tree)[0] == "Accept what shop has lost"
        assert read(tree / "shop").head.suites == 3
        assert not (tree / "shop.suspect").exists()
        assert outcomes(await nights.run(4)) == {"shop": "unchanged"}


async def test_a_good_night_takes_the_suspect_snapshot_away(tree: Path) -> None:
    """Its history stays in git."""
    async with served("shop") as server:
        nights = Nights(server, tree, order=ORDER)
        await nights.run(1)
        whole = server.world.projects["shop"]
        server.world.projects["shop"] = grown(suites=1)
        await nights.run(2)
        server.world.projects["shop"] = whole
        run = await nights.run(3)
    assert (run.exit_code, outcomes(run)) == (0, {"shop": "unchanged"})
    assert log(tree)[0] == "shop: as it was last"
    assert tops(tree) == ["README.md", "compose.yaml", "shop"]


async def test_what_a_crash_left_is_undone(tree: Path) -> None:
    """The files of a commit that was not made, new or changed, are no foreign changes."""
    async with served("shop", "blog") as server:
        nights = Nights(server, tree, order={**ORDER, "all_projects": False})
        await nights.run(1, projects=("shop",))
        own = tree / ".git" / "testomat-crawler"
        half = ("shop/suite-0-00000000.yaml", "shop/new.yaml", "blog/snapshot.yaml")
        gone = "shop/suite-1-00000001.yaml"
        (own / "pending").write_text("\0".join((*half, gone, "shop/never.yaml", "")))
        (tree / "blog").mkdir()
        for name in half:
            (tree / name).write_text("half")
        (tree / gone).unlink()
        (tree / "shop" / ".new.yaml.0123abcd.tmp").write_text("a tenth")
        git(tree, "add", half[0], half[2])
        run = await nights.run(2, projects=("shop", "blog"))
    assert (run.exit_code, outcomes(run)) == (0, {"shop": "unchanged", "blog": "stored"})
    assert git(tree, "status", "--porcelain") == ""


async def test_a_commit_that_git_refuses_leaves_the_tree_as_it_was(tree: Path) -> None:
    """A hook says no: exit code 6, and the next run may try again."""
    hook = tree / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'error: not today' >&2\nexit 1\n")
    hook.chmod(0o755)
    async with served("shop") as server:
        nights = Nights(server, tree, order=ORDER)
        run = await nights.run(1)
        assert (run.exit_code, outcomes(run)) == (6, {"shop": "failed"})
        assert "error: not today" in run.projects[0].message
        assert git(tree, "status", "--porcelain") == ""
        hook.unlink()
        assert (await nights.run(2)).exit_code == 0


async def test_commits_are_pushed_if_told_to(tree: Path, tmp_path: Path) -> None:
    """A push that fails makes the run red with 5, and the next one takes it along."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "hub")
    git(tree, "remote", "add", "origin", str(tmp_path / "hub"))
    git(tree, "push", "--quiet", "--set-upstream", "origin", "main")
    async with served("shop") as server:
        nights = Nights(server, tree, order={**ORDER, "push": True})
        (tmp_path / "hub").rename(tmp_path / "away")
        run = await nights.run(1)
        assert run.exit_code == 5
        assert "was not pushed" in run.problems[0].message
        (tmp_path / "away").rename(tmp_path / "hub")
        assert (await nights.run(2)).exit_code == 0
    assert git(tmp_path / "hub", "log", "-1", "--format=%H") == git(tree, "rev-parse", "HEAD")


async def test_a_folder_within_a_tree_may_be_the_place(tree: Path) -> None:
    """The snapshots need not lie at its top."""
    async with served("shop") as server:
        nights = Nights(server, tree / "tests", order=ORDER)
        assert (await nights.run(1)).exit_code == 0
        assert (await nights.run(2)).commits == ()
    assert "tests/shop/snapshot.yaml" in git(tree, "ls-files").splitlines()


def test_git_gets_none_of_our_secrets() -> None:
    """Nor is it led to another repository, as it would be from within a hook."""
    given: dict[str, Any] = {
        "TESTOMATIO_API_TOKEN": "x",
        "Testomatio": "x",
        "GIT_DIR": "/elsewhere",
    }
    cleaned = without_secrets({**given, "HOME": "/home/me", "GIT_SSH_COMMAND": "ssh -i key"})
    assert cleaned == {
        "HOME": "/home/me",
        "GIT_SSH_COMMAND": "ssh -i key",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def test_an_error_of_git_hides_the_password_of_an_address(tree: Path) -> None:
    """A remote's address may hold one."""
    with pytest.raises(GitError) as caught:
        Git(tree, ENVIRONMENT).run("push", "https://me:hidden@127.0.0.1:9/x.git", "main")
    assert "hidden" not in str(caught.value)


def test_a_machine_without_git_is_told_so(tree: Path) -> None:
    """In a sentence."""
    with pytest.raises(LocalError, match="git is not installed"):
        Git(tree, {"PATH": ""}).run("status")


FORMATS = {"json": "shop.json", "yaml": "shop.yaml", "tree": "shop", "markdown": "shop"}


@pytest.mark.parametrize("form", FORMATS)
async def test_any_format_can_be_kept_in_git(form: str, tree: Path) -> None:
    """Whatever it is, an edit is one commit, and the snapshot is what a crawl would write."""
    async with served("shop") as server:
        nights = Nights(server, tree, order=ORDER, settings=Settings(backup_format=form))
        await nights.run(1)
        server.world.project.rename_test("00000001f", "Pays by card")
        server.world.project.delete_suite("00000003")
        run = await nights.run(2, accept_shrink=True)
        assert (run.exit_code, outcomes(run), len(run.commits)) == (0, {"shop": "stored"}, 1)
        assert outcomes(await nights.run(3)) == {"shop": "unchanged"}
    assert git(tree, "status", "--porcelain") == ""
    assert tops(tree) == ["README.md", "compose.yaml", FORMATS[form]]
    titles = {node.fields["title"] for node in read(tree / FORMATS[form]).nodes}
    assert "Pays by card" in titles
    assert "Suite 3" not in titles


async def test_another_format_takes_the_place_of_the_one_that_is_there(tree: Path) -> None:
    """In one commit, although nothing else changed; not told, the one that is there stays."""
    async with served("shop") as server:
        nights = Nights(server, tree, order=ORDER)
        for night, form in enumerate(("yaml", "markdown", "tree", "json", "tree"), 1):
            run = await nights.run(night, backup_format=form)
            assert (run.exit_code, outcomes(run)) == (0, {"shop": "stored"})
            assert tops(tree) == ["README.md", "compose.yaml", FORMATS[form]]
            assert read(tree / FORMATS[form]).head.tests == 20
        assert log(tree)[0] == "shop: nothing in suites and tests"
        await nights.run(6, backup_format="yaml")
        server.world.project.rename_test("00000001f", "Pays by card")
        await nights.run(7)
    assert tops(tree) == ["README.md", "compose.yaml", "shop.yaml"]
    assert git(tree, "status", "--porcelain") == ""


async def test_files_in_a_tree_that_are_not_of_the_snapshot_stay(tree: Path) -> None:
    """Whether git knows them or not; one that is in the way is not overwritten."""
    async with served("shop") as server:
        nights = Nights(server, tree, order=ORDER)
        await nights.run(1)
        (tree / "shop" / "README.md").write_text("ours\n")
        git(tree, "add", ".")
        git(tree, "commit", "--quiet", "-m", "Explain")
        (tree / "shop" / "draft.yaml").write_text("untracked\n")
        server.world.project.rename_suite("00000000", "Other")
        assert outcomes(await nights.run(2)) == {"shop": "stored"}
        (tree / "shop" / "more-00000001.yaml").write_text("untracked\n")
        server.world.project.rename_suite("00000001", "More")
        run = await nights.run(3)
        assert (run.exit_code, outcomes(run)) == (6, {"shop": "failed"})
        assert "more-00000001.yaml is in the way" in run.projects[0].message
    assert (tree / "shop" / "more-00000001.yaml").read_text() == "untracked\n"
    assert (tree / "shop" / "README.md").read_text() == "ours\n"
    assert git(tree, "status", "--porcelain").splitlines() == [
        *("?? shop/draft.yaml", "?? shop/more-00000001.yaml"),
    ]


async def test_a_folder_that_became_a_link_is_not_followed(tree: Path, tmp_path: Path) -> None:
    """It would lead out of the working tree."""
    async with served("shop") as server:
        project = server.world.project
        project.add_suite("00000009", "Below", "00000000")
        nights = Nights(server, tree, order=ORDER)
        await nights.run(1)
        (tree / "shop" / "suite-0-00000000").rename(tmp_path / "moved")
        (tree / "shop" / "suite-0-00000000").symlink_to(tmp_path / "moved")
        git(tree, "add", ".")
        git(tree, "commit", "--quiet", "-m", "By hand")
        project.rename_suite("00000009", "Deeper")
        run = await nights.run(2)
    assert (run.exit_code, outcomes(run)) == (6, {"shop": "failed"})
    assert "is a link" in run.projects[0].message
    assert [path.name for path in (tmp_path / "moved").iterdir()] == ["below-00000009.yaml"]


async def test_what_an_interrupted_run_has_finished_is_committed(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the project that was under way is done again."""
    monkeypatch.setattr(backup, "AT_ONCE", 1)
    began = anyio.Event()

    def watch(path: str, _: int) -> None:
        if path.startswith("/api/shop/suites"):
            began.set()

    account = Account("a@example.com", "x", API_TOKEN)
    world = World([grown("blog"), grown("shop")], [account])
    async with DemoServer(world, on_request=watch) as server:
        server.fault(Fault(FaultKind.HANG, "/shop/suites", times=None))
        nights = Nights(server, tree, order=ORDER)
        async with anyio.create_task_group() as group:
            group.start_soon(nights.run, 1)
            await began.wait()
            group.cancel_scope.cancel()
        assert tops(tree) == ["README.md", "blog", "compose.yaml"]
        server.faults.wanted.clear()
        assert outcomes(await nights.run(2)) == {"blog": "unchanged", "shop": "stored"}
    assert git(tree, "status", "--porcelain") == ""


@pytest.mark.parametrize("stop", range(8))
async def test_a_crash_at_any_step_is_repaired_by_the_next_run(
    stop: int, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after each file that is put, each that goes, and each command of git."""

    class Crash(BaseException):
        """Nothing that anybody catches, and nothing is cleaned up after it."""

    left = stop

    def crash() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Crash

    run_git, put = Git.run, WorkTree._put

    def git_run(self: Git, *arguments: str, **more: Any) -> bytes:
        counts = arguments[0] in {"update-index", "commit"}
        if counts:
            crash()
        done = run_git(self, *arguments, **more)
        if counts:
            crash()
        return done

    def put_file(self: WorkTree, name: str, source: Path | None) -> None:
        put(self, name, source)
        crash()

    async with served("shop") as server:
        nights = Nights(server, tree, order=ORDER)
        await nights.run(1)
        committed = git(tree, "rev-parse", "HEAD")
        server.world.project.rename_suite("00000000", "Other")
        server.world.project.rename_test("00010000f", "Changed")
        with monkeypatch.context() as patched:
            patched.setattr(Git, "run", git_run)
            patched.setattr(WorkTree, "_put", put_file)
            patched.setattr(WorkTree, "_recover", lambda _: None)
            with pytest.raises(Crash):
                await nights.run(2)
        head = git(tree, "rev-parse", "HEAD")
        run = await nights.run(3)
        assert outcomes(run) == {"shop": "stored" if head == committed else "unchanged"}
    assert git(tree, "status", "--porcelain") == ""
    assert git(tree, "rev-list", "--count", "HEAD") == "3"
    assert not (tree / ".git" / "testomat-crawler" / "pending").exists()
    assert "Other" in {node.fields["title"] for node in read(tree / "shop").nodes}
