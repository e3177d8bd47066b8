"""Pure: the server's answers on suites become records.

How the children and tests of a suite appear differs from server to server, from project to
project and even within one answer; every form of the API description and of the recordings is
read, and all forms present are added up. Nothing that is listed twice is returned twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.api.messages import Reply
from crawler.api.wire import Document, document, total_pages
from crawler.api.wire_facts import count_fact, flag_fact, number_fact
from crawler.api.wire_included import Included, Key
from crawler.api.wire_items import listed_items, primary_item
from crawler.api.wire_resources import (
    SUITE,
    TEST,
    Raw,
    identifier,
    merged,
    raw_item,
    related,
    resource_of,
)
from crawler.api.wire_tests import suite_named_by, test_record
from crawler.model import (
    Listing,
    Resource,
    SuiteAnswer,
    SuiteRecord,
    SuiteReference,
    TestReference,
)

__all__ = ("read_suite", "read_suites_page")

_Owned = Mapping[Key, tuple[Resource, ...]]


def read_suite(reply: Reply, label: str, suite_id: str) -> SuiteAnswer:
    """The answer to `GET /api/{p}/suites/{id}`; `TransientError` if it is about something else."""
    found = document(reply, label)
    primary = primary_item(found, SUITE, suite_id)
    included = Included(found)
    members = _members(found, primary, included)
    owned = included.owned((primary, *members), primary)
    return SuiteAnswer(
        _suite_record(found, primary, owned),
        tuple(_suite_reference(found, raw, owned) for raw in members if raw.kind == SUITE),
        tuple(_test_reference(found, raw, owned) for raw in members if raw.kind == TEST),
    )


def _members(found: Document, primary: Raw, included: Included) -> list[Raw]:
    members: dict[Key, Raw] = {}
    for raw in (*_listed(found, primary, included), *_unlisted(found, primary, included)):
        members[raw.key] = merged(members.get(raw.key), raw)
    return [_with_included(raw, included) for raw in members.values()]


def _with_included(raw: Raw, included: Included) -> Raw:
    further = included.find(raw.kind, raw.id)
    return raw if further is None or further is raw else merged(raw, further)


def _listed(found: Document, suite: Raw, included: Included) -> Iterator[Raw]:
    for name, kind in (("children", SUITE), ("tests", TEST)):
        for value in _stated(found, suite, name):
            raw = raw_item(found, value, kind)
            if not isinstance(value, dict) or raw.kind not in {SUITE, TEST}:
                raw = _of_kind(raw, _kind_of_bare(raw.id, kind, included))
            yield raw


def _of_kind(raw: Raw, kind: str) -> Raw:
    return Raw(raw.id, kind, kind, raw.attributes, raw.relationships, raw.bare)


def _kind_of_bare(item_id: str, kind: str, included: Included) -> str:
    # An ID alone does not say what it is; what came along under that ID does.
    other = TEST if kind == SUITE else SUITE
    known_as_other = included.find(kind, item_id) is None and included.find(other, item_id)
    return other if known_as_other else kind


def _stated(found: Document, suite: Raw, name: str) -> list[Any]:
    attribute = suite.facts.get(name)
    listed = attribute if isinstance(attribute, list) else []
    return [*(related(found, suite.relations.get(name)) or []), *listed]


def _states(found: Document, suite: Raw, name: str) -> bool:
    relation = related(found, suite.relations.get(name))
    return relation is not None or isinstance(suite.facts.get(name), list)


def _unlisted(found: Document, suite: Raw, included: Included) -> Iterator[Raw]:
    """Suites and tests that came along and are this suite's, though it does not list them."""
    parent, _ = _parent(found, suite)
    lists_children = _states(found, suite, "children")
    elsewhere = {raw.key for each in included.suites.values() for raw in _own(found, each, suite)}
    for child in included.suites.values():
        named, known = _parent(found, child)
        # A suite that says nothing of its parent is a child only where no list tells otherwise.
        guessed = not known and not lists_children and child.id != parent
        if child.id != suite.id and child.key not in elsewhere and (named == suite.id or guessed):
            yield child
    for test in included.tests.values():
        owner = suite_named_by(found, test)
        if owner == suite.id or (owner is None and test.key not in elsewhere):
            yield test


def _own(found: Document, other: Raw, suite: Raw) -> Iterable[Raw]:
    if other.id == suite.id:
        return ()
    return (
        raw_item(found, value, kind)
        for name, kind in (("children", SUITE), ("tests", TEST))
        for value in _stated(found, other, name)
    )


def _parent(found: Document, suite: Raw) -> tuple[str | None, bool]:
    """The parent that a suite names, and whether it makes any statement about it."""
    facts = suite.facts
    attribute = facts.get("parentid")
    if attribute is not None and attribute != "":
        return identifier(found, attribute), True
    relation = suite.relations.get("parent")
    members = related(found, relation)
    if members:
        return raw_item(found, members[0], SUITE).id, True
    null_relation = isinstance(relation, dict) and "data" in relation
    return None, "parentid" in facts or null_relation


def _suite_record(found: Document, raw: Raw, owned: _Owned) -> SuiteRecord:
    facts = raw.facts
    parent, known = _parent(found, raw)
    return SuiteRecord(
        resource_of(found, raw, owned.get(raw.key, ())),
        parent=parent,
        parent_known=known,
        is_root=flag_fact(facts.get("isroot")),
        position=number_fact(facts.get("position")),
        test_count=count_fact(facts, "testcount"),
    )


def _suite_reference(found: Document, raw: Raw, owned: _Owned) -> SuiteReference:
    return SuiteReference(raw.id, None if raw.bare else _suite_record(found, raw, owned))


def _test_reference(found: Document, raw: Raw, owned: _Owned) -> TestReference:
    return TestReference(raw.id, None if raw.bare else test_record(found, raw, owned))


def read_suites_page(reply: Reply, label: str, page: int) -> Listing[SuiteRecord]:
    """The answer to `GET /api/{p}/suites?page=N`."""
    found = document(reply, label)
    rows = listed_items(found, SUITE)
    owned = Included(found).owned(rows)
    records = tuple(_suite_record(found, raw, owned) for raw in rows)
    return Listing(page, records, total_pages(found))
