"""The real `restore`, killed and run again: nothing is lost, nothing is there twice."""

import sys

import pytest
from support.benchmark import load

kills = load("restore_kills")

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind"),
]


async def test_whatever_kills_a_restore_the_next_run_ends_with_one_of_everything():
    """Exit codes 130 and 143; on a server that knows origins, and on one that does not."""
    found = await kills.kill_rounds(2, seed=4, seconds=200)
    assert [promise for each in found for promise in each.broken] == []
    assert sum(each.kills.total() for each in found) >= 1
