"""A snapshot played into a project of a real server, held against what that server then stores."""

import itertools
import json

import anyio
import pytest
from support.clock import FastClock
from support.hostile import hostile_project
from support.projects import orphaned_project
from support.restoring import TARGET, empty_project, restored, settings_for, snapshot_of
from support.tree_of import told

from crawler.demo import (
    SLUG,
    Account,
    ChildrenShape,
    DemoServer,
    Emptiness,
    Fault,
    FaultKind,
    FaultPlan,
    Listing,
    Meta,
    ServerOptions,
    TestsShape,
    World,
    demo_account,
    generate,
    sample_project,
    world_of,
)
from crawler.diff.changes import What
from crawler.errors import (
    AccessError,
    IncompleteError,
    LocalError,
    OutageError,
    ProjectError,
    UsageError,
)
from crawler.jobs.restore import RestoreOrder, plan_restore
from crawler.redaction import Secret

pytestmark = pytest.mark.anyio

#: What may pass if tried again; redirects and lasting kinds are for tests of their own.
PASSING = (
    *(FaultKind.ERROR_500, FaultKind.ERROR_502, FaultKind.RESET, FaultKind.CLOSED, FaultKind.CUT),
    *(FaultKind.CUT_CHUNKED, FaultKind.EMPTY, FaultKind.HTML, FaultKind.NULL_DATA),
    *(FaultKind.NOT_UTF8, FaultKind.NOT_JSON, FaultKind.WRONG_DOCUMENT, FaultKind.BAD_GZIP),
)
ODD_SERVERS = {
    "as attested": ServerOptions(),
    "knows no origins": ServerOptions(origin_ids=False, created_status=201),
    "keeps no positions": ServerOptions(origin_ids=False, positions_kept=False),
    "ends sessions soon": ServerOptions(jwt_requests=25, expired_status=403),
    "lists all, names little": ServerOptions(
        listing=Listing.ALL,
        listing_parents=False,
        children=ChildrenShape.BARE,
        tests=TestsShape.ABSENT,
        empty=Emptiness.MISSING,
        meta=Meta.NONE,
        plural_types=True,
        tree=False,
        page_size=7,
    ),
}


def writes(server, path=""):
    """The requests that write, in order."""
    return [
        each
        for each in server.requests
        if each.method != "GET" and each.path != "/api/login" and path in each.path
    ]


@pytest.mark.parametrize("options", ODD_SERVERS.values(), ids=ODD_SERVERS)
@pytest.mark.parametrize("make", [sample_project, hostile_project])
async def test_the_project_holds_what_the_snapshot_holds(make, options, tmp_path):
    """As the server itself stores it; and as the comparison after the restore says."""
    world = world_of(make(), empty_project())
    slug = world.project.slug
    async with DemoServer(world, options) as server:
        source = await snapshot_of(server, slug, tmp_path / "s.json")
        result = await restored(server, source)
        assert result.complete, (result.outcome, result.difference.changes[:3])
        assert told(world.projects[TARGET]) == told(world.project)
        assert (result.outcome.suites, result.outcome.tests) == (
            len(world.project.suites),
            len(world.project.tests),
        )


@pytest.mark.parametrize("options", [ODD_SERVERS["as attested"], ODD_SERVERS["knows no origins"]])
async def test_two_restores_make_no_duplicate(options, tmp_path):
    """The second is refused, and with --merge finds everything and changes nothing."""
    world = world_of(hostile_project(), empty_project())
    async with DemoServer(world, options) as server:
        source = await snapshot_of(server, "hostile", tmp_path / "s.json")
        await restored(server, source)
        before = len(writes(server))
        with pytest.raises(UsageError, match="not empty"):
            await restored(server, source)
        result = await restored(server, source, merge=True)
        assert len(writes(server)) == before
        assert result.complete
        assert result.beyond == 0
        assert told(world.projects[TARGET]) == told(world.project)


@pytest.mark.parametrize("seed", range(6))
async def test_faults_neither_lose_nor_double_anything(seed, tmp_path):
    """Writes that were carried out although their answer got lost, and some that were not.

    Half of the servers know no origins, some keep no positions.
    """
    options = ServerOptions(origin_ids=seed % 2 == 0, positions_kept=seed % 3 != 0)
    world = world_of(hostile_project(), empty_project())
    async with DemoServer(world, options) as server:
        source = await snapshot_of(server, "hostile", tmp_path / "s.json")
        server.faults.plan = FaultPlan(seed, 0.3, kinds=PASSING)
        result = await restored(server, source)
        assert server.faults.met.total() > 30
        assert result.complete, (result.outcome, result.difference.changes[:3])
        assert told(world.projects[TARGET]) == told(world.project)


