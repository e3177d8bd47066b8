"""A crawl of a part of a project: what it asks for, what it takes for missing, what it resumes."""

from itertools import product

import pytest
from support.fake_source import FakeSource, failure

from crawler.errors import IncompleteError, OutageError, UsageError
from crawler.selection import Selection

pytestmark = pytest.mark.anyio

SHOP = {
    "root": None,
    "cart": "root",
    "pay": "root",
    "card": "pay",
    "bank": "pay",
    "account": None,
    "pay2": "account",
}
TESTS = {"t1": "card", "t2": "bank", "t3": "cart", "t4": "account", "t5": "card", "t6": "pay"}
SWITCHES = ("has_skeleton", "lists_all_suites", "states_parents", "lists_tests_in_suites")
PAY = ["root", "  pay", "    card", "      t1", "      t5", "    bank", "      t2", "    t6"]


def shop(**switches):
    """Two roots and what is below them; a suite's title is its ID."""
    return FakeSource(dict(SHOP), dict(TESTS), **switches)


def part(*suites, **more):
    """The selection of these suites."""
    return Selection(suites, **more)


@pytest.mark.parametrize("name", ["pay", "root/pay", " ROOT / Pay/"])
@pytest.mark.parametrize("values", list(product([False, True], repeat=len(SWITCHES))))
async def test_every_habit_of_a_server_gives_the_same_part(run, name, values):
    """The suite with all below it, and the one above it without what else it has."""
    source = shop(**dict(zip(SWITCHES, values, strict=True)))
    if name == "pay" and not (source.has_skeleton or source.lists_all_suites):
        name = "root/pay"  # nobody asks for what does not look like an ID
    crawled = await run(source, selection=part(name))
    assert crawled.tree == PAY
    assert (crawled.orphans, crawled.gaps, crawled.outcome.warnings) == ([], [], ())
    assert crawled.outcome.selection == part("pay")


@pytest.mark.parametrize("witness", ["has_skeleton", "lists_all_suites"])
async def test_with_a_skeleton_or_parents_nothing_beside_the_part_is_fetched(run, witness):
    """No other suite, no listing of all tests."""
    source = shop(**{witness: True})
    await run(source, selection=part("pay"))
    suites = {request for request in source.requests if request.startswith("suite ")}
    assert suites == {"suite root", "suite pay", "suite card", "suite bank"}
    tests = {request for request in source.requests if request.startswith("tests ")}
    assert tests == {f"tests page 1 of {suite}" for suite in ("pay", "card", "bank")}


async def test_what_is_left_out_is_not_fetched(run):
    """Where the skeleton tells what stands in it."""
    source = shop(has_skeleton=True)
    crawled = await run(source, selection=Selection(exclude=("root/pay",)))
    assert crawled.tree == ["root", "  cart", "    t3", "account", "  pay2", "  t4"]
    assert (crawled.orphans, crawled.gaps) == ([], [])
    assert not {"suite pay", "suite card", "suite bank"} & set(source.requests)


async def test_what_fails_outside_is_no_gap(run):
    """Nobody asked for it."""
    crawled = await run(shop(broken={"suite account": failure()}), selection=part("root/pay"))
    assert (crawled.tree, crawled.gaps) == (PAY, [])


@pytest.mark.parametrize("request_", ["suite card", "suite root", "suite pay"])
async def test_a_suite_that_fails_inside_or_above_is_a_gap(run, request_):
    """It is not hidden by the rest that was not asked for."""
    source = shop(has_skeleton=True, broken={request_: failure()})
    crawled = await run(source, selection=part("pay"))
    assert f"{request_} FAILED" in crawled.gaps


@pytest.mark.parametrize("with_suites", [True, False])
async def test_tests_that_cannot_be_listed_are_a_gap(run, with_suites):
    """However the suite shows them."""
    source = shop(
        has_skeleton=True,
        lists_tests_in_suites=with_suites,
        counts=dict.fromkeys(SHOP, None),
        broken={"tests page 1 of card": failure()},
    )
    crawled = await run(source, selection=part("pay"))
    assert crawled.gaps == ["listing tests of card page 1 FAILED"]


async def test_a_count_that_stays_unmet_inside_is_a_gap(run):
    """Of the suites that are there, those above included, only the inner ones have their tests."""
    crawled = await run(shop(counts={"card": 5, "root": 9}), selection=part("root/pay"))
    assert crawled.gaps == ["suite card COUNT"]


@pytest.mark.parametrize("skeleton", [True, False])
async def test_a_count_that_stays_unmet_outside_is_none(run, skeleton):
    """What was left out need not add up."""
    source = shop(counts={"card": 5}, has_skeleton=skeleton)
    crawled = await run(source, selection=Selection(exclude=("root/pay",)))
    assert (crawled.gaps, crawled.orphans) == ([], [])


