"""Which suites of the kept journal are proven to be as they were, by tonight's listings.

A suite's answer is proven if nothing that the listings say of it, of its child suites and of its
tests has changed, in content or in order, and if they say all that the answer says. What no listing
names, or names more briefly than the answer does, is not proven, however likely it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.engine.journal import Journal
from crawler.engine.journal_schema import FROM_LISTING, OF_ITS_OWN, decode
from crawler.engine.sides import Member, Side, aligned, members, tell
from crawler.engine.telling import Same, same_but_for_runs, updated_at
from crawler.engine.tree import number
from crawler.model import Resource
from crawler.plural import counted

__all__ = ("Proof", "differing", "prove", "shortcoming", "told")

_ATTRIBUTES_NAMED = 3


@dataclass(frozen=True, slots=True)
class Proof:
    """`suites` are unchanged; with `reason` nothing can be proven, and it says why.

    In `after_runs`, some of them, tests bear the traces of newer runs.
    """

    reason: str = ""
    suites: tuple[str, ...] = ()
    after_runs: frozenset[str] = frozenset()


def prove(journal: Journal, same: Same) -> Proof:
    """What of the kept journal holds tonight, by the listings of both."""
    for side in ("kept", "main"):
        if reason := shortcoming(journal, side):
            return Proof(reason)
    if reason := _unlisted(journal) or _untimed(journal):
        return Proof(reason)
    suites, tests = tell(journal, "kept", same)
    if reason := told(suites.conclude(), tests.conclude()):
        return Proof(reason)
    changed = _changed_families(journal, same) | suites.doubtful | tests.doubtful
    after_runs: set[str] = set()
    for owner, now, then in aligned(
        members(journal, "tests listed"), members(journal, "tests listed", "kept")
    ):
        if _ids(now) != _ids(then):
            changed.add(owner)
        elif any(mine.body != old.body for mine, old in zip(now, then, strict=True)):
            (after_runs if _only_runs(now, then, same) else changed).add(owner)
    found = tuple(each for each in _candidates(journal) if each not in changed)
    return Proof(suites=found, after_runs=frozenset(after_runs.intersection(found)))


def shortcoming(journal: Journal, side: Side) -> str:
    """Why the listings of one side tell too little to go by; empty if they do not."""
    if side == "main" and number(journal, "SELECT count(*) FROM failure WHERE kind = 'listing'"):
        return "a listing could not be read whole"
    checks = {
        "suite WHERE rank = 1 AND NOT parent_known": "the listing of suites does not tell where"
        " each stands",
        "test WHERE rank = 1 AND suite IS NULL": "the listing of tests does not tell the suite of"
        " each",
    }
    for rows, reason in checks.items():
        if number(journal, f"SELECT count(*) FROM {side}.{rows}"):  # noqa: S608
            return reason
    return ""


def _unlisted(journal: Journal) -> str:
    """The kept crawl found all suites by asking each for its children."""
    answered = number(journal, "SELECT count(*) FROM kept.suite WHERE rank = 2")
    listed = number(
        journal,
        "SELECT count(*) FROM kept.suite WHERE rank = 2"
        " AND id IN (SELECT id FROM kept.suite WHERE rank = 1)",
    )
    if answered == listed:
        return ""
    return f"the listing of suites names {listed} of {counted(answered, 'suite')}"


def _untimed(journal: Journal) -> str:
    for kind in ("suite", "test"):
        rows = journal.query(f"SELECT body FROM kept.{kind} WHERE rank = {FROM_LISTING}")  # noqa: S608
        if any(updated_at(decode(body)) is None for (body,) in rows):
            return f"the listing of {kind}s does not tell when each was edited"
    return ""


def told(of_suites: Iterable[str], of_tests: Iterable[str]) -> str:
    """The reason that lies in attributes which a listing leaves out; empty if it does not."""
    for kind, left_out in (("suites", of_suites), ("tests", of_tests)):
        names = tuple(left_out)
        if names:
            more = ", ..." if len(names) > _ATTRIBUTES_NAMED else ""
            named = ", ".join(names[:_ATTRIBUTES_NAMED])
            return f"the listing of {kind} does not tell all of them that they tell: {named}{more}"
    return ""


def _candidates(journal: Journal) -> Iterator[str]:
    rows = journal.query(
        f"SELECT own.id FROM kept.suite AS own WHERE own.rank = {OF_ITS_OWN}"  # noqa: S608
        f" AND EXISTS (SELECT 1 FROM main.suite WHERE id = own.id AND rank = {FROM_LISTING})"
        " ORDER BY own.id"
    )
    return (identity for (identity,) in rows)


def _changed_families(journal: Journal, same: Same) -> set[str]:
    """Suites whose own row, or that of a child, is another, and those with other children."""
    rows = journal.query(
        "SELECT now.id, now.body, was.body FROM main.suite AS now JOIN kept.suite AS was"  # noqa: S608
        f" ON was.id = now.id AND was.rank = {FROM_LISTING}"
        f" WHERE now.rank = {FROM_LISTING} AND now.body IS NOT was.body"
    )
    edited = {i for i, now, was in rows if not _alike(decode(now), decode(was), same)}
    changed = set(edited)
    for owner, now, then in aligned(
        members(journal, "suites listed"), members(journal, "suites listed", "kept")
    ):
        ids = _ids(now)
        if ids != _ids(then) or not edited.isdisjoint(ids):
            changed.add(owner)
    return changed


def _ids(found: list[Member]) -> list[str]:
    return [each.id for each in found]


def _alike(one: Resource, other: Resource, same: Same) -> bool:
    return bool(same(_plain(one)) == same(_plain(other)))


def _plain(resource: Resource) -> list[object]:
    included = [_plain(each) for each in resource.included]
    return [resource.id, resource.type, resource.attributes, resource.relationships, included]


def _only_runs(now: list[Member], then: list[Member], same: Same) -> bool:
    return all(
        mine.body == old.body
        or (
            mine.body is not None
            and old.body is not None
            and same_but_for_runs(decode(mine.body), decode(old.body), same)
        )
        for mine, old in zip(now, then, strict=True)
    )


def differing(journal: Journal, same: Same) -> set[str]:
    """Suites whose own answer of tonight is another than the kept one.

    Not those that were edited after tonight's listing was read, by the time of edit that they tell.
    """
    found: set[str] = set()
    for kind in ("suites", "suites named", "suites told", "tests named"):
        for owner, now, then in aligned(members(journal, kind), members(journal, kind, "kept")):
            if now == then:
                continue
            if _ids(now) != _ids(then) or not _only_runs(now, _told_in(then, now), same):
                found.add(owner)
    both = _answered_twice(journal)
    return {each for each in found if each in both and not _edited_since(journal, each)}


def _told_in(then: list[Member], now: list[Member]) -> list[Member]:
    """What was kept; of what was kept as a bare reference, after a run, tonight's word counts."""
    return [new if old.body is None else old for old, new in zip(then, now, strict=True)]


def _answered_twice(journal: Journal) -> set[str]:
    rows = journal.query(
        "SELECT now.id FROM main.suite AS now JOIN kept.suite AS was ON was.id = now.id"  # noqa: S608
        f" AND was.rank = {OF_ITS_OWN} WHERE now.rank = {OF_ITS_OWN}"
    )
    return {identity for (identity,) in rows}


def _edited_since(journal: Journal, suite_id: str) -> bool:
    bodies = [
        body
        for (body,) in journal.query(
            "SELECT body FROM main.suite WHERE id = ? AND rank IN (?, ?) AND body IS NOT NULL",
            (suite_id, FROM_LISTING, OF_ITS_OWN),
        )
    ]
    return len({str(updated_at(decode(body))) for body in bodies}) > 1
