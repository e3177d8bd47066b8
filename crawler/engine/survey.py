"""What is known of suites while a selection is looked up: titles, places, and what to ask next."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from crawler.engine import evidence
from crawler.engine.journal import Journal
from crawler.engine.journal_schema import OF_ITS_OWN, UNFETCHED, decode
from crawler.engine.outline import SuiteEvidence, resolve
from crawler.engine.territory import named_parents
from crawler.model import GapReason, ItemKind
from crawler.selection import leads_to, plain_path

__all__ = ("Survey", "take_survey")

_ID: Final = re.compile(r"[0-9A-Za-z_]{6,32}")
_MOST_PATHS: Final = 5_000  # in which to look for what somebody may have meant
_SUGGESTIONS: Final = 3


@dataclass(frozen=True)
class Survey:
    """The suites that are known or named so far.

    `parents` has all of them, `words` those that answered or were listed, `fetched` those that were
    asked for by themselves, `gone` those that do not exist or could not be had; `drawn` stand in
    the skeleton. `failures` says in words what could not be fetched.
    """

    parents: Mapping[str, str | None]
    words: Mapping[str, SuiteEvidence]
    titles: Mapping[str, str]
    fetched: frozenset[str]
    drawn: frozenset[str]
    gone: frozenset[str]
    failures: tuple[str, ...]

    @cached_property
    def children(self) -> Mapping[str | None, list[str]]:
        """The suites directly below each; below `None` those at the top."""
        found: defaultdict[str | None, list[str]] = defaultdict(list)
        for identity in sorted(self.parents):
            found[self.parents[identity]].append(identity)
        return found

    def above(self, suite_id: str) -> Iterator[str]:
        """The suites above one, the nearest first."""
        seen: set[str] = set()
        at = self.parents.get(suite_id)
        while at is not None and at not in seen:
            yield at
            seen.add(at)
            at = self.parents.get(at)

    def named(self, name: str) -> tuple[str, ...]:
        """The suites that the name may mean; an ID beats a path."""
        if name in self.parents:
            return (name,)
        return tuple(self._on_the_way(name)[0])

    def wanted(self, names: Iterable[str]) -> set[str] | None:
        """The suites to fetch before it is known what the names mean; `None`: all of them."""
        wanted: set[str] = set()
        for name in names:
            more = self._around(name) if name in self.parents else self._towards(name)
            if more is None:
                return None
            wanted |= more
        return wanted - self.fetched - self.gone

    def _around(self, suite_id: str) -> set[str] | None:
        """What tells the way from the root to a suite."""
        top = next(iter([*self.above(suite_id)][::-1]), suite_id)
        word = self.words.get(top)
        if word is not None and word.parent is not None and word.parent not in self.parents:
            return {word.parent}
        if self._is_settled(top) or top in self.gone:
            return set()
        return None if top in self.fetched else {top}

    def _towards(self, path: str) -> set[str] | None:
        """What tells which suite a path, or an ID that is not known yet, means."""
        if not all(map(self._is_settled, self.children[None])):
            return None
        found, passed, untitled = self._on_the_way(path)
        wanted = {*untitled, *(each for each in passed if each not in self.drawn)}
        if found or wanted - self.fetched - self.gone:
            return wanted
        return {*passed, path} if _ID.fullmatch(path) else set(passed)

    def _is_settled(self, top: str) -> bool:
        """Whether a suite without a parent so far is known to have none."""
        word = self.words.get(top)
        return word is None or bool(word.is_root) or word.parent_known or top in self.drawn

    def _on_the_way(self, path: str) -> tuple[list[str], list[str], list[str]]:
        """Suites with the path, those that may lead to one, and those without a title there."""
        wanted = plain_path(path)
        found: list[str] = []
        passed: list[str] = []
        untitled: list[str] = []
        stack: list[tuple[str, str]] = [("", each) for each in self.children[None]]
        while stack:
            above, identity = stack.pop()
            title = self.titles.get(identity)
            if title is None:
                untitled.append(identity)
                continue
            own = plain_path(above + title)
            if own == wanted:
                found.append(identity)
            if leads_to(own, wanted):
                passed.append(identity)
                stack += [(f"{above}{title}/", each) for each in self.children.get(identity, ())]
        return sorted(found), passed, untitled

    def nearest(self, name: str) -> list[str]:
        """The paths that somebody may have meant."""
        paths = {plain_path(path): path for path in islice(self._paths(), _MOST_PATHS)}
        wanted = plain_path(name)
        found = [path for path in paths if path.endswith(f"/{wanted}")]
        found += difflib.get_close_matches(wanted, paths, _SUGGESTIONS)
        return [paths[path] for path in dict.fromkeys(found)][:_SUGGESTIONS]

    def _paths(self) -> Iterator[str]:
        """The paths of the suites, those of the upper levels first."""
        level = [("", each) for each in self.children[None]]
        while level:
            paths = [(above + self.titles.get(each, each), each) for above, each in level]
            yield from (path for path, _ in paths)
            level = [
                (f"{path}/", child) for path, each in paths for child in self.children.get(each, ())
            ]


def take_survey(journal: Journal) -> Survey:
    """What the journal holds on suites now."""
    words = {word.id: word for word in evidence.suites(journal)}
    parents = named_parents(journal, words.values(), resolve(list(words), words.values()))
    drawn: dict[str, str] = dict(journal.query("SELECT id, title FROM skeleton"))
    failed, unread = _failed(journal, ItemKind.SUITE), _failed(journal, ItemKind.LISTING)
    missing = {i for (i,) in journal.query("SELECT id FROM missing WHERE kind = 'suite'")}
    # What only failed when it was asked for need not exist.
    guesses = {
        identity
        for (identity,) in journal.query(
            "SELECT id FROM suite GROUP BY id HAVING max(rank) = ?", (UNFETCHED,)
        )
        if not words[identity].listers and not words[identity].in_skeleton
    }
    return Survey(
        parents={i: parent for i, parent in parents.items() if i not in missing | guesses},
        words=words,
        titles={**{i: title for i, title in drawn.items() if title}, **_titles(journal)},
        fetched=frozenset(
            i for (i,) in journal.query("SELECT id FROM suite WHERE rank = ?", (OF_ITS_OWN,))
        ),
        drawn=frozenset(drawn),
        gone=frozenset(missing | failed.keys()),
        failures=tuple(
            f"{name}: {GapReason[reason]}" for name, reason in sorted((failed | unread).items())
        ),
    )


def _failed(journal: Journal, kind: ItemKind) -> dict[str, str]:
    return dict(journal.query("SELECT id, reason FROM failure WHERE kind = ?", (kind,)))


def _titles(journal: Journal) -> dict[str, str]:
    """The title in the best answer on each suite; its ID if an answer of its own has none."""
    titles: dict[str, str] = {}
    for identity, rank, body in journal.query(
        "SELECT id, rank, body FROM suite WHERE body IS NOT NULL ORDER BY id, rank, lister DESC"
    ):
        title = decode(body).attributes.get("title")
        if title is not None:
            titles[identity] = str(title)
        elif rank == OF_ITS_OWN:
            titles.setdefault(identity, identity)
    return titles
