"""What changed between two backups, in a few lines.

What changes without anybody editing a test (what `stable` leaves out) is no change here, so that
the numbers tell what people did.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from crawler.diff.changes import Change, Difference, What
from crawler.diff.compare import compare
from crawler.jobs.backup_results import Changed
from crawler.model import ItemKind
from crawler.redaction import printable
from crawler.snapshot.document import Node
from crawler.snapshot.noise import VOLATILE, Omission
from crawler.snapshot.reading import opened

__all__ = ("changed_between",)

_LINES: Final = 50
_SIGNS: Final = {What.ADDED: "+", What.REMOVED: "-"}
_LONGEST: Final = 200
_OMISSION: Final = Omission(VOLATILE)


def changed_between(old: Path, new: Path) -> Changed:
    """What changed from one backup to another; raises `LocalError` if one cannot be read."""
    with opened(old) as one, opened(new) as other:
        difference = compare(one, other, fields=_edited, ignored=VOLATILE)
        return Changed(difference.statistics, _lines(difference))


def _edited(node: Node) -> Mapping[str, Any]:
    return _OMISSION.apply(ItemKind(node.kind.value), dict(node.fields))


def _lines(difference: Difference) -> tuple[str, ...]:
    told = [change for change in difference.changes if not change.is_noise]
    lines = [_line(change) for change in told[:_LINES]]
    if len(told) > _LINES:
        lines.append(f"and {len(told) - _LINES:,} more")
    return tuple(lines)


def _line(change: Change) -> str:
    sign = next((_SIGNS[what] for what in change.what if what in _SIGNS), "~")
    place = change.place
    what = "" if sign in _SIGNS.values() else f": {', '.join(change.what)}"
    path = printable(" / ".join((*place.path, place.title)))[:_LONGEST]
    return f"{sign} {change.kind} {place.id} {path}{what}"
