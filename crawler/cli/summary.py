"""What a person reads at the end of a job: six lines at most."""

from collections.abc import Iterator

from crawler.cli.figures import duration
from crawler.jobs.snapshot import SnapshotResult, describe_gap
from crawler.selection import selection_words

__all__ = ("summary_lines",)

_WORRIES = 2


def summary_lines(result: SnapshotResult) -> Iterator[str]:
    """Where, how many, how long, how many requests, what to worry about."""
    head, tally = result.head, result.tally
    place = str(result.output) if result.output else "standard output"
    state = "complete" if head.complete else f"INCOMPLETE, {_count(len(result.gaps), 'gap')}"
    yield f"{place}: {_count(head.suites, 'suite')}, {_count(head.tests, 'test')}, {state}"
    if head.selection:
        yield f"  {selection_words(head.selection)}"
    retries = f", {_count(sum(tally.retries.values()), 'retry', 'retries')}"
    resumed = f", {_count(tally.resumed, 'suite')} from an earlier run" if tally.resumed else ""
    yield f"  {_count(tally.requests, 'request')} in {duration(result.duration)}{retries}{resumed}"
    worries = [describe_gap(gap) for gap in result.gaps] + list(result.warnings)
    for worry in worries[:_WORRIES]:
        yield f"  ! {worry}"
    if len(worries) > _WORRIES:
        yield f"  ! and {len(worries) - _WORRIES} more; the manifest names all"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
