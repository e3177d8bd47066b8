"""Lets every fault happen to one suite of a small project and prints what the command makes of it.

    python benchmarks/faults.py

Each fault comes once for ever and once twice, after which the answer is right. The command is the
real one with its real HTTP client; only its waits are skipped. The table is for the README.
"""

import asyncio
import contextlib
import io
import logging
import os
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from crawler.api import pacing
from crawler.cli import running
from crawler.cli.main import run
from crawler.demo import (
    API_TOKEN,
    DemoProject,
    DemoServer,
    Fault,
    FaultKind,
    ServerOptions,
    world_of,
)

__all__ = ("CASES", "Case", "Ended", "Happened", "happen", "table")

SLUG = "shop"
SICK = "5u17e000"
OTHERS = ("a0000001", "a0000002", "b0000001", "t0000001", "t0000003")
ON_SUITE = rf"^/api/{SLUG}/suites/{SICK}$"
EVERY_SUITE = rf"^/api/{SLUG}/suites/[^?]*$"
EVERYTHING = rf"^/api/{SLUG}/"
_CONFIG = """
rate = 1000.0
workers = 4
connect_timeout = 1.0
read_timeout = 0.5
request_timeout = 1.0
attempts = 2
max_body_mib = 2
"""

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


@dataclass
class Ended:
    """How a run ended: exit code, what it said, what it wrote, and who was asked elsewhere."""

    code: int
    errors: str
    written: bytes | None
    elsewhere: list[bytes] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


class _Clock:
    """Sleeping jumps ahead; with `jumps` the time of day also leaps back and forth."""

    def __init__(self, *, jumps: bool) -> None:
        self._now = 0.0
        self._jumps = jumps
        self._asked = 0

    def monotonic(self) -> float:
        return self._now

    def utc_now(self) -> datetime:
        self._asked += 1
        leap = timedelta(days=400 * (-1) ** self._asked) if self._jumps else timedelta(0)
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._now) + leap

    async def sleep(self, seconds: float) -> None:
        self._now += max(0.0, seconds)
        await asyncio.sleep(0)

    def random(self) -> float:
        return 0.5


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
    Case("nested 10,000 deep", raw=_nested(10_000), times=1),
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


class _Front:
    """Passes requests on to the demo server, but for those that a raw case answers."""

    def __init__(self, behind: str, case: Case, times: int | None, elsewhere: str) -> None:
        self._host, self._port = behind.removeprefix("http://").split(":")
        self._case, self._left, self._elsewhere = case, times, elsewhere

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            lengths = [each.split(":")[1] for each in lines if each.lower().startswith("content-l")]
            body = await reader.readexactly(int(lengths[0])) if lengths else b""
            kept = [
                x for x in lines if x and not x.lower().startswith(("connection", "accept-enc"))
            ]
            reply = await self._ask(
                "\r\n".join([*kept, "Connection: close", "", ""]).encode() + body
            )
            if self._is_due(lines[0].split()[1]) and self._case.raw is not None:
                reply = self._case.raw(reply.partition(b"\r\n\r\n")[2], self._elsewhere)
            writer.write(reply)
            await writer.drain()
        writer.close()

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, int(self._port))
        writer.write(request)
        reply = await reader.read()
        writer.close()
        return reply

    def _is_due(self, target: str) -> bool:
        if not target.endswith(f"/suites/{SICK}") or self._left == 0:
            return False
        self._left = None if self._left is None else self._left - 1
        return True


@contextlib.asynccontextmanager
async def _serving(case: Case, times: int | None, heard: list[bytes]) -> AsyncIterator[str]:
    """The address at which the fault happens."""

    async def overhear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    server = DemoServer(world_of(project()), ServerOptions(cdn=False))
    if case.kind is not None:
        server.fault(Fault(case.kind, case.path, times, seconds=case.seconds, size=case.size))
    async with server, await asyncio.start_server(overhear, "127.0.0.1", 0) as elsewhere:
        away = f"http://127.0.0.1:{elsewhere.sockets[0].getsockname()[1]}"
        if case.raw is None:
            yield server.url
            return
        front = _Front(server.url, case, times, away)
        async with await asyncio.start_server(front.talk, "127.0.0.1", 0) as listening:
            yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


