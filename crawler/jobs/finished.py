"""Which of several projects a run that was cut off had finished, so that the next one leaves them.

A file in the folder for saved progress names them. It is gone when a run comes to its end, whatever
that was, unless the server failed: then, too, the same command is to go on.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.errors import OutageError
from crawler.jobs.backup_history import History
from crawler.jobs.connection import account_fingerprint
from crawler.private_database import create_private

__all__ = ("Finished",)

#: They change how a snapshot is made, or what is shown of that, and nothing in it.
_WITHOUT_EFFECT: Final = (
    *("rate", "workers", "progress", "verbosity", "log_format", "fresh", "deadline", "state"),
)


class Finished:
    """The projects that are done, for runs that are told the same; without a `path` none stays."""

    def __init__(self, path: Path | None, begun: datetime) -> None:
        self._path = path
        self._begun = begun
        self._outputs: dict[str, str] = {}

    @classmethod
    def open(cls, settings: Settings, patterns: Iterable[str], clock: Clock) -> Self:
        """What an earlier run has left that is young enough; a `fresh` run forgets it.

        Raises:
            LocalError: if it is there and cannot be read.
        """
        now = clock.utc_now()
        if settings.state is None:
            return cls(None, now)
        path = settings.state / f"several-{_digest(settings, patterns)}.jsonl"
        found = cls(path, now)
        if settings.fresh:
            path.unlink(missing_ok=True)
        else:
            found._load(timedelta(hours=settings.state_max_age_hours))
        return found

    def __contains__(self, one: tuple[str, Path]) -> bool:
        project, output = one
        return self._outputs.get(project) == str(output.absolute()) and output.exists()

    def add(self, project: str, output: Path) -> None:
        """Note that the snapshot of a project is in its place.

        Raises:
            LocalError: if the disk refuses.
        """
        self._outputs[project] = str(output.absolute())
        if self._path is None:
            return
        history = History(self._path)
        if not self._path.exists():
            create_private(self._path)
            history.append({"begun": self._begun.isoformat()})
        history.append({"project": project, "output": self._outputs[project]})

    def end(self, exit_codes: Iterable[int]) -> None:
        """The run is over; what it knows is of use if the server failed."""
        if self._path is not None and OutageError.exit_code not in set(exit_codes):
            self._path.unlink(missing_ok=True)

    def _load(self, most: timedelta) -> None:
        records = History(self._path).records() if self._path else ()
        begun = _moment(records[0].get("begun")) if records else None
        if begun is None or not timedelta(0) <= self._begun - begun <= most:
            if self._path:
                self._path.unlink(missing_ok=True)
            return
        for each in records[1:]:
            project, output = each.get("project"), each.get("output")
            if isinstance(project, str) and isinstance(output, str):
                self._outputs[project] = output


def _digest(settings: Settings, patterns: Iterable[str]) -> str:
    """Differs for every setting that may make other snapshots; secrets go in as a fingerprint."""
    told = {
        name: str(getattr(settings, name))
        for name in settings.__dataclass_fields__
        if name not in _WITHOUT_EFFECT
    }
    parts = [*sorted(patterns), account_fingerprint(settings), json.dumps(told)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
