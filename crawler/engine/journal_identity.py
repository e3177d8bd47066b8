"""Whose answers a journal holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crawler.engine.journal_schema import SCHEMA_VERSION

__all__ = ("Identity", "foreign")


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose answers a journal holds; another identity's journal is not used.

    `account` is a fingerprint of the credentials, never one of them. `selection` is the part of the
    project that is asked for, in any spelling that tells parts apart; empty for all of it.
    """

    server: str
    project: str
    account: str
    selection: str = ""


_OTHERS: Final = {
    "server": "project",
    "project": "project",
    "account": "account",
    "selection": "part of the project",
}


def foreign(facts: Mapping[str, str], ours: Identity) -> str:
    """Why a journal with these facts is none of ours; empty if it is."""
    if facts.get("version") != SCHEMA_VERSION:
        return "it was written by another version of this program"
    for name, other in _OTHERS.items():
        if facts.get(name) != getattr(ours, name):
            return f"it belongs to another {other}"
    return ""
