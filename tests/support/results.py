"""Results of jobs that nobody ran."""

from pathlib import Path
from typing import Any

from crawler.jobs.profile import Profile
from crawler.jobs.snapshot_one import SnapshotResult
from crawler.model import Gap
from crawler.progress import Stage, Tally
from crawler.snapshot.document import Head
from crawler.snapshot.formats import Format
from crawler.snapshot.written import Written


def snapshot_result(*gaps: Gap, warnings: tuple[str, ...] = (), **tally: Any) -> SnapshotResult:
    """A snapshot of two suites and three tests, complete if no gaps are given."""
    return SnapshotResult(
        head=Head("shop", "Shop", "https://example.test", not gaps, suites=2, tests=3),
        output=Path("shop.yaml"),
        format=Format.YAML,
        written=Written(10, "00", "11"),
        gaps=gaps,
        warnings=warnings,
        tally=Tally(**tally),
        duration=61.2,
        profile=Profile({Stage.RATE: 50.0}, 61.2, 10),
    )
