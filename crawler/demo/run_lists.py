"""Which runs a list holds: the filters of the API description, worked out one run at a time."""

from collections.abc import Callable, Mapping

from crawler.demo.options import Archive
from crawler.demo.project import DemoProject
from crawler.demo.records import DemoRun
from crawler.demo.run_shapes import run_attributes

__all__ = ("chosen_runs",)

_TRUE = "true"
_NO_FILTERS = frozenset({"page", "per_page", "archive", "filter[archived]"})


def chosen_runs(project: DemoProject, query: Mapping[str, str], archive: Archive) -> list[str]:
    """The runs that a query asks for, the youngest first."""
    return [
        run.id
        for run in reversed(project.extras.runs.values())
        if _in_list(run, query, archive) and _matches(project, run, query)
    ]


def _in_list(run: DemoRun, query: Mapping[str, str], archive: Archive) -> bool:
    wanted = query.get("archive") or query.get("filter[archived]")
    if archive is Archive.IGNORED or wanted is None:
        return not run.archived
    if wanted != _TRUE:
        return not run.archived
    return run.archived or archive is Archive.INCLUDED


def _matches(project: DemoProject, run: DemoRun, query: Mapping[str, str]) -> bool:
    if query.keys() <= _NO_FILTERS:
        return True  # counting the results of every run takes its time
    attributes = run_attributes(project, run)
    finished = str(attributes["finished-at"] or "")
    group = attributes["rungroup-id"]
    kind = run.own.get("kind", "manual")
    tests: dict[str, Callable[[str], bool]] = {
        "filter[status]": lambda value: attributes["status"] == value,
        "filter[kind]": lambda value: kind == value,
        "filter[env]": lambda value: value in (attributes["env"] or ()),
        "filter[unfinished]": lambda value: (value == _TRUE) != attributes["has-finished"],
        "filter[in_group]": lambda value: (value == _TRUE) == (group is not None),
        "group_id": lambda value: group == value,
        "groupId": lambda value: group == value,
        "search": lambda value: value.lower() in (run.title or "").lower(),
        "finished_at_date_range": lambda value: _within(finished, value),
    }
    return all(test(query[name]) for name, test in tests.items() if query.get(name))


def _within(moment: str, dates: str) -> bool:
    """Whether a moment lies on the days from one date to another, both included."""
    first, _, last = dates.partition(",")
    return bool(moment) and first <= moment[:10] <= (last or first)
