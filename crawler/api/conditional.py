"""A `Send` that asks only for what has changed, where the server names its answers by an `ETag`.

A 304 is worth as much as the name that it confirms, and nobody sees what stands behind it. So only
names count that are a checksum of the answer's bytes, as Rails makes them: they can't stand for
other bytes, and show as well that the kept ones are whole. And only servers are believed that have
refused to confirm a name that no answer has.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Final, Protocol

from crawler.api.messages import Reply, Request, Send

__all__ = ("Conditional", "Memory", "is_checksum")

_KINDS: Final = frozenset({"suites", "tests"})
_TAG: Final = re.compile(r'(?:W/)?"([0-9a-f]{16,128})(?:-gzip|-br|;gzip|;br)?"', re.ASCII)
_DIGESTS: Final = (hashlib.sha256, hashlib.md5, hashlib.sha1)
#: The name of no answer: the checksum of nothing anybody sends.
_MADE_UP: Final = f'W/"{hashlib.sha256(b"the name of no answer").hexdigest()[:32]}"'


class Memory(Protocol):
    """Answers of earlier crawls, by their address, and a place for those of this one."""

    async def recall(self, target: str) -> tuple[str, bytes] | None:
        """(name, body) of the last answer, if there is one to build on."""
        ...

    async def note(self, target: str, etag: str, body: bytes) -> None:
        """Keep an answer for the next crawl."""
        ...


def is_checksum(etag: str, body: bytes) -> bool:
    """Whether the name is made from these bytes."""
    found = _TAG.fullmatch(etag)
    return found is not None and any(
        digest(body, usedforsecurity=False).hexdigest().startswith(found[1]) for digest in _DIGESTS
    )


class Conditional:
    """Sends with a condition what a project's memory knows; answers as if there had been none."""

    def __init__(self, behind: Send) -> None:
        self._behind = behind
        self._memories: dict[str, Memory] = {}
        self._honest: bool | None = None
        self._trying = False

    @contextmanager
    def remembering(self, project: str, memory: Memory) -> Iterator[None]:
        """Use this memory for the suites and tests of a project while the block lasts."""
        self._memories[project] = memory
        try:
            yield
        finally:
            del self._memories[project]

    async def __call__(self, request: Request) -> Reply:
        """Send one request."""
        memory = self._memory_for(request)
        if memory is None:
            return await self._behind(request)
        known = await self._known(memory, request)
        reply = await self._ask(request, known)
        etag = reply.header("etag")
        if reply.status == HTTPStatus.OK and is_checksum(etag, reply.body):
            await memory.note(request.target, etag, reply.body)
        return reply

    def _memory_for(self, request: Request) -> Memory | None:
        match request.segments:
            case ["api", project, kind, *_] if kind in _KINDS and request.method == "GET":
                return self._memories.get(project)
            case _:
                return None

    async def _known(self, memory: Memory, request: Request) -> tuple[str, bytes] | None:
        if self._honest is False:
            return None
        known = await memory.recall(request.target)
        return known if known is not None and is_checksum(*known) else None

    async def _ask(self, request: Request, known: tuple[str, bytes] | None) -> Reply:
        if known is None or (self._honest is None and self._trying):
            return await self._behind(request)
        if self._honest is None:
            return await self._try(request)
        etag, body = known
        reply = await self._behind(_with(request, etag))
        if reply.status != HTTPStatus.NOT_MODIFIED:
            return reply
        return Reply(int(HTTPStatus.OK), {**reply.headers, "etag": etag}, body)

    async def _try(self, request: Request) -> Reply:
        """Ask for an answer that is not the one of a made-up name: all are."""
        self._trying = True
        try:
            reply = await self._behind(_with(request, _MADE_UP))
            if reply.status == HTTPStatus.NOT_MODIFIED:
                self._honest = False
                return await self._behind(request)
            if reply.is_good:
                self._honest = True
            return reply
        finally:
            self._trying = False


def _with(request: Request, etag: str) -> Request:
    return replace(request, headers=(*request.headers, ("If-None-Match", etag)))
