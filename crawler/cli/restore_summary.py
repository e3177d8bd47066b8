"""What a person reads of a restore: the plan before it, and what came of it."""

from collections.abc import Iterator
from typing import Final

from crawler.cli.figures import duration
from crawler.jobs.restore import RestorePlan, RestoreResult
from crawler.jobs.restore_files import FilesPlan
from crawler.jobs.snapshot_one import describe_gap
from crawler.plural import counted
from crawler.restore.orphans import HOME_TITLE
from crawler.selection import selection_words

__all__ = ("plan_lines", "result_lines")

_MIB: Final = 1 << 20
_WORRIES: Final = 5
_LONGEST_TITLE: Final = 60


def plan_lines(plan: RestorePlan) -> Iterator[str]:
    """What would be written where, and what the API has no place for."""
    found = plan.survey
    source = f"{plan.head.project_title} [{plan.head.project_id}]"
    yield f"{source} into {plan.title} [{plan.project}] on {plan.server}"
    if plan.head.selection:
        yield f"  the snapshot is a part of its project: {selection_words(plan.head.selection)}"
    matched = plan.matched
    new = (found.suites - matched.suites, found.tests - matched.tests)
    yield f"  {counted(new[0], 'suite')} and {counted(new[1], 'test')} to create"
    if matched.present:
        there = f"{counted(matched.suites, 'suite')} and {counted(matched.tests, 'test')}"
        yield f"  {there} are there already; {matched.differ:,} of them to be changed"
    if plan.resumed:
        yield f"  {plan.resumed:,} of these are there from an unfinished run"
    worn = f"{counted(len(found.labels), 'label')} on {counted(found.worn, 'place')}"
    rows, links = counted(found.rows, "row"), counted(found.linked, "text")
    yield f"  {worn}, {rows} of parameters, {links} with links to rewrite"
    yield from _file_lines(plan.files)
    if plan.orphans:
        orphans = counted(plan.orphans, "orphan")
        yield f"  {orphans} without a place in the tree to go below a new suite {HOME_TITLE!r}"
    if plan.survey.unordered:
        groups = counted(len(plan.survey.unordered), "group")
        yield f"  {groups} of siblings numbered anew, to keep their order"
    if found.no_place:
        yield f"  not written, for the API has no place for it: {_places(plan)}"


def _file_lines(files: FilesPlan) -> Iterator[str]:
    if files.number:
        size = f"{files.size / _MIB:,.1f} MiB"
        yield f"  {counted(files.number, 'file')} of attachments, {size} in all"
    if files.absent:
        yield f"  {counted(files.absent, 'file')} of attachments not beside the snapshot, not sent"
    if files.elsewhere:
        others = counted(files.elsewhere, "file")
        yield f"  {others} of suites not sent, for the API takes files for tests alone"


def result_lines(result: RestoreResult) -> Iterator[str]:
    """How many, how long, whether the project is now what the snapshot is."""
    plan, outcome, tally = result.plan, result.outcome, result.tally
    wrote = f"{counted(outcome.suites, 'suite')} and {counted(outcome.tests, 'test')} written"
    if plan.files.number:
        wrote += f", {counted(outcome.files, 'file')} attached"
    yield f"{plan.project}: {wrote}, {'complete' if result.complete else 'INCOMPLETE'}"
    retries = counted(sum(tally.retries.values()), "retry", "retries")
    requests = counted(tally.requests, "request")
    yield f"  {requests} in {duration(result.duration)}, {retries}"
    if result.complete:
        yield "  read back and compared: nothing differs but what the API cannot write"
    if plan.orphans:
        orphans = counted(plan.orphans, "orphan")
        yield f"  {orphans} now in the tree, below {HOME_TITLE!r}: 'diff' shows them as added there"
    if plan.survey.no_place:
        yield f"  not written: {_places(plan)}"
    if plan.files.absent or plan.files.elsewhere:
        yield from (line for line in _file_lines(plan.files) if "not" in line)
    if result.beyond:
        yield f"  {counted(result.beyond, 'item')} of the project are not in the snapshot, and stay"
    yield from _worries(result)


def _worries(result: RestoreResult) -> Iterator[str]:
    worries = [
        f"{each.kind} {each.id} {each.title[:_LONGEST_TITLE]!r}: {each.reason}"
        for each in result.outcome.failures
    ]
    worries += [describe_gap(gap) for gap in result.gaps]
    for worry in worries[:_WORRIES]:
        yield f"  ! {worry}"
    if len(worries) > _WORRIES:
        yield f"  ! and {len(worries) - _WORRIES} more"
    if result.outcome.blocked:
        yield f"  ! {counted(result.outcome.blocked, 'item')} below these were not written either"
    if result.outcome.failures or result.outcome.blocked:
        yield "  ! the same command tries these again"
    changes = len(result.difference.changes)
    if changes:
        number = counted(changes, "difference")
        yield f"  ! {number} between the snapshot and the project: see above"


def _places(plan: RestorePlan) -> str:
    return ", ".join(
        f"{place} ({number:,})" for place, number in sorted(plan.survey.no_place.items())
    )
