"""What was read of the sections: their items as a stream, and what is missing of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from crawler.engine.journal import Journal
from crawler.engine.journal_schema import decode
from crawler.engine.section_recording import NOT_OFFERED
from crawler.model import Gap, GapReason, ItemKind, Resource, SectionListing, SectionName

__all__ = ("SectionItem", "SectionRows", "section_gaps")

#: More than any ordinal, so that a list's variant comes before the place in it.
_VARIANT: Final = 10**15

_CHOSEN: Final = """
FROM main.section_row AS found LEFT JOIN temp.run_place ON run_place.id = found.owner
WHERE found.name = ? AND (found.kind <> 'run' OR run_place.id IS NOT NULL) AND NOT EXISTS (
    SELECT 1 FROM main.section_row AS other INDEXED BY section_row_id
    WHERE other.name = found.name AND other.id = found.id AND other.kind = found.kind
    AND other.owner = found.owner
    AND (other.variant, other.ordinal) < (found.variant, found.ordinal)
)
"""


@dataclass(frozen=True, slots=True)
class SectionItem:
    """An item of a section; `owner` is the item of this `kind` whose list it stands in, if any."""

    resource: Resource
    kind: str = ""
    owner: str = ""


class SectionRows:
    """The sections that were read and are offered; valid until the journal changes."""

    def __init__(self, journal: Journal, wanted: tuple[SectionName, ...]) -> None:
        self._journal = journal
        journal.execute("DROP TABLE IF EXISTS temp.run_place")
        journal.execute(
            "CREATE TEMP TABLE run_place AS SELECT id, min(variant * ? + ordinal) AS place"
            " FROM main.section_row WHERE name = 'runs' GROUP BY id",
            (_VARIANT,),
        )
        journal.execute("CREATE UNIQUE INDEX temp.run_place_id ON run_place (id)")
        self.missing = tuple(name for name in wanted if self._is_missing(name))
        offered = (name for name in SectionName if name in wanted and name not in self.missing)
        #: How many items each section has.
        self.counts = {name: self._count(name) for name in offered}

    def items(self, section: SectionName) -> Iterator[SectionItem]:
        """The items of a section in the server's order, each once."""
        # Only the order is sorted; bodies are read one by one.
        order = self._journal.query(
            f"SELECT found.rowid, found.kind, found.owner {_CHOSEN}"
            " ORDER BY found.kind, run_place.place, found.owner, found.variant, found.ordinal",
            (section.value,),
        )
        for row, kind, owner in order:
            query = "SELECT body FROM section_row WHERE rowid = ?"
            for (body,) in self._journal.query(query, (row,)):
                yield SectionItem(decode(body), kind, owner)

    def holds(self, section: SectionName, identity: str) -> bool:
        """Whether an item of this ID was read."""
        rows = self._journal.query(
            "SELECT 1 FROM section_row WHERE name = ? AND id = ? LIMIT 1", (section.value, identity)
        )
        return any(True for _ in rows)

    def is_whole(self, section: SectionName, owner: str = "") -> bool:
        """Whether the lists of the project, or those of this item, were read without a failure."""
        ((read, unknown, failed),) = self._journal.query(
            "SELECT (SELECT count(*) FROM section_page WHERE name = ?1 AND owner = ?2),"
            " (SELECT count(*) FROM section_page WHERE name = ?1 AND owner = ?2 AND rows < 0),"
            " (SELECT count(*) FROM section_failure WHERE name = ?1 AND owner = ?2)",
            (section.value, owner),
        )
        return bool(read) and not unknown and not failed

    def _count(self, section: SectionName) -> int:
        query = self._journal.query(f"SELECT count(*) {_CHOSEN}", (section.value,))
        return next(int(count) for (count,) in query)

    def _is_missing(self, section: SectionName) -> bool:
        """Every list of it that was asked for is unknown to the server."""
        ((asked, unknown),) = self._journal.query(
            "SELECT count(*), count(CASE WHEN rows = ? THEN 1 END) FROM section_page"
            " WHERE name = ? AND number = 1",
            (NOT_OFFERED, section.value),
        )
        return bool(asked) and asked == unknown


def section_gaps(journal: Journal, wanted: tuple[SectionName, ...]) -> Iterator[Gap]:
    """A gap for each page of the wanted sections that could not be had."""
    rows = journal.query(
        "SELECT name, kind, owner, variant, number, reason, detail FROM section_failure"
        " ORDER BY name, kind, owner, variant, number"
    )
    for name, kind, owner, variant, number, reason, detail in rows:
        if name not in wanted:
            continue
        listing = SectionListing(SectionName(name), variant, kind, owner)
        text = f"{_described(listing)} page {number}"
        yield Gap(ItemKind.LISTING, text, GapReason[reason], detail=detail)


def _described(listing: SectionListing) -> str:
    """A list in words: `runs`, `runs (2)` for its second variant, `testruns of run 3252341f`."""
    which = f" ({listing.variant + 1})" if listing.variant else ""
    whose = f" of {listing.kind} {listing.owner}" if listing.owner else ""
    return f"{listing.section.value}{which}{whose}"
