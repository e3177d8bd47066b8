"""How the service finds the suite or the test that an import or a report speaks of.

By the ID in it (``@T…``, ``@S…``), else by titles without tags: in the vendor's words, first inside
the same suite, then in the project. Titles in the answers of ``test_data`` are matched the same.
"""

import re
from collections.abc import Sequence

from crawler.demo.project import DemoProject
from crawler.demo.records import DemoSuite, DemoTest

__all__ = ("bare_id", "id_in", "plain", "suite_along", "tags_in", "test_titled")

_TAG = re.compile(r"@[\w\d\-().,*:]+", re.ASCII)  # as the vendor's importer has it
_ID = re.compile(r"@([TS])([A-Za-z0-9_]{8})")
_BARE_LENGTH = 8


def plain(title: str) -> str:
    """A title without its tags and IDs."""
    return _TAG.sub("", title).strip()


def id_in(text: str, letter: str) -> str | None:
    """The ID of a test (``T``) or of a suite (``S``) that a title holds."""
    return next((each[1] for each in _ID.findall(text) if each[0] == letter), None)


def tags_in(title: str) -> list[str]:
    """The tags that a title holds; IDs are none."""
    return [each[1:] for each in _TAG.findall(title) if not _ID.fullmatch(each)]


def bare_id(value: object) -> str | None:
    """The ID in ``@T1a2b3c4d``, ``T1a2b3c4d`` or ``1a2b3c4d``."""
    if not isinstance(value, str) or not value:
        return None
    text = value.strip().removeprefix("@")
    return text[1:] if len(text) > _BARE_LENGTH and text[0] in "TS" else text


def suite_along(project: DemoProject, titles: Sequence[str]) -> DemoSuite | None:
    """The suite at the end of a way of titles from the root."""
    found: DemoSuite | None = None
    for title in titles:
        below = project.suites_of(found.id if found else None)
        found = next(
            (project.suites[each] for each in below if project.suites[each].title == title), None
        )
        if found is None:
            return None
    return found


def test_titled(project: DemoProject, title: str, suite_title: str | None) -> DemoTest | None:
    """The test of that title, in a suite of the other title if there is one."""
    alike = [each for each in project.tests.values() if plain(each.title) == plain(title)]
    for test in alike:
        suite = project.suites.get(test.suite_id)
        if suite is not None and suite.title == suite_title:
            return test
    return alike[0] if alike and suite_title is None else None


test_titled.__test__ = False  # type: ignore[attr-defined]  # its name looks like a test's
