"""What a crawl has read so far, kept where the next run finds it."""

import hashlib
import json
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import anyio

from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.edition import Edition, edition_mapping
from crawler.engine.journal import Identity, Journal
from crawler.jobs.connection import account_fingerprint
from crawler.jobs.thrift import Ending
from crawler.progress import Progress, Warned
from crawler.selection import Selection, selection_mapping

__all__ = ("CrawlState", "crawl_state")


@dataclass(frozen=True, slots=True)
class CrawlState:
    """The journal of one crawl; `ending` says what becomes of it."""

    identity: Identity
    journal: Journal
    ending: Ending


@asynccontextmanager
async def crawl_state(
    server: str,
    project: str,
    settings: Settings,
    selection: Selection,
    edition: Edition,
    *,
    clock: Clock,
    progress: Progress,
) -> AsyncIterator[CrawlState]:
    """The journal of an earlier run that fits, or a new one, open as long as the block.

    Afterwards it stays for the next run, unless it was ended or holds nothing to go on from.

    Raises:
        LocalError: if the disk or the database refuses.
    """
    with _state_folder(settings) as folder:
        key = _key(selection, edition)
        identity = Identity(server, project, account_fingerprint(settings), key)
        path = folder / _state_name(identity)
        journal = await anyio.to_thread.run_sync(_open_journal, path, identity, settings, clock)
        with _kept_unless_done(journal, progress) as ending:
            yield CrawlState(identity, journal, ending)


@contextmanager
def _state_folder(settings: Settings) -> Iterator[Path]:
    if settings.state is not None:
        yield settings.state
        return
    with tempfile.TemporaryDirectory(prefix="testomat-crawler-") as folder:
        yield Path(folder)


def _key(selection: Selection, edition: Edition) -> str:
    told = {**selection_mapping(selection), **edition_mapping(edition)}
    return json.dumps(told) if told else ""


def _state_name(identity: Identity) -> str:
    """A file name that no project's name can lead astray, and that people recognise.

    Each selection has a file of its own, so that it takes no other's progress away.
    """
    parts = (identity.server, identity.project, *filter(None, (identity.selection,)))
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
    readable = re.sub(r"[^A-Za-z0-9-]+", "-", identity.project)[:40].strip("-")
    return f"{readable}-{digest}.sqlite3"


def _open_journal(path: Path, identity: Identity, settings: Settings, clock: Clock) -> Journal:
    return Journal.open(
        path,
        identity,
        now=clock.utc_now(),
        max_age=timedelta(hours=settings.state_max_age_hours),
        fresh=settings.fresh,
    )


@contextmanager
def _kept_unless_done(journal: Journal, progress: Progress) -> Iterator[Ending]:
    """Close the journal; end it if it is done, or remove it if it holds nothing to resume."""
    ending = Ending(journal)
    try:
        yield ending
    finally:
        if ending.is_done:
            ending.end()
        elif not journal.has_answers():
            journal.remove()
        else:
            journal.close()
            if not journal.path.exists():
                text = f"the saved progress {journal.path} vanished: the next run starts over"
                progress.report(Warned(text))
