"""What a person reads at the end: five lines at most, the worries last."""

from support.results import snapshot_result

from crawler.cli.summary import summary_lines
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
