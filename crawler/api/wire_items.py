"""Pure: what a document is about, one item or a list of them, checked against what was asked."""

from crawler.api.wire import Document
from crawler.api.wire_resources import Raw, raw_item

__all__ = ("listed_items", "primary_item")


def primary_item(found: Document, kind: str, item_id: str) -> Raw:
    """The resource that the document is about, which must be the one asked for."""
    if not isinstance(found.data, dict):
        raise found.wrong("it is not about one item")
    raw = raw_item(found, found.data, kind)
    if raw.key != (kind, item_id):
        raise found.wrong(f"it is not about {kind} {item_id}")
    if raw.bare:
        raise found.wrong("it has no attributes")
    return raw


def listed_items(found: Document, kind: str) -> list[Raw]:
    """The rows of a listing, each of which must be of this kind and have attributes."""
    if not isinstance(found.data, list):
        raise found.wrong("it is not a list")
    rows = [raw_item(found, value, kind) for value in found.data]
    for raw in rows:
        if raw.kind != kind or raw.bare:
            raise found.wrong(f"one of its rows is not a {kind} with attributes")
    return rows
