"""Backups of several projects in a folder: what is stored, what is not, and what is red."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from support.nights import Nights, grown, outcomes

from crawler.config.settings import Settings
from crawler.demo import API_TOKEN, Account, DemoServer, Fault, FaultKind, World
from crawler.errors import LocalError, SnapshotError, UsageError
from crawler.jobs import backup_project
from crawler.jobs.backup import BackupOrder
from crawler.jobs.backup_keeping import accept, list_backups, restore_file
from crawler.jobs.backup_lock import locked
from crawler.jobs.backup_names import LOCK
from crawler.jobs.several import worst
from crawler.jobs.verify import verify
from crawler.snapshot.formats import Format
from crawler.snapshot.reading import read

pytestmark = pytest.mark.anyio

EVERY = {"all_projects": True}


def world(*slugs: str) -> World:
    """A server of some projects, all of which the account may read."""
    account = Account("a@example.com", "x", API_TOKEN)
    return World([grown(slug) for slug in slugs], [account])


async def test_all_projects_are_stored_with_one_login(tmp_path: Path) -> None:
    """Each in a folder of its own, with a manifest that describes the file on the disk."""
    async with DemoServer(world("shop", "blog")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        run = await nights.run(1)
        assert (run.exit_code, outcomes(run)) == (0, {"blog": "stored", "shop": "stored"})
        assert server.logins == 1
    assert nights.files("shop") == ["2026-05-01T021500Z.json.gz"]
    path = nights.folder / "shop" / "2026-05-01T021500Z.json.gz"
    manifest = json.loads((path.parent / f"{path.name}.manifest.json").read_bytes())
    assert manifest["snapshot"]["file"] == path.name
    assert manifest["snapshot"]["size"] == path.stat().st_size
    assert manifest["counts"] == {"suites": 4, "tests": 20}
    assert json.loads(gzip.decompress(path.read_bytes()))["counts"]["tests"] == 20
    assert read(path).head.tests == 20


async def test_an_unchanged_project_is_noted_and_not_stored_twice(tmp_path: Path) -> None:
    """A changed one is, with the change in numbers."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        await nights.run(1)
        assert outcomes(await nights.run(2)) == {"shop": "unchanged"}
        assert len(nights.files("shop")) == 1
        server.world.project.edit_test("00000001f", {"description": "Another text"})
        server.world.project.delete_test("00000002f")
        (third,) = (await nights.run(3)).projects
    assert (third.outcome, str(third.changed)) == ("stored", "1 test removed, 1 test changed")
    assert len(nights.files("shop")) == 2
    assert [each["outcome"] for each in nights.history("shop")] == [
        *("stored", "unchanged", "stored"),
    ]


@pytest.mark.parametrize("manifest", [True, False])
async def test_another_part_of_a_project_is_not_held_against_the_one_before(
    manifest: bool, tmp_path: Path
) -> None:
    """What was not selected is not lost; that nobody can tell is said, on the first night."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", Settings(manifest=manifest), order=EVERY)
        await nights.run(1)
        (part,) = (await nights.run(2, only_suites=("Suite 1",))).projects
        assert (part.outcome, part.tests, part.changed) == ("stored", 5, None)
        (warning,) = part.warnings
        assert warning == (
            "the last good backup is of all of it, this one of suite 00000001 with all below:"
            " nobody can tell from them what was lost or changed"
        )
        (same,) = (await nights.run(3, only_suites=("Suite 1",))).projects
        assert (same.outcome, same.warnings) == ("unchanged", ())
        server.world.project.delete_test("00010001f")
        server.world.project.delete_test("00010002f")
        (lost,) = (await nights.run(4, only_suites=("Suite 1",))).projects
        assert lost.outcome == "suspect"


@pytest.mark.parametrize(
    ("settings", "suffix"),
    [
        ({"compress": "none"}, ".json"),
        ({"compress": "zstd"}, ".json.zst"),
        ({"backup_format": "yaml"}, ".yaml.gz"),
        ({"backup_format": "tree"}, ".tree"),
        ({"backup_format": "markdown", "manifest": False}, ".markdown"),
        ({"manifest": False}, ".json.gz"),
    ],
)
async def test_backups_are_stored_as_told_and_come_back(
    settings: dict[str, Any], suffix: str, tmp_path: Path
) -> None:
    """In any format, files packed or not; without a manifest the backup itself is asked."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        await nights.run(1, **settings)
        assert nights.files("shop") == [f"2026-05-01T021500Z{suffix}"]
        assert outcomes(await nights.run(2, **settings)) == {"shop": "unchanged"}
    restore_file(nights.folder, "shop", None, tmp_path / "back.yaml", Format.YAML)
    assert read(tmp_path / "back.yaml").head.tests == 20


