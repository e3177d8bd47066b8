"""Runs at work: random edits of the runs and results of a demo project."""

import random
from dataclasses import dataclass, field

from crawler.demo import DemoProject

FINISHED = {"finished-at": "2024-03-01T10:00:00.000Z", "status": "passed"}


@dataclass
class RunEditor:
    """Edits by seed; `ever` are the IDs of all that ever existed, runs and results."""

    project: DemoProject
    seed: int
    ever: set[str] = field(default_factory=set)
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._made = 0
        self.at_the_beginning = self.existing()
        self.ever |= self.at_the_beginning

    def existing(self) -> set[str]:
        """The IDs of what there is now."""
        return {*self.project.extras.runs, *self.project.extras.testruns}

    @property
    def lasting(self) -> set[str]:
        """What existed during the whole period."""
        return self.at_the_beginning & self.existing()

    def edit(self) -> None:
        """One edit of whatever kind."""
        kinds = (*(self._report,) * 4, self._start, self._finish, self._purge, self._remove)
        self._chance.choice(kinds)()
        self.ever |= self.existing()

    def _run(self) -> str:
        return self._chance.choice(list(self.project.extras.runs))

    def _open_runs(self) -> list[str]:
        runs = self.project.extras.runs.values()
        return [run.id for run in runs if "finished-at" not in run.own]

    def _start(self) -> None:
        self._made += 1
        self._say("start", f"new{self._made:05}")
        self.project.extras.add_run(f"new{self._made:05}", "New", {})

    def _finish(self) -> None:
        for run in self._open_runs()[:1]:
            self._say("finish", run)
            self.project.extras.edit_run(run, FINISHED)

    def _report(self) -> None:
        """A result comes in, where a run is still open."""
        if not (runs := self._open_runs()):
            return
        run, test = self._chance.choice(runs), self._chance.choice([*self.project.tests.values()])
        new = self.project.extras.add_testrun(run, test.id, test.title, {"status": "failed"})
        self._say("report", run, new.id)

    def _purge(self) -> None:
        if len(self.project.extras.runs) > 2:
            run = self._run()
            self._say("purge", run)
            self.project.extras.delete_run(run)

    def _remove(self) -> None:
        """A result is taken out of a run that is open."""
        runs = [run for run in self._open_runs() if self.project.extras.testruns_of(run)]
        if runs:
            results = self.project.extras.testruns_of(self._chance.choice(runs))
            result = self._chance.choice(list(results))
            self._say("remove", result)
            self.project.extras.delete_testrun(result)

    def _say(self, *words: str) -> None:
        self.log.append(" ".join(words))
