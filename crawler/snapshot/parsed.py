"""From the nested mapping that a parser gives to the flat document, checked and iteratively."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, TypeVar

from crawler.edition import Edition, edition_from
from crawler.errors import SnapshotError
from crawler.sections import is_day
from crawler.selection import WHOLE, Selection, selection_from
from crawler.snapshot.document import (
    FORMAT,
    SECTIONS,
    Document,
    DocumentGap,
    Head,
    Node,
    NodeKind,
    Section,
)
from crawler.snapshot.nesting import KEYS
from crawler.snapshot.rereading import DeviationError

__all__ = ("STRUCTURAL", "document_of", "early_head", "head_of", "items_in", "nodes_in")

STRUCTURAL: Final = frozenset(KEYS.values())
"""The keys that hold nodes, and so are never a node's own fields."""

_FAMILY: Final = FORMAT.partition("/")[0]
_REQUIRED: Final = frozenset(("format", "project", "complete", "counts"))
_HEAD_KEYS: Final = _REQUIRED | {"api", "branch", "gaps", "omitted", "runs_since", "selection"}

ValueT = TypeVar("ValueT")


def document_of(value: object) -> Document:
    """The document in a parsed file.

    Raises:
        SnapshotError: if it is not format 1, or one of its parts is not what format 1 says.
    """
    if not isinstance(value, dict):
        raise SnapshotError("This is not a snapshot: it is no mapping.")
    tree = {key: value[key] for key in ("suites", "orphans", *SECTIONS) if key in value}
    head = head_of({key: inner for key, inner in value.items() if key not in tree})
    if "suites" not in tree:
        raise SnapshotError("The snapshot has no 'suites'.")
    nodes = tuple(_flatten(tree["suites"], []))
    return Document(
        head,
        nodes,
        tuple(_flatten_orphans(tree.get("orphans", {}))),
        tuple(Section(name, items_in(tree[name], name)) for name in SECTIONS if name in tree),
    )


def early_head(mapping: Mapping[str, Any]) -> Head:
    """The head in the keys before `suites`.

    Raises:
        DeviationError: if not all of it stands there.
        SnapshotError: if it is not format 1, a key is unknown, or a value is of another type.
    """
    if not mapping.keys() >= _REQUIRED:
        raise DeviationError("the head does not stand before the tree")
    return head_of(mapping)


def head_of(mapping: Mapping[str, Any]) -> Head:
    """The head in a mapping that holds nothing else.

    Raises:
        SnapshotError: if it is not format 1, a key is missing or unknown, or a value is of another
            type.
    """
    _check_format(mapping.get("format"))
    if unknown := sorted(set(mapping) - _HEAD_KEYS):
        raise SnapshotError(f"The snapshot has the unknown key {unknown[0]!r}.")
    project = _known(_take(mapping, "project", dict), "project", ("id", "title", "url"))
    counts = _known(_take(mapping, "counts", dict), "counts", (*STRUCTURAL, *SECTIONS))
    omitted = _take(mapping, "omitted", list, [])
    if not all(isinstance(place, str) for place in omitted):
        raise SnapshotError("In the snapshot, 'omitted' is not a list of text.")
    return Head(
        project_id=_take(project, "id", str),
        project_title=_take(project, "title", str),
        url=_take(project, "url", str),
        complete=_take(mapping, "complete", bool),
        suites=_count(counts, "suites"),
        tests=_count(counts, "tests"),
        gaps=tuple(_gap(gap) for gap in _take(mapping, "gaps", list, [])),
        omitted=tuple(omitted),
        selection=_selection(mapping["selection"]) if "selection" in mapping else WHOLE,
        edition=_edition(mapping),
        sections=tuple((name, _count(counts, name)) for name in SECTIONS if name in counts),
        runs_since=_day(mapping, "runs_since") if "runs_since" in mapping else None,
    )


def _day(mapping: Mapping[str, Any], key: str) -> str:
    found = _take(mapping, key, str)
    if not is_day(found):
        raise SnapshotError(f"In the head of the snapshot, {key!r} is no day such as 2026-01-31.")
    return found


def _edition(mapping: Mapping[str, Any]) -> Edition:
    try:
        return edition_from(mapping)
    except ValueError as error:
        raise SnapshotError(f"In the snapshot, {error}.") from error


def _selection(mapping: object) -> Selection:
    try:
        return selection_from(mapping)
    except ValueError as error:
        raise SnapshotError(f"In the snapshot, the 'selection' {error}.") from error


