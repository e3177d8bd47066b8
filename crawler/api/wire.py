"""Pure: an answer of the server becomes a JSON document, or the error that it stands for.

What the document says is read by `wire_suites`, `wire_tests` and `wire_projects`.
"""

import codecs
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

import orjson

from crawler.api.messages import Reply
from crawler.api.retry_after import retry_after
from crawler.errors import MalformedError, RefusedError, ThrottledError, TransientError

__all__ = ("Document", "check_status", "decoded", "document", "session_token", "total_pages")

#: Both say "not now", whoever answers them (RFC 9110, 15.6.4; RFC 6585, 4).
THROTTLING: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_BEYOND_FILES: Final = "it has a number or a character that no file in UTF-8 JSON can hold"
_TOO_LARGE: Final = "a whole number in it needs more than 64 bits"
# Only such a run of digits can be a whole number that 64 bits do not hold; looked for in a copy
# in which every digit is a 0, which takes a fraction of a regular expression's time.
_DIGITS_ALIKE: Final = bytes.maketrans(b"123456789", b"0" * 9)
_LONG_NUMBER: Final = b"0" * 19
_SMALLEST, _LARGEST, _MOST_DIGITS = -(2**63), 2**64 - 1, 20
#: A claim beyond it is none.
_MOST_PAGES: Final = 10**9
_COUNT: Final = re.compile(r"[0-9]{1,9}")
# What a header can carry without being able to end it (RFC 9110, 5.5), less spaces.
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,16384}")


@dataclass(slots=True)
class Document:
    """A decoded JSON:API document; `label` and `trace` name its request in errors.

    `data` is any JSON but null; `included` and `meta` are empty where they were not sent. `body` is
    the text of it while nobody has looked for numbers that are too large in there.
    """

    label: str
    trace: str
    data: Any
    included: list[Any] = field(default_factory=list)
    meta: Mapping[str, Any] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    def wrong(self, problem: str, cause: str = "wrong document") -> TransientError:
        """The error for a document that is not what was asked for; another attempt may be."""
        return TransientError(
            f"The server's answer is not usable: {problem}",
            request=self.label,
            trace=self.trace,
            cause=cause,
        )

    def check_numbers(self) -> None:
        """Raises `MalformedError` if a large float in here was a whole number once."""
        body, self.body = self.body, b""
        if body and _loses_digits(body):
            raise self.hopeless(_TOO_LARGE)

    def hopeless(self, problem: str) -> MalformedError:
        """The error for a document that no further attempt makes usable."""
        return MalformedError(
            f"The server's answer is not usable: {problem}",
            request=self.label,
            trace=self.trace,
            cause="malformed",
        )


def check_status(reply: Reply, label: str) -> None:
    """Raises the error that the status stands for, if it is not 2xx.

    401 and 403 do not come this far on requests with a session: `auth` decides on them.
    """
    status = reply.status
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    problem, cause = f"The server answered {_named(status)}", f"HTTP {status}"
    if status in THROTTLING:
        raise ThrottledError(
            problem,
            # Pacing waits by the clock; here the number is only a fact of the error.
            retry_after=retry_after(reply.header("retry-after"), datetime.max.replace(tzinfo=UTC)),
            request=label,
            status=status,
            trace=reply.trace,
            cause=cause,
        )
    # A 304 that comes so far answers a question that nobody asked.
    passes = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.NOT_MODIFIED
    kind = TransientError if passes else RefusedError
    raise kind(problem, request=label, status=status, trace=reply.trace, cause=cause)


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def decoded(reply: Reply, label: str) -> Any:
    """The JSON in the body of a 2xx answer; raises by its status, or `TransientError`.

    Empty bodies, pages and text that is not UTF-8 come with status 200 too (seen live). Raises
    `MalformedError` if a whole number in it is too large, or its values are nested too deep.
    """
    content = _decoded(reply, label)
    if _loses_digits(reply.body):
        raise Document(label, reply.trace, None).hopeless(_TOO_LARGE)
    return content


def _decoded(reply: Reply, label: str) -> Any:
    """The same, with a float in the place of a whole number that is too large."""
    check_status(reply, label)
    if not reply.body.strip():
        raise _undecodable("is empty", "empty", reply, label)
    body = reply.body.removeprefix(codecs.BOM_UTF8)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        blank = Document(label, reply.trace, None)
        if "depth" in str(error):  # a fault of the text that no retry mends
            raise blank.hopeless("it is nested too deep") from None
        if _is_beyond_files(body):
            raise blank.hopeless(_BEYOND_FILES) from None
    if reply.is_html:
        raise _undecodable("is a page, not data", "HTML", reply, label)
    raise _undecodable("is not JSON", "not JSON", reply, label)


def _is_beyond_files(body: bytes) -> bool:
    """It is whole, but has half of a character, or a number that no JSON file can hold."""
    with suppress(ValueError, RecursionError):
        json.loads(body.decode())
        return True
    return False


def _loses_digits(body: bytes) -> bool:
    """A whole number is too large for orjson, which would make a rounded float of it."""
    if _LONG_NUMBER not in body.translate(_DIGITS_ALIKE):
        return False
    found = False

    def look(digits: str) -> int:
        nonlocal found
        found = found or len(digits) > _MOST_DIGITS or not _SMALLEST <= int(digits) <= _LARGEST
        return 0

    with suppress(ValueError, RecursionError):  # orjson took the text already
        json.loads(body, parse_int=look)
    return found


def _undecodable(what: str, cause: str, reply: Reply, label: str) -> TransientError:
    return TransientError(
        f"The server's answer {what}",
        request=label,
        status=reply.status,
        trace=reply.trace,
        cause=cause,
    )


def document(reply: Reply, label: str) -> Document:
    """The JSON:API document in a 2xx answer; a bare array counts as its `data`.

    Of its numbers only those are sound that `Document.check_numbers` was called for, if large.
    """
    content = _decoded(reply, label)
    if isinstance(content, list):
        return Document(label, reply.trace, content, body=reply.body)
    blank = Document(label, reply.trace, None)
    if not isinstance(content, dict):
        raise blank.wrong("it is neither an object nor a list")
    if content.get("data") is None:
        raise blank.wrong("it holds no data")
    included, meta = content.get("included"), content.get("meta")
    if not isinstance(included, list | None):
        raise blank.wrong("'included' is not a list")
    return Document(
        label,
        reply.trace,
        content["data"],
        included or [],
        meta if isinstance(meta, dict) else {},
        reply.body,
    )


def total_pages(document: Document) -> int | None:
    """The number of pages that a listing claims to have; `None` if it makes no usable claim."""
    for name in ("total_pages", "totalPages", "total-pages"):
        value = document.meta.get(name)
        if isinstance(value, str) and _COUNT.fullmatch(value):
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_PAGES:
            return value
    return None


def session_token(reply: Reply) -> str | None:
    """The JWT in an answer to a login; `None` if there is none that a header could carry."""
    try:
        content = orjson.loads(reply.body.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError:
        return None
    token = content.get("jwt") if isinstance(content, dict) else None
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else None
