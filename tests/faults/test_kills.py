"""The real command, killed and run again: the same bytes, nothing left, nothing done twice."""

import sys
from functools import partial

import pytest
from support.benchmark import load

kills = load("kills")
section_kills = load("section_kills")

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind"),
]


async def test_whatever_kills_a_run_the_next_one_goes_on_and_the_bytes_are_the_same():
    """Exit codes 130 and 143; what the state holds is never fetched again."""
    found = await kills.kill_rounds(4, seed=7, seconds=200, late=False)
    assert [promise for each in found for promise in each.broken] == []
    assert sum(each.kills.total() for each in found) >= 3
    assert max(each.most_lost for each in found) <= kills.MOST_LOST


async def test_nor_is_anything_lost_of_runs_and_files():
    """With all sections: the same bytes, also of every file beside the snapshot."""
    found = await section_kills.section_kill_rounds(2, seed=3, seconds=200, late=False)
    assert [promise for each in found for promise in each.broken] == []
    assert sum(each.kills.total() for each in found) >= 2


async def test_nor_over_v2_of_the_api():
    """Its few large pages are read to their end, whatever happens between them."""
    bench = partial(kills.Bench, flags=("--api", "v2"))
    found = await kills.kill_rounds(2, seed=5, seconds=200, late=False, bench_in=bench)
    assert [promise for each in found for promise in each.broken] == []
    assert sum(each.kills.total() for each in found) >= 2
