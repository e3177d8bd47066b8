"""What an export says that it carried, an import finds: the same account holds for both."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from support.documents import siblings
from support.examples import examples
from support.exports import Made, assert_account_is_true, documents, empty, hostile, made, shop
from support.imports import distinct, imported, nodes, read_back

from crawler.export.registry import target_called
from crawler.importing.registry import BUILT_IN
from crawler.snapshot.document import Document, Node, NodeKind

EVERY = pytest.mark.parametrize("tool", BUILT_IN)


def files_of(tool: str, done: Made, folder: Path) -> list[Path]:
    """What the user names."""
    return [folder / "out"] if tool == "gherkin" else done.files


def back(tool: str, of: Document, folder: Path) -> tuple[Made, list[Node]]:
    """(the export of a document, what an import makes of it)."""
    done = made(target_called(tool), of, folder)
    if not done.files:  # no feature has a scenario
        return done, []
    return done, nodes(imported(tool, files_of(tool, done, folder)))


@EVERY
def test_what_is_carried_comes_back(tool: str, tmp_path: Path) -> None:
    """And what is not is not made up."""
    done, found = back(tool, shop(), tmp_path)
    assert_account_is_true(done, as_accounted(tool, done, read_back(tool, found)), shape(tool))
    assert [node for node in found if "imported" in node.fields] == []


@EVERY
@pytest.mark.timeout(240)
@settings(examples(15), suppress_health_check=list(HealthCheck))
@given(of=documents().map(distinct))
def test_the_account_of_an_export_is_true_of_its_import(tool: str, of: Document) -> None:
    """For any project, in order, with nothing that the account does not name."""
    assume(not any("```" in node.fields.get("description", "") for node in of.nodes))
    with tempfile.TemporaryDirectory() as folder:
        done, found = back(tool, of, Path(folder))
    tests = as_accounted(tool, done, read_back(tool, found))
    assert_account_is_true(done, tests, shape(tool))
    assert [node for node in found if "imported" in node.fields] == []


@EVERY
@pytest.mark.timeout(240)
@settings(examples(15), suppress_health_check=list(HealthCheck))
@given(of=documents().map(distinct))
def test_a_second_round_changes_nothing(tool: str, of: Document) -> None:
    """What an import made is exported to what it was made from."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        _, found = back(tool, of, Path(first))
        with tempfile.TemporaryDirectory() as third:
            again = Document(of.head, found)
            _, once = back(tool, again, Path(second))
            _, twice = back(tool, Document(of.head, once), Path(third))
    assert once == twice


@EVERY
@pytest.mark.parametrize("project", [hostile, empty])
def test_as_many_tests_come_back_as_went_out(tool: str, project: Any, tmp_path: Path) -> None:
    """Whatever people typed."""
    of = project()
    _, found = back(tool, of, tmp_path)
    tests = [node for node in found if node.kind is NodeKind.TEST]
    assert len(tests) == sum(1 for node in of.nodes if node.kind is NodeKind.TEST)


def test_the_parts_of_a_long_export_become_one_snapshot(tmp_path: Path) -> None:
    """In the order in which they are named."""
    done, found = back("xray", siblings(2001), tmp_path)
    assert len(done.files) == 3
    tests = [node.fields["title"] for node in found if node.kind is NodeKind.TEST]
    assert tests == [f"Test {number}" for number in range(2001)]


def shape(tool: str) -> Any:
    """The parts of a description that a target has."""
    from support.readback_shapes import SHAPES  # noqa: PLC0415

    return SHAPES.get(tool)


def as_accounted(tool: str, done: Made, tests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tests as the account has them.

    Feature files come in the order of their names, the account in that of the snapshot. Of a value
    that was changed nothing may be left, such as of a tag without a letter.
    """
    if tool == "gherkin":
        numbers = {one.id: number for number, one in enumerate(done.account.cases)}
        tests = sorted(tests, key=lambda one: numbers[one["id"]])
    for one, read in zip(done.account.cases, tests, strict=True):
        for name, note in done.account.kept[one.number].items():
            if note:
                read.setdefault(name, None)
    return tests
