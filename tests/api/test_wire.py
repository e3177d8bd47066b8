"""From an answer to a document, or to the error that it stands for."""

import json

import pytest

from crawler.api.messages import Reply
from crawler.api.wire import check_status, decoded, document, session_token, total_pages
from crawler.errors import (
    CrawlerError,
    MalformedError,
    RefusedError,
    ThrottledError,
    TransientError,
)

ASK = "GET /api/p/suites/1"


@pytest.mark.parametrize(
    ("status", "kind", "cause"),
    [
        (400, RefusedError, "HTTP 400"),
        (404, RefusedError, "HTTP 404"),
        (303, RefusedError, "HTTP 303"),
        (304, TransientError, "HTTP 304"),
        (429, ThrottledError, "HTTP 429"),
        (503, ThrottledError, "HTTP 503"),
        (500, TransientError, "HTTP 500"),
        (520, TransientError, "HTTP 520"),
    ],
)
def test_a_status_stands_for_an_error(status: int, kind: type[CrawlerError], cause: str) -> None:
    """What happens next follows from the class; the facts are in the error."""
    reply = Reply(status, {"x-request-id": "r1", "retry-after": "7"})
    with pytest.raises(kind, match=rf"{status}.*{ASK}, x-request-id r1") as caught:
        check_status(reply, ASK)
    assert type(caught.value) is kind
    assert caught.value.status == status  # type: ignore[attr-defined]
    assert caught.value.cause == cause  # type: ignore[attr-defined]
    if isinstance(caught.value, ThrottledError):
        assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<html><body>Sorry</body></html>", "HTML"),
        (b'{"data": "\xff"}', "not JSON"),
        (b'{"data": [', "not JSON"),
        (b"Retry later", "not JSON"),
        (b'{"data": null}', "wrong document"),
        (b'{"errors": []}', "wrong document"),
        (b"null", "wrong document"),
        (b"7", "wrong document"),
        (b'{"data": {}, "included": {}}', "wrong document"),
    ],
)
def test_a_body_that_is_no_document_is_worth_another_try(body: bytes, cause: str) -> None:
    """Each comes with status 200, as recorded from the live service."""
    with pytest.raises(TransientError) as caught:
        document(Reply(200, {}, body), ASK)
    assert caught.value.cause == cause


@pytest.mark.parametrize("number", ["18446744073709551616", "-9223372036854775809"])
def test_a_whole_number_that_would_lose_digits_is_refused(number: str) -> None:
    """A rounded number is not what the server sent."""
    with pytest.raises(MalformedError, match="more than 64 bits"):
        decoded(Reply(200, {}, b'{"a": [%s]}' % number.encode()), ASK)


@pytest.mark.parametrize(
    "number", ["18446744073709551615", "-9223372036854775808", '"%s"' % ("9" * 30)]
)
def test_long_numbers_that_fit_and_digits_in_texts_are_read(number: str) -> None:
    """Only what would be lost is refused."""
    assert json.dumps(decoded(Reply(200, {}, number.encode()), ASK)) == number


@pytest.mark.parametrize("value", ["1e400", "NaN", "-Infinity", '"\\ud83d"'])
def test_what_no_file_can_hold_is_refused_at_once(value: str) -> None:
    """The answer came whole, so that no further one would be different."""
    with pytest.raises(MalformedError, match="no file in UTF-8 JSON can hold"):
        decoded(Reply(200, body=f'{{"data": {value}}}'.encode()), ASK)


def test_a_byte_order_mark_is_no_fault() -> None:
    """Some servers put it before their JSON."""
    assert decoded(Reply(200, body=b"\xef\xbb\xbf[1]"), ASK) == [1]
    assert session_token(Reply(200, body=b'\xef\xbb\xbf{"jwt": "x"}')) == "x"


def test_a_bottomless_body_is_refused() -> None:
    """No nesting can exhaust the stack."""
    with pytest.raises(MalformedError, match="nested too deep"):
        decoded(Reply(200, {}, b"[" * 100_000 + b"]" * 100_000), ASK)


@pytest.mark.parametrize(
    ("meta", "pages"),
    [
        (b'{"total_pages": 3}', 3),
        (b'{"totalPages": "12"}', 12),
        (b'{"total_pages": 0}', 0),
        (b'{"total_pages": null}', None),
        (b'{"total_pages": true}', None),
        (b'{"total_pages": -1}', None),
        (b'{"total_pages": "many"}', None),
        (b'{"total_pages": 1.5}', None),
        (b"{}", None),
        (b"[]", None),
        (b"null", None),
    ],
)
def test_the_number_of_pages_is_read_or_unknown(meta: bytes, pages: int | None) -> None:
    """Numbers as numbers or text; garbage is no claim."""
    found = document(Reply(200, {}, b'{"data": [], "meta": %b}' % meta), ASK)
    assert total_pages(found) == pages


@pytest.mark.parametrize(
    ("body", "token"),
    [
        (b'{"jwt": "a.b.c"}', "a.b.c"),
        (b'{"jwt": ""}', None),
        (b'{"jwt": 7}', None),
        (b'{"jwt": "a b"}', None),
        (b'{"jwt": "a\\nb"}', None),
        (b'["jwt"]', None),
        (b"", None),
        (b"<html>", None),
    ],
)
def test_a_session_is_a_token_that_a_header_can_carry(body: bytes, token: str | None) -> None:
    """Anything else is no session."""
    assert session_token(Reply(200, {}, body)) == token