@pytest.mark.parametrize("path", ["/target/suites$", "/target/tests$"])
async def test_a_write_that_timed_out_is_looked_for_before_it_is_sent_again(path, tmp_path):
    """Carried out or not, by whatever it is known again, each is there once."""

    async def holds(done, origin_ids):
        world = world_of(hostile_project(), empty_project())
        async with DemoServer(world, ServerOptions(origin_ids=origin_ids)) as server:
            source = await snapshot_of(server, "hostile", tmp_path / f"{done}{origin_ids}.json")
            server.fault(Fault(FaultKind.HANG, path, times=3, done=done))
            result = await restored(server, source, settings={"read_timeout": 1.0})
            assert server.faults.met[FaultKind.HANG] == 3
            assert result.complete
            assert result.tally.retries["timeout"] >= 3
            assert told(world.projects[TARGET]) == told(world.project)

    # All at once, since each does little but wait for what never comes.
    async with anyio.create_task_group() as group:
        for done, origin_ids in itertools.product([True, False], repeat=2):
            group.start_soon(holds, done, origin_ids)


async def test_a_429_is_waited_for_and_needs_no_look(tmp_path):
    """Nothing was done, and the server said so."""
    world = world_of(hostile_project(), empty_project())
    async with DemoServer(world) as server:
        source = await snapshot_of(server, "hostile", tmp_path / "s.json")
        server.fault(Fault(FaultKind.TOO_MANY, "/target/tests$", times=1))
        calm = FastClock()
        result = await restored(server, source, clock=calm)
        assert result.complete
        assert result.tally.pauses == 1
        lists = [r for r in server.requests if r.path.endswith("/target/tests") and r.query]
        assert not [r for r in lists if "suite_id" in r.query]


async def test_what_the_server_refuses_is_named_and_tried_again_by_the_next_run(tmp_path):
    """With what is below it; nothing else is lost or done twice."""
    world = world_of(hostile_project(), empty_project())
    state = tmp_path / "state"
    async with DemoServer(world) as server:
        source = await snapshot_of(server, "hostile", tmp_path / "s.json")
        strict = DemoServer(world, ServerOptions(blank_titles=False, strict_folders=True))
        async with strict:
            result = await restored(strict, source, settings={"state": state})
        blank = [each for each in result.outcome.failures if "422" in each.reason]
        assert {each.title.strip() for each in blank} == {""}
        assert "Title can't be blank" in blank[0].reason
        assert result.outcome.blocked == 2
        assert {What.REMOVED} == {w for c in result.difference.changes for w in c.what}
        assert not result.complete
        assert [each.name[:15] for each in state.iterdir()] == ["restore-target-"]
    # The ledger knows its server by the address, so the next run asks at the same one.
    async with DemoServer(world, port=int(strict.url.rpartition(":")[2])) as server:
        result = await restored(server, source, settings={"state": state})
        assert result.complete
        assert told(world.projects[TARGET]) == told(world.project)
        assert list(state.iterdir()) == []


async def test_an_outage_ends_the_restore_and_the_next_one_goes_on(tmp_path):
    """Nothing is asked of a server that takes nothing; nothing is written twice."""
    world = world_of(hostile_project(), empty_project())
    settings = {"state": tmp_path / "state", "attempts": 2}
    async with DemoServer(world, ServerOptions(origin_ids=False)) as server:
        source = await snapshot_of(server, "hostile", tmp_path / "s.json")
        server.fault(Fault(FaultKind.ERROR_500, "/target/tests$", times=None, done=False))
        with pytest.raises(OutageError, match="took none of the last 25"):
            await restored(server, source, settings=settings)
        server.faults.wanted.clear()
        suites = len(writes(server, "/target/suites"))
        result = await restored(server, source, settings=settings)
        assert result.complete
        assert len(writes(server, "/target/suites")) == suites + 1  # the text with links
        assert told(world.projects[TARGET]) == told(world.project)


