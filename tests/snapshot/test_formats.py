"""Every format of the enum works, and a path says which one it asks for."""

from pathlib import Path

import pytest
from support.documents import chain, dumped, in_memory, loaded

from crawler.errors import UsageError
from crawler.snapshot.formats import Format, guess


@pytest.mark.parametrize("chosen", list(Format))
def test_every_format_writes_and_reads(chosen: Format) -> None:
    """A format is in the enum when it works."""
    document = chain(3)
    assert loaded(dumped(document, chosen), chosen) == in_memory(document)


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


@pytest.mark.parametrize("path", ["a", "a/", "a.yaml/", "a.b/c", ".yaml"])
def test_a_path_without_suffix_asks_for_a_tree(path: str) -> None:
    """Which this version does not write."""
    with pytest.raises(UsageError, match=r"directory tree, .* writes \.json and \.yaml files"):
        guess(path)


def test_another_suffix_is_wrong_usage() -> None:
    """The error names those that are right."""
    with pytest.raises(UsageError, match=r"suffix \.xml .*\.json, \.yaml, \.yml"):
        guess("a.xml")
