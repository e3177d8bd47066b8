"""The journal of tonight and the kept one, read side by side, or one of them by itself.

All is streamed in the order of what it is grouped by, so that memory does not grow with a project.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, Literal, NamedTuple

from crawler.engine.journal import Journal
from crawler.engine.journal_named import NAMED_BODIES
from crawler.engine.journal_schema import Row, decode
from crawler.engine.telling import Same, Telling

__all__ = ("Member", "Side", "aligned", "members", "tell", "unordered")

Side = Literal["main", "kept"]
"""Tonight's journal, or the one that was kept."""

Group = tuple[str, list["Member"]]

#: By owner and in order: the tests and child suites of a suite, as the listings (rank 1) or the
#: suite itself name them; last the suites that answered (rank 2), each its own owner.
_MEMBERS: Final = {
    "tests listed": """
        SELECT suite, id, position, body FROM {side}.test
        WHERE rank = 1 AND suite IS NOT NULL ORDER BY suite, ordinal, id""",
    "tests named": f"""
        SELECT lister, id, position, body FROM ({NAMED_BODIES}) ORDER BY lister, ordinal""",  # noqa: S608  only constants of our own
    "suites listed": """
        SELECT parent, id, position, body FROM {side}.suite
        WHERE rank = 1 AND parent IS NOT NULL ORDER BY parent, ordinal, id""",
    "suites named": """
        SELECT parent, id, NULL, NULL FROM {side}.child ORDER BY parent, ordinal, id""",
    "suites told": """
        SELECT lister, id, position, body FROM {side}.suite
        WHERE rank = 0 ORDER BY lister, ordinal, id""",
    "suites": """
        SELECT id, id, position, body FROM {side}.suite WHERE rank = 2 ORDER BY id""",
}
#: (owner, an answer, the listing's row on the same item, whether the answer is the owner's own).
_OWN_PAIRS: Final = """
    SELECT own.id, own.body, listed.body, 1 FROM {side}.suite AS own
    JOIN {side}.suite AS listed ON listed.id = own.id AND listed.rank = 1 WHERE own.rank = 2
"""
_PAIRS: Final = """
    SELECT own.lister, own.body, listed.body, 0 FROM {side}.suite AS own
    LEFT JOIN {side}.suite AS listed ON listed.id = own.id AND listed.rank = 1 WHERE own.rank = 0
"""
_PAIRS_OF_TESTS: Final = f"""
    SELECT own.lister, own.body, listed.body, 0 FROM ({NAMED_BODIES}) AS own
    LEFT JOIN {{side}}.test AS listed ON listed.id = own.id AND listed.rank = 1
"""  # noqa: S608  only constants of our own


class Member(NamedTuple):
    """A test or a child suite of a suite."""

    id: str
    position: float | None
    body: bytes | None


def members(journal: Journal, kind: str, side: Side = "main") -> Iterator[Group]:
    """(suite, what it holds in order) of each suite that holds any; see `_MEMBERS`."""
    rows = journal.query(_MEMBERS[kind].format(side=side))
    for owner, group in groupby(rows, lambda row: row[0]):
        yield owner, [Member(*row[1:]) for row in group]


def aligned(
    one: Iterable[Group], other: Iterable[Group]
) -> Iterator[tuple[str, list[Member], list[Member]]]:
    """Both by owner; what one of them has nothing for is empty there."""
    ones, others = iter(one), iter(other)
    mine, theirs = next(ones, None), next(others, None)
    while mine is not None or theirs is not None:
        if theirs is None or (mine is not None and _key(mine) < _key(theirs)):
            assert mine is not None  # noqa: S101  else the loop were over
            yield mine[0], mine[1], []
            mine = next(ones, None)
        elif mine is None or _key(theirs) < _key(mine):
            yield theirs[0], [], theirs[1]
            theirs = next(others, None)
        else:
            yield mine[0], mine[1], theirs[1]
            mine, theirs = next(ones, None), next(others, None)


def _key(group: Group) -> bytes:
    # SQLite orders text by its bytes, Python by its code points; UTF-8 makes them one order.
    return group[0].encode("utf-8", "surrogatepass")


def unordered(listed: list[Member], named: list[Member]) -> bool:
    """Whether the order among siblings could be another than the listing's.

    Siblings stand by position, and the order in which they are named decides where that is one.
    """
    if [each.id for each in listed] == [each.id for each in named]:
        return False
    places = [each.position for each in listed]
    return None in places or len(set(places)) < len(places)


def tell(journal: Journal, side: Side, same: Same, *, exact: bool = False) -> tuple[Telling, ...]:
    """What the listings leave out of suites and of tests, by the suites that answered themselves.

    `doubtful` are the suites whose answer, with all that came along, no row proves.
    """
    suites, tests = Telling(same, exact), Telling(same, exact)
    _compare(journal.query(_OWN_PAIRS.format(side=side)), suites)
    _compare(journal.query(_PAIRS.format(side=side)), suites)
    _compare(journal.query(_PAIRS_OF_TESTS.format(side=side)), tests)
    pairs = (
        ("suites listed", "suites named", False),
        ("tests listed", "tests named", True),
    )
    answered = {i for (i,) in journal.query(f"SELECT id FROM {side}.suite WHERE rank = 2")}  # noqa: S608
    for listed, named, may_be_absent in pairs:
        for owner, ones, others in aligned(
            members(journal, listed, side), members(journal, named, side)
        ):
            if owner not in answered or (may_be_absent and not others):
                continue  # a server may leave the tests of suites to their listing
            differ = {each.id for each in ones} != {each.id for each in others}
            if differ or unordered(ones, others):
                suites.doubtful.add(owner)
    return suites, tests


def _compare(rows: Iterable[Row], telling: Telling) -> None:
    for owner, answer, row, above in rows:
        if answer is None:
            continue  # a bare reference says nothing
        if row is None:
            telling.doubtful.add(owner)
        elif answer != row:
            telling.compare(owner, decode(answer), decode(row), above=bool(above))
        else:
            telling.pairs += 1
