"""Kills the real `restore` again and again and holds the project against the snapshot's original.

    python benchmarks/restore_kills.py [--rounds 60] [--seconds 600] [--seed 0]

Each round restores a hostile project into an empty one and is killed one to four times, with
SIGKILL, SIGTERM or SIGINT, when the demo server has seen a number of requests that the seed
chooses. Some tests have files. Every second round the server knows neither origins nor a file that
it has, and every third one loses answers to writes as well. Then the same command runs to its end.
The table goes to standard output; the exit code is 1 if anything was lost or doubled.
"""

import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from soak import Row, kill_rows, soak
from support.attachments import files_held, give_files
from support.hostile import hostile_project
from support.restoring import TARGET, empty_project
from support.tree_of import told
from victim import CODES, Ended, Killing, Victim

from crawler.demo import (
    FaultKind,
    FaultPlan,
    ServerOptions,
    world_of,
)

__all__ = ("Round", "kill_rounds")

_FAULTS = (FaultKind.ERROR_502, FaultKind.RESET, FaultKind.CUT, FaultKind.EMPTY, FaultKind.HTML)
_MOST_RUNS = 8
_USUAL_REQUESTS = 330


@dataclass
class Round:
    """What one restore went through, and every promise that it broke."""

    kills: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    runs: int = 0
    broken: list[str] = field(default_factory=list)


class _Bench(Victim):
    """A demo server with a project to copy, and the command that copies it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.world = world_of(hostile_project(), empty_project())
        give_files(self.world)
        plan = FaultPlan(seed, 0.15, kinds=_FAULTS) if seed % 3 == 0 else None
        known = seed % 2 == 0
        options = ServerOptions(origin_ids=known, same_files_known=known)
        super().__init__(folder, self.world, options, plan)

    async def run(self, *arguments: str, kill: Killing | None = None) -> Ended:
        """One run, whose state is that of all."""
        return await self.command(*arguments, "--state", str(self.folder / "state"), kill=kill)


async def _one_round(folder: Path, seed: int) -> Round:
    chance, found = random.Random(seed), Round()
    bench = _Bench(folder, seed)
    async with bench.server:
        code, errors, _ = await bench.run(
            "snapshot", "hostile", "--with", "attachments", "-o", "s.json"
        )
        if code:
            raise RuntimeError(errors)
        await _kill_and_finish(bench, chance, found)
    found.faults = bench.server.faults.met.total()
    if told(bench.world.projects[TARGET]) != told(bench.world.project):
        found.broken.append("the project is not what the snapshot says")
    if files_held(bench.world, TARGET) != files_held(bench.world, "hostile"):
        found.broken.append("the files are not those of the snapshot")
    state = folder / "state"
    if left := sorted(each.name for each in state.iterdir()) if state.exists() else []:
        found.broken.append(f"state was left: {left}")
    return found


async def _kill_and_finish(bench: _Bench, chance: random.Random, found: Round) -> None:
    kills = chance.choice([1, 2, 3, 4])
    command = ("restore", "s.json", "--project", TARGET, "--yes", "--id-map", "ids.json")
    for number in range(_MOST_RUNS):
        kill = None
        if number < kills:
            after = 3 + int(chance.random() ** 1.5 * _USUAL_REQUESTS)
            kill = Killing(chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]), after)
        code, errors, sent = await bench.run(*command, kill=kill)
        found.runs += 1
        if kill is not None and sent:
            found.kills[kill.signum.name] += 1
            if code == CODES[kill.signum]:
                continue
        if code == 0:
            return
        # Killed while the project was read back: all was written, and nothing is left to do.
        found.broken.append(f"run {number} ended with {code}: {errors.strip()[-300:]}")
        return
    found.broken.append("it never came to an end")


async def kill_rounds(rounds: int, seed: int, seconds: float) -> list[Round]:
    """So many rounds, fewer if `seconds` are over before."""
    started, found = time.monotonic(), list[Round]()
    while len(found) < rounds and time.monotonic() - started < seconds:
        with tempfile.TemporaryDirectory() as folder:
            found.append(await _one_round(Path(folder), seed + len(found)))
    return found


def _rows(found: list[Round]) -> list[Row]:
    return [
        *kill_rows(found),
        ("answers that were lost or wrong besides", sum(each.faults for each in found)),
        ("rounds in which anything was lost or doubled", sum(bool(e.broken) for e in found)),
    ]


if __name__ == "__main__":
    sys.exit(soak(__doc__, 60, kill_rounds, _rows))
