"""What v2 of the API tells of a project, worked out from a snapshot that was read over v1."""

from collections.abc import Iterable, Mapping
from typing import Any

from crawler.snapshot.document import Document, Node, NodeKind

_BOTH = ("title", "emoji", "description", "sync", "public_title", "assigned_to", "labels")
_TOLD = {
    NodeKind.SUITE: (*_BOTH, "file_type", "test_count", "file", "parent_id", "tags"),
    NodeKind.TEST: (*_BOTH, "state", "priority", "code", "position", "suite_id", "tags"),
}
#: What only v2 says, and says of nothing else than of what v1 tells as well.
_OF_V2 = {"clean_title", "is_shared", "requirements"}

Place = tuple[str, int, str, dict[str, Any]]


def told(document: Document) -> tuple[list[Place], list[Place]]:
    """The tree, and the orphans: kind, depth, ID, and the fields that both APIs have."""
    return [*map(_place, document.nodes)], [*map(_place, document.orphans)]


def only_of_v2(nodes: Iterable[Node]) -> set[str]:
    """Names of fields that the projection does not know of."""
    found: set[str] = set()
    for node in nodes:
        known = {*_TOLD[node.kind], "id", "self_tags"} | _OF_V2
        found |= set(node.fields) - known
    return found


def _place(node: Node) -> Place:
    fields = dict(node.fields)
    fields["tags"] = sorted(fields.get("tags") or ())
    fields["labels"] = _labels(fields)
    if "@" not in str(fields.get("assigned_to")):
        fields["assigned_to"] = None  # v2 knows people by their address
    kept = {name: fields[name] for name in _TOLD[node.kind] if fields.get(name) is not None}
    return str(node.kind), node.depth, fields["id"], kept


def _labels(fields: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """(ID, title, value): v2 has them in their item, v1 beside it."""
    beside = [
        {"id": each["id"], **each["attributes"]}
        for each in fields.get("included", ())
        if each["type"] == "label"
    ]
    within = [each for each in fields.get("labels", ()) if isinstance(each, dict)]
    labels = within or beside
    return sorted((each["id"], each["title"], each.get("value")) for each in labels)
