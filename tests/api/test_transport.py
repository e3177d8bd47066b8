"""The transport over real HTTP, with servers that behave in every bad way."""

import asyncio
import errno
import gzip
import ssl
from pathlib import Path
from typing import Any

import aiohttp
import anyio
import pytest
import trustme
from aiohttp import web

from crawler import __version__
from crawler.api.closing import closed
from crawler.api.messages import Reply, Request
from crawler.api.transport import Transport, TransportOptions, mapped_errors
from crawler.clock import SystemClock
from crawler.errors import (
    ConfigError,
    LocalError,
    OutageError,
    RefusedError,
    TransientError,
    UnreachableError,
)
from crawler.progress import NoProgress, Requested
from crawler.redaction import Secret

pytestmark = pytest.mark.anyio

ASK = Request("GET", ("api", "p", "suites", "1"), (("page", "2"),))


async def send(url: str, request: Request = ASK, **options: Any) -> Reply:
    transport = Transport(
        TransportOptions(url=url, **options), clock=SystemClock(), progress=NoProgress()
    )
    async with transport:
        return await transport(request)


async def test_sends_our_name_the_path_and_what_it_accepts(serve: Any) -> None:
    """The server sees our own user agent, which its CDN does not block, and no cookie."""
    seen: list[Any] = []

    async def handler(request: Any) -> web.Response:
        seen.append((request.raw_path, dict(request.headers)))
        return web.Response(text="{}", headers={"Set-Cookie": "a=b", "X-Request-Id": "r1"})

    address = await serve(handler)
    transport = Transport(
        TransportOptions(url=f"{address}/prefix/"), clock=SystemClock(), progress=NoProgress()
    )
    async with transport:
        await transport(ASK)
        reply = await transport(ASK)
    path, headers = seen[-1]
    assert path == "/prefix/api/p/suites/1?page=2"
    assert headers["User-Agent"].startswith(f"testomat-crawler/{__version__} (+https://")
    assert headers["Accept"] == "application/json"
    assert "gzip" in headers["Accept-Encoding"]
    assert "Cookie" not in headers
    assert reply.header("X-REQUEST-ID") == "r1"
    assert reply.trace == "x-request-id r1"


async def test_reveals_secrets_only_on_the_wire(serve: Any) -> None:
    """Secrets in fields and headers arrive, but the request itself does not print them."""
    seen: list[Any] = []

    async def handler(request: Any) -> web.Response:
        seen.append((await request.json(), request.headers["Authorization"]))
        return web.Response()

    secret = Secret("hush")
    request = Request(
        "POST", ("api",), fields={"token": secret, "x": "y"}, headers=(("Authorization", secret),)
    )
    await send(await serve(handler), request)
    assert seen == [({"token": "hush", "x": "y"}, "hush")]
    assert "hush" not in f"{request!r}{request.label}"


async def test_reports_each_attempt_with_its_size_and_status(serve: Any, recorder: Any) -> None:
    """The event counts the unzipped bytes and names the attempt."""

    async def handler(request: Any) -> web.Response:
        response = web.Response(status=404, body=b"x" * 1000)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    options = TransportOptions(url=await serve(handler))
    async with Transport(options, clock=SystemClock(), progress=recorder) as transport:
        await transport(Request("GET", ("a",), attempt=3))
    (event,) = recorder.of(Requested)
    assert (event.request, event.status, event.body_bytes, event.attempt) == (
        "GET /a",
        404,
        1000,
        3,
    )


@pytest.mark.parametrize("zipped", [True, False])
async def test_a_body_over_the_limit_is_refused(serve: Any, zipped: bool) -> None:
    """A bomb counts by what comes out of it; the error names the limit and the setting."""
    body = b" " * 5_000_000

    async def handler(request: Any) -> web.Response:
        if zipped:
            return web.Response(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})
        return web.Response(body=body)

    with pytest.raises(RefusedError, match=r"limit of 1 MiB.*max_body_mib"):
        await send(await serve(handler), max_body_bytes=1_048_576)


async def test_a_silent_server_times_out(serve: Any) -> None:
    """No byte within the read timeout ends the attempt."""

    async def handler(request: Any) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    with pytest.raises(TransientError, match="took too long") as caught:
        await send(await serve(handler), read_timeout=0.05)
    assert caught.value.cause == "timeout"


async def test_a_dripping_server_meets_the_deadline_of_the_whole_request(serve: Any) -> None:
    """Bytes that keep coming slowly do not keep a request alive for ever."""

    async def handler(request: Any) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    with pytest.raises(TransientError, match="took too long"):
        await send(await serve(handler), request_timeout=0.1)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-",
        b"what is this\r\n\r\n",
        b"HTTP/1.1 999999 x\r\n\r\n",
        b"",
    ],
    ids=["cut", "bad chunk", "cut chunk", "bad gzip", "cut head", "no http", "status", "nothing"],
)
async def test_a_broken_answer_is_worth_another_try(raw_serve: Any, answer: bytes) -> None:
    """Cut, garbled and badly zipped answers are transient."""
    with pytest.raises(TransientError):
        await send(await raw_serve(answer))


