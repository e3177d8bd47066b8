"""Nights of backups against a demo server, with a clock that jumps from night to night."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.config.settings import Settings
from crawler.demo import API_TOKEN, DemoProject, DemoServer
from crawler.jobs.backup import BackupOrder, run_backup
from crawler.jobs.backup_results import BackupRun
from crawler.redaction import Secret
from support.clock import FastClock

FIRST_NIGHT = datetime(2026, 5, 1, 2, 15, tzinfo=UTC)


class NightClock(FastClock):
    """Says that it is 02:15 of the night that the test has come to."""

    def __init__(self) -> None:
        super().__init__()
        self.night = 1

    def utc_now(self) -> datetime:
        """Time stands still within a night."""
        return FIRST_NIGHT + timedelta(days=self.night - 1)


@dataclass
class Nights:
    """One folder, one server, one configuration; each call of `run` is one night."""

    server: DemoServer
    folder: Path
    settings: Settings = field(default_factory=Settings)
    order: Mapping[str, Any] = field(default_factory=dict)
    clock: NightClock = field(default_factory=NightClock)
    runs: list[BackupRun] = field(default_factory=list)

    async def run(self, night: int | None = None, **more: Any) -> BackupRun:
        """Back up on this night; `more` goes to the order, or to the settings if it is one."""
        self.clock.night = night or self.clock.night + 1
        orders = {name for name in BackupOrder.__dataclass_fields__ if name in more}
        told = {name: value for name, value in more.items() if name not in orders}
        settings = replace(
            self.settings,
            **{"url": self.server.url, "api_token": Secret(API_TOKEN), "rate": 1000.0, **told},
        )
        order = {**self.order, **{name: more[name] for name in orders}}
        found = await run_backup(
            settings, BackupOrder(folder=self.folder, **order), clock=self.clock
        )
        self.runs.append(found)
        return found

    def files(self, project: str) -> list[str]:
        """The names of the project's backups, without manifests."""
        names = (path.name for path in (self.folder / project).iterdir())
        return sorted(name for name in names if name.startswith("20") and "manifest" not in name)

    def history(self, project: str) -> list[dict[str, Any]]:
        """The lines of the project's history."""
        text = (self.folder / project / "history.jsonl").read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]


def grown(slug: str = "shop", suites: int = 4, tests: int = 5) -> DemoProject:
    """A project of some suites with some tests each, all with plain IDs."""
    project = DemoProject(slug, f"The {slug}", api_key="tstmt_secret")
    for number in range(suites):
        suite_id = f"{number:08x}"
        project.add_suite(suite_id, f"Suite {number}", position=number)
        for place in range(tests):
            project.add_test(f"{number:04x}{place:04x}f", f"Test {place}", suite_id, position=place)
    return project


def outcomes(run: BackupRun) -> dict[str, str]:
    """How each project fared."""
    return {each.project: each.outcome.value for each in run.projects}
