"""Where a crawl names files: in the list of attachments, in suites, tests, results and comments.

Of the links in a text those count that lead to files of the service: below its own addresses for
files, or signed, as links to its storage are. All other links are the user's own affair.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from crawler.engine.crawl import CrawlOutcome
from crawler.model import PlacedItem, Resource, SectionName
from crawler.snapshot.assets import without_signatures
from crawler.snapshot.canonical import snake_case
from crawler.snapshot.document import Document, Node
from crawler.snapshot.markdown_links import links_in

__all__ = ("Mention", "Source", "address_of", "file_key", "mentions_in")

_FILE_PATHS: Final = ("/attachments/", "/rails/active_storage/")
#: What every text with a link to a file has in it, so that the others need not be parsed.
_MARKS: Final = (*_FILE_PATHS, "ignature=", "sig=")
_TEXTS: Final = ("description", "notes")
_ADDRESSES: Final = ("url", "display_url")
#: The kind of their items. A result brings the test that it is of along.
_WITH_FILES: Final = {SectionName.TESTRUNS: "testrun", SectionName.COMMENTS: "comment"}
_TEST: Final = "test"


class Source(IntEnum):
    """Who names a file: the list of attachments, the item itself, or a text of it."""

    LIST = 0
    ITEM = 1
    TEXT = 2


@dataclass(frozen=True, slots=True)
class Mention:
    """A file that the `owner`, a suite, test, testrun or comment by its `kind`, names.

    `address` is as the server gave it, `shown` the same without a signature, and `key` tells files
    apart, wherever they are named.
    """

    source: Source
    kind: str
    owner: str
    address: str
    shown: str
    key: str
    name: str = ""
    type: str = ""


def mentions_in(outcome: CrawlOutcome, document: Document, server: str) -> Iterator[Mention]:
    """Each in the order of the document, which has less than the crawl if tests were selected."""
    listed = SectionName.ATTACHMENTS in outcome.sections.counts
    if listed:
        for item in outcome.sections.items(SectionName.ATTACHMENTS):
            resource = item.resource
            fields = {"type": resource.type, **resource.attributes, "id": resource.id}
            yield _of_file(fields, Source.LIST, item.kind, item.owner, server)
    for placed, nodes in (
        (outcome.tree.items(), document.nodes),
        (outcome.tree.orphans(), document.orphans),
    ):
        for each in chain.from_iterable(_of_item(each, server) for each in _kept(placed, nodes)):
            if each.address or not listed:  # the list tells more of one without an address
                yield each
    for section, kind in _WITH_FILES.items():
        if section in outcome.sections.counts:
            for item in outcome.sections.items(section):
                yield from _of_resource(item.resource, kind, server)


def _kept(items: Iterable[PlacedItem], nodes: Iterable[Node]) -> Iterator[PlacedItem]:
    """The items of which there is a node; both are in the same order."""
    walked = iter(items)
    for node in nodes:
        for item in walked:
            if (item.kind.value, item.id) == (node.kind.value, node.fields["id"]):
                yield item
                break


def _of_item(item: PlacedItem, server: str) -> Iterator[Mention]:
    named = _first(item.resources, "attachments")
    for each in named if isinstance(named, list) else ():
        fields = each if isinstance(each, Mapping) else {"url": each}
        yield _of_file(fields, Source.ITEM, item.kind, item.id, server)
    for name in _TEXTS:
        text = _first(item.resources, name)
        if isinstance(text, str) and any(mark in text for mark in _MARKS):
            yield from _of_text(text, item.kind, item.id, server)


def _of_resource(resource: Resource, kind: str, server: str) -> Iterator[Mention]:
    """What a result or a comment names, at any depth: comments have replies, results have steps."""
    files, texts = list[Any](), list[str]()
    _collect(resource.attributes, files, texts)
    for each in files:
        fields = each if isinstance(each, Mapping) else {"url": each}
        yield _of_file(fields, Source.ITEM, kind, resource.id, server)
    for text in texts:
        yield from _of_text(text, kind, resource.id, server)


def _collect(value: Any, files: list[Any], texts: list[str]) -> None:
    if isinstance(value, str):
        if any(mark in value for mark in _MARKS):
            texts.append(value)
    elif isinstance(value, list):
        for each in value:
            _collect(each, files, texts)
    elif isinstance(value, Mapping):
        for name, each in value.items():
            plain = snake_case(name)
            if plain == "attachments":
                files.extend(each if isinstance(each, list) else ())
            elif plain != _TEST:  # it tells of itself
                _collect(each, files, texts)


def _first(resources: tuple[Resource, ...], name: str) -> Any:
    """The value in the most detailed answer that has any."""
    found = (each.attributes.get(name) for each in reversed(resources))
    return next((each for each in found if each), None)


def _of_file(
    fields: Mapping[str, Any], source: Source, kind: str, owner: str, server: str
) -> Mention:
    plain = {snake_case(name): value for name, value in fields.items()}
    name, type_ = (str(plain.get(each) or "") for each in ("name", "type"))
    address = address_of(plain)
    key, shown = file_key(address, server), str(without_signatures(address))
    if not address:  # it is asked for all the same: that it cannot be had is told there
        key = shown = f"attachment {plain.get('id', name)} of {kind} {owner}"
    return Mention(source, kind, owner, address, shown, key, name or _name(key), type_)


def _of_text(text: str, kind: str, owner: str, server: str) -> Iterator[Mention]:
    for address in dict.fromkeys(links_in(text)):
        key = file_key(address, server)
        shown = without_signatures(address)
        if shown != address or _is_ours(key, server):
            yield Mention(Source.TEXT, kind, owner, address, shown, key, _name(key))


def address_of(fields: Mapping[str, Any]) -> str:
    """Where the file of an item of the list is; empty if it does not say."""
    found = (fields.get(name) for name in _ADDRESSES)
    return next((each for each in found if isinstance(each, str) and each), "")


def file_key(address: str, server: str) -> str:
    """The absolute address without signature and fragment; as it is if it cannot be read."""
    try:
        absolute = urljoin(f"{server.rstrip('/')}/", address).partition("#")[0]
    except ValueError:
        absolute = address
    return str(without_signatures(absolute))


def _is_ours(key: str, server: str) -> bool:
    try:
        found, own = urlsplit(key), urlsplit(server)
    except ValueError:
        return False
    same = (found.scheme, found.netloc.lower()) == (own.scheme, own.netloc.lower())
    return same and found.path.startswith(_FILE_PATHS)


def _name(key: str) -> str:
    return unquote(key.partition("?")[0].rstrip("/").rpartition("/")[2])
