"""Pure: lists of anything beside the tree, and single resources, become `Resource` values."""

from collections.abc import Mapping
from typing import Any

from crawler.api.messages import Reply
from crawler.api.wire import Document, decoded, document, total_pages
from crawler.api.wire_included import Included
from crawler.api.wire_resources import Raw, normal, raw_item, resource_of
from crawler.model import Listing, Resource

__all__ = ("listed_rows", "plain_facts", "read_list", "read_resource", "read_resources_page")


def read_resources_page(reply: Reply, label: str, page: int) -> Listing[Resource]:
    """A page of any list: `data`, a bare array, or an object that holds one array."""
    found = _listed(reply, label)
    rows = listed_rows(found)
    owned = Included(found, tree=()).owned(rows)
    records = tuple(resource_of(found, raw, owned.get(raw.key, ())) for raw in rows)
    return Listing(page, records, total_pages(found))


def _listed(reply: Reply, label: str) -> Document:
    content = decoded(reply, label)
    if isinstance(content, dict) and "data" not in content:
        blank = Document(label, reply.trace, None)
        lists = [value for value in content.values() if isinstance(value, list)]
        if len(lists) != 1:
            raise blank.wrong("it holds no list")
        meta = content.get("meta")
        return Document(
            label, reply.trace, lists[0], meta=meta if isinstance(meta, Mapping) else {}
        )
    return document(reply, label)


def listed_rows(found: Document) -> list[Raw]:
    """The rows of a list of anything.

    They may be bare IDs, but then all of them: one among others that tell more has lost something.
    Raises `TransientError` if it is otherwise, or no list.
    """
    if not isinstance(found.data, list):
        raise found.wrong("it is not a list")
    rows = [raw_item(found, value, "") for value in found.data]
    if len({raw.bare for raw in rows}) > 1:
        raise found.wrong("some of its rows have no attributes")
    return rows


def read_resource(reply: Reply, label: str, item_id: str | None = None) -> Resource:
    """The one resource that a document is about, with all that came along.

    Raises `TransientError` if it is about another one than `item_id`, or has no attributes.
    """
    found = document(reply, label)
    if not isinstance(found.data, dict):
        raise found.wrong("it is not about one item")
    raw = raw_item(found, found.data, "")
    if raw.bare or item_id not in {None, raw.id}:
        raise found.wrong(f"it is not about {item_id}" if item_id else "it has no attributes")
    return resource_of(found, raw, _all_owned(found, raw))


def _all_owned(found: Document, raw: Raw) -> tuple[Resource, ...]:
    return Included(found, tree=()).owned((raw,), raw).get(raw.key, ())


def read_list(reply: Reply, label: str) -> list[Any]:
    """A list whose rows are no resources, such as the steps of a result."""
    content = decoded(reply, label)
    rows = content.get("data", content.get("steps")) if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise Document(label, reply.trace, None).wrong("it is not a list")
    return rows


def plain_facts(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes by their names without differences of spelling; one that is null gives way."""
    facts: dict[str, Any] = {}
    for name, value in attributes.items():
        if facts.get(normal(name)) is None:
            facts[normal(name)] = value
    return facts
