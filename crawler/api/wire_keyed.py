"""Pure: answers at the addresses that take a project's token, as values or errors.

These are importing, reporting and `test_data`. Their bodies are no JSON:API, and the answers to
writes may be empty. Refusals say why under `message` or `error`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import orjson

from crawler.api.credentials import Kind
from crawler.api.messages import Reply
from crawler.api.refusals import blocked, refused
from crawler.api.wire import Document, check_status, decoded
from crawler.errors import MalformedError, RefusedError, TransientError
from crawler.redaction import MASK, Secret, printable

__all__ = (
    "KnownTests",
    "OpenedRun",
    "check_keyed",
    "ids_in",
    "import_id_in",
    "plain_id",
    "plain_title",
    "read_known",
    "read_opened",
    "read_pages",
    "read_written",
)

_REFUSALS: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_LONGEST_WORDS: Final = 200
_ID_LENGTH: Final = 8
_TEST_ID: Final = re.compile(
    r"^<!-- test[ \t]*\r?\n(?:(?!-->|id:).*\n)*?id:[ \t]*@?T(\w{8})\b", re.MULTILINE
)
#: As the vendor's importer takes tags away.
_TAG: Final = re.compile(r"@[\w\d\-().,*:]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class KnownTests:
    """What the server knows of a project's tests: their IDs, and the ID of each title.

    Titles are without tags, and may be led by those of a file and a suite, parted by `#`. Of tests
    of the same title and suite the IDs of some may be missing.
    """

    ids: frozenset[str] = frozenset()
    by_title: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenedRun:
    """A run to report into; `url` is its page for people, empty if none was told."""

    uid: str
    url: str = ""


def check_keyed(reply: Reply, label: str, key: Secret) -> None:
    """Raises the error that the status stands for, in the server's own words where it has some.

    A page with status 200 is none of these addresses, and raises too.
    """
    if reply.status == HTTPStatus.FORBIDDEN and reply.is_html:
        raise blocked(reply, label)
    if reply.status in _REFUSALS:
        raise refused(Kind.PROJECT, reply)
    try:
        check_status(reply, label)
    except RefusedError as error:
        words = _words(reply, key)
        problem = f"{error.problem}: {words}" if words else error.problem
        raise RefusedError(
            problem,
            request=label,
            status=reply.status,
            trace=reply.trace,
            cause=error.cause,
        ) from None
    if reply.is_html:
        raise TransientError(
            "The server's answer is a page, not data",
            request=label,
            status=reply.status,
            trace=reply.trace,
            cause="HTML",
        )


def _words(reply: Reply, key: Secret) -> str:
    """Why the server refuses, as it may be shown: in one line, short, and without the token."""
    try:
        content = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        return ""
    found = content.get("message") or content.get("error") if isinstance(content, dict) else None
    text = found if isinstance(found, str) else ""
    text = printable(" ".join(text.replace(key.reveal(), MASK).split()))
    return text if len(text) <= _LONGEST_WORDS else f"{text[:_LONGEST_WORDS]}…"


def _mapping(reply: Reply, label: str, key: Secret) -> Mapping[str, Any]:
    check_keyed(reply, label, key)
    content = decoded(reply, label)
    if not isinstance(content, dict):
        raise Document(label, reply.trace, None).wrong("it is not an object")
    return content


def read_pages(reply: Reply, label: str, key: Secret) -> dict[str, str]:
    """The server's own Markdown by path; empty if it has none."""
    files = _mapping(reply, label, key).get("files") or {}
    if not isinstance(files, dict) or not all(isinstance(each, str) for each in files.values()):
        raise Document(label, reply.trace, None).wrong("'files' is not a mapping of texts")
    return files


def read_known(reply: Reply, label: str, key: Secret) -> KnownTests:
    """What `test_data` says of tests."""
    tests = _mapping(reply, label, key).get("tests") or {}
    if not isinstance(tests, dict):
        raise Document(label, reply.trace, None).wrong("'tests' is not a mapping")
    found = {title: plain_id(each) for title, each in tests.items() if isinstance(each, str)}
    return KnownTests(frozenset(found.values()), found)


def ids_in(pages: Iterable[str]) -> frozenset[str]:
    """The IDs in the comments above the tests of the server's own Markdown."""
    return frozenset(each[1] for page in pages for each in _TEST_ID.finditer(page))


def plain_id(text: str) -> str:
    """The ID in `@T1a2b3c4d`, `T1a2b3c4d` or `1a2b3c4d`; of a suite with an S."""
    text = text.strip().removeprefix("@")
    return text[1:] if len(text) == _ID_LENGTH + 1 and text[0] in "TS" else text


def plain_title(text: str) -> str:
    """A title without tags and IDs, as the server knows tests by it."""
    return _TAG.sub("", text).strip()


def read_written(reply: Reply, label: str, key: Secret) -> Mapping[str, Any] | None:
    """What a write was answered; `None` if the answer has a good status and says nothing."""
    check_keyed(reply, label, key)
    try:
        content = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        return None
    return content if isinstance(content, dict) else {}


def import_id_in(answer: Mapping[str, Any]) -> str | None:
    """The name that further chunks of an import bear; `None` if the answer tells none."""
    found = answer.get("import_id")
    return str(found) if isinstance(found, str | int) and found else None


def read_opened(reply: Reply, label: str, key: Secret) -> OpenedRun:
    """The run that was opened."""
    content = _mapping(reply, label, key)
    uid, url = content.get("uid"), content.get("url")
    if not isinstance(uid, str | int) or not uid:
        raise MalformedError(
            "The server's answer names no run",
            request=label,
            trace=reply.trace,
            cause="malformed",
        )
    shown = printable(url.replace(key.reveal(), MASK)) if isinstance(url, str) else ""
    return OpenedRun(str(uid), shown)
