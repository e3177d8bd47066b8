"""Pure: what v2 of the API answers becomes records.

Its objects are flat, their names in camelCase, snake_case or a mixture, which differs from release
to release; suites come nested in each other, tests never within them. It has no rows of examples,
so a test is as detailed in a list as by itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from crawler.api.messages import Reply
from crawler.api.wire import Document, document, total_pages
from crawler.api.wire_facts import count_fact, flag_fact, number_fact
from crawler.api.wire_items import listed_items
from crawler.api.wire_listed import listed_rows
from crawler.api.wire_resources import SUITE, TEST, Raw, identifier, normal, raw_item, resource_of
from crawler.model import Listing, Resource, SuiteAnswer, SuiteRecord, SuiteReference, TestRecord

__all__ = (
    "read_branches_page",
    "read_flat_resources_page",
    "read_flat_suite",
    "read_flat_test",
    "read_flat_tests_page",
    "read_forest_page",
)

#: IDs as Markdown and the description of v2 write them, with a letter for their kind.
_MARKED_ID: Final = re.compile(r"@[ST](?=[0-9A-Za-z_]{4,}$)")
_NAMES_OF_A_BRANCH: Final = ("title", "name", "slug", "id")


@dataclass(frozen=True, slots=True)
class _Nested:
    """A suite of a tree, the suite that it stands in, and its children's IDs if it lists any."""

    raw: Raw
    above: str | None
    children: tuple[str, ...]


def read_forest_page(reply: Reply, label: str, asked: tuple[int, int]) -> Listing[SuiteRecord]:
    """The answer to `GET /api/v2/{p}/suites`: roots by pages, each with all below it.

    `asked` are the number of the page, and how many roots it was to hold at most.
    """
    found = document(reply, label)
    if not isinstance(found.data, list):
        raise found.wrong("it is not a list")
    answers = tuple(_answer(found, each) for each in _walk(found, found.data))
    pages, total = _claims(found, asked, len(found.data))
    records = tuple(answer.record for answer in answers)
    return Listing(asked[0], records, pages, total, whole=True, answers=answers)


def _walk(found: Document, roots: list[Any]) -> Iterator[_Nested]:
    """Every suite of a tree, parents first; not recursive, for it may be deeper than the stack."""
    waiting: list[tuple[str | None, Any]] = [(None, value) for value in reversed(roots)]
    while waiting:
        above, value = waiting.pop()
        raw = _plain(raw_item(found, value, SUITE))
        if raw.kind != SUITE or raw.bare:
            raise found.wrong("one of its rows is not a suite with attributes")
        children = raw.facts.get("children") or []
        if not isinstance(children, list):
            raise found.wrong("the children of a suite are not a list")
        below = tuple(_plain(raw_item(found, child, SUITE)).id for child in children)
        yield _Nested(raw, above, below)
        waiting.extend((raw.id, child) for child in reversed(children))


def _answer(found: Document, nested: _Nested) -> SuiteAnswer:
    raw = nested.raw
    facts = raw.facts
    stated = facts.get("parentid")
    named = _id(found, stated) if stated is not None and stated != "" else None
    record = SuiteRecord(
        resource_of(found, raw),
        # What stands in another suite and says nothing of its own is that one's child.
        parent=named if named is not None else nested.above,
        parent_known=True,
        is_root=flag_fact(facts.get("isroot")),
        position=number_fact(facts.get("position")),
        test_count=count_fact(facts, "testcount"),
    )
    return SuiteAnswer(record, tuple(map(SuiteReference, nested.children)))


def read_flat_suite(reply: Reply, label: str, suite_id: str) -> SuiteAnswer:
    """The answer to `GET /api/v2/{p}/suites/{id}`; its children need not have come along."""
    found = document(reply, label)
    nested = next(_walk(found, [found.data]))
    _check_asked(found, nested.raw, SUITE, suite_id)
    answer = _answer(found, nested)
    stated = "parentid" in nested.raw.facts
    return replace(answer, record=replace(answer.record, parent_known=stated))


