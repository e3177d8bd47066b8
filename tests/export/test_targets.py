"""Every target's files are read by others, who find what the account says: no more, no less."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from support.documents import case, siblings, suite
from support.examples import examples
from support.exports import assert_account_is_true, document, documents, empty, hostile, made, shop
from support.readback import READERS
from support.readback_shapes import SHAPES

from crawler.export.case import Items
from crawler.export.interface import Target
from crawler.export.registry import BUILT_IN, target_called
from crawler.export.rules import Rules
from crawler.export.steps import StepsParser
from crawler.snapshot.document import Document

EVERY = pytest.mark.parametrize("name", BUILT_IN)
PROJECTS = {"shop": shop, "hostile": hostile, "empty": empty}


def test_every_target_has_a_reader() -> None:
    """And no reader is left without its target."""
    assert READERS.keys() == BUILT_IN.keys()


@EVERY
@pytest.mark.parametrize("project", PROJECTS)
def test_the_account_is_what_readers_find(name: str, project: str, tmp_path: Path) -> None:
    """A project of every kind."""
    of = PROJECTS[project]()
    done = made(target_called(name), of, tmp_path)
    assert_account_is_true(done, READERS[name](done.files), SHAPES.get(name))
    assert_counts_add_up(done.account.tests.items, done.account.suites.items, of)


@EVERY
@pytest.mark.timeout(240)
@settings(examples(15), suppress_health_check=list(HealthCheck))
@given(of=documents())
def test_the_account_is_true_of_any_project(name: str, of: Document) -> None:
    """Report and read-back hold each other: what is not in the file is in the report."""
    with tempfile.TemporaryDirectory() as folder:
        done = made(target_called(name), of, Path(folder))
        assert_account_is_true(done, READERS[name](done.files), SHAPES.get(name))
    assert_counts_add_up(done.account.tests.items, done.account.suites.items, of)


@pytest.mark.parametrize(
    "text", ['\\"\\"\\"', '\\`\\`\\` and """', '\\"\\"\\" and ```', '\\"\\"\\" and \\`\\`\\`']
)
def test_a_feature_file_holds_marks_of_its_own(text: str, tmp_path: Path) -> None:
    """Where it cannot, the account says so."""
    of = document(suite(0, "s"), case(1, "t", description=f"### Preconditions\n\n{text}"))
    done = made(target_called("gherkin"), of, tmp_path)
    assert_account_is_true(done, READERS["gherkin"](done.files), SHAPES["gherkin"])


@EVERY
def test_the_same_snapshot_gives_the_same_account(name: str, tmp_path: Path) -> None:
    """Nothing depends on when or how often it is asked."""
    target = target_called(name)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    first, second = (made(target, hostile(), tmp_path / folder) for folder in ("a", "b"))
    assert first.account.kept == second.account.kept
    if name not in {"xlsx", "testomatio-xlsx", "parquet", "sqlite"}:  # those hold the time
        pairs = zip(first.files, second.files, strict=True)
        assert all(a.read_bytes() == b.read_bytes() for a, b in pairs)


@EVERY
def test_what_is_left_out_on_purpose_is_no_loss(name: str, tmp_path: Path) -> None:
    """Nor is it in the file."""
    rules = Rules(drop=frozenset({"assigned_to", "priority"}))
    done = made(target_called(name), shop(), tmp_path, rules)
    assert not any("assigned_to" in kept for kept in done.account.kept.values())
    assert all(
        b"anna@example.com" not in path.read_bytes() for path in done.files if path.is_file()
    )
    assert done.account.tests.fields["assigned_to"] == {"left_out": 1}


@EVERY
def test_a_target_says_what_it_is(name: str) -> None:
    """For the list of targets."""
    target = target_called(name)
    assert isinstance(target, Target)
    assert target.name == name
    assert target.about
    assert not target.suffix or target.suffix.startswith(".")


def test_xray_gets_no_more_at_once_than_it_takes(tmp_path: Path) -> None:
    """1,000 tests a file, in order."""
    done = made(target_called("xray"), siblings(2001), tmp_path)
    assert [len(READERS["xray"]([path])) for path in done.files] == [1000, 1000, 1]
    assert_account_is_true(done, READERS["xray"](done.files), SHAPES["xray"])


def test_walking_again_gives_the_same_items() -> None:
    """A target may need two walks."""
    items = Items(shop(), StepsParser())
    assert list(items) == list(items)
    assert [item.path[0] for item in items][-1] == "Orphans"


def assert_counts_add_up(tests: int, suites: int, of: Document) -> None:
    """As many as the snapshot has."""
    nodes = [*of.nodes, *of.orphans]
    assert tests == sum(1 for node in nodes if node.kind == "test")
    assert suites == sum(1 for node in nodes if node.kind == "suite")
