"""Does a row of a listing say all that an item's other answers say? Learned from pairs of both.

What a row says, it proves: if it is as it was, so is the item. What it leaves out, it cannot prove,
whatever else it says. So answers that are not to be asked for again are held against the rows that
were read with them, and what any of them said more tells what the listing leaves out.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crawler.model import Resource

__all__ = ("Same", "Telling", "is_empty", "plain_name", "same_but_for_runs", "updated_at")

#: Brings what changes with every request, such as a signature in an address, into one form.
Same = Callable[[Any], Any]

#: What a run leaves on a test, without anybody editing it: only the newest answer has it right.
_OF_RUNS: Final = frozenset({"runat", "runstatuses"})
_UPDATED: Final = "updatedat"


def plain_name(name: str) -> str:
    """`updated-at`, `updatedAt` and `updated_at` are one name."""
    return name.replace("-", "").replace("_", "").lower()


def updated_at(resource: Resource) -> Any:
    """When the item was edited last, by its own word; `None` if it does not say."""
    for name, value in resource.attributes.items():
        if plain_name(name) == _UPDATED:
            return value
    return None


def same_but_for_runs(one: Resource, other: Resource, same: Same) -> bool:
    """Whether two answers of a kind differ in nothing but what a run leaves on a test."""
    return bool(_without_runs(one, same) == _without_runs(other, same))


def _without_runs(resource: Resource, same: Same) -> Any:
    attributes = {k: v for k, v in resource.attributes.items() if plain_name(k) not in _OF_RUNS}
    return same([attributes, resource.relationships, [_whole(each) for each in resource.included]])


def _whole(resource: Resource) -> list[Any]:
    return [resource.id, resource.type, resource.attributes, resource.relationships]


@dataclass(slots=True)
class Telling:
    """What a listing leaves out; `doubtful` are the owners of answers of which it hides something.

    Some answers bear a mark of what kind of answer they are (`is-detail`): a flag that all of them
    have, and no row. That is nothing of the item's, so it counts only if `exact`, where the rows
    are to stand for the answers themselves.
    """

    same: Same
    exact: bool = False
    pairs: int = 0
    doubtful: set[str] = field(default_factory=set)
    _missing: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _values: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _times: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def compare(self, owner: str, answer: Resource, row: Resource, *, above: bool = False) -> None:
        """Take note of an answer and of the listing's row on the same item; `owner` bears it.

        An answer that stands `above` the row in a snapshot counts with what it leaves empty, too.
        """
        self.pairs += 1
        if answer.attributes == row.attributes and not answer.relationships and not answer.included:
            return
        if None not in (times := (updated_at(answer), updated_at(row))) and times[0] != times[1]:
            self.doubtful.add(owner)  # edited between the two: they say nothing of each other
            return
        if not self._shows_relations(answer, row):
            self.doubtful.add(owner)
        strict = above and self.exact
        for name in self._left_out(answer.attributes, row.attributes, strict=strict):
            value = answer.attributes[name]
            self._missing[name].add(owner)
            self._times[name] += 1
            self._values[name].add(str(value) if isinstance(value, bool) else f"{owner} any")

    def conclude(self) -> tuple[str, ...]:
        """The attributes that the listing leaves out, by name; `doubtful` is whole afterwards."""
        untold = []
        for name, owners in sorted(self._missing.items()):
            is_mark = (
                not self.exact
                and self._times[name] == self.pairs > 1
                and len(self._values[name]) == 1
                and self._values[name] <= {"True", "False"}
            )
            if is_mark:
                continue
            self.doubtful |= owners
            if plain_name(name) not in _OF_RUNS:
                untold.append(name)
        return tuple(untold)

    def _left_out(
        self, said: Mapping[str, Any], row: Mapping[str, Any], *, strict: bool
    ) -> list[str]:
        """The attributes of an answer that its row has not, or has otherwise.

        An answer may have less than the row: that takes nothing away from the row's word.
        """
        return [
            name
            for name, value in said.items()
            if name not in row
            or (
                (value != row[name] or type(value) is not type(row[name]))
                and (strict or not is_empty(value))
                and self.same(value) != self.same(row[name])
            )
        ]

    def _shows_relations(self, answer: Resource, row: Resource) -> bool:
        shown = [_whole(each) for each in row.included]
        return all(_whole(each) in shown for each in answer.included) and all(
            row.relationships.get(name) == value for name, value in answer.relationships.items()
        )


def is_empty(value: Any) -> bool:
    """Null, or a text, list or object without anything in it."""
    return value is None or value in ("", [], {})