async def test_without_the_right_to_write_nothing_is_kept(tmp_path):
    """The exit code is 3, and a later restore of something else is not hindered."""
    reader = Account("r@example.com", "-", "testomat_reader", may_write=False)
    world = World([generate(1, 60, 1), empty_project()], [demo_account(), reader])
    state = tmp_path / "state"
    async with DemoServer(world) as server:
        source = await snapshot_of(server, "generated", tmp_path / "s.json")
        settings = {"state": state, "api_token": Secret("testomat_reader")}
        with pytest.raises(AccessError, match="not write") as caught:
            await restored(server, source, settings=settings)
        assert caught.value.exit_code == 3
        assert list(state.iterdir()) == []
        with pytest.raises(ProjectError):
            await restored(server, source, project="nowhere")


async def test_merge_brings_back_what_is_missing_and_what_was_changed(tmp_path):
    """What only the project has stays, and nothing is deleted."""
    world = world_of(sample_project(), empty_project())
    async with DemoServer(world) as server:
        source = await snapshot_of(server, SLUG, tmp_path / "s.yaml")
        ids = tmp_path / "ids.json"
        await restored(server, source, id_map=ids)
        target = world.projects[TARGET]
        new = json.loads(ids.read_text())
        gone, changed, renamed, *_ = list(new["tests"].values())[10:]
        branch = next(s for s in target.suites.values() if target.suites_of(s.id)).id
        target.delete_test(gone)
        target.edit_test(changed, {"description": "spoiled", "tags": ["new"], "emoji": "🧨"})
        target.rename_test(renamed, "Another title")
        target.delete_suite(branch)
        target.add_suite("5a5a5a5a", "Mine", position=99)
        target.add_test("5b5b5b5b", "My test", "5a5a5a5a")
        order = RestoreOrder(str(source), TARGET, merge=True, id_map=ids)
        plan = await plan_restore(settings_for(server), order, clock=FastClock())
        result = await restored(server, source, merge=True, id_map=ids)
        assert plan.matched == result.plan.matched
        assert result.complete, result.difference.changes[:3]
        assert result.beyond == 2
        assert "5b5b5b5b" in target.tests
        target.delete_suite("5a5a5a5a")
        assert told(target) == told(world.project)
        assert json.loads(ids.read_text())["tests"] != new["tests"]


async def test_the_map_of_ids_leads_from_old_to_new_and_to_no_other_project(tmp_path):
    """It is refused where it would be lost."""
    world = world_of(hostile_project(), empty_project(), empty_project("second"))
    async with DemoServer(world) as server:
        source = await snapshot_of(server, "hostile", tmp_path / "s.json")
        ids = tmp_path / "ids.json"
        await restored(server, source, id_map=ids)
        content = json.loads(ids.read_bytes())
        assert content["target"] == {"url": server.url, "project": TARGET}
        target = world.projects[TARGET]
        assert {new: target.suites[new].title for new in content["suites"].values()} == {
            new: world.project.suites[old].title for old, new in content["suites"].items()
        }
        assert set(content["tests"].values()) == set(target.tests)
        with pytest.raises(UsageError, match="other projects"):
            await restored(server, source, project="second", id_map=ids)
        nowhere = tmp_path / "nowhere" / "ids.json"
        with pytest.raises(LocalError, match="does not exist"):
            await restored(server, source, project="second", id_map=nowhere)
        assert not world.projects["second"].suites
        ids.write_text("[]")
        with pytest.raises(UsageError, match="not a map"):
            await restored(server, source, project="second", id_map=ids)


async def test_orphans_come_back_below_a_suite_of_their_own(tmp_path):
    """Suites and tests that no root leads to."""
    world = world_of(orphaned_project(), empty_project())
    async with DemoServer(world) as server:
        source = await snapshot_of(server, "orphaned", tmp_path / "s.json")
        result = await restored(server, source)
        assert result.complete
        assert result.plan.orphans == 6
        truth = world.projects[TARGET].truth()
        home = truth["suites"][-1]
        assert home["attributes"]["title"] == "Orphans"
        assert [s["attributes"]["title"] for s in home["suites"]] == ["Both", "Orphan tests"]
        assert home["suites"][1]["tests"][0]["attributes"]["title"] == "Lost test"


