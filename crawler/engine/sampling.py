"""Which suites are asked although they might be spared: a sample, the same for the same seed."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Final

from crawler.engine.journal import Journal
from crawler.engine.journal_schema import decode
from crawler.engine.telling import is_empty

__all__ = ("lots", "representatives", "sample")

_LEAST: Final = 12
_SHARE: Final = 100

Lot = Callable[[str], bytes]


def lots(seed: str) -> Lot:
    """What decides between IDs, as if by chance."""

    def lot(identity: str) -> bytes:
        text = f"{seed} {identity}".encode("utf-8", "surrogatepass")
        return blake2b(text, digest_size=8).digest()

    return lot


def sample(suites: list[str], lot: Lot) -> list[str]:
    """One in a hundred, and twelve more."""
    return sorted(suites, key=lot)[: _LEAST + len(suites) // _SHARE]


def representatives(journal: Journal, lot: Lot) -> list[str]:
    """A suite for each thing that a row of a listing may have: what it hides shows with these.

    That is each attribute of a suite, or of a test in it, that is not empty, and each kind of
    suite: with child suites, with tests, with neither.
    """
    found: dict[str, tuple[bytes, str]] = {}

    def offer(thing: str, drawn: tuple[bytes, str]) -> None:
        found[thing] = min(drawn, found.get(thing, drawn))

    rows = "SELECT {owner}, body FROM {kind} WHERE rank = 1 AND {owner} IS NOT NULL"
    for kind, owner in (("suite", "id"), ("test", "suite")):
        for suite_id, body in journal.query(rows.format(kind=kind, owner=owner)):
            resource, drawn = decode(body), (lot(suite_id), suite_id)
            for name, value in resource.attributes.items():
                if not is_empty(value):
                    offer(f"{kind} {name}", drawn)
            if resource.included or resource.relationships:
                offer(f"{kind} with relations", drawn)
    for suite_id, has_suites, has_tests in journal.query(
        "SELECT id, id IN (SELECT parent FROM suite WHERE rank = 1),"
        " id IN (SELECT suite FROM test WHERE rank = 1) FROM suite WHERE rank = 1"
    ):
        offer(f"{has_suites} {has_tests}", (lot(suite_id), suite_id))
    return sorted({suite_id for _, suite_id in found.values()})
