"""The settings of `backup`, the second half of the one flat `Settings`."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from crawler.config import checks
from crawler.config.about import About, Section, count
from crawler.config.checks import Bounds, CheckError
from crawler.config.section_settings import SectionSettings
from crawler.redaction import Secret

__all__ = ("BackupFormat", "BackupSettings", "Compression")

_AUTHOR: Final = re.compile(r"[^<>\x00-\x1f]+ <[^<>\s\x00-\x1f]+>")
_PERCENT: Final = Bounds(0, 100)


class BackupFormat(StrEnum):
    """In which format backups are stored."""

    JSON = "json"
    YAML = "yaml"
    TREE = "tree"
    MARKDOWN = "markdown"


class Compression(StrEnum):
    """How a backup is packed; `zstd` needs the package `zstandard`."""

    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"


def _author(value: object) -> str:
    found = checks.text(value)
    if not _AUTHOR.fullmatch(found):
        raise CheckError('must be a name and an address, such as "Nightly <nightly@example.com>"')
    return found


def _secret_address(value: object) -> Secret:
    """An http address as it was given, whose path may be all that keeps others out."""
    given = checks.secret(value).reveal().strip()
    try:
        checks.web_address(given)
    except CheckError:
        # The sentence of the check may show what it refuses.
        raise CheckError("must be an http or https address without a user name") from None
    return Secret(given)


def _keep(period: str) -> About:
    return count(
        f"Backups to keep: the newest of each of the last N {period} that have one."
        " If all four are 0, all backups are kept.",
        Section.BACKUP,
        0,
        10_000,
    )


@dataclass(frozen=True, slots=True, kw_only=True, init=False, repr=False, eq=False)
class BackupSettings(SectionSettings):
    """What `backup` is told besides what every crawl is; a base of `Settings`, which checks it."""

    projects: Annotated[
        tuple[str, ...],
        About(
            "Projects to back up, by short name; * and ? stand for any text and any character."
            " None: the one project that is set.",
            Section.BACKUP,
            checks.strings,
        ),
    ] = ()
    backup_folder: Annotated[
        Path | None,
        About("Folder for the backups.", Section.BACKUP, checks.path, "backups"),
    ] = None
    backup_format: Annotated[
        BackupFormat | None,
        About(
            "Format of a backup: json, yaml, tree or markdown. Not set: json; in git the one that"
            " is there, and tree for a new project.",
            Section.BACKUP,
            checks.choice(BackupFormat),
            "json",
        ),
    ] = None
    compress: Annotated[
        Compression,
        About(
            "How backups are packed: none, gzip or zstd. The last one needs the extra of the same"
            " name. What is a directory, or in git, is never packed.",
            Section.BACKUP,
            checks.choice(Compression),
        ),
    ] = Compression.GZIP
    keep_last: Annotated[
        int,
        count(
            "Backups to keep: the last N. If this and the next three are 0, all are kept.",
            Section.BACKUP,
            0,
            10_000,
        ),
    ] = 0
    keep_daily: Annotated[int, _keep("days")] = 0
    keep_weekly: Annotated[int, _keep("weeks")] = 0
    keep_monthly: Annotated[int, _keep("months")] = 0
    max_shrink_percent: Annotated[
        float,
        About(
            "A project that lost a larger share of its suites or tests than this is kept, but"
            " marked as suspect, and the run fails.",
            Section.BACKUP,
            checks.number(_PERCENT, "percent"),
            unit="percent",
            bounds=_PERCENT,
        ),
    ] = 10.0
    report: Annotated[
        Path | None,
        About(
            "File for a JSON report of each backup run.",
            Section.BACKUP,
            checks.path,
            "backup-report.json",
        ),
    ] = None
    metrics: Annotated[
        Path | None,
        About(
            "File for the figures of each backup run, as Prometheus's textfile collector reads"
            " them.",
            Section.BACKUP,
            checks.path,
            "testomat.prom",
        ),
    ] = None
    notify_url: Annotated[
        Secret | None,
        About(
            "Address to call when a backup has ended well; with /start and /fail behind its path"
            " also when it starts and when it fails.",
            Section.BACKUP,
            _secret_address,
            "https://hc-ping.com/...",
            env=("TESTOMATIO_NOTIFY_URL",),
            secret=True,
        ),
    ] = None
    git_author: Annotated[
        str,
        About("Author of the commits of backup --git.", Section.BACKUP, _author),
    ] = "testomat-crawler <testomat-crawler@localhost>"
