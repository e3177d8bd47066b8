"""The crawl against projects in memory: what it finds, asks for, and says is missing."""

import random
from dataclasses import replace
from itertools import product

import pytest
from support.fake_source import FakeSource, failure

from crawler.errors import MalformedError, OutageError, UnreachableError
from crawler.model import Listing

pytestmark = pytest.mark.anyio

SHOP = {"root": None, "cart": "root", "pay": "root", "card": "pay", "account": None}
TESTS = {"t1": "card", "t2": "card", "t3": "cart", "t4": "account", "t5": "card", "t6": "pay"}
TREE = [
    "root",
    "  cart",
    "    t3",
    "  pay",
    "    card",
    "      t1",
    "      t2",
    "      t5",
    "    t6",
    "account",
    "  t4",
]


def shop(**switches):
    """The same project, as servers of different habits would show it."""
    return FakeSource(dict(SHOP), dict(TESTS), **switches)


SWITCHES = (
    "names_pages",
    "lists_all_suites",
    "lists_tests_in_suites",
    "has_skeleton",
    "states_parents",
    "repeats_last_page",
)


@pytest.mark.parametrize("values", list(product([False, True], repeat=len(SWITCHES))))
async def test_every_habit_of_a_server_gives_the_same_complete_tree(run, values):
    """Paging, shapes and witnesses may differ; the tree may not."""
    crawled = await run(shop(**dict(zip(SWITCHES, values, strict=True))))
    assert crawled.tree == TREE
    assert (crawled.orphans, crawled.gaps, crawled.outcome.warnings) == ([], [], ())


@pytest.mark.parametrize("workers", [1, 2, 7, 40])
@pytest.mark.parametrize("seed", range(5))
async def test_any_number_of_workers_and_any_interleaving_give_the_same_tree(run, workers, seed):
    """The order in which answers arrive leaves no trace."""
    chance = random.Random(seed)
    crawled = await run(shop(delay=lambda _: chance.randrange(5)), workers=workers)
    assert crawled.tree == TREE


async def test_each_suite_is_fetched_once(run):
    """Children named by several answers are still one request each."""
    source = shop(lists_all_suites=True, has_skeleton=True)
    await run(source)
    asked = [request for request in source.requests if request.startswith("suite ")]
    assert sorted(asked) == sorted(f"suite {suite}" for suite in SHOP)


async def test_a_listing_that_lacks_roots_is_warned_of(run, monkeypatch):
    """What holds no test could be missing then, and nothing else would tell of it."""
    source = shop(has_skeleton=False)

    async def nothing(page):
        return Listing(page, (), None)

    monkeypatch.setattr(source, "suites_page", nothing)
    crawled = await run(source)
    assert sorted(crawled.tree) == sorted(TREE)
    (warning,) = crawled.outcome.warnings
    assert "lacks 2 of 2 at the root" in warning


async def test_an_empty_project_is_complete(run):
    """No suites is an answer, not a fault."""
    crawled = await run(FakeSource({}))
    assert (crawled.tree, crawled.gaps) == ([], [])


async def test_only_tests_with_parameter_rows_are_asked_for_one_by_one(run):
    """A request for each test would be what the listing is there to spare."""
    source = shop(with_examples=frozenset({"t2"}))
    crawled = await run(source)
    assert [request for request in source.requests if request.startswith("test ")] == ["test t2"]
    assert crawled.attributes("t2")["from-itself"]
    assert "from-itself" not in crawled.attributes("t1")


async def test_answers_on_one_test_are_all_kept(run):
    """What came with the suite and what came with the listing are both there to be merged."""
    crawled = await run(shop())
    assert {"from-suite", "from-listing"} <= crawled.attributes("t1").keys()


async def test_suites_and_tests_that_no_root_leads_to_are_orphans(run):
    """The listing knows of a suite whose parent is gone, and of a test whose suite is gone."""
    source = shop(lists_all_suites=True)
    source.suites["lost"] = "deleted"
    source.suites["below"] = "lost"
    source.tests |= {"t7": "below", "t8": "deleted too"}
    crawled = await run(source)
    assert crawled.tree == TREE
    assert crawled.orphans == ["lost", "  below", "    t7", "t8"]
    assert crawled.gaps == []


async def test_a_suite_that_only_its_tests_name_is_found(run):
    """Where the listing names roots only, a test's suite is one more witness."""
    source = shop()
    source.suites["lost"] = "deleted"
    source.tests["t7"] = "lost"
    crawled = await run(source)
    assert crawled.orphans == ["lost", "  t7"]