async def test_backups_that_are_directories_are_kept_marked_and_removed_as_files_are(
    tmp_path: Path,
) -> None:
    """With all that is in them; a folder that only is called like one is nobody's backup."""
    async with DemoServer(world("shop")) as server:
        told = Settings(backup_format="tree", keep_last=1)  # type: ignore[arg-type]
        nights = Nights(server, tmp_path / "backups", told, EVERY)
        await nights.run(1)
        (nights.folder / "shop" / "2026-01-01T000000Z.json").mkdir()
        server.world.project.delete_suite("00000001")
        assert outcomes(await nights.run(2)) == {"shop": "suspect"}
        await accept(Settings(), BackupOrder(folder=nights.folder), "shop")
        (only,) = (each for each in list_backups(nights.folder) if each.at.day == 2)
        assert (only.place[-5:], only.mark, only.figures and only.figures.suites) == (
            ".tree",
            "",
            3,
        )
        assert only.size > 1000
        server.world.project.rename_test("00000001f", "Other")
        assert outcomes(await nights.run(3)) == {"shop": "stored"}
    assert sorted(path.name for path in (nights.folder / "shop").iterdir()) == [
        *("2026-01-01T000000Z.json", "2026-05-03T021500Z.tree"),
        *("2026-05-03T021500Z.tree.manifest.json", "history.jsonl"),
    ]


async def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    """Its names never come again, so nothing else would ever do it."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        folder = nights.folder / "shop"
        (folder / ".2026-04-30T021500Z.tree.0123abcd.tmp" / "deep").mkdir(parents=True)
        (folder / ".2026-04-30T021500Z.json.gz.0123abcd.tmp").write_text("half")
        (folder / ".mine.0123abcd.tmp").write_text("mine")
        await nights.run(1)
    hidden = [path.name for path in folder.iterdir() if path.name.startswith(".")]
    assert hidden == [".mine.0123abcd.tmp"]


async def test_a_manifest_says_what_the_last_good_backup_was(tmp_path: Path) -> None:
    """So a program sees age, counts and change in one file."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        await nights.run(1)
        server.world.project.delete_test("00000001f")
        await nights.run(2)
    first, second = (
        json.loads((nights.folder / "shop" / f"{name}.manifest.json").read_bytes())
        for name in nights.files("shop")
    )
    assert (first["previous"], first["changed"]) == (None, None)
    assert second["changed"] is True
    assert second["previous"] == {
        "finished_at": "2026-05-01T02:15:00Z",
        "complete": True,
        "counts": {"suites": 4, "tests": 20},
        "content_sha256": first["content_sha256"],
    }


