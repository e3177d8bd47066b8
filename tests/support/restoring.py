"""Restores below the command line, against a demo server over real HTTP."""

from pathlib import Path
from typing import Any

from crawler.config.settings import Settings
from crawler.demo import API_TOKEN, DemoProject, DemoServer
from crawler.jobs.restore import RestoreOrder, RestoreResult, restore_snapshot
from crawler.jobs.snapshot import take_snapshot
from crawler.progress import Progress
from crawler.redaction import Secret
from crawler.snapshot.formats import Format
from support.clock import FastClock

TARGET = "target"


def empty_project(slug: str = TARGET) -> DemoProject:
    """A project to restore into."""
    return DemoProject(slug, "The new one", api_key="tstmt_new0000000000000000000000000000")


def settings_for(server: DemoServer, **more: Any) -> Settings:
    """The settings of the demo's account at full speed."""
    usual: dict[str, Any] = {"url": server.url, "api_token": Secret(API_TOKEN), "rate": 1000}
    return Settings(**(usual | more))


async def snapshot_of(server: DemoServer, project: str, path: Path) -> Path:
    """The snapshot of a project, in a file."""
    form = Format.JSON if path.suffix == ".json" else Format.YAML
    await take_snapshot(
        settings_for(server), project=project, output=path, format=form, clock=FastClock()
    )
    return path


async def restored(
    server: DemoServer,
    source: Path,
    *,
    project: str = TARGET,
    progress: Progress | None = None,
    clock: FastClock | None = None,
    settings: dict[str, Any] | None = None,
    **order: Any,
) -> RestoreResult:
    """Restore a snapshot; `settings` and `order` are further ones of each."""
    return await restore_snapshot(
        settings_for(server, **(settings or {})),
        RestoreOrder(str(source), project, **order),
        progress=progress,
        clock=clock or FastClock(),
    )
