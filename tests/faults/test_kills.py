"""The real command, killed and run again: the same bytes, nothing left, nothing done twice."""

import sys

import pytest
from support.benchmark import load

kills = load("kills")

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind"),
]


async def test_whatever_kills_a_run_the_next_one_goes_on_and_the_bytes_are_the_same():
    """Exit codes 130 and 143; what the state holds is never fetched again."""
    found = await kills.kill_rounds(4, seed=7, seconds=40, late=False)
    assert [promise for each in found for promise in each.broken] == []
    assert sum(each.kills.total() for each in found) >= 3
    assert max(each.most_lost for each in found) <= kills.MOST_LOST
