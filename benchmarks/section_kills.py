"""As `kills.py`, for `snapshot --with all` and the files of attachments.

    python benchmarks/section_kills.py [--rounds 60] [--seconds 600] [--seed 0]

The project has what all sections hold, runs with several pages of results, and files on the server
and in its storage. In the end the snapshot and every file beside it have to be those of a run that
nobody interrupted, and nothing else may lie there.
"""

import sys
from functools import partial

from kills import Bench, Round, kill_rounds, kill_table
from soak import soak

from crawler.demo import DemoFile, Resource, World, sample_world

__all__ = ("section_kill_rounds", "whole_world")

_RUNS, _RESULTS, _FILES = 24, 7, 12


def whole_world() -> World:
    """The sample project with more runs, results and files than one page holds."""
    world = sample_world()
    project, extras = world.project, world.project.extras
    tests = list(project.tests.values())
    for number in range(_RUNS):
        run_id = f"{number:08x}"
        extras.add_run(run_id, f"Run {number}", {"finished-at": "2024-01-15T10:00:00.000Z"})
        for each in range(_RESULTS if number else 120):
            test = tests[each % len(tests)]
            extras.add_testrun(run_id, test.id, test.title, {"status": "passed"})
    for number, test in enumerate(tests[:_FILES]):
        address = f"/attachments/more/{number}.bin"
        world.files[address] = DemoFile(b"%d" % number * 50_000, stored=bool(number % 2))
        fields = {"name": "same.bin", "url": address, "type": "application/octet-stream"}
        extras.attach(
            "attachments", "test", test.id, [Resource(f"k{number}", "attachment", fields)]
        )
        named = extras.owned["attachments"]["test", test.id]
        project.edit_test(test.id, {"attachments": [dict(each.attributes) for each in named]})
    return world


async def section_kill_rounds(
    rounds: int, seed: int, seconds: float, *, late: bool = True
) -> list[Round]:
    """So many rounds, fewer if `seconds` are over before."""
    bench = partial(Bench, world=whole_world(), flags=("--with", "all"))
    return await kill_rounds(rounds, seed, seconds, late=late, bench_in=bench)


if __name__ == "__main__":
    sys.exit(soak(__doc__, 60, section_kill_rounds, kill_table))
