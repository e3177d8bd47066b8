"""Listings that stand for suites, in memory: what is asked for, and when it is a walk after all."""

import pytest
from support.fake_source import FakeSource, failure

from crawler.engine.thrift import Economy

pytestmark = pytest.mark.anyio

BY_LISTING = Economy(by_listing=True)
SUITES = {f"s{number:03}": f"s{number // 8:03}" if number else None for number in range(60)}
TESTS = {f"t{number:03}": f"s{number % 60:03}" for number in range(90)}


class SameSource(FakeSource):
    """Tells of each item the same, wherever it is asked."""

    def _record(self, suite_id, source):
        record = super()._record(suite_id, "anywhere")
        record.resource.attributes["updated-at"] = 1
        return record

    def _test(self, test_id, source):
        return super()._test(test_id, "anywhere")


def source(**switches):
    """Sixty suites, all of them listed."""
    return SameSource(dict(SUITES), dict(TESTS), lists_all_suites=True, **switches)


def asked(found):
    """The suites that were asked for."""
    return [request for request in found.requests if request.startswith("suite ")]


async def test_a_sample_is_asked_for_and_the_tree_is_that_of_a_walk(run, open_journal):
    """The rest is what the listings say."""
    walked = await run(source())
    walked.journal.remove()
    listing = source()
    found = await run(listing, economy=BY_LISTING)
    assert len(asked(listing)) < 20
    assert found.outcome.savings.listed == 60 - len(asked(listing))
    assert (found.tree, found.gaps) == (walked.tree, [])


async def test_a_source_that_tells_more_of_a_suite_by_itself_is_walked(run):
    """Here each answer says where it is from."""
    listing = FakeSource(dict(SUITES), dict(TESTS), lists_all_suites=True)
    found = await run(listing, economy=BY_LISTING)
    assert len(asked(listing)) == 60
    assert "from-itself" in found.outcome.savings.unlisted


async def test_a_listing_that_fails_is_no_ground(run):
    """Nobody knows what stood there."""
    listing = source(broken={"suites page 2": failure()})
    found = await run(listing, economy=BY_LISTING)
    assert "could not be read whole" in found.outcome.savings.unlisted
    assert len(set(asked(listing))) == 60


async def test_a_deadline_may_fall_into_the_listings(run):
    """What was not asked for then is missing, and that is all."""
    listing = source(delay=lambda request: 10**9 if request == "tests page 2" else 0)
    found = await run(listing, economy=BY_LISTING, deadline=0.2)
    assert found.outcome.savings.listed == 0
    assert "suite s059 DEADLINE" in found.gaps