async def test_a_refused_connection_is_unreachable_but_may_pass(refused_address: str) -> None:
    """Nobody listens: no answer for now, which another try may change."""
    with pytest.raises(UnreachableError, match="could not be reached") as caught:
        await send(refused_address)
    assert caught.value.passing


async def test_an_unknown_host_is_unreachable() -> None:
    """A name that does not resolve says so."""
    with pytest.raises(UnreachableError, match=r"name of the server .* could not be resolved"):
        await send("http://no-such-host.invalid")


async def test_an_unreachable_proxy_is_named(refused_address: str) -> None:
    """The proxy's password is not in the error."""
    proxy = refused_address.replace("http://", "http://user:hush@")
    with pytest.raises(UnreachableError, match="proxy") as caught:
        await send("http://example.invalid", proxy=proxy)
    assert "hush" not in str(caught.value)


async def test_a_proxy_that_refuses_is_not_the_server(serve: Any) -> None:
    """407 is the proxy's answer and points to its setting."""

    async def handler(request: Any) -> web.Response:
        return web.Response(status=407)

    address = await serve(handler)
    for target in ("http://example.invalid", "https://example.invalid"):
        with pytest.raises(UnreachableError, match=r"proxy answered 407.*setting proxy") as caught:
            await send(target, proxy=address)
        assert not caught.value.passing


async def test_a_proxy_takes_the_request(serve: Any) -> None:
    """With a proxy, the request for the server goes there."""
    seen: list[str] = []

    async def handler(request: Any) -> web.Response:
        seen.append(request.raw_path)
        return web.Response(text="{}")

    await send("http://example.invalid", proxy=await serve(handler))
    assert seen == ["http://example.invalid/api/p/suites/1?page=2"]


async def test_the_environment_names_no_proxy(
    serve: Any, monkeypatch: pytest.MonkeyPatch, refused_address: str
) -> None:
    """Only the proxy that was given is used."""
    monkeypatch.setenv("HTTP_PROXY", refused_address)
    monkeypatch.setenv("http_proxy", refused_address)

    async def handler(request: Any) -> web.Response:
        return web.Response(text="ok")

    assert (await send(await serve(handler))).body == b"ok"


async def test_certificates_are_checked_and_an_own_authority_can_be_named(
    serve: Any, tmp_path: Path
) -> None:
    """An unknown authority is refused without retries; with its file it is trusted."""
    authority = trustme.CA()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))

    async def handler(request: Any) -> web.Response:
        return web.Response(text="ok")

    address = await serve(handler, ssl_context=server)
    assert (await send(address, ca_file=ca_file)).body == b"ok"
    with pytest.raises(UnreachableError, match=r"certificate.*ca_file") as caught:
        await send(address)
    assert not caught.value.passing


async def test_https_at_a_plain_port_is_told_and_does_not_pass(serve: Any) -> None:
    """Trying again would change nothing; the sentence says what to write instead."""

    async def handler(request: Any) -> web.Response:
        return web.Response()

    address = (await serve(handler)).replace("http:", "https:")
    with pytest.raises(UnreachableError, match="plain http at this port, write http://") as caught:
        await send(address)
    assert address in str(caught.value)
    assert not caught.value.passing


def test_a_handshake_that_broke_off_may_work_in_a_moment() -> None:
    """Unlike one that was refused."""
    for beneath, passing in ((ssl.SSLEOFError(), True), (ssl.SSLError(), False)):
        error = aiohttp.ClientConnectorSSLError(None, beneath)  # type: ignore[arg-type]
        with pytest.raises(UnreachableError) as caught, mapped_errors(ASK):
            raise error
        assert caught.value.passing == passing


@pytest.mark.parametrize("lacking", [errno.EMFILE, errno.ENFILE])
def test_what_this_machine_lacks_is_no_fault_of_the_network(lacking: int) -> None:
    """Whoever may open no more files is told that, and not to check the address."""
    beneath = OSError(lacking, "Too many open files")
    for error in (aiohttp.ClientConnectorError(None, beneath), beneath):  # type: ignore[arg-type]
        with pytest.raises(LocalError, match="ulimit"), mapped_errors(ASK):
            raise error


async def test_a_session_that_does_not_end_is_left_behind(monkeypatch: Any) -> None:
    """Cleanup is bounded in time, even where everything else was cancelled."""
    monkeypatch.setattr("crawler.api.closing._PATIENCE", 0.01)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await closed(_Stubborn())
    assert scope.cancel_called


class _Stubborn:
    async def close(self) -> None:
        await anyio.sleep_forever()


async def test_an_unreachable_server_is_named(refused_address: str) -> None:
    """A mistyped address shows where one reads that it is not reached."""
    transport = Transport(
        TransportOptions(url=refused_address), clock=SystemClock(), progress=NoProgress()
    )
    async with transport:
        with pytest.raises(UnreachableError, match=refused_address):
            await transport(ASK)
    assert not transport.answered


