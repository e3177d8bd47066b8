"""What changed between two snapshots, wherever they are."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Final

from crawler.diff.as_lines import snapshot_lines
from crawler.diff.changes import Difference, Match
from crawler.diff.compare import compare
from crawler.errors import UsageError
from crawler.model import ItemKind, SectionName
from crawler.snapshot.document import Document, Node, NodeKind
from crawler.snapshot.locate import located
from crawler.snapshot.noise import Omission
from crawler.snapshot.reading import STANDARD_INPUT

__all__ = ("compared", "find_difference", "lines_for_git")

_ITEM_KINDS: Final = {NodeKind.SUITE: ItemKind.SUITE, NodeKind.TEST: ItemKind.TEST}


def find_difference(
    old: str,
    new: str,
    *,
    match: Match = Match.ID,
    ignore: Iterable[str] = (),
    stdin: BinaryIO | None = None,
) -> Difference:
    """What changed from one snapshot to another; each is a path, ``-`` or ``REV:PATH`` of git.

    `ignore` has places such as `test.updated_at`, which are not compared. The snapshots are read
    node by node; only what differs is kept.

    Raises:
        LocalError, SnapshotError: if one cannot be read.
        ConfigError: if a place cannot be read.
        UsageError: if both are ``-``.
    """
    omission = Omission(ignore)
    if old == new == STANDARD_INPUT:
        raise UsageError("Only one of the two snapshots can come from standard input.")
    with located(old, stdin=stdin) as before, located(new, stdin=stdin) as after:
        return compared(before, after, match=match, omission=omission)


def compared(before: Document, after: Document, *, match: Match, omission: Omission) -> Difference:
    """What changed but for the places that are not compared; raises as `compare` does."""
    return compare(
        before,
        after,
        match=match,
        fields=_fields(omission) if omission.places else None,
        item_fields=_item_fields(omission) if omission.places else None,
        ignored=omission.places,
    )


def lines_for_git(path: str) -> Iterator[str]:
    """A snapshot as the flat text that git compares; raises as `find_difference` does."""
    with located(path) as document:
        yield from snapshot_lines(document)


def _fields(omission: Omission) -> Callable[[Node], Mapping[str, Any]]:
    def fields(node: Node) -> Mapping[str, Any]:
        return omission.apply(_ITEM_KINDS[node.kind], dict(node.fields))

    return fields


def _item_fields(omission: Omission) -> Callable[[str, Mapping[str, Any]], Mapping[str, Any]]:
    return lambda section, fields: omission.apply(SectionName(section), dict(fields))
