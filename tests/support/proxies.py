"""A small HTTP proxy that wants a password, for plain addresses (no CONNECT)."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """Passes on what is asked with the right password; `asked` are the addresses."""

    user: str
    password: str
    port: int = 0
    asked: list[str] = field(default_factory=list)
    passed_on: list[bytes] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request and its answer."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            method, address, version = lines[0].split()
            self.asked.append(address)
            writer.write(await self._answer(method, address, version, lines[1:-2], reader))
            await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass  # a connection that was not used, or that the server broke off
        finally:
            writer.close()

    async def _answer(
        self,
        method: str,
        address: str,
        version: str,
        headers: list[str],
        reader: asyncio.StreamReader,
    ) -> bytes:
        fields = {k.lower(): v for k, v in (line.split(": ", 1) for line in headers)}
        body = await reader.readexactly(int(fields.get("content-length", 0)))
        wanted = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        if fields.get("proxy-authorization") != f"Basic {wanted}":
            got = fields.get("proxy-authorization", "nothing")  # as tactless as proxies are
            return _refusal(f"<h1>Not with {got}</h1>")
        target = urlsplit(address)
        path = target.path + (f"?{target.query}" if target.query else "")
        kept = [line for line in headers if not line.lower().startswith(("proxy-", "connection"))]
        request = "\r\n".join([f"{method} {path} {version}", *kept, "Connection: close", "", ""])
        self.passed_on.append(request.encode())
        back, forth = await asyncio.open_connection(target.hostname, target.port)
        forth.write(request.encode() + body)
        answer = await back.read()
        forth.close()
        return answer


def _refusal(text: str) -> bytes:
    head = [
        "HTTP/1.1 407 Proxy Authentication Required",
        'Proxy-Authenticate: Basic realm="here"',
        f"Content-Length: {len(text)}",
        "Content-Type: text/html",
        "Connection: close",
    ]
    return "\r\n".join([*head, "", text]).encode()


@asynccontextmanager
async def proxy(user: str, password: str) -> AsyncIterator[Proxy]:
    """A proxy on loopback."""
    found = Proxy(user, password)
    async with await asyncio.start_server(found.talk, "127.0.0.1", 0) as server:
        found.port = server.sockets[0].getsockname()[1]
        yield found
