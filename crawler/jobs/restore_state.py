"""Where a restore keeps its notes, and whether the notes of an earlier run still hold."""

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from crawler.config.settings import Settings
from crawler.progress import Progress, Warned
from crawler.restore.ledger import Ledger

__all__ = ("forget_if_gone", "ledger_at")


@contextmanager
def ledger_at(settings: Settings, facts: Mapping[str, str], *, rehearse: bool) -> Iterator[Ledger]:
    """The ledger of the restore that `facts` tell apart; kept at the end if anything was begun.

    To `rehearse` only looks at one that is there. Raises `LocalError` if another run holds it, or
    if it is that of another snapshot's restore, unless `settings.fresh`.
    """
    with tempfile.TemporaryDirectory(prefix="testomat-crawler-") as temporary:
        name = _name(facts["server"], facts["project"])
        path = (settings.state or Path(temporary)) / name
        ledger = _usable(path, facts, settings) if path.exists() or not rehearse else None
        if rehearse and ledger is not None and ledger.fact("matched") is None:
            ledger.close()
            ledger = None
        if ledger is None:
            ledger = Ledger.open(Path(temporary) / f"rehearsal-{name}", facts)
        try:
            yield ledger
        finally:
            _put_away(ledger)


def _usable(path: Path, facts: Mapping[str, str], settings: Settings) -> Ledger:
    return Ledger.open(path, facts, fresh=settings.fresh)


def _put_away(ledger: Ledger) -> None:
    """Close it; delete it if no later run needs it, so that it stands in no other's way."""
    if ledger.closed:
        return
    if ledger.begun():
        ledger.close()
    else:
        ledger.remove()


def forget_if_gone(
    ledger: Ledger, facts: Mapping[str, str], progress: Progress, *, empty: bool
) -> None:
    """Start over if the ledger tells of things in a project that holds nothing any more."""
    if ledger.resumed and empty and ledger.written():
        ledger.forget(facts)
        text = "what an earlier run wrote is gone from the project, so all is written anew"
        progress.report(Warned(text))


def _name(server: str, project: str) -> str:
    """A file name that no project's name can lead astray, and that people recognise."""
    digest = hashlib.sha256(f"{server}\n{project}".encode()).hexdigest()[:12]
    readable = re.sub(r"[^A-Za-z0-9-]+", "-", project)[:40].strip("-")
    return f"restore-{readable}-{digest}.sqlite3"
