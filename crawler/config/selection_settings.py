"""The settings of which part of a project is crawled, between those of `backup` and the rest."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from crawler.config import checks
from crawler.config.about import About, Section
from crawler.config.backup_settings import BackupSettings

__all__ = ("SelectionSettings", "TestState")


class TestState(StrEnum):
    """How a test is carried out."""

    __test__ = False  # not a class of tests, whatever its name looks like to a test runner

    MANUAL = "manual"
    AUTOMATED = "automated"


@dataclass(frozen=True, slots=True, kw_only=True, init=False, repr=False, eq=False)
class SelectionSettings(BackupSettings):
    """Which suites and tests; a base of `Settings`, which checks it."""

    only_suites: Annotated[
        tuple[str, ...],
        About(
            "Suites to have with all below them, by ID or by their titles from the root, such as"
            " Checkout/Payment. None: all of them.",
            Section.SELECTION,
            checks.strings,
        ),
    ] = ()
    exclude: Annotated[
        tuple[str, ...],
        About(
            "Suites to leave out with all below them, by ID or by their titles from the root.",
            Section.SELECTION,
            checks.strings,
        ),
    ] = ()
    tests: Annotated[
        bool,
        About("Have the tests too; false: suites only.", Section.SELECTION, checks.boolean),
    ] = True
    only_state: Annotated[
        TestState | None,
        About(
            "Have only the tests in this state, manual or automated, and the suites above them.",
            Section.SELECTION,
            checks.choice(TestState),
            "manual",
        ),
    ] = None
    only_tags: Annotated[
        tuple[str, ...],
        About(
            "Have only the tests with at least one of these tags, and the suites above them.",
            Section.SELECTION,
            checks.strings,
        ),
    ] = ()
