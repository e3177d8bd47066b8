"""Finds the suites that a selection names, with as few requests as the server's answers allow.

The skeleton tells all titles and places at once. Without it a path is walked from the roots, suite
by suite, and an ID is followed up through its parents. Only where suites do not say where they
stand, all of them have to be fetched, without their tests.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import anyio

from crawler.engine.fence import Fence
from crawler.engine.journal import Journal
from crawler.engine.survey import Survey, take_survey
from crawler.engine.walk import Walk
from crawler.errors import IncompleteError, UsageError
from crawler.selection import Selection

__all__ = ("locate",)

_NAMED: Final = 3


async def locate(
    walk: Walk, journal: Journal, selection: Selection, *, workers: int, lenient: bool
) -> Selection:
    """The selection with the IDs of its suites, once the walk's work so far is done.

    Raises:
        UsageError: if the project has no such suite, unless `lenient`, or several by this path.
        IncompleteError: if something that may be it could not be fetched.
    """
    names = (*selection.suites, *selection.exclude)
    walk.fence = Fence(set())
    await walk.run(workers)
    while True:
        survey = await anyio.to_thread.run_sync(take_survey, journal)
        wanted = survey.wanted(names)
        if wanted is None:
            walk.fence = Fence()
            wanted = set(survey.parents)
        if not sum([walk.fetch_suite(identity) for identity in wanted]):
            break
        await walk.run(workers)
    found = {name: _one(name, survey, lenient=lenient) for name in names}
    chosen = replace(
        selection,
        suites=tuple(found[name] for name in selection.suites),
        exclude=tuple(found[name] for name in selection.exclude),
    )
    _check_some(chosen, survey)
    return chosen


def _one(name: str, survey: Survey, *, lenient: bool) -> str:
    found = survey.named(name)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{len(found)} suites have the path {name!r}.",
            hint=f"Name one by its ID: {_listed(found)}.",
        )
    if survey.failures:
        raise IncompleteError(
            f"Whether there is a suite {name!r} could not be found out: {survey.failures[0]}.",
            hint="The same command asks again.",
        )
    if lenient:
        return name
    near = [repr(each) for each in survey.nearest(name)]
    raise UsageError(
        f"The project has no suite with the ID or the path {name!r}.",
        hint=f"Did you mean {' or '.join(near)}?"
        if near
        else "A path is the titles from the root, such as 'Checkout/Payment'.",
    )


def _listed(found: Iterable[str]) -> str:
    names = list(found)
    more = f", and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _check_some(chosen: Selection, survey: Survey) -> None:
    excluded = set(chosen.exclude)
    if chosen.suites and all(excluded & {each, *survey.above(each)} for each in chosen.suites):
        raise UsageError("Nothing is selected: what --suite names, --exclude leaves out.")