async def test_an_unusable_file_of_certificates_is_a_configuration_error(tmp_path: Path) -> None:
    """A missing or broken file is named."""
    broken = tmp_path / "broken.pem"
    broken.write_text("not a certificate")
    for path in (broken, tmp_path / "missing.pem"):
        with pytest.raises(ConfigError, match=path.name):
            await send("https://127.0.0.1:1", ca_file=path)


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        ("https://127.0.0.1/x", "https only.*https://127.0.0.1"),
        ("https://elsewhere.example/x?signature=hush", "redirect to https://elsewhere.example/x,"),
        ("http://me:hush@elsewhere.example:81/", "redirect to http://elsewhere.example:81/,"),
        ("https://me:hush@127.0.0.1/x", "https only.*to https://127.0.0.1 instead"),
        ("/other", "redirect to http://127.0.0.1:[0-9]+/other"),
        ("", "redirect to nowhere"),
        ("http://[", "redirect to nowhere"),
    ],
)
async def test_a_redirect_is_not_followed(serve: Any, location: str, sentence: str) -> None:
    """The error says where it led, without the query, and what to do."""
    requests = 0

    async def handler(request: Any) -> web.Response:
        nonlocal requests
        requests += 1
        return web.Response(status=302, headers={"Location": location})

    with pytest.raises((OutageError, RefusedError), match=sentence) as caught:
        await send(await serve(handler))
    assert requests == 1
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("location", ["/users/sign_in", "https://x.example/login?back=1"])
async def test_a_redirect_to_a_sign_in_form_is_a_refused_session(serve: Any, location: str) -> None:
    """Some sites say so instead of 401."""

    async def handler(request: Any) -> web.Response:
        return web.Response(status=302, headers={"Location": location})

    assert (await send(await serve(handler))).status == 401


async def test_cancelling_is_never_swallowed(serve: Any) -> None:
    """A cancelled request ends as cancelled, not as an error of the server."""

    async def handler(request: Any) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    address = await serve(handler)
    with anyio.move_on_after(0.05) as scope:
        await send(address)
    assert scope.cancelled_caught


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://x.example",
        "x.example",
        "http://",
        "http://u:hush@x.example",
        "http://x/?a=b",
        "http://x/#a",
        "http://x:99999",
        "http://a b",
        "http://[::1",
    ],
)
def test_an_address_that_is_none_is_a_configuration_error(url: str) -> None:
    """Only a scheme, a host, a port and a path make sense; a password is not repeated."""
    with pytest.raises(ConfigError) as caught:
        Transport(TransportOptions(url=url), clock=SystemClock(), progress=NoProgress())
    assert "hush" not in str(caught.value)


def aiohttp_errors() -> list[type[BaseException]]:
    found = [each for each in vars(aiohttp.client_exceptions).values() if isinstance(each, type)]
    ours = [each for each in found if each.__module__ == "aiohttp.client_exceptions"]
    # The one class for websockets that is a programming error: there are none here.
    return [e for e in ours if issubclass(e, Exception) and e.__name__ != "WSMessageTypeError"]


UNREACHABLE = {
    "ClientConnectorError", "ClientProxyConnectionError", "ClientConnectorDNSError",
    "UnixClientConnectorError", "ClientSSLError", "ClientConnectorSSLError",
    "ClientConnectorCertificateError", "ConnectionTimeoutError", "ServerFingerprintMismatch",
    "ClientHttpProxyError", "InvalidURL", "InvalidUrlClientError", "InvalidUrlRedirectClientError",
    "NonHttpUrlClientError", "NonHttpUrlRedirectClientError",
}  # fmt: skip
TRANSIENT = {
    "ClientError", "ClientConnectionError", "ClientConnectionResetError", "ClientOSError",
    "ServerConnectionError", "ServerDisconnectedError", "ServerTimeoutError", "SocketTimeoutError",
    "ClientPayloadError", "ClientResponseError", "ContentTypeError", "WSServerHandshakeError",
    "TooManyRedirects", "RedirectClientError", "UploadAbortedError",
}  # fmt: skip


@pytest.mark.parametrize("kind", aiohttp_errors(), ids=lambda kind: kind.__name__)
def test_every_error_of_aiohttp_is_mapped(kind: type[BaseException]) -> None:
    """A class that aiohttp adds must be given a meaning here and in the transport."""
    assert kind.__name__ in UNREACHABLE | TRANSIENT, "decide what this one means"
    error = kind.__new__(kind)
    if isinstance(error, aiohttp.ClientResponseError):
        error.status = 502
    wanted = UnreachableError if kind.__name__ in UNREACHABLE else TransientError
    with pytest.raises(wanted), mapped_errors(ASK):
        raise error


@pytest.mark.parametrize(
    "error",
    [ConnectionResetError(), BrokenPipeError(), TimeoutError(), ssl.SSLError(), OSError("x")],
)
def test_errors_of_sockets_and_tls_are_mapped(error: Exception) -> None:
    """What comes through from below aiohttp is transient as well."""
    with pytest.raises(TransientError), mapped_errors(ASK):
        raise error
