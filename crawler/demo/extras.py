"""What a project holds beside its tree: runs with their results, and lists of all kinds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from crawler.demo.records import DemoRun, DemoTestrun, Resource

__all__ = ("Extras",)


class Extras:
    """Held by ID, results also by run, so that no answer walks them all.

    The serials are its own: a run more changes no time of the tree.

    Attributes:
        runs: By ID, the oldest first.
        testruns: By ID, the oldest first.
        lists: The other resources, by the address of their list (``plans``, ``jira/issues``) and
            by ID, in the server's order.
        owned: Comments and attachments, by list, then by kind and ID of what they belong to.
    """

    def __init__(self, touch: Callable[[], None]) -> None:
        """Start empty; ``touch`` is called at each edit."""
        self.runs: dict[str, DemoRun] = {}
        self.testruns: dict[str, DemoTestrun] = {}
        self.lists: dict[str, dict[str, Resource]] = {}
        self.owned: dict[str, dict[tuple[str, str], list[Resource]]] = {}
        self._touch = touch
        self._serial = 0
        self._testruns_of: dict[str, list[str]] = {}

    def testruns_of(self, run_id: str) -> Sequence[str]:
        """The results of a run, the oldest first."""
        return self._testruns_of.get(run_id, ())

    def add_run(
        self, run_id: str, title: str | None, own: Mapping[str, Any] | None = None
    ) -> DemoRun:
        """Start a run.

        Raises:
            ValueError: if the ID is taken.
        """
        if run_id in self.runs:
            raise ValueError(f"the project has a run with the ID {run_id} already")
        run = DemoRun(run_id, title, self._next(), own or {})
        self.runs[run_id] = run
        return run

    def add_testrun(
        self, run_id: str, test_id: str, title: str, own: Mapping[str, Any] | None = None
    ) -> DemoTestrun:
        """Note one result of a test."""
        number = self._next()
        testrun = DemoTestrun(str(1000 + number), run_id, test_id, title, number, own or {})
        self.testruns[testrun.id] = testrun
        self._testruns_of.setdefault(run_id, []).append(testrun.id)
        return testrun

    def edit_run(self, run_id: str, changes: Mapping[str, Any]) -> None:
        """Set attributes of a run, under the server's names."""
        run = self.runs[run_id]
        self._next()
        self.runs[run_id] = replace(run, own={**run.own, **changes})

    def edit_testrun(self, testrun_id: str, changes: Mapping[str, Any]) -> None:
        """Set attributes of a result, under the server's names."""
        testrun = self.testruns[testrun_id]
        self._next()
        self.testruns[testrun_id] = replace(testrun, own={**testrun.own, **changes})

    def delete_run(self, run_id: str) -> None:
        """Remove a run with its results, as a purge does."""
        del self.runs[run_id]
        for testrun_id in self._testruns_of.pop(run_id, ()):
            del self.testruns[testrun_id]
        self._next()

    def delete_testrun(self, testrun_id: str) -> None:
        """Remove one result."""
        testrun = self.testruns.pop(testrun_id)
        self._testruns_of[testrun.run_id].remove(testrun_id)
        self._next()

    def put(self, name: str, resources: Iterable[Resource]) -> None:
        """Add resources to a list, or replace those with the same ID."""
        self.lists.setdefault(name, {}).update((each.id, each) for each in resources)
        self._next()

    def drop(self, name: str, item_id: str) -> None:
        """Remove a resource from a list."""
        del self.lists[name][item_id]
        self._next()

    def attach(self, name: str, kind: str, owner: str, resources: Iterable[Resource]) -> None:
        """Give comments or attachments (``name``) to a test, a suite or a run (``kind``)."""
        self.owned.setdefault(name, {}).setdefault((kind, owner), []).extend(resources)
        self._next()

    def _next(self) -> int:
        self._serial += 1
        self._touch()
        return self._serial