async def test_tests_that_only_the_filtered_listing_has_are_fetched(run):
    """If suite and listing lack what the suite counts, the suite's own listing is asked."""
    source = shop(lists_tests_in_suites=False)
    hidden = dict(source.tests)

    def hide(fake, request):
        filtered = " of " in request
        fake.tests = (
            hidden
            if filtered or request.startswith(("suite ", "project"))
            else {test: suite for test, suite in hidden.items() if test != "t5"}
        )

    source.before = hide
    crawled = await run(source)
    assert crawled.tree == TREE
    assert "tests page 1 of card" in source.requests


async def test_a_count_that_stays_unmet_is_a_named_gap(run):
    """Fewer tests than the suite counts, after asking again, is incomplete."""
    crawled = await run(shop(counts={"card": 5}))
    assert crawled.gaps == ["suite card COUNT"]
    assert (crawled.outcome.gaps[0].expected, crawled.outcome.gaps[0].found) == (5, 3)


async def test_a_folder_may_count_the_tests_below_it(run):
    """Whether a folder's count is its own or its subtree's is not known: both add up."""
    crawled = await run(shop(counts={"root": 5, "pay": 4}))
    assert crawled.gaps == []


async def test_a_project_that_counts_more_than_was_found_is_a_gap(run):
    """The project's own number is the last witness."""
    crawled = await run(shop(tests_count=9))
    assert crawled.gaps == ["project  COUNT"]


async def test_more_tests_than_counted_is_a_warning(run):
    """Nothing is missing then: a stale counter does not turn a backup red."""
    crawled = await run(shop(counts={"card": 1}, tests_count=2))
    assert crawled.gaps == []
    assert len(crawled.outcome.warnings) == 2


async def test_a_suite_that_fails_is_a_gap_and_the_rest_is_there(run):
    """One bad suite holds nothing up; what the listing knows of its tests stands under it."""
    crawled = await run(shop(broken={"suite card": failure()}))
    assert crawled.gaps == ["suite card FAILED"]
    assert crawled.tree == TREE


async def test_a_suite_that_fails_at_first_is_asked_again(run):
    """The next round mends what has mended itself."""
    source = shop(broken={"suite card": failure()})
    seen = []

    def mend(fake, request):
        seen.append(request)
        if seen.count("suite card") > 1:
            fake.broken = {}

    source.before = mend
    assert (await run(source)).gaps == []


async def test_a_page_of_tests_that_fails_is_made_up_for_by_the_suites(run):
    """All tests are there and in full detail, so nothing is missing; the user is told."""
    source = shop(broken={"tests page 2": failure()})
    crawled = await run(source)
    assert crawled.tree == TREE
    assert crawled.gaps == []
    assert crawled.attributes("t4")["from-itself"]
    assert len(crawled.outcome.warnings) == 1


async def test_a_page_of_suites_that_fails_is_a_gap(run):
    """Roots may stand on it that nothing else names."""
    source = shop(lists_all_suites=True, broken={"suites page 2": failure()})
    assert (await run(source)).gaps == ["listing suites page 2 FAILED"]


async def test_a_suite_that_its_parent_lists_but_the_server_denies_is_a_gap(run):
    """Such a suite is not gone: its parent still names it when asked again."""
    source = shop()
    answer = source.suite

    async def deny(suite_id):
        return None if suite_id == "card" else await answer(suite_id)

    source.suite = deny
    assert "suite card GONE_BUT_LISTED" in (await run(source)).gaps


async def test_a_suite_that_is_deleted_meanwhile_is_simply_gone(run):
    """Its parent, asked again, no longer lists it."""
    source = shop()

    def delete(fake, request):
        if request == "suite cart":
            fake.suites.pop("cart", None)
            fake.tests.pop("t3", None)

    source.before = delete
    source.delay = lambda request: 9 if request.startswith("tests") else 0
    crawled = await run(source)
    assert crawled.gaps == []
    assert "  cart" not in crawled.tree


@pytest.mark.parametrize("moment", [*(f"suite {suite}" for suite in SHOP), "tests page 1"])
@pytest.mark.parametrize(("test", "to"), [("t1", "cart"), ("t3", "card"), ("t4", "root")])
@pytest.mark.parametrize("workers", [1, 4])
async def test_a_test_that_moves_while_we_read_stands_exactly_once(run, moment, test, to, workers):
    """Neither lost between two suites nor doubled in both."""
    source = shop()

    def move(fake, request):
        if request == moment:
            fake.tests[test] = to

    source.before = move
    crawled = await run(source, workers=workers)
    assert sum(line.strip() == test for line in crawled.tree) == 1
    assert len(crawled.tree) == len(TREE)
    assert crawled.gaps == []


