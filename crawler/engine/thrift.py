"""Asks for less: takes suites from the kept journal, or from their listings, where that is proven.

Both begin with the listings, read whole while no suite is asked for. A sample of the suites that
would be spared is asked all the same; if any of them is not as the listings had it, no listing is
believed, and every suite is asked.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

import anyio

from crawler.engine import reuse_recording
from crawler.engine.fence import Fence
from crawler.engine.frontier import Work, WorkKind
from crawler.engine.journal import Journal
from crawler.engine.journal_indexes import index_tests
from crawler.engine.journal_schema import FROM_LISTING, OF_ITS_OWN
from crawler.engine.proof import Proof, differing, prove, shortcoming, told
from crawler.engine.sampling import lots, representatives, sample
from crawler.engine.seeding import take_up
from crawler.engine.sides import tell
from crawler.engine.telling import Same
from crawler.engine.tree import number
from crawler.engine.walk import Walk
from crawler.progress import PhaseChanged, Progress
from crawler.selection import Selection

__all__ = ("Economy", "Savings", "Thrift")

_MOST_STRANGERS: Final = 20
_LEADS: Final = (Work(WorkKind.SUITES_PAGE, page=1), Work(WorkKind.SKELETON))


@dataclass(frozen=True, slots=True)
class Economy:
    """What a crawl may spare.

    `kept` tells whether the journal of an earlier crawl is attached. With `reuse` its answers stand
    for what is proven unchanged; without, all is asked, and held against what reuse would have
    given. With `by_listing` the listings stand for the suites. `seed` chooses the sample. `same`
    brings what changes with every request into one form.
    """

    kept: bool = False
    reuse: bool = False
    by_listing: bool = False
    seed: str = ""
    same: Same = lambda value: value


@dataclass(slots=True)
class Savings:
    """What was spared: suites `reused` from the kept journal, or `listed` and not asked.

    `reason` says why nothing was reused, `unlisted` why nothing was listed, though it was wanted.
    `missed` are suites that reuse would have had wrong, `None` if that was not looked at.
    """

    reused: int = 0
    listed: int = 0
    reason: str = ""
    unlisted: str = ""
    missed: tuple[str, ...] | None = None


class Thrift:
    """One crawl's savings; its methods are called in the order in which they stand here."""

    def __init__(
        self, walk: Walk, journal: Journal, progress: Progress, economy: Economy, workers: int
    ) -> None:
        self.savings = Savings()
        self._walk = walk
        self._journal = journal
        self._progress = progress
        self._economy = economy
        self._workers = workers
        self._sample: frozenset[str] = frozenset()
        self._spared: tuple[str, ...] = ()

    async def forget(self) -> None:
        """Drop what an interrupted run spared: it is spared again, or asked for."""
        await self._journal.write(reuse_recording.forget_reused)

    async def begin(self, selection: Selection) -> None:
        """Read the listings, and take from them or from the kept journal what is proven."""
        economy = self._economy
        if not (economy.by_listing or (economy.kept and economy.reuse)):
            return
        self._progress.report(PhaseChanged("listing"))
        walk = self._walk
        walk.fence = Fence(inside=set())
        for work in (*_LEADS, Work(WorkKind.TESTS_PAGE, page=1)):
            walk.frontier.add(work)
        await walk.run(self._workers)
        await self._journal.write(index_tests)
        if economy.by_listing:
            self.savings.unlisted = await self._list()
        if economy.kept and economy.reuse and not self._spared:
            await self._reuse()
        for identity in self._spared:
            walk.frontier.mark_known(Work(WorkKind.SUITE, identity))
        walk.count_spared(len(self._spared))
        walk.fence = Fence()
        take_up(walk, self._journal, selection)
        for (identity,) in self._journal.query("SELECT id FROM skeleton ORDER BY ordinal"):
            walk.add_suite(identity)

    async def check(self) -> None:
        """After the walk: ask for everything if the sample is not what the listings had it."""
        if not self._sample:
            return
        same = self._economy.same
        found = await anyio.to_thread.run_sync(differing, self._journal, same)
        wrong = sorted(self._sample & found)
        if not wrong:
            return
        self.savings.reason = f"suite {wrong[0]} had changed, and no listing showed it"
        self.savings.reused = 0
        await self._journal.write(reuse_recording.distrusted)
        for identity in self._spared:
            self._walk.again(Work(WorkKind.SUITE, identity))
        await self._walk.run(self._workers)

    def conclude(self) -> Savings:
        """After all: on a full crawl, what incremental would have missed."""
        if self._economy.kept and not self._economy.reuse:
            proof = prove(self._journal, self._economy.same)
            wrong = differing(self._journal, self._economy.same)
            self.savings.missed = tuple(sorted(wrong.intersection(proof.suites)))
            self.savings.reason = proof.reason
        return self.savings

    async def _reuse(self) -> None:
        if number(self._journal, "SELECT count(*) FROM fact WHERE name = 'distrusted'"):
            self.savings.reason = "the listings were found to hide a change"
            return
        proof: Proof = await anyio.to_thread.run_sync(prove, self._journal, self._economy.same)
        if proof.reason:
            self.savings.reason = proof.reason
            return
        asked = {i for (i,) in self._journal.query("SELECT id FROM suite WHERE rank = 2")}
        left = [each for each in proof.suites if each not in asked]
        self._sample = frozenset(sample(left, lots(self._economy.seed)))
        self._spared = tuple(each for each in left if each not in self._sample)
        self.savings.reused = len(self._spared)
        after = proof.after_runs.difference(self._sample, asked)
        await self._journal.write(reuse_recording.reused(self._spared, sorted(after)))

    async def _list(self) -> str:
        """Let the listings stand for the suites; returns why that is not possible."""
        journal = self._journal
        if reason := await anyio.to_thread.run_sync(_unlistable, journal):
            return reason
        strangers = await anyio.to_thread.run_sync(_strangers, journal)
        if len(strangers) > _MOST_STRANGERS:
            return "the listing of suites leaves out suites"
        suites = await anyio.to_thread.run_sync(_listed, journal)
        lot = lots(self._economy.seed)
        several = await anyio.to_thread.run_sync(representatives, journal, lot)
        for identity in (*strangers, *sample(suites, lot), *several):
            self._walk.fetch_suite(identity)
        await self._walk.run(self._workers)
        if reason := await anyio.to_thread.run_sync(
            partial(_disproof, journal, self._economy.same, strangers)
        ):
            return reason
        asked = {i for (i,) in journal.query("SELECT id FROM suite WHERE rank = 2")}
        self._spared = tuple(each for each in suites if each not in asked)
        self.savings.listed = len(self._spared)
        await journal.write(reuse_recording.stood_in(self._spared))
        return ""


