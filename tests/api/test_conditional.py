"""Questions on a condition: only with names that are checksums, to servers that were tried."""

import hashlib
from dataclasses import dataclass, field

import pytest

from crawler.api.conditional import Conditional, is_checksum
from crawler.api.messages import Reply, Request

pytestmark = pytest.mark.anyio

FIRST = Request("GET", ("api", "shop", "suites"), (("page", "1"),))
SECOND = Request("GET", ("api", "shop", "tests", "a"))


def tag(body: bytes) -> str:
    """As Rack names an answer."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


@dataclass
class Memory:
    """Answers in a dictionary; what is kept of an earlier crawl, and what came in this one."""

    kept: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    noted: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    async def recall(self, target: str) -> tuple[str, bytes] | None:
        """What is kept."""
        return self.kept.get(target)

    async def note(self, target: str, etag: str, body: bytes) -> None:
        """Keep it for the next time."""
        self.noted[target] = (etag, body)


@dataclass
class Server:
    """Has one body for each target, and names it; `deaf` confirms every condition."""

    bodies: dict[str, bytes]
    deaf: bool = False
    conditions: list[str] = field(default_factory=list)
    name: str = ""

    async def __call__(self, request: Request) -> Reply:
        """Answer."""
        condition = str(dict(request.headers).get("If-None-Match", ""))
        self.conditions.append(condition)
        body = self.bodies[request.target]
        etag = self.name or tag(body)
        if condition and (condition == etag or self.deaf):
            return Reply(304, {"etag": etag})
        return Reply(200, {"etag": etag}, body)


async def asked(server: Server, memory: Memory, *requests: Request) -> list[bytes]:
    """The bodies that come of these requests, one after the other."""
    conditional = Conditional(server)
    with conditional.remembering("shop", memory):
        return [(await conditional(request)).body for request in requests]


@pytest.mark.parametrize("digest", ["md5", "sha1", "sha256"])
def test_a_checksum_is_known_in_any_of_its_usual_forms(digest: str) -> None:
    """Whole or cut, weak or strong, with what a proxy that packs adds."""
    whole = hashlib.new(digest, b"body").hexdigest()
    for name in (f'"{whole}"', f'W/"{whole[:32]}"', f'"{whole}-gzip"'):
        assert is_checksum(name, b"body")
        assert not is_checksum(name, b"another")


@pytest.mark.parametrize("name", ["", '"1"', "W/", '"v2-12"', f'"{"a" * 32}"', '"68b329da98"'])
def test_any_other_name_is_none(name: str) -> None:
    """Numbers, versions, what is too short to tell bodies apart."""
    assert not is_checksum(name, b"")


async def test_the_first_condition_is_a_trial_and_the_next_ones_count() -> None:
    """The first is for an answer that nothing is, so a server that listens sends it whole."""
    server = Server({FIRST.target: b"one", SECOND.target: b"two"})
    kept = {each.target: (tag(body), body) for each, body in ((FIRST, b"one"), (SECOND, b"two"))}
    memory = Memory(kept)
    assert await asked(server, memory, FIRST, SECOND) == [b"one", b"two"]
    assert server.conditions[0] not in {"", tag(b"one")}
    assert server.conditions[1:] == [tag(b"two")]
    assert memory.noted == kept


async def test_a_changed_answer_comes_whole_and_is_noted() -> None:
    """The name is another, so the condition is not met."""
    server = Server({FIRST.target: b"one", SECOND.target: b"new"})
    memory = Memory({each.target: (tag(b"old"), b"old") for each in (FIRST, SECOND)})
    assert await asked(server, memory, FIRST, SECOND) == [b"one", b"new"]
    assert memory.noted[SECOND.target] == (tag(b"new"), b"new")


async def test_a_server_that_confirms_everything_is_asked_without_conditions() -> None:
    """It has confirmed a name that no answer has."""
    server = Server({FIRST.target: b"one", SECOND.target: b"new"}, deaf=True)
    memory = Memory({each.target: (tag(b"old"), b"old") for each in (FIRST, SECOND)})
    assert await asked(server, memory, FIRST, SECOND) == [b"one", b"new"]
    assert [bool(each) for each in server.conditions] == [True, False, False]


async def test_names_that_are_no_checksum_are_neither_used_nor_kept() -> None:
    """One name for all: what it confirms may be anything."""
    server = Server({FIRST.target: b"one", SECOND.target: b"new"}, name='"same"')
    memory = Memory({each.target: ('"same"', b"old") for each in (FIRST, SECOND)})
    assert await asked(server, memory, FIRST, SECOND) == [b"one", b"new"]
    assert server.conditions == ["", ""]
    assert memory.noted == {}


async def test_kept_bytes_that_were_damaged_are_asked_for_again() -> None:
    """Their name is no longer theirs."""
    server = Server({FIRST.target: b"one", SECOND.target: b"two"})
    memory = Memory({each.target: (tag(b"two"), b"twO") for each in (FIRST, SECOND)})
    assert await asked(server, memory, FIRST, SECOND) == [b"one", b"two"]
    assert server.conditions == ["", ""]


async def test_other_projects_lists_and_writes_are_left_alone() -> None:
    """Nothing is remembered of them."""
    others = (
        Request("GET", ("api", "other", "suites")),
        Request("GET", ("api", "shop", "runs")),
        Request("POST", ("api", "shop", "tests")),
    )
    server = Server({each.target: b"one" for each in others})
    memory = Memory({each.target: (tag(b"one"), b"one") for each in others})
    await asked(server, memory, *others)
    assert server.conditions == ["", "", ""]
    assert memory.noted == {}