@pytest.mark.parametrize("moment", [f"suite {suite}" for suite in SHOP])
@pytest.mark.parametrize("has_skeleton", [False, True])
async def test_a_suite_that_moves_while_we_read_stands_exactly_once(run, moment, has_skeleton):
    """With everything below it."""
    source = shop(has_skeleton=has_skeleton)

    def move(fake, request):
        if request == moment:
            fake.suites["card"] = "cart"

    source.before = move
    crawled = await run(source, workers=1)
    assert sum(line.strip() == "card" for line in crawled.tree) == 1
    assert sum(line.strip() in {"t1", "t2", "t5"} for line in crawled.tree) == 3
    assert crawled.gaps == []


@pytest.mark.parametrize("listing", ["tests_page", "suites_page"])
async def test_a_claim_of_a_million_pages_is_not_a_million_requests(run, listing):
    """A few empty pages end a listing, whatever it claims."""
    source = shop(lists_all_suites=True)
    honest = getattr(source, listing)

    async def boast(*asked):
        return replace(await honest(*asked), pages=10**6)

    setattr(source, listing, boast)
    assert (await run(source)).tree == TREE
    assert len(source.requests) < 60


async def test_a_ring_of_suites_is_opened_and_reported(run):
    """Suites that are each other's parents end neither the crawl nor the walk of the tree."""
    source = shop(lists_all_suites=True)
    source.suites |= {"ring1": "ring2", "ring2": "ring1"}
    crawled = await run(source)
    assert crawled.orphans == ["ring1", "  ring2"]
    assert any("ring1" in warning for warning in crawled.outcome.warnings)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("has_skeleton", [False, True])
async def test_a_ring_that_an_edit_made_is_dissolved(run, seed, has_skeleton):
    """Folder and child change places between two answers: both are asked again."""
    chance = random.Random(seed)
    suites = {"b": "a", "a": None, "c": "b", "d": "a"}
    source = FakeSource(suites, lists_all_suites=True, has_skeleton=has_skeleton)
    moment = chance.randrange(3, 9)

    def swap(fake, _request):
        if len(fake.requests) == moment:
            fake.suites |= {"b": None, "a": "b"}

    source.before = swap
    crawled = await run(source, workers=chance.choice([1, 3]))
    assert crawled.tree == ["b", "  a", "    d", "  c"]
    assert (crawled.orphans, crawled.gaps, crawled.outcome.warnings) == ([], [], ())


async def test_all_members_of_a_ring_are_asked_again_once(run):
    """Whichever of them is the old answer; a ring that stays costs no more than that."""
    source = shop(lists_all_suites=True)
    source.suites |= {"ring1": "ring3", "ring2": "ring1", "ring3": "ring2"}
    await run(source)
    for member in ("ring1", "ring2", "ring3"):
        assert source.requests.count(f"suite {member}") == 2


HIDDEN = {"lists_all_suites": [False, True], "states_parents": [False, True]}
EDITED = "was edited while it was read"


def moving_unseen(other_edit, **switches):
    """`empty` moves from a folder that is not read yet to one that is; nothing tells of it."""
    source = FakeSource(
        {"a": None, "z": None, "empty": "z", "low": "z"}, {"t1": "low", "t2": "a"}, **switches
    )

    def edit(fake, request):
        if request == "suite z" and fake.requests.count(request) == 1:
            fake.suites["empty"] = "a"
            if other_edit:
                del fake.tests["t2"]

    source.before = edit
    return source


@pytest.mark.parametrize("values", list(product(*HIDDEN.values())))
async def test_an_edit_that_shows_lets_all_folders_be_read_again(run, values):
    """Where only folders tell of places: so what moved without a witness is found as well."""
    source = moving_unseen(other_edit=True, **dict(zip(HIDDEN, values, strict=True)))
    crawled = await run(source, workers=1)
    assert crawled.tree == ["a", "  empty", "z", "  low", "    t1"]
    assert (crawled.gaps, crawled.outcome.warnings) == ([], ())


async def test_a_suite_that_stands_nowhere_lets_all_folders_be_read_again(run):
    """Once: if it then still stands nowhere, it is an orphan."""
    source = shop()
    source.suites["lost"] = "deleted"
    source.tests["t7"] = "lost"
    crawled = await run(source)
    assert crawled.orphans == ["lost", "  t7"]
    assert crawled.outcome.warnings == ()
    assert source.requests.count("suite cart") == 2


