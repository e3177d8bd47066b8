"""Incremental crawls over real HTTP: what they cost, when they ask for all, what they say."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.crawling import Taken, crawling, take
from support.projects import small_project

from crawler.config.thrift_settings import Strategy
from crawler.demo import (
    DemoProject,
    DemoServer,
    Etags,
    Fault,
    FaultKind,
    Listing,
    Resource,
    ServerOptions,
    TestsShape,
    UpdatedAt,
    generate,
    world_of,
)
from crawler.errors import UsageError

pytestmark = pytest.mark.anyio

ALL = ServerOptions(listing=Listing.ALL)
RENAMED = "00000123"


@pytest.fixture
def project() -> DemoProject:
    """Forty suites with two tests each; no test has parameters."""
    return generate(3, 40, 2, fan_out=4, text_bytes=60)


async def night(server: DemoServer, folder: Path, **more: Any) -> Taken:
    """One more incremental crawl, and that it has the bytes of a full one."""
    slug = server.world.project.slug
    found = await take(server, slug, state=folder, incremental=True, **more)
    full = await take(server, slug)
    assert found.bytes == full.bytes
    return found


def suites_asked(server: DemoServer) -> set[str]:
    """The suites that were asked for since the last call."""
    slug = server.world.project.slug
    paths = [path for path in server.counts if path.startswith(f"/api/{slug}/suites/")]
    server.counts.clear()
    return {path.rpartition("/")[2] for path in paths} - {"tree"}


async def asked_in(server: DemoServer, folder: Path, **more: Any) -> tuple[Taken, set[str]]:
    """An incremental crawl, and the suites that it asked for."""
    suites_asked(server)
    found = await take(server, server.world.project.slug, state=folder, incremental=True, **more)
    return found, suites_asked(server)


@pytest.mark.parametrize("tree", [True, False], ids=["tree", "no tree"])
async def test_an_unchanged_project_costs_a_quarter_of_the_requests(
    tmp_path: Path, *, tree: bool
) -> None:
    """Three hundred suites and three thousand tests, where the listing names all suites."""
    project = generate(1, 300, 10, text_bytes=0)
    async with DemoServer(world_of(project), replace(ALL, tree=tree)) as server:
        full = await take(server, project.slug, state=tmp_path, incremental=True)
        found = await take(server, project.slug, state=tmp_path, incremental=True)
    assert found.bytes == full.bytes
    assert found.tally.requests * 4 <= full.tally.requests
    assert found.warnings == ()


async def test_only_what_changed_is_asked_for(project: DemoProject, tmp_path: Path) -> None:
    """A suite whose test was edited, and for a suite that was renamed also the one above it."""
    async with DemoServer(world_of(project), ALL) as server:
        await night(server, tmp_path)
        _, sample = await asked_in(server, tmp_path)
        assert len(sample) == 12
        left = [suite for suite in project.suites if suite not in sample]
        nested = next(each for each in left if project.suites[each].parent_id in left)
        parent = str(project.suites[nested].parent_id)
        other = next(each for each in left if each not in {nested, parent})
        project.rename_suite(nested, "Renamed")
        project.edit_test(project.tests_of(other)[0], {"description": "edited"})
        found, asked = await asked_in(server, tmp_path)
        assert {nested, parent, other} <= asked
        assert len(asked) <= 3 + 12
        assert found.bytes == (await take(server, project.slug)).bytes


async def test_runs_of_tests_are_no_reason_to_ask(project: DemoProject, tmp_path: Path) -> None:
    """What a run leaves on each test is in the listing, and the suite has nothing to add."""
    async with DemoServer(world_of(project), replace(ALL, updated_at=UpdatedAt.CREATION)) as server:
        await night(server, tmp_path)
        for day in ("today", "tomorrow"):
            for test in project.tests:
                project.edit_test(test, {"run-at": day, "run-statuses": ["passed"]})
            found, asked = await asked_in(server, tmp_path)
            assert len(asked) == 12
            assert found.bytes == (await take(server, project.slug)).bytes
        found, asked = await asked_in(server, tmp_path)
        assert (len(asked), found.warnings) == (12, ())
        found, _ = await asked_in(server, tmp_path, fresh=True)
        assert found.warnings == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"listing": Listing.ROOTS}, "names 3 of 11 suites"),
        ({"listing_parents": False}, "does not tell where each stands"),
        ({"updated_at": UpdatedAt.MISSING}, "the listing of suites does not tell when"),
        ({"suites_without": frozenset({"notes"})}, "not tell all of them that they tell: notes"),
        ({"tests_without": frozenset({"priority"})}, "listing of tests does not tell all"),
        ({"tests_without": frozenset({"suite-id"})}, "not tell the suite of each"),
        ({"tests_without": frozenset({"updated-at"})}, "tests does not tell when each was edited"),
    ],
    ids=repr,
)
async def test_a_listing_that_tells_too_little_spares_nothing_and_that_is_said(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    """All is asked for, as by a crawl that is not incremental."""
    project = small_project()
    async with DemoServer(world_of(project), replace(ALL, **change)) as server:
        first = await night(server, tmp_path)
        project.rename_suite(RENAMED, "Renamed")
        found, asked = await asked_in(server, tmp_path)
        assert asked == set(project.suites)
        assert found.bytes == (await take(server, project.slug)).bytes
    assert first.warnings == ()
    (warning,) = found.warnings
    assert warning.startswith("incremental could spare nothing: ")
    assert reason in warning


async def test_a_suite_that_says_more_than_its_row_is_asked_for_each_night(tmp_path: Path) -> None:
    """Its label stands in its own answer alone, and nothing tells when that changes."""
    project = small_project()
    hidden = replace(ALL, updated_at=UpdatedAt.CREATION)
    async with DemoServer(world_of(project), hidden) as server:
        await night(server, tmp_path)
        label = Resource("2", "label", {"title": "Slow", "visibility": ["nobody"]})
        project.link_suite("aaaaaaaa", "labels", (label,))
        await night(server, tmp_path)


async def test_rows_of_parameters_are_asked_for_each_night(tmp_path: Path) -> None:
    """No listing has them, and nobody knows whether they move the time of edit."""
    project = small_project()
    async with DemoServer(world_of(project), replace(ALL, updated_at=UpdatedAt.CREATION)) as server:
        await night(server, tmp_path)
        row = Resource("9", "example", {"data": [9, "row 9"]})
        project.link_test("eeeeeeee", "examples", (row,))
        await night(server, tmp_path)


async def test_a_listing_that_hides_a_change_is_found_out_by_the_sample(
    project: DemoProject, tmp_path: Path
) -> None:
    """Suites get labels that no row shows: once the sample meets one, every suite is asked."""
    async with DemoServer(world_of(project), replace(ALL, updated_at=UpdatedAt.CREATION)) as server:
        await night(server, tmp_path)
        label = Resource("2", "label", {"title": "Hidden"})
        for suite in project.suites:
            project.link_suite(suite, "labels", (label,))
        found, asked = await asked_in(server, tmp_path)
        assert asked == set(project.suites)
        assert found.bytes == (await take(server, project.slug)).bytes
    assert "had changed, and no listing showed it" in found.warnings[0]


async def test_every_nth_crawl_and_a_fresh_one_ask_for_all(
    project: DemoProject, tmp_path: Path
) -> None:
    """The third of three, and whenever it is told to; each begins to count anew."""
    async with DemoServer(world_of(project), ALL) as server:
        asked = []
        for fresh in (False, False, False, False, True, False):
            found, suites = await asked_in(server, tmp_path, full_every=3, fresh=fresh)
            assert found.warnings == ()
            asked.append(len(suites))
    assert asked == [40, 12, 12, 40, 40, 12]


async def test_a_full_crawl_says_what_incremental_would_have_missed(
    project: DemoProject, tmp_path: Path
) -> None:
    """And what it was told to keep quiet about: nothing, if there was nothing."""
    async with DemoServer(world_of(project), replace(ALL, updated_at=UpdatedAt.CREATION)) as server:
        await night(server, tmp_path)
        suite = next(iter(project.suites))
        project.link_suite(suite, "labels", (Resource("2", "label", {"title": "Hidden"}),))
        progress = {"state": tmp_path, "incremental": True, "fresh": True}
        async with crawling(server, project.slug, **progress) as crawled:
            assert crawled.outcome.savings.missed == (suite,)
            assert crawled.complete
            assert crawled.warnings == (
                f"incremental would have missed changes in 1 suite: {suite}",
            )
        async with crawling(server, project.slug, **progress) as crawled:
            assert crawled.outcome.savings.missed == ()
            assert crawled.warnings == ()


def files_in(folder: Path) -> list[Path]:
    """Whatever lies there."""
    return list(folder.iterdir())


def kept_in(folder: Path) -> Path:
    """The one kept journal."""
    (path,) = folder.glob("*.kept.sqlite3")
    return path


async def test_what_is_kept_is_private_and_alone(project: DemoProject, tmp_path: Path) -> None:
    """One file for this user; nothing of the crawl in progress is left beside it."""
    async with DemoServer(world_of(project), ALL) as server:
        for _ in range(2):
            await night(server, tmp_path)
            assert files_in(tmp_path) == [kept_in(tmp_path)]
            if os.name == "posix":
                assert kept_in(tmp_path).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE fact SET value = '4' WHERE name = 'version'", "another version"),
        ("UPDATE fact SET value = 'x' WHERE name = 'account'", "another account"),
        ("UPDATE fact SET value = 'x' WHERE name = 'selection'", "another part"),
        ("UPDATE suite SET body = X'5B5D' WHERE rank = 2", "is set aside as"),
        ("DROP TABLE child", "is set aside as"),
    ],
)
async def test_kept_state_that_is_not_ours_or_not_whole_is_not_used(
    project: DemoProject, tmp_path: Path, statement: str, said: str
) -> None:
    """That is said, and the crawl asks for all."""
    async with DemoServer(world_of(project), ALL) as server:
        await night(server, tmp_path)
        with closing(sqlite3.connect(kept_in(tmp_path))) as connection, connection:
            connection.execute(statement)
        found, asked = await asked_in(server, tmp_path)
        assert asked == set(project.suites)
        _, asked = await asked_in(server, tmp_path)
        assert len(asked) == 12
    (warning,) = found.tally.warnings
    assert said in warning


async def test_an_interrupted_night_goes_on_and_what_was_kept_stays(
    project: DemoProject, tmp_path: Path
) -> None:
    """Whatever the request at which the server went away."""
    async with DemoServer(world_of(project), ALL) as server:
        await night(server, tmp_path)
        before = kept_in(tmp_path).read_bytes()
        for path in ("/suites[?]page=1", "/tests[?]page=2", "/suites/[^t]", "/suites/tree"):
            project.edit_test(next(iter(project.tests)), {"description": path})
            server.fault(Fault(FaultKind.ERROR_500, path, times=12))
            taken = await take(
                server, project.slug, state=tmp_path, incremental=True, allow_partial=True
            )
            if not taken.complete:
                assert kept_in(tmp_path).read_bytes() == before
            server.faults.wanted.clear()
            await night(server, tmp_path)
            before = kept_in(tmp_path).read_bytes()


async def test_a_part_of_a_project_is_read_as_ever(tmp_path: Path) -> None:
    """And that is said."""
    project = small_project()
    async with DemoServer(world_of(project), ALL) as server:
        told = {"state": tmp_path, "incremental": True, "only_suites": (RENAMED,)}
        found = await take(server, project.slug, **told)
    assert "for whole projects" in found.tally.warnings[0]
    assert files_in(tmp_path) == []


async def test_without_a_folder_nothing_can_be_kept() -> None:
    """The library says so before it asks for anything."""
    async with DemoServer(world_of(small_project()), ALL) as server:
        with pytest.raises(UsageError, match="cannot be incremental"):
            await take(server, "small", incremental=True)
        assert not server.counts


async def test_listings_stand_for_the_suites_where_they_say_all(project: DemoProject) -> None:
    """Two listings and a sample, and the bytes of a walk."""
    async with DemoServer(world_of(project), ALL) as server:
        found = await take(server, project.slug, strategy=Strategy.LISTING)
        assert 12 <= len(suites_asked(server)) <= 14
        assert found.bytes == (await take(server, project.slug)).bytes
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"listing": Listing.ROOTS}, "leaves out suites"),
        ({"listing": Listing.ROOTS, "tree": False, "tests": TestsShape.ABSENT}, "roots only"),
        ({"suites_without": frozenset({"notes"})}, "notes"),
        ({"tests_without": frozenset({"priority"})}, "priority"),
    ],
    ids=repr,
)
async def test_listings_that_say_too_little_give_way_to_the_walk(
    change: dict[str, Any], reason: str
) -> None:
    """And that is said."""
    project = small_project()
    async with DemoServer(world_of(project), replace(ALL, **change)) as server:
        found = await take(server, project.slug, strategy=Strategy.LISTING)
        assert suites_asked(server) == set(project.suites)
        assert found.bytes == (await take(server, project.slug)).bytes
    (warning,) = found.warnings
    assert warning.startswith("the listings cannot stand for the suites: ")
    assert reason in warning


async def test_a_crawl_from_listings_is_no_ground_for_an_incremental_one(
    project: DemoProject, tmp_path: Path
) -> None:
    """The suites did not speak for themselves, so nothing is known of what rows leave out."""
    async with DemoServer(world_of(project), ALL) as server:
        await night(server, tmp_path, strategy=Strategy.LISTING)
        assert files_in(tmp_path) == []
        await night(server, tmp_path)
        before = kept_in(tmp_path).read_bytes()
        await night(server, tmp_path, strategy=Strategy.LISTING)
        assert kept_in(tmp_path).read_bytes() == before


@pytest.mark.parametrize("etags", Etags)
async def test_names_of_answers_spare_bytes_and_never_the_truth(
    tmp_path: Path, etags: Etags
) -> None:
    """Checksums are believed; names that lie, and servers that confirm everything, are not."""
    project = small_project()
    options = ServerOptions(etags=etags, tests=TestsShape.MIXED, page_size=3)
    async with DemoServer(world_of(project), options) as server:
        await night(server, tmp_path)
        unchanged = await night(server, tmp_path)
        confirmed = sum(seen.status == 304 for seen in server.requests)
        project.edit_suite(RENAMED, {"description": "edited"})
        project.edit_test("eeeeeeee", {"description": "edited"})
        changed = await night(server, tmp_path)
    if etags is Etags.CONTENT:
        assert confirmed > unchanged.tally.requests / 2
        assert unchanged.tally.body_bytes < changed.tally.body_bytes
    else:
        assert confirmed == (etags is Etags.DEAF)
