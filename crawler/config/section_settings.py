"""The settings on what a snapshot holds beside the tree; a part of the one flat `Settings`."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from crawler.config import checks
from crawler.config.about import About, Section, count
from crawler.config.checks import CheckError
from crawler.config.thrift_settings import ThriftSettings
from crawler.sections import SectionName, is_day, listed_names

__all__ = ("ALL", "SectionSettings", "section_names")

ALL: Final = "all"
"""The word for every section."""


def section_names(value: object) -> tuple[SectionName, ...]:
    """A list of sections, or their names with commas, in the order of the snapshot.

    Results need the runs that they belong to, so these come with them.
    """
    given = value.split(",") if isinstance(value, str) else checks.strings(value)
    wanted: set[SectionName] = set()
    for each in filter(None, (word.strip() for word in given)):
        if each == ALL:
            wanted |= set(SectionName)
            continue
        try:
            wanted.add(SectionName(each.replace("-", "_")))
        except ValueError:
            words = listed_names((*SectionName, ALL))
            raise CheckError(f"must be among {words}, and not {each!r}") from None
    if SectionName.TESTRUNS in wanted:
        wanted.add(SectionName.RUNS)
    return tuple(name for name in SectionName if name in wanted)


def _day(value: object) -> str:
    found = checks.text(value.isoformat() if isinstance(value, date) else value)
    if not is_day(found):
        raise CheckError("must be a day such as 2026-01-31")
    return found


@dataclass(frozen=True, slots=True, kw_only=True, init=False, repr=False, eq=False)
class SectionSettings(ThriftSettings):
    """What is read besides suites and tests; a base of `Settings`, which checks it."""

    sections: Annotated[
        tuple[SectionName, ...],
        About(
            f"What a snapshot holds besides suites and tests: {listed_names(SectionName)}, or all.",
            Section.RESULT,
            section_names,
        ),
    ] = ()
    attachment_files: Annotated[
        bool,
        About(
            "With the section attachments, also download the files: to PATH.attachments beside the"
            " snapshot, or to the store of the backup directory.",
            Section.RESULT,
            checks.boolean,
        ),
    ] = True
    attachment_max_mib: Annotated[
        int, count("Largest file that is downloaded.", Section.RESULT, 1, 1_048_576, "MiB")
    ] = 256
    attachment_workers: Annotated[
        int, count("Files that are downloaded at the same time.", Section.PACE, 1, 64)
    ] = 4
    runs_since: Annotated[
        str | None,
        About(
            "Read the results of those runs only that ended on this day or later. Older runs stay"
            " in the snapshot as it has them already.",
            Section.RESULT,
            _day,
            "2026-01-31",
        ),
    ] = None
