"""A client of the demo server that knows nothing of the crawler."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import aiohttp
import pytest

from crawler.demo import API_TOKEN, DemoServer

Connect = Callable[..., AbstractAsyncContextManager["Client"]]


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


class Client:
    """One person with a browser's name, logged in or not."""

    def __init__(self, server: DemoServer, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session
        self.jwt: str | None = None

    async def log_in(self, **fields: str) -> tuple[int, bytes]:
        """Log in with the general token, or with the fields given."""
        fields = fields or {"api_token": API_TOKEN}
        async with self.session.post(f"{self.server.url}/api/login", json=fields) as response:
            if response.status == 200 and response.content_length:
                self.jwt = (await response.json()).get("jwt")
            return response.status, await response.read()

    def ask(self, path: str, **headers: str) -> Any:
        """A request that is to be awaited, or entered with ``async with``."""
        if self.jwt is not None:
            headers.setdefault("Authorization", self.jwt)
        return self.session.get(self.server.url + path, headers=headers, allow_redirects=False)

    async def get(self, path: str) -> Any:
        """The JSON of an answer that has to be 200."""
        async with self.ask(path) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def status(self, path: str, **headers: str) -> int:
        """The status of an answer."""
        async with self.ask(path, **headers) as response:
            return response.status


@pytest.fixture
def clock() -> Clock:
    """A clock for the server, moved by the test."""
    return Clock()


@pytest.fixture
def connect() -> Connect:
    """Connects a logged-in client to a server."""

    @asynccontextmanager
    async def connected(server: DemoServer, *, log_in: bool = True) -> Any:
        async with aiohttp.ClientSession(headers={"User-Agent": "tests/1"}) as session:
            client = Client(server, session)
            if log_in:
                await client.log_in()
            yield client

    return connected
