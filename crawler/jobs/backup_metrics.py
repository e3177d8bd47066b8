"""The figures of a backup run in Prometheus's text format, for its textfile collector."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crawler.jobs.backup_results import BackupRun, ProjectBackup
from crawler.snapshot.store import open_for_replace

__all__ = ("metrics", "write_metrics")

_PREFIX: Final = "testomat_backup"
_READABLE: Final = 0o644
_ESCAPES: Final = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})

_Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Gauge:
    """One figure with its meaning, and its value for each set of labels."""

    name: str
    help: str
    samples: tuple[tuple[_Labels, float], ...]

    def lines(self) -> Iterator[str]:
        if not self.samples:
            return
        yield f"# HELP {_PREFIX}_{self.name} {self.help}"
        yield f"# TYPE {_PREFIX}_{self.name} gauge"
        for labels, value in self.samples:
            yield f"{_PREFIX}_{self.name}{_braces(labels)} {_number(value)}"


def write_metrics(run: BackupRun, path: Path) -> None:
    """Write the figures to `path` in one step, for all to read.

    Raises `LocalError` if the disk refuses.
    """
    with open_for_replace(path, mode=_READABLE) as out:
        out.write(metrics(run).encode("utf-8", "backslashreplace"))


def metrics(run: BackupRun) -> str:
    """The figures of the run and of each project."""
    gauges = (*_of_run(run), *_of_projects(run.projects))
    return "".join(f"{line}\n" for gauge in gauges for line in gauge.lines())


def _of_run(run: BackupRun) -> Iterator[_Gauge]:
    ended = run.started_at.timestamp() + run.seconds
    for name, meaning, value in (
        ("last_run_timestamp_seconds", "When the last run ended, as Unix time.", ended),
        ("last_run_duration_seconds", "How long the last run took.", run.seconds),
        ("last_run_exit_code", "Exit code of the last run; 0 is good.", run.exit_code),
        ("last_run_projects", "Projects of the last run.", len(run.projects)),
    ):
        yield _Gauge(name, meaning, (({}, value),))


def _of_projects(projects: tuple[ProjectBackup, ...]) -> Iterator[_Gauge]:
    yield _Gauge(
        "project_success",
        "1 if the last run backed the project up well, else 0.",
        _samples(projects, [float(each.outcome.is_good) for each in projects]),
    )
    yield _Gauge(
        "project_outcome",
        "1 for how the last run of the project ended.",
        tuple(({"project": each.project, "outcome": each.outcome.value}, 1) for each in projects),
    )
    last_good = [each.last_good.timestamp() if each.last_good else None for each in projects]
    for name, meaning, values in (
        ("project_last_good_timestamp_seconds", "When it was last backed up well.", last_good),
        ("project_suites", "Suites found by the last run.", [each.suites for each in projects]),
        ("project_tests", "Tests found by the last run.", [each.tests for each in projects]),
        ("project_gaps", "What the last run missed.", [len(each.gaps) for each in projects]),
        ("project_size_bytes", "Size of what was stored.", [each.size for each in projects]),
        ("project_requests", "Requests of the last run.", [each.requests for each in projects]),
        ("project_duration_seconds", "Time it took.", [each.seconds for each in projects]),
    ):
        yield _Gauge(name, meaning, _samples(projects, values))


def _samples(
    projects: tuple[ProjectBackup, ...], values: Iterable[float | None]
) -> tuple[tuple[_Labels, float], ...]:
    pairs = zip(projects, values, strict=True)
    return tuple(({"project": each.project}, value) for each, value in pairs if value is not None)


def _braces(labels: _Labels) -> str:
    if not labels:
        return ""
    inner = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in labels.items())
    return f"{{{inner}}}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.3f}"
