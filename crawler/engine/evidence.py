"""Reads the journal back: the evidence on suites, the place of each test, and the figures."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from crawler.engine.journal import Journal
from crawler.engine.journal_indexes import index_tests
from crawler.engine.journal_schema import FROM_LISTING, OF_ITS_OWN
from crawler.engine.outline import SuiteEvidence

__all__ = (
    "SuiteCount",
    "keep_tests",
    "names",
    "place_tests",
    "suite_counts",
    "suites",
    "tests_below",
)

_PLACE_TESTS = f"""
CREATE TEMP TABLE place AS
SELECT
    id,
    CASE
        WHEN named IN (SELECT id FROM temp.standing) THEN named
        WHEN first_lister IN (SELECT id FROM temp.standing) THEN first_lister
    END AS suite,
    first_lister, last_lister, detailed, examples
FROM (
    SELECT
        id,
        coalesce(
            max(CASE WHEN rank = {OF_ITS_OWN} THEN suite END),
            max(CASE WHEN rank = {FROM_LISTING} THEN suite END),
            min(CASE WHEN rank = 0 THEN suite END)
        ) AS named,
        min(lister) AS first_lister,
        max(lister) AS last_lister,
        coalesce(
            max(CASE WHEN rank = {OF_ITS_OWN} THEN position END),
            max(CASE WHEN rank = {FROM_LISTING} THEN position END),
            min(CASE WHEN rank = 0 THEN position END)
        ) AS position,
        min(CASE WHEN rank = 0 THEN ordinal END) AS ordinal,
        min(CASE WHEN rank = {FROM_LISTING} THEN ordinal END) AS listed,
        max(rank) AS detailed,
        max(has_examples) AS examples
    FROM (
        SELECT id, rank, NULL AS lister, ordinal, suite, position, has_examples
        FROM main.test NOT INDEXED
        UNION ALL
        SELECT id, 0, lister, ordinal, suite, position, has_examples FROM main.named
        WHERE id NOT IN (SELECT id FROM missing WHERE kind = 'test')
    )
    GROUP BY id
)
ORDER BY
    suite, position IS NULL, position,
    CASE WHEN first_lister IS suite THEN ordinal END IS NULL,
    CASE WHEN first_lister IS suite THEN ordinal END,
    listed IS NULL, listed, id
"""  # noqa: S608  only constants of our own


# Each suite's rows together, those of a higher rank first, then who lists it, then the skeleton.
# The index would lead from page to page all over the file.
_WORDS: Final = """
SELECT id, 0 AS source, -rank, lister, ordinal, parent, parent_known, is_root, position
FROM main.suite NOT INDEXED
UNION ALL SELECT id, 1, 0, parent, ordinal, NULL, NULL, NULL, NULL FROM child
UNION ALL SELECT id, 2, 0, '', ordinal, parent, NULL, NULL, NULL FROM skeleton
ORDER BY 1, 2, 3, 4
"""
_OF_THE_SUITE, _OF_A_LISTER = range(2)


@dataclass(frozen=True, slots=True)
class SuiteCount:
    """A suite's own count of its tests against what was found; `lists` of them it named itself."""

    id: str
    claimed: int | None
    found: int
    lists: int


def names(journal: Journal) -> list[str]:
    """The IDs of all suites that exist, sorted."""
    rows = journal.query("SELECT DISTINCT id FROM main.suite ORDER BY id")
    return [identity for (identity,) in rows]


def suites(journal: Journal) -> Iterator[SuiteEvidence]:
    """The evidence on every suite that exists, in the order of the IDs."""
    for identity, rows in groupby(journal.query(_WORDS), key=itemgetter(0)):
        words = list(rows)
        if words[0][1] == _OF_THE_SUITE:
            yield _evidence(identity, words)


