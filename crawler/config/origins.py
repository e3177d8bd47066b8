"""Where a setting's value comes from."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ("DEFAULT", "Given", "Origin", "OriginKind", "flag_name")

_FLAG_NAMES: Final = {
    "backup_folder": "--output",
    "backup_format": "--format",
    "manifest": "--no-manifest",
    "only_state": "--state",
    "only_suites": "--suite",
    "only_tags": "--tag",
    "project": "PROJECT",
    "projects": "--project",
    "sections": "--with",
    "tests": "--no-tests",
    "verbosity": "-v or -q",
}


class OriginKind(StrEnum):
    """What kind of place a value comes from, the weaker ones first.

    The keyring holds a credential only where no other place gives one.
    """

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    FLAG = "flag"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True)
class Origin:
    """One place: `name` is a file's path, a variable or a flag; `line` is known in files only."""

    kind: OriginKind
    name: str = ""
    line: int | None = None

    def __str__(self) -> str:
        """As it stands in a listing: `testomat-crawler.toml line 7`."""
        if self.line is not None:
            return f"{self.name} line {self.line}"
        return self.name or str(self.kind)

    @property
    def location(self) -> str:
        """As it stands before an error: `testomat-crawler.toml:7`."""
        return f"{self.name}:{self.line}" if self.line is not None else str(self)


DEFAULT: Final = Origin(OriginKind.DEFAULT)


@dataclass(frozen=True, slots=True)
class Given:
    """A value and where it was given."""

    value: object
    origin: Origin


def flag_name(name: str) -> str:
    """What a setting is called on the command line."""
    return _FLAG_NAMES.get(name) or f"--{name.replace('_', '-')}"
