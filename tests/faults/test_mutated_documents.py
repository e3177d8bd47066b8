"""Documents that are not what they should be, through the whole job: never a wrong word."""

import random
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import anyio
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.direct import Direct, snapshot
from support.edits import standing

from crawler.demo import (
    ChildrenShape,
    Listing,
    Meta,
    ServerOptions,
    TestsShape,
    generate,
    world_of,
)
from crawler.demo.replies import Reply
from crawler.errors import CrawlerError

HOSTILE = (
    *(None, True, 0, -1, 1e300, 2**63, 2**64 - 1, "", "0", "..", "a/b", "\x1b[2J", "x" * 9000),
    *([], {}, [[]], {"data": None}, {"data": {}}, {"id": None}, [None], "suite", "tests"),
    {"id": "../../x", "type": "suite"},
    {"id": 7, "type": "test", "attributes": []},
)
HABITS = st.builds(
    ServerOptions,
    children=st.sampled_from(ChildrenShape),
    tests=st.sampled_from(TestsShape),
    listing=st.sampled_from(Listing),
    meta=st.sampled_from(Meta),
    tree=st.booleans(),
    page_size=st.sampled_from([4, 50]),
)


class Mutator:
    """Changes some answers by seed; `lasting` ones for ever, the others at first only."""

    def __init__(self, seed: int, share: float, *, lasting: bool) -> None:
        self._chance = random.Random(seed)
        self._share = share
        self._lasting = lasting
        self._decided: dict[str, int | None] = {}

    def __call__(self, target: str, reply: Reply) -> Reply:
        if target == "/api/login":
            return reply
        if target not in self._decided:
            hit = self._chance.random() < self._share
            self._decided[target] = self._chance.randrange(10**9) if hit else None
        seed = self._decided[target]
        if not self._lasting:
            self._decided[target] = None
        return reply if seed is None else _mutated(reply, random.Random(seed))


def _mutated(reply: Reply, chance: random.Random) -> Reply:
    if chance.random() < 0.15:
        return Reply(200, _garbled(reply.body, chance))
    document = orjson.loads(reply.body)
    for _ in range(chance.choice([1, 1, 2, 5])):
        document = _changed(document, chance)
    return Reply(reply.status, orjson.dumps(document))


def _garbled(body: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(body)
    match chance.randrange(3):
        case 0:
            del damaged[chance.randrange(len(damaged)) :]
        case 1:
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        case _:
            at = chance.randrange(len(damaged))
            damaged[at:at] = b"[" * chance.choice([3, 2000])
    return bytes(damaged)


def _changed(document: Any, chance: random.Random) -> Any:
    """One value, key or element somewhere in it replaced, removed or doubled."""
    holder, key = None, None
    value = document
    while isinstance(value, dict | list) and value and chance.random() < 0.85:
        holder = value
        key = (
            chance.choice(list(value)) if isinstance(value, dict) else chance.randrange(len(value))
        )
        value = holder[key]
    if holder is None:
        return deepcopy(chance.choice(HOSTILE))
    match chance.randrange(4):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.append(deepcopy(value))
        case _:
            holder[key] = deepcopy(chance.choice(HOSTILE))
    return document


def crawl(mutator: Mutator, options: ServerOptions, **more: Any) -> Any:
    """The outcome of a crawl of a small project: what was taken, or a `CrawlerError`."""
    direct = Direct(world_of(generate(1, 9, 2, fan_out=3)), options, mutate=mutator)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        try:
            return anyio.run(lambda: snapshot(direct, Path(folder), patch, **more))
        except CrawlerError as error:
            return error


EVERYTHING = {*generate(1, 9, 2, fan_out=3).suites, *generate(1, 9, 2, fan_out=3).tests}


@given(seed=st.integers(0, 10**9), options=HABITS, share=st.sampled_from([0.05, 0.2, 0.8]))
@settings(max_examples=70, deadline=None)
def test_whatever_a_document_says_the_run_ends_with_a_snapshot_or_a_sentence(
    seed: int, options: ServerOptions, share: float
) -> None:
    """And nothing else is raised, whatever is wrong where and for how long."""
    found = crawl(Mutator(seed, share, lasting=True), options, allow_partial=True)
    if not isinstance(found, CrawlerError):
        assert found.data["complete"] == (not found.result.gaps)


@given(seed=st.integers(0, 10**9), options=HABITS)
@settings(max_examples=50, deadline=None)
def test_a_page_that_is_wrong_once_loses_nothing_of_a_complete_snapshot(
    seed: int, options: ServerOptions
) -> None:
    """A suite or test that all other answers know of is there, or its lack is said."""
    found = crawl(Mutator(seed, 0.15, lasting=False), options)
    if not isinstance(found, CrawlerError):
        assert {identity for identity, _, _ in standing(found.data)} >= EVERYTHING
