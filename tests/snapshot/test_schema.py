"""The schema holds for what is written, and for nothing of another shape."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from support.documents import chain, documents, nested, siblings

from crawler.snapshot.document import Document
from crawler.snapshot.schema import schema

GOLDEN = Path(__file__).parents[1] / "golden"
VALIDATOR = Draft202012Validator(schema())
SAMPLE = json.loads((GOLDEN / "sample.json").read_bytes())


def test_the_schema_is_one_itself() -> None:
    """Of the draft that it names."""
    Draft202012Validator.check_schema(schema())
    assert schema()["$id"]


def test_every_part_of_the_schema_is_described() -> None:
    """For those who read it instead of a manual."""
    for part in [schema(), *schema()["properties"].values(), *schema()["$defs"].values()]:
        assert part["title"]
    for part in [*schema()["properties"].values(), *schema()["$defs"].values()]:
        assert part["description"].endswith(".")


@pytest.mark.parametrize("name", ["sample", "hostile", "sections"])
def test_golden_files_are_valid(name: str) -> None:
    """They hold all that a document can hold."""
    VALIDATOR.validate(json.loads((GOLDEN / f"{name}.json").read_bytes()))


@pytest.mark.parametrize("document", [chain(40), siblings(50)])
def test_deep_and_wide_documents_are_valid(document: Document) -> None:
    """As deep as the validator's own recursion goes."""
    VALIDATOR.validate(nested(document))


def _is_sayable(value: Any) -> bool:
    """Whether the assembler could have made it: no null attribute, no empty or odd mandatory."""
    return all(
        item.get("id")
        and isinstance(item.get("title", ""), str)
        and None not in item.values()
        and _is_sayable({key: item.get(key, []) for key in ("suites", "tests")})
        for key in ("suites", "tests")
        for item in value.get(key, [])
    )


def _is_item(item: Any) -> bool:
    return bool(item["id"]) and None not in item.values()


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=documents())
def test_any_document_that_can_be_made_is_valid(document: Document) -> None:
    """Whatever attributes it has; the kinds of gaps are a closed list of their own."""
    mapping = nested(document)
    mapping.pop("gaps", None)
    for section in document.sections:
        mapping[section.name] = [item for item in section.items if _is_item(item)]
    if _is_sayable(mapping) and _is_sayable(mapping.get("orphans", {})):
        VALIDATOR.validate(mapping)


WRONG: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a later format": lambda d: d.update(format="testomat-snapshot/2"),
    "no format": lambda d: d.pop("format"),
    "no suites": lambda d: d.pop("suites"),
    "an unknown key": lambda d: d.update(extra=1),
    "a time": lambda d: d["project"].update(fetched_at="now"),
    "a count as text": lambda d: d["counts"].update(tests="1"),
    "a negative count": lambda d: d["counts"].update(tests=-1),
    "complete as text": lambda d: d.update(complete="true"),
    "empty gaps": lambda d: d.update(gaps=[]),
    "a gap without reason": lambda d: d.update(gaps=[{"kind": "suite", "id": "a"}]),
    "a gap of another kind": lambda d: d.update(gaps=[{"kind": "x", "id": "a", "reason": "r"}]),
    "empty orphans": lambda d: d.update(orphans={}),
    "empty orphan tests": lambda d: d.update(orphans={"tests": []}),
    "other orphans": lambda d: d.update(orphans={"labels": [{"id": "a"}]}),
    "an identifier as number": lambda d: d["suites"][0].update(id=1),
    "no identifier": lambda d: d["suites"][0].pop("id"),
    "an empty list of tests": lambda d: d["suites"][0].update(tests=[]),
    "a null attribute": lambda d: d["suites"][0].update(emoji=None),
    "tests as mapping": lambda d: d["suites"][0].update(tests={}),
    "a test with tests": lambda d: d["suites"][0].update(tests=[{"id": "a", "tests": []}]),
    "an unknown section": lambda d: d.update(things=[]),
    "a section that is no list": lambda d: d.update(runs={}),
    "an item without an ID": lambda d: d.update(runs=[{"title": "A"}]),
    "an item with a null": lambda d: d.update(runs=[{"id": "a", "env": None}]),
    "an item that says that it was not purged": lambda d: d.update(
        runs=[{"id": "a", "purged": False}]
    ),
    "a count of an unknown section": lambda d: d["counts"].update(things=1),
    "a test with suites": lambda d: d.update(orphans={"tests": [{"id": "a", "suites": []}]}),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_a_document_of_another_shape_is_not_valid(change: Callable[[Any], Any]) -> None:
    """One thing wrong is enough."""
    wrong = copy.deepcopy(SAMPLE)
    change(wrong)
    assert not VALIDATOR.is_valid(wrong)
    assert VALIDATOR.is_valid(SAMPLE)
