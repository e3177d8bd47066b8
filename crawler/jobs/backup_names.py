"""Pure: what backups are called on the disk, and what a name says.

A project's folder bears its short name if that is safe everywhere (small letters, digits, `-` and
`_`); any other character is written as `%` and its code, as in an address, so that no two projects
share a folder on systems that do not tell capitals apart. A backup is called by its time in UTC,
then by its mark if it is not a good one: `2026-05-03T021500Z.suspect.json.gz`. One that is a
directory ends in the name of its format: `2026-05-03T021500Z.tree`.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from urllib.parse import unquote

from crawler.snapshot.formats import DIRECTORIES, Format
from crawler.snapshot.packing import Packing

__all__ = ("HISTORY", "LOCK", "BackupName", "Mark", "folder_name", "folder_project", "parse_name")

HISTORY: Final = "history.jsonl"
LOCK: Final = ".testomat-crawler.lock"

_UNSAFE: Final = re.compile(r"[^a-z0-9_-]")
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])")
_LONGEST: Final = 120
_CUT: Final = "~"
_TIME: Final = "%Y-%m-%dT%H%M%SZ"
_NAME: Final = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\dT\d{6}Z)(?:\.(?P<mark>suspect|partial))?"
    r"\.(?:(?P<format>json|yaml)(?P<packing>\.gz|\.zst)?|(?P<directory>tree|markdown))"
)


class Mark(StrEnum):
    """What a backup is good for; a good one has no mark in its name."""

    GOOD = ""
    SUSPECT = "suspect"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class BackupName:
    """The parts of a backup's name; `at` is in UTC, to the second. A directory is never packed."""

    at: datetime
    mark: Mark
    format: Format
    packing: Packing

    def __str__(self) -> str:
        mark = f".{self.mark}" if self.mark else ""
        packing = "" if self.is_directory else self.packing
        return f"{self.at.astimezone(UTC).strftime(_TIME)}{mark}.{self.format}{packing}"

    @property
    def is_directory(self) -> bool:
        """Whether it is the name of a directory of files, and not of a file."""
        return self.format in DIRECTORIES


def parse_name(name: str) -> BackupName | None:
    """The parts of a name; `None` if it is not one that a backup of ours can have."""
    found = _NAME.fullmatch(name)
    if not found:
        return None
    try:
        at = datetime.strptime(found["time"], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    form = Format(found["format"] or found["directory"])
    return BackupName(at, Mark(found["mark"] or ""), form, Packing(found["packing"] or ""))


def folder_name(project: str) -> str:
    """What the folder (or the file in git) of a project is called, on every system."""
    name = _UNSAFE.sub(_quoted, project)
    if _RESERVED.fullmatch(name):
        name = f"%{ord(name[0]):02X}{name[1:]}"
    if len(name) <= _LONGEST:
        return name
    digest = hashlib.sha256(project.encode()).hexdigest()[:16]
    return f"{name[:_LONGEST]}{_CUT}{digest}"


def folder_project(name: str) -> str | None:
    """The project whose folder is called so; `None` if none is, or if the name had to be cut."""
    project = unquote(name, errors="replace")
    return project if project and folder_name(project) == name else None


def _quoted(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found.group().encode("utf-8", "surrogatepass"))