async def test_a_partial_snapshot_is_refused_unless_asked_for(tmp_path):
    """It would pass for the whole project."""
    world = world_of(hostile_project(), empty_project())
    async with DemoServer(world) as server:
        source = await snapshot_of(server, "hostile", tmp_path / "s.json")
        content = json.loads(source.read_text())
        gap = {"kind": "suite", "id": "0ddroot0", "reason": "the server did not deliver it"}
        content.update(complete=False, gaps=[gap])
        source.write_text(json.dumps(content))
        with pytest.raises(IncompleteError, match="partial"):
            await restored(server, source)
        assert writes(server) == []
        assert (await restored(server, source, settings={"allow_partial": True})).complete


async def test_what_is_ignored_is_neither_written_nor_compared(tmp_path):
    """For users that the new account does not have."""
    world = world_of(sample_project(), empty_project())
    async with DemoServer(world) as server:
        source = await snapshot_of(server, SLUG, tmp_path / "s.json")
        result = await restored(server, source, ignore=("test.assigned_to", "test.tags"))
        assert result.complete
        stored = world.projects[TARGET].tests.values()
        assert not any(test.own.get("assigned-to") or test.own.get("tags") for test in stored)


async def test_a_rehearsal_writes_nothing_anywhere(tmp_path):
    """Not on the server, and no state here."""
    world = world_of(sample_project(), empty_project())
    async with DemoServer(world) as server:
        source = await snapshot_of(server, SLUG, tmp_path / "s.json")
        settings = settings_for(server, state=tmp_path / "state")
        order = RestoreOrder(str(source), TARGET)
        plan = await plan_restore(settings, order, clock=FastClock())
        assert (plan.survey.suites, plan.survey.tests, plan.survey.rows) == (76, 357, 48)
        assert plan.survey.no_place["test.issues"] == 18
        assert writes(server) == []
        assert not (tmp_path / "state").exists()


async def test_a_selection_of_the_configuration_does_not_narrow_the_reading_back(tmp_path):
    """It is meant for snapshots, and what is not read would count as lost."""
    world = world_of(sample_project(), empty_project())
    async with DemoServer(world) as server:
        source = await snapshot_of(server, SLUG, tmp_path / "s.json")
        settings = {"only_suites": ("Checkout",), "only_tags": ("smoke",), "stable": True}
        assert (await restored(server, source, settings=settings)).complete


async def test_labels_that_cannot_be_created_cost_no_test(tmp_path):
    """They are named, and all else is written."""
    world = world_of(sample_project(), empty_project())
    async with DemoServer(world) as server:
        source = await snapshot_of(server, SLUG, tmp_path / "s.json")
        server.fault(Fault(FaultKind.ELSEWHERE, "/target/labels$", times=1))
        result = await restored(server, source)
        assert {each.kind for each in result.outcome.failures} == {"label"}
        assert len(world.projects[TARGET].tests) == 357
        names = {field.name for c in result.difference.changes for field in c.fields}
        assert names == {"labels"}


async def test_what_was_restored_and_deleted_can_be_restored_again(tmp_path):
    """Even if the server remembers the origins of what is gone."""
    world = world_of(hostile_project(), empty_project())
    async with DemoServer(world, ServerOptions(origins_outlive=True)) as server:
        source = await snapshot_of(server, "hostile", tmp_path / "s.json")
        target = world.projects[TARGET]
        for _ in range(2):
            for root in list(target.suites_of(None)):
                target.delete_suite(root)
            assert (await restored(server, source)).complete
            assert told(target) == told(world.project)


async def test_what_was_deleted_after_an_unfinished_run_is_written_anew(tmp_path):
    """The notes of that run hold no longer."""
    world = world_of(hostile_project(), empty_project())
    settings = {"state": tmp_path / "state", "attempts": 1}
    async with DemoServer(world) as server:
        source = await snapshot_of(server, "hostile", tmp_path / "s.json")
        server.fault(Fault(FaultKind.ERROR_500, "/target/tests$", times=None, done=False))
        with pytest.raises(OutageError):
            await restored(server, source, settings=settings)
        server.faults.wanted.clear()
        target = world.projects[TARGET]
        for root in list(target.suites_of(None)):
            target.delete_suite(root)
        result = await restored(server, source, settings=settings)
        assert result.complete
        assert told(target) == told(world.project)