def _unlistable(journal: Journal) -> str:
    if reason := shortcoming(journal, "main"):
        return reason
    if number(journal, "SELECT count(*) FROM skeleton"):
        return ""
    nested = number(journal, "SELECT count(*) FROM suite WHERE rank = 1 AND parent IS NOT NULL")
    if number(journal, "SELECT count(*) FROM suite WHERE rank = 1") and not nested:
        return "the listing of suites may be of roots only"
    return ""


def _strangers(journal: Journal) -> list[str]:
    """Suites that something names and the listing has not; some of them may not exist."""
    rows = journal.query(
        "SELECT id FROM skeleton UNION SELECT parent FROM suite WHERE parent IS NOT NULL"  # noqa: S608
        " UNION SELECT suite FROM test WHERE suite IS NOT NULL"
        " UNION SELECT suite FROM named WHERE suite IS NOT NULL"
        f" EXCEPT SELECT id FROM suite WHERE rank = {FROM_LISTING}"
    )
    return [identity for (identity,) in rows]


def _listed(journal: Journal) -> list[str]:
    rows = journal.query("SELECT id FROM suite WHERE rank = ? ORDER BY id", (FROM_LISTING,))
    return [identity for (identity,) in rows]


def _disproof(journal: Journal, same: Same, strangers: list[str]) -> str:
    """What the suites that were asked say against the listings; empty if nothing."""
    answered = {i for (i,) in journal.query("SELECT id FROM suite WHERE rank = ?", (OF_ITS_OWN,))}
    if not answered.isdisjoint(strangers):
        return "the listing of suites leaves out suites"
    if number(journal, "SELECT count(*) FROM failure"):
        return "not all that was asked to check the listings was answered"
    suites, tests = tell(journal, "main", same, exact=True)
    if reason := told(suites.conclude(), tests.conclude()):
        return reason
    doubtful = sorted(suites.doubtful | tests.doubtful)
    return f"suite {doubtful[0]} is not as the listings have it" if doubtful else ""
