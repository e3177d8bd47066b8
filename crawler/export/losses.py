"""What became of every field of every suite and test: the account that an export gives.

A target says what it kept, and how what it kept was changed. All else that an item has counts as
lost, so nothing can be forgotten in silence.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeAlias

from crawler.export.case import Case, Item, Suite

__all__ = (
    "BOOKKEEPING",
    "SUITE",
    "AsIs",
    "ItemLoss",
    "Kept",
    "Losses",
    "Tally",
    "Verdict",
    "fields_of",
)

SUITE: Final = "suite"
"""The field of a test that says where it stands: the titles of the suites that lead to it."""

AsIs: Final = ""
"""A field that was kept as it is."""

Kept: TypeAlias = Mapping[str, str]
"""What a target kept of an item: the field, and in words what was changed, empty for nothing."""

#: What the server writes down by itself, and no other tool has a use for. Where a target has no
#: place for it, that is no loss.
BOOKKEEPING: Final = frozenset(
    {
        *("comments_count", "created_at", "created_by", "depth", "file_type", "filtered_tests"),
        *("forks_count", "has_examples", "import_id", "is_branched", "is_detail", "is_linked"),
        *("is_processing_counters", "is_root", "is_shared", "last_sync_id", "parent_id", "path"),
        *("fullpath", "play_url", "position", "previous_description", "public_title"),
        *("recordings_count", "relationships", "run_at", "run_statuses", "saved_in_branch?"),
        *("suite_id", "sync", "template_id", "test_count", "to_url", "updated_at"),
    }
)


class Verdict(StrEnum):
    """What became of a field."""

    CARRIED = "carried"
    CHANGED = "changed"
    NO_PLACE = "no_place"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class ItemLoss:
    """What one item lost: `changed` says how, `no_place` names what the target cannot hold."""

    item: Item
    changed: Mapping[str, str]
    no_place: tuple[str, ...]

    def mapping(self) -> dict[str, Any]:
        """As it stands in the report."""
        kind = "suite" if isinstance(self.item, Suite) else "test"
        facts: dict[str, Any] = {"kind": kind, "id": self.item.id, "title": self.item.title}
        facts["suite"] = list(self.item.path[:-1] if kind == "suite" else self.item.path)
        if self.changed:
            facts["changed"] = dict(self.changed)
        if self.no_place:
            facts["no_place"] = list(self.no_place)
        return facts


@dataclass(slots=True)
class Tally:
    """Sums over all items of a kind."""

    items: int = 0
    with_losses: int = 0
    fields: dict[str, Counter[Verdict]] = field(default_factory=dict)

    def add(self, verdicts: Iterable[tuple[str, Verdict]]) -> None:
        """Count one item."""
        self.items += 1
        for name, verdict in verdicts:
            self.fields.setdefault(name, Counter())[verdict] += 1

    def total(self, verdict: Verdict) -> int:
        """How many fields met that verdict."""
        return sum(counts[verdict] for counts in self.fields.values())


class Losses:
    """Collects verdicts; what was lost goes to `tell` at once, so memory stays flat."""

    def __init__(self, tell: Callable[[ItemLoss], None] = lambda _: None) -> None:
        self._tell = tell
        self.tests = Tally()
        self.suites = Tally()

    @property
    def any(self) -> bool:
        """Whether anything was changed or has no place."""
        return bool(self.tests.with_losses or self.suites.with_losses)

    def settle(self, item: Item, kept: Kept) -> None:
        """Say of an item, once, what was kept of it; names that it does not have are ignored."""
        if isinstance(item, Suite) and item.made:
            return
        verdicts = dict(_verdicts(item, kept))
        tally = self.suites if isinstance(item, Suite) else self.tests
        tally.add(verdicts.items())
        changed = {name: kept[name] for name, it in verdicts.items() if it is Verdict.CHANGED}
        lost = tuple(name for name, verdict in verdicts.items() if verdict is Verdict.NO_PLACE)
        if changed or lost:
            tally.with_losses += 1
            self._tell(ItemLoss(item, changed, lost))


def fields_of(item: Item) -> Collection[str]:
    """The names of all that an item says; a missing title counts, since tools make one up."""
    names = list(item.present)
    if "title" not in item.present and "title" not in item.dropped:
        names.append("title")
    if isinstance(item, Case) and item.suites:
        names.append(SUITE)
    return names


def _verdicts(item: Item, kept: Kept) -> Iterator[tuple[str, Verdict]]:
    for name in fields_of(item):
        if name in kept:
            yield name, Verdict.CHANGED if kept[name] else Verdict.CARRIED
        else:
            yield name, Verdict.LEFT_OUT if name in BOOKKEEPING else Verdict.NO_PLACE
    for name in item.dropped:
        yield name, Verdict.LEFT_OUT
