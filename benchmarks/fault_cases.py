"""The faults that `faults.py` lets happen, as data, and the project that they happen to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from crawler.demo import DemoProject, FaultKind

__all__ = ("CASES", "ON_SUITE", "OTHERS", "SICK", "SLUG", "Case", "project")

SLUG = "shop"
SICK = "5u17e000"
OTHERS = ("a0000001", "a0000002", "b0000001", "t0000001", "t0000003")
ON_SUITE = rf"^/api/{SLUG}/suites/{SICK}$"
EVERY_SUITE = rf"^/api/{SLUG}/suites/[^?]*$"
EVERYTHING = rf"^/api/{SLUG}/"
Raw = Callable[[bytes, str], bytes]


@dataclass(frozen=True)
class Case:
    """One fault: its name, what is sent, and the exit codes if it lasts and if it passes.

    `kind` is one of the demo server's own faults; `raw` makes the bytes of the answer from the
    right body and the address of a server elsewhere. `times` is how often it happens if it passes:
    what no second attempt mends is asked for once more at the end. `says` stands in the message.
    """

    name: str
    kind: FaultKind | None = None
    raw: Raw | None = None
    path: str = ON_SUITE
    lasting: int = 4
    passing: int = 0
    times: int = 2
    seconds: float = 0.02
    size: int = 8 << 20
    says: str = ""
    jumps: bool = False
    refused: bool = False


def project() -> DemoProject:
    """Two suites at the root, two below, the sick one with two tests and a child."""
    made = DemoProject(SLUG, "Shop", api_key="tstmt_shop000000000000000000000000000")
    made.add_suite("a0000001", "Basket", own={"file-type": "folder"})
    made.add_suite("a0000002", "Search")
    made.add_suite(SICK, "Payment", "a0000001")
    made.add_suite("b0000001", "Cards", SICK)
    made.add_test("t0000001", "Finds", "a0000002")
    made.add_test("t0000002", "Pays", SICK)
    made.add_test("t0000003", "Pays by card", "b0000001")
    return made


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """An HTTP answer with a body."""
    size = len(body) if length is None else length
    head = [f"HTTP/1.1 {status}", f"Content-Length: {size}", "Connection: close", *headers]
    if not any(each.lower().startswith("content-type") for each in headers):
        head.append("Content-Type: application/json")
    return "\r\n".join([*head, "", ""]).encode() + body


def _document(change: Callable[[Any], object]) -> Raw:
    """The right document after `change` had it."""

    def raw(right: bytes, _elsewhere: str) -> bytes:
        document = orjson.loads(right)
        change(document)
        return answer(orjson.dumps(document))

    return raw


def _body(body: bytes, *headers: str) -> Raw:
    return lambda _right, _elsewhere: answer(body, *headers)


def _child(identity: object) -> Raw:
    """The right document with one more child of this ID."""
    return _document(
        lambda found: found["data"]["relationships"]["children"]["data"].append(
            {"id": identity, "type": "suite"}
        )
    )


def _attributes(**changes: object) -> Raw:
    def change(found: Any) -> None:
        found["data"]["attributes"].update({k.replace("_", "-"): v for k, v in changes.items()})

    return _document(change)


def _nested(levels: int) -> Raw:
    def raw(right: bytes, _elsewhere: str) -> bytes:
        deep = b"[" * levels + b"]" * levels
        return answer(right.replace(b'"attributes":{', b'"attributes":{"deep":' + deep + b",", 1))

    return raw


def _away(_right: bytes, elsewhere: str) -> bytes:
    return answer(b"", f"Location: {elsewhere}/api/{SLUG}/suites/{SICK}", status="302 Found")


def _huge_count(found: Any) -> None:
    found["data"]["attributes"]["test-count"] = 1e300


_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"

CASES = (
    Case("connection refused", refused=True, lasting=5, says="could not be reached"),
    Case("connection reset", FaultKind.RESET),
    Case("connection closed without an answer", FaultKind.CLOSED),
    Case("body cut", FaultKind.CUT),
    Case("chunked body cut", FaultKind.CUT_CHUNKED),
    Case("length too large", raw=lambda right, _: answer(right, length=len(right) + 9)),
    Case("length too small", raw=lambda right, _: answer(right, length=len(right) - 9)),
    Case("length that is no number", raw=lambda r, _: answer(r).replace(b"Length: ", b"Length: x")),
    Case("chunks that are nonsense", raw=lambda *_: _CHUNKED + b"zz\r\nnonsense\r\n\x00\xff\r\n"),
    Case("not HTTP at all", raw=lambda *_: b"\x16\x03\x01\x02\x00SSH-2.0-nonsense\r\n\r\n"),
    Case("a header of 100 kB", raw=lambda right, _: answer(right, "X-Long: " + "x" * 100_000)),
    Case("gzip that is none", FaultKind.BAD_GZIP),
    Case("gzip bomb (16 MB from 16 kB)", FaultKind.GZIP_BOMB, size=16 << 20, times=1),
    Case("body over the limit (50 MB, limit 2)", FaultKind.OVERSIZED, size=50 << 20, times=1),
    Case("hangs", FaultKind.HANG),
    Case("drips, a byte each 20 ms", FaultKind.DRIP),
    Case("500 with a page", FaultKind.ERROR_500),
    Case("502", FaultKind.ERROR_502),
    Case("503", FaultKind.ERROR_503),
    Case("200 with HTML", FaultKind.HTML),
    Case("200, empty", FaultKind.EMPTY),
    Case('200 with `{"data": null}`', FaultKind.NULL_DATA),
    Case("200, half a document", FaultKind.NOT_JSON),
    Case("200, not UTF-8", FaultKind.NOT_UTF8),
    Case("another resource's document", FaultKind.WRONG_DOCUMENT),
    Case("204 without a body", raw=lambda *_: b"HTTP/1.1 204 No Content\r\n\r\n"),
    Case("`data` is text", raw=_body(b'{"data": "text"}')),
    Case("attributes are a list", raw=_document(lambda d: d["data"].update(attributes=[1]))),
    Case("relationships are a number", raw=_document(lambda d: d["data"].update(relationships=7))),
    Case("`included` is an object", raw=_document(lambda d: d.update(included={"a": 1}))),
    Case(
        "children are a number",
        raw=_document(lambda d: d["data"]["relationships"].update(children={"data": 3})),
    ),
    Case("position is text", raw=_attributes(position="1"), lasting=0),
    Case("count of 10^300", raw=_document(_huge_count), lasting=0),
    Case("count that is text", raw=_attributes(test_count="many"), lasting=0),
    Case("a number for the suite's ID", raw=_document(lambda d: d["data"].update(id=5))),
    Case("a number for a child's ID", raw=_child(123), times=1),
    Case("a child with the ID `../../a0000002`", raw=_child("../../a0000002"), times=1),
    Case("a child with the ID `..`", raw=_child(".."), times=1),
    Case(
        "a child with control characters in its ID",
        raw=_child("x\x1b]0;owned\x07\r\n\x00"),
        times=1,
    ),
    Case("a child with an ID of 10,000 characters", raw=_child("x" * 10_000), times=1),
    Case("its own child", raw=_child(SICK), lasting=0),
    Case("nested 10,000 deep", raw=_nested(10_000), times=1, says="answer is not usable ["),
    Case("nested 500 deep", raw=_nested(500), times=1),
    Case("redirect to itself, for ever", FaultKind.LOOP, times=1),
    Case("redirect to the sign-in page", FaultKind.SIGN_IN),
    Case("redirect to another host", raw=_away, times=1),
    Case(
        "404 for a suite that its parent lists",
        raw=lambda *_: answer(b"{}", status="404 Not Found"),
        times=1,
    ),
    Case("403 for one suite", raw=lambda *_: answer(b"{}", status="403 Forbidden"), times=1),
    Case("429 for one suite", FaultKind.TOO_MANY),
    Case("429 for everything", FaultKind.TOO_MANY, path=EVERYTHING, lasting=5, says="too many"),
    Case(
        "`Retry-After: 86400`",
        FaultKind.TOO_MANY_RETRY_AFTER,
        seconds=86_400,
        lasting=5,
        passing=5,
        says="asks to wait 86400 seconds",
    ),
    Case("login works, no suite does", FaultKind.ERROR_500, path=EVERY_SUITE),
    Case(
        "login works, nothing of the project does", FaultKind.ERROR_502, path=EVERYTHING, lasting=5
    ),
    Case("the login itself fails", FaultKind.ERROR_500, path="^/api/login", lasting=5, times=1),
    Case("time of day leaps by 400 days at each look", jumps=True, lasting=0),
)
