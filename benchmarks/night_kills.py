"""Kills incremental nights again and again and holds what comes out against full crawls.

    python benchmarks/night_kills.py [--rounds 60] [--seconds 600] [--seed 0]

Each round is a night: testers edit the project, the real `snapshot --incremental` is killed one to
three times, with SIGKILL, SIGTERM or SIGINT, when the demo server has seen a number of requests
that the seed chooses, or a few milliseconds after the last one, while the snapshot is written and
what was read is kept. Then the same command runs to its end, and a full crawl beside it. The table
goes to standard output; the exit code is 1 if any promise was broken.
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
from support.testers import Testers
from victim import CODES, Ended, Killing, Victim

from crawler.demo import Listing, ServerOptions, generate, world_of

__all__ = ("Night", "kill_nights")

_SHARE_LATE = 0.3
#: Of a server whose listings tell all, no summary should say these.
_WRONG = ("would have missed changes", "could spare nothing", "damaged", "not used")
_MOST_EDITS = 4


@dataclass
class Night:
    """What one night went through, what it spared, and every promise that it broke."""

    kills: Counter[str] = field(default_factory=Counter)
    survived: int = 0
    requests: int = 0
    broken: list[str] = field(default_factory=list)


class _Bench(Victim):
    """A project that testers edit, and the command that reads it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.project = generate(seed, 60, 2, fan_out=4, text_bytes=60)
        self.testers = Testers(self.project, seed)
        options = ServerOptions(listing=Listing.ALL, page_size=20)
        super().__init__(folder, world_of(self.project), options)

    async def run(self, name: str, *flags: str, kill: Killing | None = None) -> Ended:
        """One crawl."""
        more = (*flags, "--workers", "4")
        return await self.command("snapshot", self.project.slug, "-o", name, *more, kill=kill)


async def _one_night(bench: _Bench, chance: random.Random, usual: int) -> Night:
    found = Night()
    for _ in range(chance.randrange(_MOST_EDITS + 1)):
        bench.testers.edit()
    incremental = ("--incremental", "--full-every", "5", "--state", "state")
    for _ in range(chance.choice([1, 1, 2, 3])):
        signum = chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
        is_late = chance.random() < _SHARE_LATE
        after = usual if is_late else 1 + int(chance.random() * usual)
        kill = Killing(signum, after, chance.random() * 0.15 if is_late else 0.0)
        code, errors, sent = await bench.run("night.json", *incremental, kill=kill)
        found.kills[signum.name] += sent
        # A late signal may find the work done and the process on its way out.
        over = "complete" in errors
        if code not in ({0, -signum, CODES[signum]} if over else {0, CODES[signum]}):
            found.broken.append(f"exit code {code} after {signum.name}: {errors}")
        found.survived += sent and over
    code, errors, _ = await bench.run("night.json", *incremental)
    found.requests = bench.requests
    if code or any(words in errors for words in _WRONG):
        found.broken.append(f"the last run ended with {code}: {errors}")
    code, errors, _ = await bench.run("full.json", "--state", "other")
    if code:
        raise RuntimeError(errors)
    snapshots = [(bench.folder / name).read_bytes() for name in ("night.json", "full.json")]
    if snapshots[0] != snapshots[1]:
        found.broken.append(f"other bytes than those of a full crawl: {bench.testers.log[-9:]}")
    left = sorted(each.name for each in (bench.folder / "state").iterdir())
    if len(left) != 1 or not left[0].endswith(".kept.sqlite3"):
        found.broken.append(f"state was left: {left}")
    return found


async def kill_nights(rounds: int, seed: int, seconds: float) -> list[Night]:
    """So many nights, fewer if `seconds` are over before."""
    chance, started, found = random.Random(seed), time.monotonic(), list[Night]()
    with tempfile.TemporaryDirectory() as name:
        bench = _Bench(Path(name), seed)
        async with bench.server:
            for flags in (("--incremental", "--state", "state"),) * 2:
                code, errors, _ = await bench.run("night.json", *flags)
                if code:
                    raise RuntimeError(errors)
            usual = bench.requests
            while len(found) < rounds and time.monotonic() - started < seconds:
                found.append(await _one_night(bench, chance, usual))
    return found


def _rows(found: list[Night]) -> list[Row]:
    return [
        *kill_rows(found),
        ("of these too late to matter (the run was over)", sum(e.survived for e in found)),
        ("nights with other bytes, left state or a wrong end", sum(bool(e.broken) for e in found)),
    ]


if __name__ == "__main__":
    sys.exit(soak(__doc__, 60, kill_nights, _rows))
