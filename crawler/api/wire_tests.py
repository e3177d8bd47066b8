"""Pure: the server's answers on tests become records."""

from collections.abc import Mapping

from crawler.api.messages import Reply
from crawler.api.wire import Document, document, total_pages
from crawler.api.wire_facts import flag_fact, number_fact
from crawler.api.wire_included import Included, Key
from crawler.api.wire_items import listed_items, primary_item
from crawler.api.wire_resources import SUITE, TEST, Raw, identifier, raw_item, related, resource_of
from crawler.model import Listing, Resource, TestRecord

__all__ = ("read_test", "read_tests_page", "suite_named_by", "test_record")


def read_test(reply: Reply, label: str, test_id: str) -> TestRecord:
    """The answer to `GET /api/{p}/tests/{id}`; `TransientError` if it is about something else."""
    found = document(reply, label)
    primary = primary_item(found, TEST, test_id)
    return test_record(found, primary, Included(found).owned((primary,), primary))


def read_tests_page(reply: Reply, label: str, page: int) -> Listing[TestRecord]:
    """The answer to `GET /api/{p}/tests?page=N`."""
    found = document(reply, label)
    rows = listed_items(found, TEST)
    owned = Included(found).owned(rows)
    return Listing(page, tuple(test_record(found, raw, owned) for raw in rows), total_pages(found))


def suite_named_by(found: Document, test: Raw) -> str | None:
    """The suite that a test names, by its attribute or, where that is missing, a relationship."""
    attribute = test.facts.get("suiteid")
    if attribute is not None and attribute != "":
        return identifier(found, attribute)
    relations = test.relations
    for name in ("suite", "parent"):
        for member in related(found, relations.get(name)) or ():
            return raw_item(found, member, SUITE).id
    return None


def test_record(found: Document, raw: Raw, owned: Mapping[Key, tuple[Resource, ...]]) -> TestRecord:
    """A test with the facts that place it; it has rows of examples if it has parameters at all."""
    facts = raw.facts
    parameters = facts.get("params")
    return TestRecord(
        resource_of(found, raw, owned.get(raw.key, ())),
        suite=suite_named_by(found, raw),
        position=number_fact(facts.get("position")),
        has_examples=bool(flag_fact(facts.get("hasexamples")))
        or (isinstance(parameters, list | dict) and bool(parameters)),
    )