def _evidence(identity: str, words: Iterable[tuple[Any, ...]]) -> SuiteEvidence:
    """What the rows on a suite say."""
    parent, parent_known, is_root, position, listed = None, False, None, None, None
    listers: dict[str, int] = {}
    drawn: tuple[str | None, int | None] | None = None
    for _, source, under, lister, ordinal, its_parent, known, root, place in words:
        if source == _OF_A_LISTER:
            listers[lister] = ordinal
        elif source != _OF_THE_SUITE:
            drawn = (its_parent, ordinal)
        else:
            # "No parent" is a word on it, too, which an older listing does not outdo.
            if parent is None and not parent_known:
                parent = its_parent
            parent_known = parent_known or bool(known)
            is_root = root if is_root is None else is_root
            position = place if position is None else position
            listed = ordinal if under == -FROM_LISTING else listed
    skeleton_parent, skeleton_ordinal = drawn or (None, None)
    return SuiteEvidence(
        identity,
        parent,
        parent_known,
        None if is_root is None else bool(is_root),
        position,
        listed,
        listers,
        skeleton_parent,
        in_skeleton=drawn is not None,
        skeleton_ordinal=skeleton_ordinal,
    )


def place_tests(journal: Journal, elsewhere: Iterable[str] = ()) -> None:
    """Decide the suite of every test, in a temporary table that `tests_below` and others read.

    The test's own word on its suite counts first, then the listing's, then the suite's that lists
    it; a suite that does not exist is no place. `elsewhere` are further suites that do exist,
    though nobody asked for them.
    """
    journal.write_now(index_tests)
    journal.execute("DROP TABLE IF EXISTS temp.place")
    journal.execute("DROP TABLE IF EXISTS temp.standing")
    journal.execute("CREATE TEMP TABLE standing AS SELECT DISTINCT id FROM main.suite")
    journal.execute("CREATE UNIQUE INDEX temp.standing_id ON standing (id)")
    journal.execute(
        "INSERT OR IGNORE INTO temp.standing SELECT value FROM json_each(?)",
        (json.dumps(list(elsewhere)),),
    )
    journal.execute(_PLACE_TESTS)
    journal.execute("CREATE INDEX temp.place_suite ON place (suite)")


def keep_tests(journal: Journal, suites: Iterable[str], *, orphans: bool) -> None:
    """Forget the place of every test outside of these suites.

    Those that stand in no suite at all stay if `orphans`.
    """
    journal.execute(
        "DELETE FROM temp.place WHERE coalesce(suite NOT IN (SELECT value FROM json_each(?)), ?)",
        (json.dumps(list(suites)), not orphans),
    )


def tests_below(journal: Journal, suite_id: str | None) -> Iterator[tuple[str, list[bytes]]]:
    """(test, answers on it) of each test of a suite, or without one, in document order.

    The most detailed answer is the last.
    """
    named = {} if suite_id is None else _named_by(journal, suite_id)
    rows = journal.query(
        "SELECT place.id, first_lister, body FROM temp.place"
        " LEFT JOIN main.test ON test.id = place.id WHERE place.suite IS ?"
        " ORDER BY place.rowid, test.rank",
        (suite_id,),
    )
    for (identity, lister), answers in groupby(rows, key=itemgetter(0, 1)):
        bodies = [named.get(identity), *(body for *_, body in answers)]
        if lister not in {None, suite_id}:
            bodies.insert(0, _named_by(journal, lister).get(identity))
        yield identity, [body for body in bodies if body is not None]


tests_below.__test__ = False  # type: ignore[attr-defined]  # its name looks like a test's


def _named_by(journal: Journal, suite_id: str) -> dict[str, bytes]:
    """What came with a suite on the tests that it names."""
    bodies = b"".join(
        body for (body,) in journal.query("SELECT bodies FROM told WHERE lister = ?", (suite_id,))
    )
    rows = journal.query(
        "SELECT id, start, size FROM named WHERE lister = ? AND size IS NOT NULL", (suite_id,)
    )
    return {identity: bodies[start : start + size] for identity, start, size in rows}


def suite_counts(journal: Journal) -> Iterator[SuiteCount]:
    """Claimed and found tests of every suite that answered, after `place_tests`."""
    rows = journal.query(
        f"SELECT suite.id, suite.test_count,"  # noqa: S608
        " (SELECT count(*) FROM temp.place WHERE place.suite = suite.id),"
        " (SELECT count(*) FROM temp.place WHERE place.suite = suite.id"
        "  AND place.first_lister = suite.id)"
        f" FROM main.suite WHERE rank = {OF_ITS_OWN} ORDER BY suite.id"
    )
    return (SuiteCount(*row) for row in rows)