async def test_a_count_that_may_include_what_was_left_out_tells_nothing(run):
    """A folder may count all below it."""
    source = shop(counts={"pay": 4}, has_skeleton=True)
    selection = part("pay", exclude=("card",))
    crawled = await run(source, selection=selection)
    assert (crawled.tree, crawled.gaps) == (["root", "  pay", "    bank", "      t2", "    t6"], [])


async def test_a_test_that_is_gone_is_a_gap_only_inside(run):
    """The listing of its suite still has it."""
    source = shop(has_skeleton=True, with_examples=frozenset({"t1", "t3"}))
    source.broken = {"test t1": failure(), "test t3": failure()}
    crawled = await run(source, selection=part("pay"))
    assert crawled.gaps == ["test t1 FAILED"]


async def test_a_test_that_moved_away_is_not_kept_where_it_was(run):
    """Its own word leads to a suite that nobody else named."""
    source = shop()

    def move(fake, request):
        if request == "tests page 1 of card":
            fake.suites.setdefault("far", "account")
            fake.tests["t5"] = "far"

    source.before = move
    crawled = await run(source, selection=part("root/pay"), workers=1)
    assert crawled.tree == [line for line in PAY if "t5" not in line]
    assert crawled.gaps == []


@pytest.mark.parametrize(("name", "near"), [("root/pey", "root/pay"), ("Cart/", "root/cart")])
async def test_a_name_that_there_is_not_is_wrong_usage_with_the_nearest_ones(run, name, near):
    """Nothing of the project is fetched for it but what may lead there."""
    source = shop(has_skeleton=True)
    with pytest.raises(UsageError, match=rf"no suite .* '{name}'.*'{near}'"):
        await run(source, selection=Selection(exclude=(name,)))
    assert len(source.requests) < len(SHOP)


async def test_a_path_that_two_suites_have_is_wrong_usage_with_their_ids(run):
    """One of them has to be named by its ID."""
    source = shop()
    source.suites |= {"Same": "root", "same": "root"}
    with pytest.raises(UsageError, match=r"2 suites have the path 'root/SAME'.* ID: Same, same"):
        await run(source, selection=part("root/SAME"))


async def test_an_id_beats_a_path(run):
    """Else there would be no way to name it."""
    source = shop(has_skeleton=True)
    source.suites["Account"] = "root"
    crawled = await run(source, selection=part("Account"))
    assert crawled.tree == ["root", "  Account"]


async def test_a_selection_that_leaves_out_what_it_asks_for_is_wrong_usage(run):
    """An empty snapshot would look like an empty suite."""
    with pytest.raises(UsageError, match="leaves out"):
        await run(shop(has_skeleton=True), selection=part("card", exclude=("root/pay",)))


async def test_a_name_that_could_not_be_looked_up_is_no_wrong_usage(run):
    """The suite may well be there."""
    source = shop(broken={"suite root": failure()})
    with pytest.raises(IncompleteError, match="suite 'root/pay' could not be found out: root"):
        await run(source, selection=part("root/pay"))


async def test_what_is_gone_is_not_there_if_that_is_meant(run):
    """For a comparison with a snapshot from before."""
    crawled = await run(shop(), selection=part("deleted1", "deleted2"), lenient=True)
    assert (crawled.tree, crawled.orphans, crawled.gaps) == ([], [], [])
    assert crawled.outcome.selection == part("deleted1", "deleted2")


@pytest.mark.parametrize("with_suites", [True, False])
@pytest.mark.parametrize("moment", ["suite card", "tests page 1 of card", "suite root"])
async def test_an_interrupted_crawl_of_a_part_goes_on(run, open_journal, moment, with_suites):
    """And ends with what an uninterrupted one has."""
    source = shop(broken={moment: OutageError("down")}, lists_tests_in_suites=with_suites)
    journal = open_journal()
    with pytest.raises(OutageError):
        await run(source, journal, selection=part("root/pay"), workers=2)
    journal.close()
    source.broken, source.requests = {}, []
    crawled = await run(source, open_journal(), selection=part("root/pay"))
    assert (crawled.tree, crawled.gaps) == (PAY, [])
    assert len(source.requests) < 14


async def test_without_tests_no_test_is_asked_for(run):
    """Counts of tests are no claim then."""
    source = shop(counts={"card": 5}, with_examples=frozenset({"t1"}))
    crawled = await run(source, selection=Selection(tests=False))
    assert crawled.tree == ["root", "  cart", "  pay", "    card", "    bank", "account", "  pay2"]
    assert crawled.gaps == []
    assert not [request for request in source.requests if request.startswith("test")]


async def test_time_that_is_over_before_the_suites_are_found_is_said(run):
    """There is nothing yet that could be written."""
    source = shop(delay=lambda request: 0 if request == "project" else 10**9)
    with pytest.raises(IncompleteError, match="before the selected suites were found"):
        await run(source, selection=part("root/pay"), deadline=0.5)