async def test_a_damaged_last_backup_is_stored_anew(tmp_path: Path) -> None:
    """An unchanged project would else live on in a file that nobody can read."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        await nights.run(1)
        path = nights.folder / "shop" / nights.files("shop")[0]
        path.write_bytes(path.read_bytes()[:-9])
        assert outcomes(await nights.run(2)) == {"shop": "stored"}
    with pytest.raises(SnapshotError, match="is damaged"):
        restore_file(nights.folder, "shop", "2026-05-01", tmp_path / "back.json", Format.JSON)
    assert not (tmp_path / "back.json").exists()
    restore_file(nights.folder, "shop", None, tmp_path / "back.json", Format.JSON)


async def test_a_backup_whose_manifest_is_damaged_is_stored_anew(tmp_path: Path) -> None:
    """Else every night would be green, and the only backup of the project faulty."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        await nights.run(1)
        (first,) = nights.files("shop")
        (nights.folder / "shop" / f"{first}.manifest.json").write_text("{")
        assert outcomes(await nights.run(2)) == {"shop": "stored"}
        assert outcomes(await nights.run(3)) == {"shop": "unchanged"}
    assert verify(nights.folder / "shop" / nights.files("shop")[-1]).faults == ()


async def test_backups_that_nobody_can_read_make_the_night_red(tmp_path: Path) -> None:
    """The older ones are asked first; with none left, a loss would go unseen."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        await nights.run(1)
        server.world.project.rename_test("00000001f", "Other")
        await nights.run(2)
        first, second = (nights.folder / "shop" / name for name in nights.files("shop"))
        for path, outcome in ((second, "stored"), (first, "failed")):
            path.write_text("broken")
            path.with_name(f"{path.name}.manifest.json").unlink()
            if outcome == "failed":
                for name in nights.files("shop")[2:]:
                    (nights.folder / "shop" / name).unlink()
            run = await nights.run()
            assert outcomes(run) == {"shop": outcome}
    assert run.exit_code == 6


async def test_one_failure_does_not_stop_the_others(tmp_path: Path) -> None:
    """The exit code is the worst of all, and the next night is good again."""
    async with DemoServer(world("blog", "shop", "wiki")) as server:
        server.fault(Fault(FaultKind.ERROR_500, "^/api/(projects/)?shop", times=None))
        nights = Nights(server, tmp_path / "backups", settings=Settings(attempts=1))
        run = await nights.run(1, projects=("blog", "shop", "wiki"))
        assert outcomes(run) == {"blog": "stored", "shop": "failed", "wiki": "stored"}
        assert run.exit_code == 5
        run = await nights.run(2, projects=("blog", "shop", "none", "w*"))
        assert list(outcomes(run).values()) == ["unchanged", "failed", "failed", "unchanged"]
        assert run.exit_code == 3
        assert "'none' was not found" in run.projects[2].message
        server.faults.wanted.clear()
        assert outcomes(await nights.run(3, projects=("shop",))) == {"shop": "stored"}


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (RuntimeError("odd"), 70, "This is a bug: RuntimeError: odd."),
        (OSError(28, "No space left on device"), 6, "No space left on device"),
        (ExceptionGroup("", [LocalError("The disk is full.")]), 6, "The disk is full."),
    ],
)
async def test_even_a_bug_in_one_project_spares_the_others(
    error: Exception, code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody thought of is one project's failure as well."""

    def content_sum(document: Any) -> str:
        if document.head.project_id == "blog":
            raise error
        return original(document)

    original = backup_project.content_sum
    monkeypatch.setattr(backup_project, "content_sum", content_sum)
    async with DemoServer(world("blog", "shop")) as server:
        run = await Nights(server, tmp_path / "backups", order=EVERY).run(1)
    assert (run.exit_code, outcomes(run)) == (code, {"blog": "failed", "shop": "stored"})
    assert message in run.projects[0].message


