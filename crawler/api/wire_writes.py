"""Pure: the server's answers to writes, and what an item bears after them."""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from crawler.api.messages import Reply
from crawler.api.wire import check_status, decoded, document, total_pages
from crawler.api.wire_facts import number_fact
from crawler.api.wire_items import listed_items, primary_item
from crawler.api.wire_resources import identifier, normal, raw_item
from crawler.errors import RefusedError
from crawler.model import Listing, Resource
from crawler.redaction import printable
from crawler.sending import Found, Worn

__all__ = (
    "check_written",
    "read_changed",
    "read_created",
    "read_labels_page",
    "read_new_label",
    "says_done",
    "worn_in",
)

_LONGEST_REASON: Final = 200
_LABEL: Final = "label"
_EXAMPLE: Final = "example"


def check_written(reply: Reply, label: str) -> None:
    """Raises the error that the status stands for; what the server says of its refusal with it."""
    try:
        check_status(reply, label)
    except RefusedError as error:
        reason = _reason(reply)
        if not reason:
            raise
        raise RefusedError(
            f"{error.problem}: {reason}",
            request=label,
            status=error.status,
            trace=error.trace,
            cause=error.cause,
        ) from None


def _reason(reply: Reply) -> str:
    """The words for people in a refusal, on one line."""
    try:
        content = json.loads(reply.body)
    except (ValueError, RecursionError):
        return ""
    return printable("; ".join(_words(content)))[:_LONGEST_REASON]


def _words(content: Any) -> Iterator[str]:
    if not isinstance(content, dict):
        return
    for name in ("error", "errors", "message", "detail"):
        value = content.get(name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from _words(each) if "detail" in each else (json.dumps(each),)
            elif each:
                yield str(each)


def read_changed(reply: Reply, label: str, kind: str, item_id: str) -> None:
    """The answer to a change; raises `TransientError` if it is not about the item.

    A page of a proxy with status 200 would say that something was done that was not.
    """
    check_written(reply, label)
    if reply.status != HTTPStatus.NO_CONTENT:
        primary_item(document(reply, label), kind, item_id)


def says_done(reply: Reply, label: str, kind: str) -> bool:
    """Whether an answer to a write says itself that it was carried out: it is about a `kind`.

    What a link to a label answers is recorded nowhere, so other answers say nothing.
    """
    check_written(reply, label)
    content = decoded(reply, label)
    data = content.get("data") if isinstance(content, dict) else None
    if isinstance(data, dict) and data.get("id"):
        return normal(str(data.get("type"))).removesuffix("s") == kind
    return isinstance(content, dict) and content.get("success") is True


def read_created(reply: Reply, label: str, kind: str) -> tuple[Found, bool]:
    """The answer to a creation; (what is there, whether it was there before: 208).

    Raises `RefusedError` if it holds errors in the place of an item, `TransientError` if it is not
    about an item of this kind.
    """
    check_written(reply, label)
    found = document(reply, label)
    if not isinstance(found.data, dict):
        raise found.wrong("it is not about one item")
    errors = found.data.get("errors")
    if errors and not found.data.get("id"):
        raise RefusedError(
            f"The server refused it: {printable(json.dumps(errors))[:_LONGEST_REASON]}",
            request=label,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            trace=reply.trace,
            cause="refused",
        )
    raw = raw_item(found, found.data, kind)
    if raw.kind != kind:
        raise found.wrong(f"it is not about a {kind}")
    facts = raw.facts
    parent = facts.get("parentid" if kind == "suite" else "suiteid")
    item = Found(
        raw.id,
        str(facts.get("title") or ""),
        number_fact(facts.get("position")),
        parent if isinstance(parent, str) else None,
    )
    return item, reply.status == HTTPStatus.ALREADY_REPORTED


def read_labels_page(reply: Reply, label: str, page: int) -> Listing[tuple[str, str]]:
    """The answer to `GET /api/{p}/labels`: (title, ID) of each."""
    found = document(reply, label)
    rows = tuple((str(raw.facts.get("title")), raw.id) for raw in listed_items(found, _LABEL))
    return Listing(page, rows, total_pages(found))


def read_new_label(reply: Reply, label: str) -> str:
    """The ID in the answer to the creation of a label."""
    check_written(reply, label)
    found = document(reply, label)
    if not isinstance(found.data, dict) or normal(str(found.data.get("type"))) not in {
        _LABEL,
        f"{_LABEL}s",
    }:
        raise found.wrong("it is not about a label")
    return identifier(found, found.data.get("id"))


def worn_in(resource: Resource) -> Worn:
    """The labels and the rows of parameters of a suite or a test, in the server's order."""
    labels = next((v for k, v in resource.attributes.items() if normal(k) == "labels"), None)
    rows = [
        _data(other.attributes)
        for other in resource.included
        if normal(other.type).removesuffix("s") == _EXAMPLE
    ]
    texts = [each for each in labels or () if isinstance(each, str)]
    return Worn(tuple(texts), tuple(rows))


def _data(attributes: Mapping[str, Any]) -> Any:
    return attributes.get("data")
