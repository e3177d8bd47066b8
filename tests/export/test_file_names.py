"""Names of folders are safe on every system, and no two are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.export.file_names import FolderNames


@pytest.mark.parametrize(
    ("title", "name", "exact"),
    [
        ("Start page", "Start page", True),
        ("Über uns 🛒", "Über uns 🛒", True),
        ("a/b\\c:d", "a-b-c-d", False),
        ("..", "suite", False),
        ("", "suite", False),
        ("nul", "suite nul", False),
        ("COM1.txt", "suite COM1.txt", False),
        ("ends with a dot.", "ends with a dot", False),
        ("\u202eabc\0", "abc-", False),
        ("x" * 50, "x" * 40, False),
    ],
)
def test_a_title_becomes_a_name(title: str, name: str, exact: bool) -> None:
    """As much of it as every system allows."""
    assert FolderNames().enter(title) == (name, exact)


def test_names_that_would_be_one_file_are_told_apart() -> None:
    """Case and the ways to compose an accent make no difference on some systems."""
    names = FolderNames()
    found = []
    for title in ("Résumé", "RÉSUMÉ", "Re\u0301sume\u0301"):
        found.append(names.enter(title))
        names.leave()
    assert found == [
        ("Résumé", True),
        ("RÉSUMÉ ~2", False),
        ("Re\u0301sume\u0301 ~3", False),
    ]


def test_what_lies_too_deep_lies_beside() -> None:
    """So that no path grows beyond what Windows opens."""
    names = FolderNames()
    paths = [names.enter(f"Level {'x' * 30}")[0] for _ in range(30)]
    assert max(map(len, paths)) < 200
    assert len(set(paths)) == 30


@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_titles_give_different_names(titles: list[str]) -> None:
    """Without a way out of the folder."""
    names, found = FolderNames(), []
    for title in titles:
        path, _ = names.enter(title)
        names.leave()
        found.append(path.casefold())
        assert "/" not in path
        assert path.strip(" .") == path != ""
    assert len(set(found)) == len(found)
