"""Answers with something wrong in them, by seed."""

import random
from copy import deepcopy
from typing import Any

import orjson

from crawler.demo.replies import Reply

HOSTILE = (
    *(None, True, 0, -1, 1e300, 2**63, 2**64 - 1, "", "0", "..", "a/b", "\x1b[2J", "x" * 9000),
    *([], {}, [[]], {"data": None}, {"data": {}}, {"id": None}, [None], "suite", "tests"),
    {"id": "../../x", "type": "suite"},
    {"id": 7, "type": "test", "attributes": []},
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
        return reply if seed is None else self.mutated(reply, random.Random(seed))

    def mutated(self, reply: Reply, chance: random.Random) -> Reply:
        """The answer with something wrong in it."""
        return _mutated(reply, chance)


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
