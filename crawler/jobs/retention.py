"""Pure: which backups stay when there are enough newer ones.

The rule is restic's. From the newest to the oldest, each backup is held against every period that
has places left: it stays if it is the first one of its day (week, month), which is to say the
newest. The oldest of all also takes a place that is left, so that a young archive keeps its
beginning. Days, ISO weeks and months are those of UTC, as in the names of the files.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ("Policy", "kept")

_Bucket = Callable[[datetime], tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How many backups to keep, by period; four zeros keep all."""

    last: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0

    def __bool__(self) -> bool:
        return any((self.last, self.daily, self.weekly, self.monthly))


def kept(moments: Iterable[datetime], policy: Policy) -> frozenset[datetime]:
    """Those of the good backups' times that stay; the newest one is always among them."""
    newest_first = sorted({moment.astimezone(UTC) for moment in moments}, reverse=True)
    if not policy:
        return frozenset(newest_first)
    found = set(newest_first[: max(policy.last, 1)])
    for count, bucket in (
        (policy.daily, _day),
        (policy.weekly, _week),
        (policy.monthly, _month),
    ):
        found.update(_firsts(newest_first, count, bucket))
    return frozenset(found)


def _firsts(newest_first: list[datetime], count: int, bucket: _Bucket) -> list[datetime]:
    found: list[datetime] = []
    last: tuple[int, ...] | None = None
    for moment in newest_first:
        if len(found) == count:
            break
        period = bucket(moment)
        if period != last or moment == newest_first[-1]:
            found.append(moment)
            last = period
    return found


def _day(moment: datetime) -> tuple[int, ...]:
    return moment.year, moment.month, moment.day


def _week(moment: datetime) -> tuple[int, ...]:
    year, week, _ = moment.isocalendar()
    return year, week


def _month(moment: datetime) -> tuple[int, ...]:
    return moment.year, moment.month
