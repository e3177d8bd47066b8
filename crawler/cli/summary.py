"""What a person reads at the end of a job: six lines at most."""

from collections.abc import Iterator

from crawler.cli.figures import duration, results_since, section_counts
from crawler.edition import LACKS, USUAL, Api, edition_words
from crawler.jobs.snapshot_one import SnapshotResult, describe_gap
from crawler.jobs.snapshots import SnapshotsResult
from crawler.jobs.thrift import spared_words
from crawler.plural import counted
from crawler.redaction import printable
from crawler.selection import selection_words

__all__ = ("several_lines", "summary_lines")

_WORRIES = 2


def summary_lines(result: SnapshotResult) -> Iterator[str]:
    """Where, how many, how long, how many requests, what to worry about."""
    head, tally = result.head, result.tally
    place = str(result.output) if result.output else "standard output"
    state = "complete" if head.complete else _incomplete(len(result.gaps))
    yield f"{place}: {counted(head.suites, 'suite')}, {counted(head.tests, 'test')}, {state}"
    if head.selection:
        yield f"  {selection_words(head.selection)}"
    if head.edition != USUAL:
        lacks = (
            f", which tells no {', '.join(LACKS[:-1])} or {LACKS[-1]}"
            if head.edition.api is Api.V2
            else ""
        )
        yield f"  read over {printable(edition_words(head.edition))}{lacks}"
    if head.sections:
        files = f", files in {result.store}" if result.store else ""
        yield f"  with {section_counts(head.sections)}{results_since(head.runs_since)}{files}"
    retries = f", {counted(sum(tally.retries.values()), 'retry', 'retries')}"
    resumed = f", {counted(tally.resumed, 'suite')} from an earlier run" if tally.resumed else ""
    spared = f", {words}" if (words := spared_words(result.savings)) else ""
    yield (
        f"  {counted(tally.requests, 'request')} in {duration(result.duration)}"
        f"{retries}{resumed}{spared}"
    )
    # What was warned of while the job ran stands above, on lines of its own.
    warnings = [each for each in result.warnings if each not in tally.warnings]
    worries = [describe_gap(gap) for gap in result.gaps] + warnings
    for worry in worries[:_WORRIES]:
        yield f"  ! {worry}"
    if len(worries) > _WORRIES:
        yield f"  ! and {len(worries) - _WORRIES} more; the manifest names all"


def several_lines(result: SnapshotsResult) -> Iterator[str]:
    """How each project fared, then all of them."""
    for each in result.projects:
        if each.result is not None:
            yield from summary_lines(each.result)
        elif each.problem is not None:
            yield f"{each.project}: FAILED"
            yield f"  ! {each.problem.message}"
        else:
            yield f"{each.kept}: complete, by the run that was cut off"
    for problem in result.problems:
        yield f"! {problem.message}"
    if not result.projects:
        return
    complete = sum(each.exit_code == 0 for each in result.projects)
    whole = counted(len(result.projects), "project")
    yield f"{complete} of {whole} in {duration(result.seconds)}"


def _incomplete(gaps: int) -> str:
    return f"INCOMPLETE, {counted(gaps, 'gap')} (run again to ask for what is missing)"
