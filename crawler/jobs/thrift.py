"""From settings to what a crawl may spare, and to what becomes of its journal in the end."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from crawler.api.client import Client
from crawler.config.settings import Settings
from crawler.config.thrift_settings import Strategy
from crawler.edition import USUAL, Api, Edition
from crawler.engine.answer_recording import Answers
from crawler.engine.crawl import CrawlOutcome
from crawler.engine.journal import Identity, Journal
from crawler.engine.journal_kept import Kept, attach_kept, keep
from crawler.engine.thrift import Economy, Savings
from crawler.errors import UsageError
from crawler.plural import counted
from crawler.selection import Selection
from crawler.snapshot.assets import without_signatures

__all__ = ("Ending", "Plan", "check_thrift", "planned", "spared_facts", "spared_words")

_MISSED_NAMED = 3
_PART = "--incremental and --strategy listing are for whole projects: this part is read as ever"
_FEW = (
    "--incremental and --strategy listing are for v1 of the API: over v2 all is in its listings,"
    " and is read as ever"
)


def check_thrift(settings: Settings) -> None:
    """Raises `UsageError` if nothing could be kept from one crawl to the next."""
    if settings.incremental and settings.state is None:
        raise UsageError(
            "Without a folder for its state, a crawl cannot be incremental.",
            hint="Name one: the setting state.",
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a crawl may spare, and whether its journal is kept for the next one.

    `before` tells how many crawls have built on the last full one, `None` if there was none.
    """

    economy: Economy = field(default_factory=Economy)
    keeping: bool = False
    before: int | None = None
    notes: tuple[str, ...] = ()

    def remembering(
        self, client: Client, project: str, journal: Journal
    ) -> AbstractContextManager[None]:
        """While the crawl lasts, ask with conditions if anything is kept to be built on."""
        if not self.keeping:
            return nullcontext()
        return client.remembering(project, Answers(journal, recalls=self.economy.reuse))

    def keeps(self, outcome: CrawlOutcome) -> int | None:
        """The number of crawls since a full one, this one included; `None`: it is not kept."""
        if not self.keeping or outcome.savings.listed:
            return None  # a journal in which listings stand for suites could prove nothing
        return (self.before or 0) + 1 if outcome.savings.reused else 0

    def told(self, outcome: CrawlOutcome) -> CrawlOutcome:
        """The outcome with what the user should know of what was not spared, or was missed."""
        warnings = tuple(self._warnings(outcome.savings))
        return replace(outcome, warnings=(*outcome.warnings, *warnings))

    def _warnings(self, savings: Savings) -> list[str]:
        found = []
        if savings.unlisted:
            found.append(f"the listings cannot stand for the suites: {savings.unlisted}")
        if savings.reason:
            found.append(f"incremental could spare nothing: {savings.reason}")
        if savings.missed:
            named = ", ".join(savings.missed[:_MISSED_NAMED])
            more = ", ..." if len(savings.missed) > _MISSED_NAMED else ""
            found.append(
                f"incremental would have missed changes in"
                f" {counted(len(savings.missed), 'suite')}: {named}{more}"
            )
        return found


def planned(
    journal: Journal,
    identity: Identity,
    settings: Settings,
    selection: Selection,
    edition: Edition = USUAL,
) -> Plan:
    """What the settings ask for, as far as what is kept allows it.

    Raises `LocalError` if what is kept cannot be read.
    """
    by_listing = settings.strategy is Strategy.LISTING
    wanted = by_listing or settings.incremental
    if edition.api is Api.V2:
        return Plan(notes=(_FEW,) if wanted else ())
    if selection.picks_suites or not selection.tests:
        return Plan(notes=(_PART,) if wanted else ())
    kept = attach_kept(journal, identity) if settings.incremental else Kept()
    there = kept.nights is not None
    is_full = settings.fresh or (kept.nights or 0) + 1 >= settings.full_every
    economy = Economy(
        kept=there,
        reuse=there and not is_full,
        by_listing=by_listing,
        seed=str(kept.nights),
        same=without_signatures,
    )
    notes = (kept.note,) if kept.note else ()
    return Plan(economy, settings.incremental, kept.nights, notes)


@dataclass(slots=True)
class Ending:
    """What becomes of a journal whose crawl is complete."""

    journal: Journal
    is_done: bool = False
    _nights: int | None = None

    def done(self, nights: int | None) -> None:
        """The crawl is complete; `nights` as `Plan.keeps` gives it."""
        self.is_done, self._nights = True, nights

    def end(self) -> None:
        """Keep the journal for the next crawl, or remove it; raises `LocalError`."""
        if self._nights is None:
            self.journal.remove()
        else:
            keep(self.journal, self._nights)


def spared_words(savings: Savings) -> str:
    """What a crawl spared, or that one which spared nothing found nothing missed; maybe empty."""
    if savings.reused:
        return f"{counted(savings.reused, 'suite')} as before"
    if savings.listed:
        return f"{counted(savings.listed, 'suite')} from listings"
    if savings.missed is None or savings.reason:
        return ""
    return "full: incremental would have missed " + (
        counted(len(savings.missed), "suite") if savings.missed else "nothing"
    )


def spared_facts(savings: Savings) -> dict[str, Any]:
    """The same for the manifest; empty if nothing was to be spared or compared."""
    facts = {
        "reused_suites": savings.reused or None,
        "listed_suites": savings.listed or None,
        "not_reused_because": savings.reason or None,
        "not_listed_because": savings.unlisted or None,
        "incremental_would_have_missed": None if savings.missed is None else list(savings.missed),
    }
    return {name: value for name, value in facts.items() if value is not None}