def _check_format(found: object) -> None:
    if found == FORMAT:
        return
    if isinstance(found, str) and found.startswith(f"{_FAMILY}/"):
        raise SnapshotError(
            f"The snapshot has the format {found}, and this version reads {FORMAT} only.",
            hint="A later version of testomat-crawler may read it.",
        )
    raise SnapshotError(f"This is not a snapshot: it does not begin with 'format: {FORMAT}'.")


def _known(mapping: dict[str, Any], name: str, keys: Collection[str]) -> dict[str, Any]:
    """The mapping itself; what has no place in a head would else be lost in silence."""
    if unknown := sorted(set(mapping).difference(keys)):
        raise SnapshotError(f"In the snapshot, {name!r} has the unknown key {unknown[0]!r}.")
    return mapping


def _gap(gap: object) -> DocumentGap:
    if not isinstance(gap, dict):
        raise SnapshotError("In the snapshot, 'gaps' has an entry that is no mapping.")
    _known(gap, "gaps", ("kind", "id", "reason", "expected", "found"))
    return DocumentGap(
        kind=_take(gap, "kind", str),
        id=_take(gap, "id", str),
        reason=_take(gap, "reason", str),
        expected=_count(gap, "expected") if "expected" in gap else None,
        found=_count(gap, "found") if "found" in gap else None,
    )


def _count(mapping: Mapping[str, Any], key: str) -> int:
    count = _take(mapping, key, int)
    if isinstance(count, bool) or count < 0:
        raise SnapshotError(f"In the snapshot, {key!r} is not a count.")
    return count


def _take(
    mapping: Mapping[str, Any], key: str, kind: type[ValueT], default: ValueT | None = None
) -> ValueT:
    value = mapping.get(key, default)
    if not isinstance(value, kind):
        problem = f"is no {_NAMES[kind]}" if key in mapping else "is missing"
        raise SnapshotError(f"In the head of the snapshot, {key!r} {problem}.")
    return value


_NAMES: Final[dict[type, str]] = {
    dict: "mapping",
    list: "list",
    str: "text",
    bool: "true or false",
    int: "whole number",
}


def _flatten(suites: object, tests: object) -> Iterator[Node]:
    # The top of the stack is the list being walked; below wait those around it.
    stack = [nodes_in(tests, NodeKind.TEST, 0), nodes_in(suites, NodeKind.SUITE, 0)]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
            continue
        node, item = found
        yield node
        if node.kind is NodeKind.SUITE:
            stack.append(nodes_in(item.get("tests", []), NodeKind.TEST, node.depth + 1))
            stack.append(nodes_in(item.get("suites", []), NodeKind.SUITE, node.depth + 1))


def _flatten_orphans(orphans: object) -> Iterator[Node]:
    if not isinstance(orphans, dict):
        raise SnapshotError("In the snapshot, 'orphans' is no mapping.")
    if unknown := sorted(set(orphans) - STRUCTURAL):
        raise SnapshotError(f"'orphans' of the snapshot has the unknown key {unknown[0]!r}.")
    return _flatten(orphans.get("suites", []), orphans.get("tests", []))


def nodes_in(items: object, kind: NodeKind, depth: int) -> Iterator[tuple[Node, dict[str, Any]]]:
    """The nodes of one list, each with the mapping that holds what is below it.

    Raises:
        SnapshotError: if it is no list, an item has no ID that is text, or a test holds nodes.
    """
    if not isinstance(items, list):
        raise SnapshotError(f"In the snapshot, {KEYS[kind]!r} at depth {depth} is no list.")
    for item in items:
        _check_id(item, f"a {kind} at depth {depth}")
        if kind is NodeKind.TEST and not STRUCTURAL.isdisjoint(item):
            raise SnapshotError(f"In the snapshot, test {item['id']!r} has nodes below it.")
        is_leaf = kind is NodeKind.TEST
        fields = item if is_leaf else {k: v for k, v in item.items() if k not in STRUCTURAL}
        yield Node(kind, depth, fields), item


def items_in(items: object, name: str) -> tuple[dict[str, Any], ...]:
    """The items of the section of this name.

    Raises:
        SnapshotError: if it is no list, or an item has no ID that is text.
    """
    if not isinstance(items, list):
        raise SnapshotError(f"In the snapshot, {name!r} is no list.")
    for item in items:
        _check_id(item, f"an item of {name!r}")
    return tuple(items)


def _check_id(item: object, what: str) -> None:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        raise SnapshotError(
            f"In the snapshot, {what} has no 'id' that is text.",
            hint="An 'id' that looks like a number needs quotes.",
        )
