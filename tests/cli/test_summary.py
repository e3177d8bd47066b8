"""What a person reads at the end: five lines at most, the worries last."""

from support.results import snapshot_result

from crawler.cli.summary import several_lines, summary_lines
from crawler.jobs.several import Problem
from crawler.jobs.snapshots import SnapshotsResult
from crawler.model import Gap, GapReason, ItemKind


def test_a_complete_snapshot_takes_two_lines():
    """Where, how many, how long, how many requests."""
    lines = list(summary_lines(snapshot_result(requests=1, resumed=1200)))
    assert lines == [
        "shop.yaml: 2 suites, 3 tests, complete",
        "  1 request in 1:01, 0 retries, 1,200 suites from an earlier run",
    ]


def test_many_worries_are_counted_and_never_fill_the_screen():
    """Gaps come before warnings."""
    gaps = [
        Gap(ItemKind.SUITE, f"s{number}", GapReason.COUNT, expected=4, found=2, detail="why")
        for number in range(40)
    ]
    lines = list(summary_lines(snapshot_result(*gaps, warnings=("w",))))
    assert len(lines) == 5
    assert lines[0].endswith("INCOMPLETE, 40 gaps (run again to ask for what is missing)")
    assert lines[2] == (
        "  ! suite s0: fewer tests were found than the server counts (2 of 4) [why]"
    )
    assert lines[-1] == "  ! and 39 more; the manifest names all"


def test_nothing_is_said_twice():
    """What was warned of while the job ran is not repeated at its end."""
    told = snapshot_result(warnings=("early", "late"))
    told.tally.warnings.append("early")
    lines = list(summary_lines(told))
    assert lines[2:] == ["  ! late"]


def test_no_project_is_not_counted():
    """The pattern that takes none is told, and that is all there is to say."""
    nothing = SnapshotsResult((), (Problem("None matches.", 3),), 1.0)
    assert list(several_lines(nothing)) == ["! None matches."]
