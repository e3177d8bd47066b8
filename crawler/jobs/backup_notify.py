"""Tells a monitoring service how the run goes; that it cannot be told is never a failure."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

import anyio

from crawler.api.pinging import ping
from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.jobs.backup_results import BackupRun
from crawler.progress import Progress, Warned

__all__ = ("notified",)

_START: Final = "start"
_FAIL: Final = "fail"
_LAST_WORD: Final = 15.0
"""Seconds for the last call of a run that is being stopped."""


async def notified(
    run: Callable[[], Awaitable[BackupRun]],
    settings: Settings,
    *,
    clock: Clock,
    progress: Progress,
) -> BackupRun:
    """Run, and call `settings.notify_url` at the start and at the end.

    A run that is stopped or raises counts as failed.
    """
    warnings: list[str] = []

    async def call(suffix: str = "") -> None:
        if settings.notify_url is None:
            return
        reason = await ping(
            settings.notify_url,
            suffix,
            clock=clock,
            ca_file=settings.ca_file,
            proxy=settings.proxy or None,
        )
        if reason:
            warnings.append(f"notify_url could not be called: {reason}")
            progress.report(Warned(warnings[-1]))

    await call(_START)
    try:
        result = await run()
    except BaseException:
        with anyio.move_on_after(_LAST_WORD, shield=True):
            await call(_FAIL)
        raise
    await call(_FAIL if result.exit_code else "")
    return replace(result, warnings=(*result.warnings, *warnings))
