"""Pages that a server names land in the folder, and nowhere else."""

from pathlib import Path

import pytest

from crawler.errors import LocalError, UsageError
from crawler.snapshot.page_folder import plan_pages, unusable_names, write_pages


@pytest.mark.parametrize(
    "name",
    [
        "../a.md",
        "/etc/a.md",
        "a/../../b.md",
        "a//b.md",
        "./a.md",
        "C:\\a.md",
        "C:a.md",
        "a\\..\\b.md",
        "a\x00.md",
        "a\n.md",
        "con.test.md",
        "x/NUL.md",
        "dot./a.md",
        ".git/hooks/a.md",
        "A/.GIT/a.md",
        ".bashrc",
        "hooks/post-checkout",
        "",
        "a/" * 600 + "a.md",
        "é" * 200 + ".md",
        "\ud800.md",
    ],
)
def test_a_name_that_leads_elsewhere_is_unusable(name: str) -> None:
    """Or that some system cannot write."""
    assert unusable_names([name]) == [name]


def test_of_names_that_some_system_takes_for_one_the_second_is_unusable() -> None:
    """By case and by how an accent is composed; others are fine."""
    names = ["A/b.md", "a/B.md", "é.md", "e\u0301.md", ".NET.test.md", "c d/ё.test.md"]
    assert unusable_names(names) == ["a/B.md", "e\u0301.md"]


def test_pages_are_written_once_and_changed_only_when_told_to(tmp_path: Path) -> None:
    """What else is in the folder stays."""
    pages = {"a.md": "one\n", "b/c.md": "two\n"}
    (tmp_path / "mine.md").write_text("mine")
    first = write_pages(tmp_path, pages, overwrite=False)
    assert (first.new, first.changed, first.same) == (("a.md", "b/c.md"), (), ())
    (tmp_path / "a.md").write_text("edited")
    with pytest.raises(UsageError, match=r"other content in a\.md"):
        write_pages(tmp_path, {**pages, "d.md": "new"}, overwrite=False)
    assert not (tmp_path / "d.md").exists()
    again = write_pages(tmp_path, pages, overwrite=True)
    assert (again.new, again.changed, again.same) == ((), ("a.md",), ("b/c.md",))
    assert (tmp_path / "a.md").read_text() == "one\n"
    assert (tmp_path / "mine.md").read_text() == "mine"


@pytest.mark.parametrize("link", ["b", "a.md"])
def test_a_link_in_the_folder_is_not_written_through(tmp_path: Path, link: str) -> None:
    """Whether it stands for a folder or for a page."""
    (tmp_path / "out").mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / link).symlink_to(tmp_path / "out")
    with pytest.raises(LocalError, match="is a link"):
        plan_pages(tmp_path / "in", {"a.md": "x", "b/c.md": "y"})
    assert list((tmp_path / "out").iterdir()) == []


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file stands where a folder belongs."""
    (tmp_path / "b").write_text("a file")
    with pytest.raises(LocalError, match="b"):
        write_pages(tmp_path, {"b/c.md": "y"}, overwrite=False)