def read_flat_tests_page(reply: Reply, label: str, asked: tuple[int, int]) -> Listing[TestRecord]:
    """The answer to `GET /api/v2/{p}/tests`; `asked` as for the suites."""
    found = document(reply, label)
    rows = listed_items(found, TEST)
    pages, total = _claims(found, asked, len(rows))
    records = tuple(_test(found, _plain(raw)) for raw in rows)
    return Listing(asked[0], records, pages, total, whole=True)


def read_flat_test(reply: Reply, label: str, test_id: str) -> TestRecord:
    """The answer to `GET /api/v2/{p}/tests/{id}`."""
    found = document(reply, label)
    raw = _plain(raw_item(found, found.data, TEST))
    _check_asked(found, raw, TEST, test_id)
    return _test(found, raw)


def read_branches_page(reply: Reply, label: str, asked: tuple[int, int]) -> Listing[str]:
    """The names of branches on a page of their list, which no source shows in full."""
    found = document(reply, label)
    if not isinstance(found.data, list):
        raise found.wrong("it is not a list")
    pages, total = _claims(found, asked, len(found.data))
    return Listing(asked[0], tuple(_branch(found, row) for row in found.data), pages, total)


def read_flat_resources_page(reply: Reply, label: str, asked: tuple[int, int]) -> Listing[Resource]:
    """A page of any list beside the tree; of nested items the outermost, with all in them."""
    found = document(reply, label)
    rows = listed_rows(found)
    pages, total = _claims(found, asked, len(rows))
    return Listing(asked[0], tuple(resource_of(found, raw) for raw in rows), pages, total)


def _branch(found: Document, row: object) -> str:
    if isinstance(row, str):
        return row
    known = row if isinstance(row, dict) else {}
    inner = known.get("attributes")
    facts = {
        normal(k): v for k, v in {**known, **(inner if isinstance(inner, dict) else {})}.items()
    }
    for name in _NAMES_OF_A_BRANCH:
        if isinstance(facts.get(name), str) and facts[name]:
            return str(facts[name])
    raise found.wrong("one of its rows names no branch")


def _test(found: Document, raw: Raw) -> TestRecord:
    raw = _with_tags(raw)
    facts = raw.facts
    suite = facts.get("suiteid")
    return TestRecord(
        resource_of(found, raw),
        suite=_id(found, suite) if suite is not None and suite != "" else None,
        position=number_fact(facts.get("position")),
    )


def _with_tags(raw: Raw) -> Raw:
    """With its tags under the name that v1 and suites have for them as well."""
    names = {normal(name): name for name in raw.attributes}
    if "selftags" not in names or "tags" in names:
        return raw
    return replace(raw, attributes={**raw.attributes, "tags": raw.attributes[names["selftags"]]})


def _check_asked(found: Document, raw: Raw, kind: str, item_id: str) -> None:
    if raw.key != (kind, item_id) or raw.bare:
        raise found.wrong(f"it is not about {kind} {item_id}")


def _plain(raw: Raw) -> Raw:
    plain = _MARKED_ID.sub("", raw.id)
    return raw if plain == raw.id else replace(raw, id=plain)


def _id(found: Document, value: object) -> str:
    return _MARKED_ID.sub("", identifier(found, value))


def _claims(found: Document, asked: tuple[int, int], rows: int) -> tuple[int | None, int | None]:
    """(last page, items in all) by the meta, in either spelling; `None` where it makes no claim."""
    page, size = asked
    facts = {normal(name): value for name, value in found.meta.items()}
    total = count_fact(facts, "total") if facts.get("total") is not None else None
    size = count_fact(facts, "perpage") or size
    pages = total_pages(found)
    if pages is None and facts.get("hasmore") is False:
        pages = page
    if pages is None and total is not None:
        pages = -(-total // size)
        # More than there should be in all: whatever it counts, it is not these.
        if (page - 1) * size + rows > total:
            return None, total
        # A page in the middle that is not full gives the size away as another one.
        pages = None if page < pages and rows < size else pages
    return pages, total
