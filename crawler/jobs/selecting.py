"""From settings to the part of a project that they ask for, and what is left out of it."""

from crawler.config.settings import Settings
from crawler.errors import UsageError
from crawler.selection import Selection
from crawler.snapshot.noise import VOLATILE, Omission

__all__ = ("omission", "selection_of")


def selection_of(settings: Settings) -> Selection:
    """What the settings select.

    Raises:
        UsageError: if they contradict each other.
    """
    selection = Selection(
        suites=settings.only_suites,
        exclude=settings.exclude,
        tests=settings.tests,
        state=settings.only_state.value if settings.only_state else None,
        tags=settings.only_tags,
    )
    if selection.picks_tests and not selection.tests:
        raise UsageError("Without tests (--no-tests) there are none in a state or with a tag.")
    return selection


def omission(settings: Settings) -> Omission:
    """What the settings leave out; raises `ConfigError` if a place cannot be read."""
    return Omission((*(VOLATILE if settings.stable else ()), *settings.omit))
