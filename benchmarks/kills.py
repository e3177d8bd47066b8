"""Kills the real command again and again and holds what comes out against an uninterrupted run.

    python benchmarks/kills.py [--rounds 120] [--seconds 600] [--seed 0]

Each round crawls the same project anew and is killed once to three times, with SIGKILL, SIGTERM or
SIGINT, when the demo server has seen a number of requests that the seed chooses, or a few
milliseconds after the last one, while the snapshot is written. Then it runs to its end. SIGKILL may
cost what is in flight, the others nothing that was asked for. The table goes to standard output;
the exit code is 1 if any promise was broken.
"""

import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from soak import Row, kill_rows, soak
from victim import CODES, Ended, Killing, Victim

from crawler.demo import ServerOptions, World, generate, world_of

__all__ = ("Bench", "Round", "kill_rounds", "kill_table")

WORKERS = 4
#: Tasks that may each hold an answer that is not written yet: see `crawler.jobs.crawl_project`.
MOST_LOST = 2 * WORKERS
Files = dict[str, bytes]
_SHARE_LATE = 0.2


@dataclass
class Round:
    """What one project's crawl went through, and every promise that it broke."""

    kills: Counter[str] = field(default_factory=Counter)
    survived: int = 0
    fetched_again: int = 0
    most_lost: int = 0
    broken: list[str] = field(default_factory=list)


class Bench(Victim):
    """A demo server with a `world`, and the command that reads all of it with the `flags`."""

    def __init__(
        self, folder: Path, world: World | None = None, flags: tuple[str, ...] = ()
    ) -> None:
        world = world or world_of(generate(3, 40, 2, fan_out=4))
        super().__init__(folder, world, ServerOptions(page_size=20))
        self.slug = world.project.slug
        self.flags = flags
        self._suites = f"/api/{self.slug}/suites/"
        self.asked: list[str] = []

    def seen(self, target: str) -> None:
        """Note which suites are asked for."""
        if target.startswith(self._suites) and "?" not in target and not target.endswith("/tree"):
            self.asked.append(target.removeprefix(self._suites))

    async def run(self, output: Path, kill: Killing | None = None) -> Ended:
        """One crawl."""
        state = ("--state", str(self.folder / "state"), "--workers", str(WORKERS))
        return await self.command(
            "snapshot", self.slug, "-o", str(output), *self.flags, *state, kill=kill
        )

    def left(self) -> list[str]:
        """The names of all files of the state."""
        state = self.folder / "state"
        return sorted(each.name for each in state.iterdir()) if state.exists() else []

    def kept(self) -> set[str]:
        """The suites that the state holds."""
        found: set[str] = set()
        for path in (self.folder / "state").glob("*.sqlite3"):
            with closing(sqlite3.connect(path)) as db:
                try:
                    rows = db.execute("SELECT id FROM suite WHERE rank = 2").fetchall()
                except sqlite3.OperationalError:
                    continue  # killed before there were tables
                found |= {identity for (identity,) in rows}
        return found


def everything(folder: Path, name: str) -> Files:
    """The snapshot called `name` with the files that belong to it, less its manifest.

    What is there and belongs to nothing is among them.
    """
    found = {
        path.relative_to(folder).as_posix().replace(name, "snapshot"): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] != "state"
    }
    # What is known of versions is no part of a snapshot; of the manifest the time is another.
    return {
        path: b"" if path.endswith((".manifest.json", ".versions.jsonl")) else content
        for path, content in found.items()
    }


async def _one_round(bench: Bench, kills: list[Killing], expected: Files) -> Round:
    output = bench.folder / "out" / "snapshot.yaml"
    output.parent.mkdir()
    found = Round()
    done: set[str] = set()
    for kill in [*kills, None]:
        bench.asked.clear()
        code, errors, sent = await bench.run(output, kill)
        again = done & set(bench.asked)
        if again:
            found.broken.append(f"{len(again)} suites that were kept were fetched again")
        if kill is not None:
            found.kills[kill.signum.name] += sent
            # A late signal may find the work done and the process on its way out.
            over = output.exists() and not bench.left()
            ended = over and code in {0, -kill.signum, CODES[kill.signum]}
            found.survived += sent and ended
            if code != CODES[kill.signum] and not ended:
                found.broken.append(f"exit code {code} after {kill.signum.name}: {errors}")
            if ended:
                break
            kept = bench.kept()
            lost = len(set(bench.asked) - kept - done)
            found.most_lost = max(found.most_lost, lost)
            if lost > (MOST_LOST if kill.signum == signal.SIGKILL else 0):
                found.broken.append(f"{lost} suites were lost at once by {kill.signum.name}")
            found.fetched_again += lost
            done |= kept
        elif code != 0:
            found.broken.append(f"the last run ended with {code}: {errors}")
    _look_at_what_is_left(bench, output, expected, found)
    return found


def _look_at_what_is_left(bench: Bench, output: Path, expected: Files, found: Round) -> None:
    there = everything(output.parent, output.name)
    if changed := sorted(name for name in expected if there.get(name) != expected[name]):
        found.broken.append(f"other bytes than those of an uninterrupted run: {changed}")
    if more := sorted(there.keys() - expected.keys()):
        found.broken.append(f"files were left beside the snapshot: {more}")
    if left := bench.left():
        found.broken.append(f"state was left: {left}")
    shutil.rmtree(output.parent)


def _plan(chance: random.Random, requests: int) -> list[Killing]:
    kills = []
    for _ in range(chance.choice([1, 2, 2, 3])):
        signum = chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
        late = chance.random() < _SHARE_LATE
        # A resumed run makes fewer requests: an early moment is more likely to come.
        after = requests if late else 1 + int(chance.random() ** 2 * requests)
        kills.append(Killing(signum, after, chance.random() * 0.12 if late else 0.0))
    return kills


async def kill_rounds(
    rounds: int,
    seed: int,
    seconds: float,
    *,
    late: bool = True,
    bench_in: Callable[[Path], Bench] = Bench,
) -> list[Round]:
    """So many rounds, fewer if `seconds` are over before; `late` kills while writing, too.

    `bench_in` makes what is killed, which works in the folder that it is given.
    """
    chance, started, found = random.Random(seed), time.monotonic(), list[Round]()
    with tempfile.TemporaryDirectory() as folder:
        bench = bench_in(Path(folder))
        async with bench.server:
            code, errors, _ = await bench.run(Path(folder) / "expected.yaml")
            if code:
                raise RuntimeError(errors)
            requests = bench.requests
            expected = everything(Path(folder), "expected.yaml")
            while len(found) < rounds and time.monotonic() - started < seconds:
                kills = _plan(chance, requests)
                if not late:
                    kills = [kill for kill in kills if not kill.late] or kills[:1]
                found.append(await _one_round(bench, kills, expected))
    return found


def kill_table(found: list[Round]) -> list[Row]:
    """What a soak tells in the end."""
    broken = sum(bool(each.broken) for each in found)
    return [
        *kill_rows(found),
        ("of these too late to matter (the run was over)", sum(e.survived for e in found)),
        ("rounds with other bytes, stray files or left state", broken),
        (
            "most suites lost at once (SIGKILL: 2 x workers, others: none)",
            max(e.most_lost for e in found),
        ),
        ("kept suites that were fetched again", 0 if not broken else "see above"),
    ]


if __name__ == "__main__":
    sys.exit(soak(__doc__, 120, kill_rounds, kill_table))
