"""A project edited step by step, each step a commit in git, in every format: what the diffs say."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import pytest
from support.benchmark import load

from crawler.snapshot.formats import Format

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here"),
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

FORMATS = (Format.JSON, Format.YAML, Format.TREE, Format.MARKDOWN)
Found = Mapping[str, Mapping[Format, Any]]
README = Path(__file__).parents[2] / "benchmarks" / "README.md"

#: Most lines that come and go, in json, yaml, tree and markdown, and most files of the tree.
#: A field that changes is two lines. The title of a suite is shown twice, and a tree also names the
#: file in the parent. A test of the sample has about twenty lines; one that moves goes and comes.
#: What follows an insertion is renumbered by the server, a field each. In one file a suite that
#: moves is all its lines, in a directory it is its place.
BOUNDS = {
    "nothing": (0, 0, 0, 0, 0),
    "rename a suite": (4, 4, 6, 8, 2),
    "rename a suite with two suites below": (4, 4, 6, 12, 4),
    "rename a test": (4, 4, 4, 6, 1),
    "edit one line of a description": (2, 2, 2, 2, 1),
    "add a tag": (4, 4, 4, 4, 1),
    "change a priority": (2, 2, 2, 2, 1),
    "add a test at the end": (24, 24, 24, 28, 1),
    "insert a test in the middle": (36, 36, 36, 40, 1),
    "move a test to another suite": (80, 80, 80, 84, 2),
    "swap two tests": (60, 60, 60, 64, 1),
    "move a suite": (500, 500, 8, 12, 3),
    "swap two suites": (4000, 4000, 26, 26, 13),
    "delete a test": (24, 24, 24, 28, 1),
    "delete a suite": (200, 200, 200, 220, 2),
    "add an empty suite": (20, 20, 20, 24, 2),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What git says of every commit."""
    folder = tmp_path_factory.mktemp("edits")

    async def live() -> Found:
        return {name: each async for name, each in load("edits").effects(folder)}

    return anyio.run(live)


def test_every_edit_has_its_bounds(found: Found) -> None:
    """None is made that nobody looks at."""
    assert list(found) == list(BOUNDS)


@pytest.mark.parametrize("edit", BOUNDS)
def test_a_diff_has_the_lines_that_the_edit_needs(edit: str, found: Found) -> None:
    """And not many more, in any format."""
    *most, files = BOUNDS[edit]
    lines = [found[edit][form].lines for form in FORMATS]
    assert all(line <= bound for line, bound in zip(lines, most, strict=True)), lines
    assert all(lines) or edit == "nothing"
    assert found[edit][Format.TREE].files <= files


@pytest.mark.parametrize(
    ("edit", "old", "new", "all_files"),
    [
        ("rename a suite", "vouchers", "voucher-codes", 1),
        ("rename a suite with two suites below", "filters", "refinements", 3),
        ("move a suite", "basket", "account", 1),
    ],
)
def test_git_sees_that_a_suite_was_renamed_or_moved(
    edit: str, old: str, new: str, all_files: int, found: Found
) -> None:
    """In the tree, so `git log --follow` leads to its past; what lies below is unchanged."""
    renames = found[edit][Format.TREE].renames
    assert len(renames) == all_files
    for before, (after, likeness) in renames.items():
        assert old in before
        assert new in after
        is_below = old in str(Path(before).parent) and edit.startswith("rename")
        assert likeness == 100 if is_below else likeness > 80, before


def test_the_table_of_the_benchmarks_is_of_these_edits(found: Found) -> None:
    """The numbers of the last run stand there; they are those of this one."""
    lines = load("edits").table(found).splitlines()
    told = README.read_text("utf-8").splitlines()
    assert [line for line in lines if line not in told] == []
