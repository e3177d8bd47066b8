"""Pure: what the commit of a backup says."""

from collections.abc import Iterator
from typing import Final

from crawler.jobs.backup_guard import Figures, Outcome
from crawler.jobs.backup_results import ProjectBackup

__all__ = ("CONTENT", "SUITES", "TESTS", "acceptance_message", "commit_message", "figures_in")

SUITES: Final = "Suites"
TESTS: Final = "Tests"
CONTENT: Final = "Content-SHA256"
"""What stands as trailers at the end of a message, so that programs find it."""

_WIDTH: Final = 72
_WORRIES: Final = frozenset((Outcome.SUSPECT, Outcome.PARTIAL))


def commit_message(result: ProjectBackup) -> str:
    """A subject with the sum of all changes, then what changed, then the figures as trailers."""
    body = "\n".join((_phrase(result), *_details(result)))
    figures = Figures(result.suites or 0, result.tests or 0, result.content_sha256)
    return f"{_subject(result)}\n\n{body}\n{_trailers(figures)}"


def acceptance_message(project: str, figures: Figures | None) -> str:
    """What is said when somebody accepts a loss."""
    return f"Accept what {project} has lost\n{_trailers(figures)}"


def figures_in(suites: str, tests: str, content: str) -> Figures | None:
    """The figures that the values of the trailers tell; `None` if they tell none."""
    if not (suites.isdecimal() and tests.isdecimal()):
        return None
    return Figures(int(suites), int(tests), content)


def _subject(result: ProjectBackup) -> str:
    worry = "Suspect: " if result.outcome in _WORRIES else ""
    text = f"{worry}{result.project}: {_phrase(result)}"
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3].rstrip(', ')}..."


def _details(result: ProjectBackup) -> Iterator[str]:
    if result.message:
        yield result.message
    if result.changed:
        yield from result.changed.lines


def _phrase(result: ProjectBackup) -> str:
    if result.changed:
        return str(result.changed)
    if result.outcome is Outcome.UNCHANGED:
        return "as it was last"
    return f"first snapshot, {result.counts}"


def _trailers(figures: Figures | None) -> str:
    if figures is None:
        return ""
    values = (figures.suites, figures.tests, figures.content_sha256)
    pairs = zip((SUITES, TESTS, CONTENT), values, strict=True)
    return "".join(("\n", *(f"{name}: {value}\n" for name, value in pairs)))