async def test_edits_that_never_end_are_warned_of(run):
    """If the second look at all shows edits again, a place may be wrong, and the user is told."""
    source = moving_unseen(other_edit=True, states_parents=False)
    made = source.before

    def edit(fake, request):
        made(fake, request)
        fake.suites[f"new{len(fake.requests)}"] = "z"

    source.before = edit
    crawled = await run(source, workers=1)
    assert len(source.requests) < 200
    assert any(EDITED in warning for warning in crawled.outcome.warnings)


async def test_edits_that_outlast_the_rounds_are_warned_of(run):
    """Nothing is missing, but the last round brought news that no other one looked into."""
    source = shop(has_skeleton=True)

    def edit(fake, request):
        if request.startswith(("suite", "test ")):
            fake.tests[f"new{len(fake.requests)}"] = "cart"

    source.before = edit
    crawled = await run(source, rounds=2)
    assert any("still being edited" in warning for warning in crawled.outcome.warnings)


@pytest.mark.parametrize("switch", ["has_skeleton", "lists_all_suites"])
async def test_with_a_witness_of_places_folders_are_not_read_twice(run, switch):
    """The skeleton, or a listing of all suites with their parents: one look at it is enough."""
    source = moving_unseen(other_edit=True, **{switch: True})
    crawled = await run(source, workers=1)
    assert crawled.tree == ["a", "  empty", "z", "  low", "    t1"]
    assert source.requests.count("suite low") == 1


async def test_a_move_that_nothing_tells_of_is_not_found(run):
    """The limit, as the README states it: one empty suite, no other edit, and no witness."""
    source = moving_unseen(other_edit=False)
    crawled = await run(source, workers=1)
    assert crawled.tree == ["a", "  t2", "z", "  low", "    t1"]
    assert crawled.gaps == []


async def test_no_connection_ends_the_crawl_at_once(run):
    """One error comes out, not a group of them."""
    source = shop(broken={"suite pay": UnreachableError("Cannot connect")})
    with pytest.raises(UnreachableError):
        await run(source)


async def test_a_server_that_fails_all_suites_is_down(run):
    """Many failures in a row are not so many gaps: the run ends and can be resumed."""
    suites = {f"s{number}": None for number in range(40)}
    source = FakeSource(suites, broken={f"suite {suite}": failure() for suite in suites})
    with pytest.raises(OutageError, match="in a row"):
        await run(source)


async def test_ids_that_cannot_be_asked_for_do_not_look_like_a_server_that_is_down(run):
    """Each is a gap of its own."""
    suites = {f"s{number}": None for number in range(40)}
    malformed = MalformedError("not an ID", cause="malformed ID")
    source = FakeSource(suites, broken={f"suite {suite}": malformed for suite in suites})
    assert len((await run(source)).gaps) == 40


async def test_a_deadline_ends_a_crawl_that_hangs(run):
    """What is missing then is said, and the rest is there."""
    source = shop(delay=lambda request: 10**9 if request == "suite card" else 0)
    crawled = await run(source, deadline=1.0)
    assert "project  DEADLINE" in crawled.gaps
    assert "account" in crawled.tree


async def test_a_deadline_covers_the_first_request_too(run):
    """A server that never answers must not hold a nightly job for ever."""
    with pytest.raises(OutageError, match="time allowed was over"):
        await run(shop(delay=lambda request: 10**9 if request == "project" else 0), deadline=0.1)


async def test_a_resumed_crawl_asks_only_for_what_is_left(run, open_journal):
    """And its tree is the same."""
    source = shop(broken={"suite card": UnreachableError("Cannot connect")})
    with pytest.raises(UnreachableError):
        await run(source, journal := open_journal(), workers=1)
    journal.close()
    before = set(source.requests)
    source.requests.clear()
    source.broken = {}
    crawled = await run(source, open_journal())
    assert crawled.tree == TREE
    assert "suite root" in before
    assert "suite root" not in source.requests
    assert "suite card" in source.requests


@pytest.mark.parametrize("stop_after", range(1, 13))
@pytest.mark.parametrize("names_pages", [False, True])
async def test_a_crawl_resumed_at_any_step_gives_the_same_tree(
    run, open_journal, stop_after, names_pages
):
    """Wherever the first run ended."""
    source = shop(names_pages=names_pages, with_examples=frozenset({"t2"}))

    def stop(fake, _request):
        if len(fake.requests) == stop_after:
            raise UnreachableError("Cannot connect")

    source.before = stop
    try:
        await run(source, journal := open_journal(), workers=2)
    except UnreachableError:
        journal.close()
        source.before = lambda _fake, _request: None
        assert (crawled := await run(source, open_journal())).tree == TREE
        assert crawled.gaps == []
        assert crawled.attributes("t2")["from-itself"]
    else:
        pytest.fail("the crawl was over before it was stopped")
