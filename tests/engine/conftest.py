"""A crawl of a project in memory, into a real journal."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from support.fake_source import IDENTITY, NOW, FakeSource

from crawler.engine.crawl import CrawlOutcome, crawl
from crawler.engine.journal import Journal
from crawler.engine.journal_schema import SCHEMA
from crawler.progress import TallyProgress


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """The database of an empty journal."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(SCHEMA)
    yield connection
    connection.close()


@dataclass
class Crawled:
    """What a crawl came to: the tree as indented lines, and the outcome behind it."""

    outcome: CrawlOutcome
    journal: Journal
    tree: list[str] = field(init=False)
    orphans: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.tree = [f"{'  ' * i.depth}{i.id}" for i in self.outcome.tree.items()]
        self.orphans = [f"{'  ' * i.depth}{i.id}" for i in self.outcome.tree.orphans()]

    @property
    def gaps(self) -> list[str]:
        return [f"{gap.kind} {gap.id} {gap.reason.name}" for gap in self.outcome.gaps]

    def attributes(self, item_id: str) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for item in (*self.outcome.tree.items(), *self.outcome.tree.orphans()):
            if item.id == item_id:
                for resource in item.resources:
                    merged.update(resource.attributes)
        return merged


@pytest.fixture
def open_journal(tmp_path: Path) -> Any:
    opened: list[Journal] = []

    def open_it(**options: Any) -> Journal:
        journal = Journal.open(tmp_path / "p.sqlite3", IDENTITY, **{"now": NOW, **options})
        opened.append(journal)
        return journal

    yield open_it
    for journal in opened:
        journal.close()


@pytest.fixture
def run(open_journal: Callable[..., Journal]) -> Callable[..., Awaitable[Crawled]]:
    async def run_it(source: FakeSource, journal: Journal | None = None, **options: Any) -> Crawled:
        journal = journal or open_journal()
        outcome = await crawl(
            source,
            journal,
            TallyProgress(),
            server="https://example.test",
            **{"workers": 4, **options},
        )
        return Crawled(outcome, journal)

    return run_it
