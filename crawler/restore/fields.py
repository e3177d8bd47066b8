"""Pure: which fields of a snapshot the API takes, which it makes itself, which have no place there.

What is sent are the attributes that the API description or the vendor's own import scripts write.
Labels and rows of parameters are written by requests of their own. All else is either made by the
server (`MADE_BY_SERVER`), and so neither sent nor compared, or has no place (`no_place`), and is
told to the user.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from crawler.sending import Label
from crawler.server_made import DEFAULTS, MADE_BY_SERVER
from crawler.snapshot.document import NodeKind

__all__ = (
    "SENT",
    "comparable",
    "content_sum",
    "label_attributes",
    "labels_of",
    "no_place",
    "rows_of",
    "sent_fields",
)

SENT: Final[Mapping[NodeKind, tuple[str, ...]]] = {
    NodeKind.SUITE: (
        *("title", "file_type", "emoji", "description", "tags", "code", "file", "fullpath"),
        *("sync", "position"),
    ),
    NodeKind.TEST: (
        *("title", "state", "priority", "emoji", "description", "params", "tags", "code", "file"),
        *("sync", "jira_issues", "assigned_to", "position"),
    ),
}
"""The fields that are written as attributes, by their names in a snapshot."""

_SETS: Final = ("tags", "labels")
_LABELS: Final = "labels"
_COMPARED_OTHERWISE: Final = ("title", "position")
_CARRIED_RELATIONS: Final = frozenset({"labels", "examples", "branch"})
_CARRIED_TYPES: Final = frozenset({"label", "labels", "example", "examples"})
_OF_LABELS: Final = ("title", "color", "scope", "visibility", "field")
_EMPTY_LISTS: Final = ("tags", "params", "jira_issues")
_CLEARED: Final = ("emoji", "description", "code", "file", "fullpath", "assigned_to")


def sent_fields(
    kind: NodeKind, fields: Mapping[str, Any], *, clear: bool = False
) -> dict[str, Any]:
    """The attributes to write, but for `position` and the parent, which follow from the tree.

    `clear` also names those that the item lacks, so that an item that has them loses them.
    """
    names = [name for name in SENT[kind] if name != "position"]
    sent = {name: fields[name] for name in names if fields.get(name) is not None}
    sent["title"] = _text(fields.get("title"))
    if clear:
        sent.update({name: None for name in names if name in _CLEARED and name not in sent})
        sent.update({name: [] for name in names if name in _EMPTY_LISTS and name not in sent})
    return sent


def comparable(kind: NodeKind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What of an item has to be the same after a restore, in one form for both sides."""
    found: dict[str, Any] = {"id": fields["id"], "title": _text(fields.get("title"))}
    for name in (*SENT[kind], _LABELS):
        value = fields.get(name)
        # Positions may be numbered anew; what they mean is the order, which is compared as such.
        if (
            name in _COMPARED_OTHERWISE
            or value in ("", [], {}, None)
            or value == DEFAULTS.get(name)
        ):
            continue
        found[name] = sorted(value, key=str) if name in _SETS and isinstance(value, list) else value
    worn = sorted(label.text for label in labels_of(fields))
    if worn:
        found[_LABELS] = worn
    rows = rows_of(fields)
    if rows:
        found["examples"] = list(rows)
    return found


def content_sum(values: Mapping[str, Any]) -> bytes:
    """16 bytes that stand for the values."""
    text = json.dumps(values, sort_keys=True).encode()
    return hashlib.blake2b(text, digest_size=16).digest()


def labels_of(fields: Mapping[str, Any]) -> tuple[Label, ...]:
    """The labels that an item bears, each once.

    `Title:value` is taken apart at its first colon unless a label that came along tells otherwise.
    """
    known = {label.text: label for label, _ in _included_labels(fields)}
    listed = fields.get(_LABELS)
    found: dict[Label, None] = {}
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, str) and each:
            title, _, value = each.partition(":")
            found[known.get(each, Label(title, value) if title else Label(each))] = None
        elif isinstance(each, dict) and each.get("title"):
            found[Label(str(each["title"]), str(each.get("value") or ""))] = None
    return tuple(found or dict.fromkeys(known.values()))


def label_attributes(fields: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(title, attributes) of every label that an item bears, as it would be created."""
    details = {label.title: attributes for label, attributes in _included_labels(fields)}
    for label in labels_of(fields):
        yield label.title, {"title": label.title, **details.get(label.title, {})}


def _included_labels(fields: Mapping[str, Any]) -> Iterator[tuple[Label, dict[str, Any]]]:
    for attributes in _included(fields, "label"):
        title, value = attributes.get("title"), attributes.get("value")
        if isinstance(title, str) and title:
            kept = {name: attributes[name] for name in _OF_LABELS if attributes.get(name)}
            yield Label(title, _text(value)), kept


def rows_of(fields: Mapping[str, Any]) -> tuple[Any, ...]:
    """The rows of parameters of a test, in order."""
    return tuple(each["data"] for each in _included(fields, "example") if "data" in each)


def _included(fields: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    resources = fields.get("included")
    for each in resources if isinstance(resources, list) else ():
        if isinstance(each, dict) and each.get("type") in {kind, f"{kind}s"}:
            attributes = each.get("attributes")
            yield attributes if isinstance(attributes, dict) else {}


def no_place(kind: NodeKind, fields: Mapping[str, Any]) -> Iterator[str]:
    """The places of an item that hold something and that the API cannot write."""
    known = {*SENT[kind], *MADE_BY_SERVER[kind], _LABELS, "included", "relationships"}
    for name, value in fields.items():
        if name not in known and value:
            yield f"{kind}.{name}"
    relations = fields.get("relationships")
    for name, value in relations.items() if isinstance(relations, dict) else ():
        if name not in _CARRIED_RELATIONS and value:
            yield f"{kind}.relationships.{name}"
    included = fields.get("included")
    others = [
        each
        for each in (included if isinstance(included, list) else ())
        if not (isinstance(each, dict) and each.get("type") in _CARRIED_TYPES)
    ]
    if others:
        yield f"{kind}.included"


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value)
