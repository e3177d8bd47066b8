"""What is known of a setting: its meaning, unit, bounds, and names outside the program."""

from dataclasses import dataclass
from enum import StrEnum

from crawler.config import checks
from crawler.config.checks import Bounds, Check

__all__ = ("About", "Section", "amount", "count")


class Section(StrEnum):
    """Under which heading of the commented configuration file a setting stands."""

    SERVER = "Server and project"
    CREDENTIALS = "Credentials"
    PACE = "Pace"
    PATIENCE = "Timeouts and retries"
    NETWORK = "Network"
    SELECTION = "Which part of a project"
    RESULT = "What is written"
    BACKUP = "Backups"
    STATE = "Saved progress"
    OUTPUT = "Progress and log"


@dataclass(frozen=True, slots=True)
class About:
    """What is known of one setting.

    `example` stands in the commented file where the default is "not set". `env` are the
    environment's names for it; the first beats the others.
    """

    help: str
    section: Section
    check: Check
    example: object = None
    unit: str = ""
    bounds: Bounds | None = None
    env: tuple[str, ...] = ()
    secret: bool = False


def amount(
    help: str,  # noqa: A002  it is what a command line calls it
    section: Section,
    low: float,
    high: float,
    unit: str = "",
    *,
    example: float | None = None,
) -> About:
    """A number above `low` (which itself is out) and up to `high`."""
    bounds = Bounds(low, high, open_low=True)
    return About(help, section, checks.number(bounds, unit), example, unit=unit, bounds=bounds)


def count(
    help: str,  # noqa: A002
    section: Section,
    low: int,
    high: int,
    unit: str = "",
) -> About:
    """A whole number from `low` to `high`."""
    bounds = Bounds(low, high)
    return About(help, section, checks.whole(bounds, unit), unit=unit, bounds=bounds)
