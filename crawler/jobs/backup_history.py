"""What each night came to, one JSON object a line; the newest line is the last.

Nothing is decided by it: which backups are there, and what they are good for, is said by the files
themselves. It is where the nights are that left no file.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.errors import LocalError
from crawler.jobs.backup_guard import Outcome

__all__ = ("History", "utc_text")


class History:
    """One project's nights, in the file at `path`, which need not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, record: Mapping[str, Any]) -> None:
        """Add one night; a line that a crash cut off does not spoil this one.

        Raises `LocalError` if the disk refuses.
        """
        line = json.dumps(record, ensure_ascii=False) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as file:
                file.write(
                    f"\n{line}".encode() if _is_cut(file.tell(), self.path) else line.encode()
                )
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise LocalError.from_os_error("write", self.path, error) from error

    def records(self) -> tuple[dict[str, Any], ...]:
        """All nights that can be read, the oldest first.

        Raises `LocalError` if the file is there but cannot be read.
        """
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise LocalError.from_os_error("read", self.path, error) from error
        found = (_record(line) for line in lines)
        return tuple(each for each in found if each is not None)

    def last_good(self) -> datetime | None:
        """When the project was last backed up well, changed or not."""
        good = {outcome.value for outcome in Outcome if outcome.is_good} | {"accepted"}
        for record in reversed(self.records()):
            if record.get("outcome") in good:
                return _moment(record.get("at"))
        return None


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _is_cut(size: int, path: Path) -> bool:
    """Whether the file does not end with a line break."""
    if not size:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
