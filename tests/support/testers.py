"""A project from one night to the next: every edit that a tester makes, by seed."""

import random
from dataclasses import dataclass, field, replace

from crawler.demo import DemoProject, Resource
from support.edits import Editor


@dataclass
class Testers:
    """Edits of places and titles, and those of contents: texts, labels, rows, runs."""

    __test__ = False

    project: DemoProject
    seed: int
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._editor = Editor(self.project, self.seed)
        self._chance = random.Random(self.seed)

    def edit(self) -> None:
        """One edit of whatever kind."""
        kinds = (
            self._editor.edit,
            self._editor.edit,
            self._describe_suite,
            self._describe_test,
            self._label_suite,
            self._label_test,
            self._add_rows,
            self._run_test,
            self._empty_test,
            self._orphan,
        )
        kind = self._chance.choice(kinds)
        self.log.append(kind.__name__)
        kind()

    def _suite(self) -> str:
        return self._chance.choice(list(self.project.suites))

    def _test(self) -> str | None:
        return self._chance.choice([None, *self.project.tests])

    def _word(self) -> str:
        return f"word {self._chance.randrange(10**6)}"

    def _describe_suite(self) -> None:
        self.project.edit_suite(self._suite(), {"description": self._word()})

    def _describe_test(self) -> None:
        if test := self._test():
            self.project.edit_test(test, {"description": self._word()})

    def _empty_test(self) -> None:
        if test := self._test():
            self.project.edit_test(test, {"description": None, "labels": [], "tags": []})

    def _label_suite(self) -> None:
        suite, label = self._suite(), self._label()
        self.project.edit_suite(suite, {"labels": [label.attributes["title"]]})
        self.project.link_suite(suite, "labels", (label,))

    def _label_test(self) -> None:
        if test := self._test():
            label = self._label()
            self.project.edit_test(test, {"labels": [label.attributes["title"]]})
            self.project.link_test(test, "labels", (label,))

    def _label(self) -> Resource:
        return Resource(self.project.new_number(), "label", {"title": self._word()})

    def _add_rows(self) -> None:
        if test := self._test():
            self.project.edit_test(test, {"params": ["a"]})
            row = Resource(self.project.new_number(), "example", {"data": [self._word()]})
            self.project.link_test(test, "examples", (row,))

    def _orphan(self) -> None:
        """A suite is deleted, and what was in it stays behind."""
        if len(self.project.suites) > 6:
            self.project.delete_suite(self._suite(), leave_orphans=True)

    def _run_test(self) -> None:
        """A run leaves its traces, and that is no edit."""
        if test := self._test():
            before = self.project.tests[test].own
            self.project.edit_test(test, {"run-at": self._word(), "run-statuses": [self._word()]})
            own = dict(self.project.tests[test].own)
            del own["updated-at"]
            times = {name: before[name] for name in ("updated-at",) if name in before}
            self.project.tests[test] = replace(self.project.tests[test], own={**own, **times})