@contextlib.contextmanager
def _in_a_thread(case: Case, times: int | None, heard: list[bytes]) -> Iterator[str]:
    """Serves from another thread: the command has an event loop of its own."""
    started, stop, found = threading.Event(), asyncio.Event(), list[str]()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with _serving(case, times, heard) as address:
            found.append(address)
            started.set()
            await stop.wait()

    # The server's own log would come out among that of the command, which is in this process.
    logging.getLogger("aiohttp.server").disabled = True
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    started.wait()
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def happen(case: Case, times: int | None, *flags: str) -> Ended:
    """Run the command against a project to which the fault happens so many times."""
    heard: list[bytes] = []
    with tempfile.TemporaryDirectory() as name, _in_a_thread(case, times, heard) as address:
        folder = Path(name)
        (folder / "config.toml").write_text(_CONFIG)
        asked = "http://127.0.0.1:1" if case.refused and times is None else address
        code, errors = _run(case, asked, folder, flags)
        output = folder / "out" / "shop.json"
        written = output.read_bytes().replace(address.encode(), b"URL") if output.exists() else None
        left = sorted(each.name for each in output.parent.iterdir())
        return Ended(code, errors, written, heard, left)


def _run(case: Case, address: str, folder: Path, flags: tuple[str, ...]) -> tuple[int, str]:
    (folder / "out").mkdir()
    before = dict(os.environ), running.SystemClock, pacing._limiter  # noqa: SLF001
    pacing._limiter = lambda _rate: before[2](1000.0)  # noqa: SLF001  the one wait by another clock
    os.environ |= {"TESTOMATIO_URL": address, "TESTOMATIO_API_TOKEN": API_TOKEN}
    running.SystemClock = lambda: _Clock(jumps=case.jumps)  # type: ignore[assignment,misc]
    errors = io.StringIO()
    arguments = ("snapshot", SLUG, "-o", str(folder / "out" / "shop.json"))
    always = ("--config", str(folder / "config.toml"), "--state", str(folder / "state"))
    try:
        with contextlib.redirect_stderr(errors):
            return run([*arguments, *always, "--progress", "none", *flags]), errors.getvalue()
    finally:
        os.environ.clear()
        os.environ |= before[0]
        running.SystemClock = before[1]  # type: ignore[misc]
        pacing._limiter = before[2]  # noqa: SLF001


@dataclass(frozen=True)
class Happened:
    """A case and how it ended, both ways."""

    case: Case
    lasting: Ended
    passing: Ended


def table(found: list[Happened]) -> str:
    """The faults as a table in Markdown."""
    lines = [
        "| fault | if it lasts | exit code | if it passes | exit code |",
        "|---|---|---|---|---|",
    ]
    for each in found:
        lasting, passing = _outcome(each.lasting), _outcome(each.passing)
        codes = each.lasting.code, each.passing.code
        lines.append(f"| {each.case.name} | {lasting} | {codes[0]} | {passing} | {codes[1]} |")
    return "\n".join(lines)


def _outcome(ended: Ended) -> str:
    words = {
        0: "complete",
        3: "refused, and said so",
        4: "nothing written, the suite named; all else kept for the next run",
        5: "stopped, progress kept",
    }
    return words.get(ended.code, "?")


def main() -> int:
    """Run all and print the table."""
    found = [Happened(case, happen(case, None), happen(case, case.times)) for case in CASES]
    print(table(found))
    for each in found:
        expected = (each.case.lasting, each.case.passing)
        if (each.lasting.code, each.passing.code) != expected:
            print(f"{each.case.name}: expected {expected}", file=sys.stderr)
            print(each.lasting.errors, each.passing.errors, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