async def test_a_suite_that_fails_makes_the_night_red_and_stores_nothing(tmp_path: Path) -> None:
    """With `allow_partial` what there is is stored, marked, and still red."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        await nights.run(1)
        server.world.project.add_suite("aaaaaaaa", "New")
        server.fault(Fault(FaultKind.ERROR_500, "/suites/aaaaaaaa$", times=None))
        run = await nights.run(2, attempts=1)
        assert (run.exit_code, outcomes(run)) == (4, {"shop": "incomplete"})
        assert "suite aaaaaaaa" in run.projects[0].message
        assert len(nights.files("shop")) == 1
        run = await nights.run(3, attempts=1, allow_partial=True)
        assert (run.exit_code, outcomes(run)) == (4, {"shop": "partial"})
    assert nights.files("shop")[1] == "2026-05-03T021500Z.partial.json.gz"


async def test_a_shrunken_project_is_red_until_somebody_accepts_it(tmp_path: Path) -> None:
    """It is stored once, marked; accepted, it is what the next night is held against."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        await nights.run(1)
        server.world.project.delete_suite("00000001")
        for night in (2, 3):
            run = await nights.run(night)
            assert (run.exit_code, outcomes(run)) == (4, {"shop": "suspect"})
            assert "4 suites became 3 and 20 tests became 15" in run.projects[0].message
        assert nights.files("shop")[1:] == ["2026-05-02T021500Z.suspect.json.gz"]
        path = await accept(Settings(), BackupOrder(folder=nights.folder), "shop")
        assert path.name == "2026-05-02T021500Z.json.gz"
        assert outcomes(await nights.run(4)) == {"shop": "unchanged"}
        with pytest.raises(UsageError, match="no suspect backup"):
            await accept(Settings(), BackupOrder(folder=nights.folder), "shop")
    restore_file(nights.folder, "shop", None, tmp_path / "back.json", Format.JSON)
    assert read(tmp_path / "back.json").head.suites == 3
    manifest = json.loads((path.parent / f"{path.name}.manifest.json").read_bytes())
    assert manifest["snapshot"]["file"] == path.name


async def test_a_loss_can_be_accepted_beforehand(tmp_path: Path) -> None:
    """For whoever has just deleted half of it."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        await nights.run(1)
        server.world.project.delete_suite("00000001")
        run = await nights.run(2, accept_shrink=True)
    assert (run.exit_code, outcomes(run)) == (0, {"shop": "stored"})


async def test_a_project_that_is_no_longer_listed_is_red(tmp_path: Path) -> None:
    """With all projects or a pattern nobody would miss it; it was backed up, so we do."""
    async with DemoServer(world("shop", "blog")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        await nights.run(1)
        del server.world.projects["shop"]
        run = await nights.run(2)
        assert (run.exit_code, outcomes(run)) == (3, {"blog": "unchanged", "shop": "failed"})
        assert "no longer reaches it" in run.projects[1].message
        (nights.folder / "shop").rename(tmp_path / "old shop")
        assert (await nights.run(3)).exit_code == 0


async def test_an_account_without_projects_is_red(tmp_path: Path) -> None:
    """So is a pattern that takes none."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups")
        run = await nights.run(1, projects=("shop*", "w*"))
        assert (run.exit_code, outcomes(run)) == (3, {"shop": "stored"})
        assert "matches 'w*'" in run.problems[0].message
        server.world.projects.clear()
        run = await nights.run(2, projects=("shop*",))
    assert (run.exit_code, outcomes(run)) == (3, {"shop": "failed"})


