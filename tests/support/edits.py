"""People at work: random edits of a demo project, and where everything ever stood."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crawler.demo import DemoProject

ROOT = "(root)"


@dataclass
class Editor:
    """Edits a project by seed; `places` and `titles` are all that each item ever had.

    What it makes is numbered on from `made`.
    """

    project: DemoProject
    seed: int
    made: int = 0
    places: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    titles: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self.note()
        self.at_the_beginning = self._existing()

    def _existing(self) -> set[str]:
        return {*self.project.suites, *self.project.tests}

    @property
    def lasting(self) -> set[str]:
        """What existed during the whole period."""
        return self.at_the_beginning & self._existing()

    def note(self) -> None:
        """Remember where everything stands now."""
        for suite in self.project.suites.values():
            self.places[suite.id].add(suite.parent_id or ROOT)
            self.titles[suite.id].add(suite.title)
        for test in self.project.tests.values():
            self.places[test.id].add(test.suite_id)
            self.titles[test.id].add(test.title)

    def edit(self) -> None:
        """One edit of whatever kind."""
        kinds = (
            *(self._move_test,) * 4,
            *(self._move_suite,) * 3,
            *(self._delete_test, self._insert_test) * 2,
            self._delete_suite,
            self._insert_suite,
            self._reorder,
            self._rename,
        )
        self._chance.choice(kinds)()
        self.note()

    def _suite(self) -> str:
        return self._chance.choice(list(self.project.suites))

    def _test(self) -> str | None:
        tests = list(self.project.tests)
        return self._chance.choice(tests) if tests else None

    def _say(self, *words: object) -> None:
        self.log.append(" ".join(map(str, words)))

    def _move_test(self) -> None:
        if (test := self._test()) is not None:
            to = self._suite()
            self._say("move test", test, to)
            self.project.move_test(test, to, self._chance.choice([None, 1, 2]))

    def _move_suite(self) -> None:
        suite, to = self._suite(), self._chance.choice([None, *self.project.suites])
        if to != suite and (to is None or suite not in self.project.ancestors(to)):
            self._say("move suite", suite, to)
            self.project.move_suite(suite, to, self._chance.choice([None, 1, 2]))

    def _delete_test(self) -> None:
        if (test := self._test()) is not None:
            self._say("delete test", test)
            self.project.delete_test(test)

    def _delete_suite(self) -> None:
        leaves = [suite for suite in self.project.suites if not self.project.suites_of(suite)]
        suite = self._chance.choice(leaves)
        if len(self.project.suites) > 2:
            self._say("delete suite", suite)
            self.project.delete_suite(suite)

    def _insert_test(self) -> None:
        self.made += 1
        to = self._suite()
        self._say("insert test", f"newt{self.made:04}", to)
        self.project.add_test(f"newt{self.made:04}", "New test", to)

    def _insert_suite(self) -> None:
        self.made += 1
        parent = self._chance.choice([None, self._suite()])
        self._say("insert suite", f"news{self.made:04}", parent)
        self.project.add_suite(f"news{self.made:04}", "New suite", parent)

    def _reorder(self) -> None:
        tests = list(self.project.tests_of(self._suite()))
        self._chance.shuffle(tests)
        self.project.reorder_tests(tests)

    def _rename(self) -> None:
        self.project.rename_suite(self._suite(), f"Renamed {self._chance.random()}")
        if (test := self._test()) is not None:
            self.project.rename_test(test, f"Renamed {self._chance.random()}")


def standing(data: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(ID, place, title) of everything in a snapshot; orphans stand nowhere, `""`."""
    orphans = data.get("orphans", {})
    waiting = [(item, ROOT) for item in data["suites"]]
    waiting += [(item, "") for item in orphans.get("suites", ())]
    for test in orphans.get("tests", ()):
        yield test["id"], "", test["title"]
    while waiting:
        item, place = waiting.pop()
        yield item["id"], place, item["title"]
        for test in item.get("tests", ()):
            yield test["id"], item["id"], test["title"]
        waiting += [(child, item["id"]) for child in item.get("suites", ())]
