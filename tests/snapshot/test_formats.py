"""Every format of the enum works, and a path says which one it asks for."""

from pathlib import Path

import pytest
from support.documents import chain, in_memory

from crawler.errors import UsageError
from crawler.snapshot.formats import DIRECTORIES, STREAMED, Format, codec, guess
from crawler.snapshot.reading import read
from crawler.snapshot.saving import save


@pytest.mark.parametrize("chosen", list(Format))
def test_every_format_writes_and_reads(chosen: Format, tmp_path: Path) -> None:
    """A format is in the enum when it works."""
    document = chain(3)
    save(document, tmp_path / "x", chosen)
    assert in_memory(read(tmp_path / "x")) == in_memory(document)


@pytest.mark.parametrize("chosen", DIRECTORIES)
def test_a_directory_goes_through_no_stream(chosen: Format) -> None:
    """Every other format does."""
    assert set(Format) - set(DIRECTORIES) == set(STREAMED)
    with pytest.raises(UsageError, match=f"A snapshot as {chosen} is a directory"):
        codec(chosen)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.json", Format.JSON),
        ("a.yaml", Format.YAML),
        ("b/c.d/a.YML", Format.YAML),
        (Path("a.b.yaml"), Format.YAML),
    ],
)
def test_the_suffix_names_the_format(path: str | Path, expected: Format) -> None:
    """In any case, and the last one counts."""
    assert guess(path) is expected


@pytest.mark.parametrize("path", ["a", "a/", "a.yaml/", "a.b/c", ".yaml", "a\\"])
def test_a_path_without_suffix_asks_for_a_tree(path: str) -> None:
    """So does one that ends in a slash."""
    assert guess(path) is Format.TREE


def test_a_directory_asks_for_a_tree(tmp_path: Path) -> None:
    """Unless its suffix names another format, which then says that it is a directory."""
    for name, expected in (("v1.2", Format.TREE), ("a.yaml", Format.YAML)):
        (tmp_path / name).mkdir()
        assert guess(tmp_path / name) is expected


def test_a_directory_with_markdown_asks_for_markdown(tmp_path: Path) -> None:
    """So the next snapshot there needs no ``--format``; with one it may become a tree."""
    place = tmp_path / "x"
    save(chain(1), place, Format.MARKDOWN)
    assert guess(place) is guess(f"{place}/") is Format.MARKDOWN
    save(chain(1), place, Format.TREE)
    assert guess(place) is Format.TREE
    assert not list(tmp_path.rglob("*.test.md"))


def test_another_suffix_is_wrong_usage() -> None:
    """The error names those that are right."""
    with pytest.raises(UsageError, match=r"suffix \.xml .*\.json, \.yaml, \.yml"):
        guess("a.xml")
