"""Where a snapshot's answers come from: which of the two APIs, and which branch of the project."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ("LACKS", "USUAL", "Api", "Edition", "edition_from", "edition_mapping", "edition_words")

LACKS: Final = (
    "rows of examples",
    "times",
    "positions of suites",
    "attachments",
    "issues",
    "title of the project",
)
"""What v2 of the API does not tell, in words for people."""


class Api(StrEnum):
    """The two APIs that a project's tree can be read over; the second one tells less."""

    V1 = "v1"
    V2 = "v2"


@dataclass(frozen=True, slots=True)
class Edition:
    """`branch` is empty for the main one."""

    api: Api = Api.V1
    branch: str = ""


USUAL: Final = Edition()


def edition_mapping(edition: Edition) -> dict[str, str]:
    """As it stands in a document; nothing for the usual one."""
    told = {
        "api": edition.api.value if edition.api is not USUAL.api else "",
        "branch": edition.branch,
    }
    return {name: value for name, value in told.items() if value}


def edition_from(mapping: Mapping[str, object]) -> Edition:
    """The edition in a mapping with other keys as well.

    Raises `ValueError`, with the second half of a sentence that begins with the key, if it is none.
    """
    branch = mapping.get("branch", "")
    if not isinstance(branch, str) or (not branch and "branch" in mapping):
        raise ValueError("'branch' is not the name of one")
    try:
        return Edition(Api(str(mapping.get("api", USUAL.api))), branch)
    except ValueError:
        raise ValueError("'api' is neither v1 nor v2") from None


def edition_words(edition: Edition) -> str:
    """In words that follow `over`: `v1 of the API`, `v2 of the API, branch vouchers`."""
    over = f"{edition.api} of the API"
    return f"{over}, branch {edition.branch}" if edition.branch else over