async def test_refused_credentials_are_every_projects_failure(tmp_path: Path) -> None:
    """Each is noted, and the server is not asked again for each."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups")
        server.world.accounts = ()
        run = await nights.run(1, projects=("shop", "blog"))
        assert (run.exit_code, outcomes(run)) == (3, {"shop": "failed", "blog": "failed"})
        assert server.refused_logins == 1
    assert nights.history("blog")[0]["exit_code"] == 3


async def test_a_second_run_into_the_same_folder_is_refused(tmp_path: Path) -> None:
    """Exit code 6, and nothing is asked for."""
    folder = tmp_path / "backups"
    folder.mkdir()
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, folder, order=EVERY)
        with locked(folder / LOCK, folder), pytest.raises(LocalError, match="Another backup"):
            await nights.run(1)
        assert server.requests == ()
        assert (await nights.run(1)).exit_code == 0


async def test_retention_removes_backups_with_their_manifests_and_nothing_else(
    tmp_path: Path,
) -> None:
    """Somebody's own files in the folder stay."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY, settings=Settings(keep_last=2))
        await nights.run(1)
        for name in ("notes.txt", "2026-05-01T021500Z.json.bak", "2026-04-01.json.gz"):
            (nights.folder / "shop" / name).write_text("mine")
        for night in range(2, 6):
            server.world.project.rename_test("00000001f", f"Title {night}")
            await nights.run(night)
    assert {path.name for path in (nights.folder / "shop").iterdir()} == {
        *("notes.txt", "2026-05-01T021500Z.json.bak", "2026-04-01.json.gz", "history.jsonl"),
        *("2026-05-04T021500Z.json.gz", "2026-05-04T021500Z.json.gz.manifest.json"),
        *("2026-05-05T021500Z.json.gz", "2026-05-05T021500Z.json.gz.manifest.json"),
    }


async def test_two_runs_in_one_second_do_not_overwrite_each_other(tmp_path: Path) -> None:
    """A clock that was set back must not cost a backup."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        await nights.run(1)
        server.world.project.rename_test("00000001f", "Other")
        await nights.run(1)
    assert nights.files("shop") == ["2026-05-01T021500Z.json.gz", "2026-05-01T021501Z.json.gz"]


async def test_the_backups_are_listed_and_found_by_the_beginning_of_their_time(
    tmp_path: Path,
) -> None:
    """A good one is preferred to a marked one of the same time."""
    async with DemoServer(world("shop")) as server:
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        await nights.run(1)
        server.world.project.delete_suite("00000001")
        await nights.run(2)
    listed = list_backups(nights.folder)
    assert [(each.project, each.mark, each.figures and each.figures.tests) for each in listed] == [
        ("shop", "", 20),
        ("shop", "suspect", 15),
    ]
    for when, tests in ((None, 20), ("2026-05", 20), ("2026-05-02T02:15", 15)):
        restore_file(nights.folder, "shop", when, tmp_path / "back.json", Format.JSON)
        assert read(tmp_path / "back.json").head.tests == tests
    with pytest.raises(UsageError, match="from 2027"):
        restore_file(nights.folder, "shop", "2027", tmp_path / "back.json", Format.JSON)
    with pytest.raises(UsageError, match="no backup of 'blog'"):
        restore_file(nights.folder, "blog", None, tmp_path / "back.json", Format.JSON)


@pytest.mark.parametrize(
    ("silent", "expected"),
    [("/suites", (4, {"shop": "incomplete"})), ("/projects/shop", (5, {"shop": "failed"}))],
)
async def test_the_deadline_is_for_the_whole_run(
    silent: str, expected: tuple[int, dict[str, str]], tmp_path: Path
) -> None:
    """What is not fetched by then is missing, and said to be."""
    async with DemoServer(world("shop")) as server:
        server.fault(Fault(FaultKind.HANG, silent, times=None))
        nights = Nights(server, tmp_path / "backups", order=EVERY)
        run = await nights.run(1, deadline=2.0)
    assert (run.exit_code, outcomes(run)) == expected


async def test_a_folder_whose_parent_is_missing_is_not_made(tmp_path: Path) -> None:
    """A disk that is not mounted should not be filled from below."""
    async with DemoServer(world("shop")) as server:
        with pytest.raises(LocalError, match="Could not make"):
            await Nights(server, tmp_path / "disk" / "backups", order=EVERY).run(1)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], 0),
        ([0, 0], 0),
        ([0, 5], 5),
        ([5, 4], 4),
        ([4, 3, 5], 3),
        ([3, 6, 4], 6),
        ([6, 70], 70),
    ],
)
def test_the_worst_code_is_that_of_the_run(codes: list[int], expected: int) -> None:
    """What needs a person comes before what passes by itself."""
    assert worst(codes) == expected
