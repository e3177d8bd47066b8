"""Login, renewal and refusals, against a scripted server without HTTP."""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio.lowlevel
import pytest

from crawler.api.auth import Authenticating
from crawler.api.credentials import Credentials
from crawler.api.messages import Reply, Request
from crawler.errors import (
    AccessError,
    BlockedError,
    CredentialsError,
    OutageError,
    RefusedError,
    ThrottledError,
    TransientError,
)
from crawler.redaction import Secret

pytestmark = pytest.mark.anyio

TOKEN = Credentials(api_token=Secret("testomat_hush"))
JWT = Credentials(jwt=Secret("ready-hush"))
OK = Reply(200, body=b"{}")
PAGE = Reply(403, {"content-type": "text/html", "cf-ray": "ray-1"}, b"<html>")


def read(*segments: str) -> Request:
    return Request("GET", ("api", *(segments or ("p",))))


def header(request: Request) -> str:
    (value,) = [v for name, v in request.headers if name == "Authorization"]
    assert isinstance(value, Secret)
    return value.reveal()


class Server:
    """Gives out `jwt1`, `jwt2`, ...; `allow` decides on each read."""

    def __init__(self, allow: Callable[[str, Request], Reply | None] | None = None) -> None:
        self.allow = allow or (lambda token, request: None)
        self.login_replies: list[Reply] = []
        self.logins: list[Request] = []
        self.reads: list[tuple[str, str]] = []
        self.given = 0

    async def __call__(self, request: Request) -> Reply:
        await anyio.lowlevel.checkpoint()
        if request.method == "POST":
            self.logins.append(request)
            if self.login_replies:
                return self.login_replies.pop(0)
            self.given += 1
            return Reply(200, body=b'{"jwt":"jwt%d"}' % self.given)
        token = header(request)
        self.reads.append((token, request.target))
        return self.allow(token, request) or OK


def auth(server: Callable[[Request], Awaitable[Reply]], credentials: Credentials = TOKEN) -> Any:
    return Authenticating(server, credentials, "https://server.example")


async def at_once(*calls: Callable[[], Awaitable[Any]]) -> list[Any]:
    results: list[Any] = [None] * len(calls)

    async def one(place: int) -> None:
        try:
            results[place] = await calls[place]()
        except Exception as error:  # noqa: BLE001  handed back to the test
            results[place] = error

    async with anyio.create_task_group() as group:
        for place in range(len(calls)):
            group.start_soon(one, place)
    return results


async def test_logs_in_once_for_all_workers() -> None:
    """Fifty reads at once are one login, and the JWT goes as it is."""
    server = Server()
    send = auth(server)
    assert await at_once(*[lambda: send(read())] * 50) == [OK] * 50
    assert len(server.logins) == 1
    assert {token for token, _ in server.reads} == {"jwt1"}
    (login,) = server.logins
    assert login.label == "POST /api/login"
    assert login.fields == {"api_token": Secret("testomat_hush")}
    assert not login.authenticated


async def test_a_token_counts_whatever_kind_of_content_it_is_called() -> None:
    """A page without one is no Testomat.io server; data that is called a page is data."""
    server = Server()
    html = {"content-type": "text/html"}
    server.login_replies = [Reply(200, html, b"<html>"), Reply(200, html, b'{"jwt":"jwt9"}')]
    with pytest.raises(OutageError, match="knows no login"):
        await auth(server)(read())
    assert await auth(server)(read()) is OK
    assert server.reads == [("jwt9", "/api/p")]


async def test_email_and_password_go_to_the_same_place() -> None:
    """The other pair of fields."""
    server = Server()
    await auth(server, Credentials(email="a@b.example", password=Secret("hush"))).login()
    assert server.logins[0].fields == {"email": "a@b.example", "password": Secret("hush")}


@pytest.mark.parametrize("status", [401, 403])
async def test_many_workers_that_meet_an_expiry_log_in_once(status: int) -> None:
    """One renewal, and every read is answered at its second try."""
    expired: set[str] = set()
    server = Server(lambda token, request: Reply(status) if token in expired else None)
    send = auth(server)
    await send(read())
    expired.add("jwt1")
    assert await at_once(*[lambda: send(read())] * 50) == [OK] * 50
    assert len(server.logins) == 2


@pytest.mark.parametrize("workers", [1, 8])
async def test_a_thousand_forbidden_suites_cause_no_login(workers: int) -> None:
    """A missing right of one suite is told from an expired session without logging in."""
    server = Server(lambda token, request: Reply(403) if "forbidden" in request.target else None)
    send = auth(server)
    refused = []

    async def work() -> None:
        for number in range(1000 // workers):
            await send(read("fine", str(number)))
            with pytest.raises(RefusedError, match="may not read it"):
                await send(read("forbidden", str(number)))
            refused.append(number)

    await at_once(*[work] * workers)
    assert len(refused) == 1000
    assert len(server.logins) == 1


async def test_forbidden_suites_in_a_row_cost_a_probe_and_no_login() -> None:
    """With no other success in between, the last good read is sent once more."""
    server = Server(lambda token, request: Reply(403) if "forbidden" in request.target else None)
    send = auth(server)
    await send(read("fine"))
    for _ in range(5):
        with pytest.raises(RefusedError):
            await send(read("forbidden"))
    assert [target for _, target in server.reads].count("/api/fine") == 6
    assert len(server.logins) == 1


async def test_a_raw_header_that_is_refused_is_tried_as_bearer() -> None:
    """Some servers may want the word in front; it is then used from the start."""
    server = Server(lambda token, _: None if token.startswith("Bearer ") else Reply(401))
    send = auth(server)
    assert await at_once(*[lambda: send(read())] * 5) == [OK] * 5
    await send(read())
    assert server.reads[-1][0] == "Bearer jwt1"
    assert len(server.reads) == 11
    assert len(server.logins) == 1


@pytest.mark.parametrize(("status", "kind"), [(401, CredentialsError), (403, AccessError)])
async def test_a_session_that_is_never_taken_ends_after_two_tries(
    status: int, kind: type[Exception]
) -> None:
    """At most two logins and two tries of the request; the token stays secret."""
    server = Server(lambda token, request: Reply(status, {"x-request-id": "r-7"}))
    with pytest.raises(kind) as caught:
        await auth(server)(read())
    assert len(server.logins) <= 2
    assert len(server.reads) == 2
    assert "r-7" in str(caught.value)
    assert "hush" not in f"{caught.value!r}"
    assert "jwt" not in str(caught.value)


async def test_no_right_to_one_project_leaves_the_others_alone() -> None:
    """403 for all of one project is an error of that project, not of the account."""
    server = Server(lambda token, request: Reply(403) if "closed" in request.target else None)
    send = auth(server)
    for _ in range(3):
        with pytest.raises(AccessError, match="no right"):
            await send(read("closed"))
    assert await send(read("open")) == OK
    assert len(server.logins) == 2


async def test_a_persistent_401_in_mid_run_ends_it() -> None:
    """If a fresh session is refused as well, the credentials are no longer good."""
    refuse = False
    server = Server(lambda token, request: Reply(401) if refuse else None)
    send = auth(server)
    await send(read())
    refuse = True
    with pytest.raises(CredentialsError):
        await send(read())
    count = len(server.reads)
    with pytest.raises(CredentialsError):
        await send(read())
    assert len(server.reads) == count
    assert len(server.logins) == 2


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401),
        Reply(403, body=b"{}"),
        Reply(400),
        Reply(422),
        Reply(200),
        Reply(201, body=b'{"token":"x"}'),
        Reply(200, body=b"no json"),
        Reply(200, body=b'{"jwt":""}'),
        Reply(200, body=b'{"jwt":null}'),
        Reply(200, body=b'{"jwt":"a\\r\\nb"}'),
        Reply(200, body=b"[]"),
    ],
)
async def test_refused_credentials_are_tried_once_by_everybody(reply: Reply) -> None:
    """Many workers, one login, one plain error that names the kind of credential."""
    server = Server()
    server.login_replies = [reply] * 9
    send = auth(server)
    results = await at_once(*[lambda: send(read())] * 9)
    assert all(isinstance(each, CredentialsError) for each in results)
    assert len(server.logins) == 1
    assert "general token (TESTOMATIO_API_TOKEN)" in str(results[0])
    assert "hush" not in str(results[0])


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(404), OutageError),
        (Reply(405), OutageError),
        (Reply(404, body=b"<html>"), OutageError),
        (Reply(200, body=b"<html>"), OutageError),
        (PAGE, BlockedError),
        (Reply(500), TransientError),
        (Reply(503), ThrottledError),
        (Reply(418), RefusedError),
    ],
)
async def test_a_login_that_is_no_refusal_says_what_it_is(
    reply: Reply, kind: type[Exception]
) -> None:
    """Wrong servers, CDNs and trouble of the server are not the credentials' fault."""
    server = Server()
    server.login_replies = [reply]
    with pytest.raises(kind):
        await auth(server).login()


async def test_a_failed_login_is_shared_by_those_who_waited_and_can_be_repeated() -> None:
    """Trouble of the server at the login is one failure for all; the next try logs in."""
    server = Server()
    server.login_replies = [Reply(502)]
    send = auth(server)
    results = await at_once(*[lambda: send(read())] * 9)
    assert all(isinstance(each, TransientError) for each in results)
    assert len(server.logins) == 1
    assert await send(read()) == OK


async def test_a_cdn_is_told_from_a_refused_token() -> None:
    """A page with 403 is not the server's word; no login follows, and the ray is quoted."""
    server = Server(lambda token, request: PAGE)
    with pytest.raises(BlockedError, match="ray-1"):
        await auth(server)(read())
    assert (len(server.logins), len(server.reads)) == (1, 1)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_ready_jwt_that_expires_ends_the_run(status: int) -> None:
    """It cannot be renewed; the error says so."""
    expired = False
    server = Server(lambda token, request: Reply(status) if expired else None)
    send = auth(server, JWT)
    await send(read())
    expired = True
    with pytest.raises(CredentialsError, match="cannot be renewed"):
        await send(read())
    assert server.logins == []


@pytest.mark.parametrize("status", [401, 403])
async def test_a_ready_jwt_that_never_works_is_refused(status: int) -> None:
    """At most two tries."""
    server = Server(lambda token, request: Reply(status))
    with pytest.raises(CredentialsError, match="TESTOMATIO_JWT"):
        await auth(server, JWT)(read())
    assert len(server.reads) <= 2


async def test_a_ready_jwt_meets_forbidden_suites_like_any_other() -> None:
    """One forbidden suite does not end the run."""
    server = Server(lambda token, request: Reply(403) if "forbidden" in request.target else None)
    send = auth(server, JWT)
    await send(read())
    with pytest.raises(RefusedError):
        await send(read("forbidden"))
    assert await send(read()) == OK


async def test_trouble_during_a_probe_is_trouble_and_no_verdict() -> None:
    """If the probe is throttled, nothing is concluded; the request is tried again later."""
    busy = False

    def allow(token: str, request: Request) -> Reply | None:
        if "forbidden" in request.target:
            return Reply(403)
        return Reply(503) if busy else None

    send = auth(Server(allow))
    await send(read())
    busy = True
    with pytest.raises(ThrottledError):
        await send(read("forbidden"))
    busy = False
    with pytest.raises(RefusedError):
        await send(read("forbidden"))


async def test_what_needs_no_session_goes_without() -> None:
    """Requests that are not authenticated cause no login."""
    seen: list[Request] = []

    async def server(request: Request) -> Reply:
        seen.append(request)
        return OK

    await auth(server)(Request("GET", ("open",), authenticated=False))
    assert [request.headers for request in seen] == [()]


@pytest.mark.parametrize("status", [401, 403])
async def test_sessions_that_end_under_many_workers_refuse_nobody_for_good(status: int) -> None:
    """Sessions good for five reads, twenty workers: each read succeeds or may be retried."""
    uses: dict[str, int] = {}

    def allow(token: str, request: Request) -> Reply | None:
        uses[token] = uses.get(token, 0) + 1
        return Reply(status) if uses[token] > 5 else None

    send = auth(Server(allow))
    waiting, rounds = 100, 0
    while waiting:
        results = await at_once(*[lambda: send(read())] * min(20, waiting))
        assert all(each == OK or isinstance(each, TransientError) for each in results)
        waiting -= results.count(OK)
        rounds += 1
    assert rounds < 30


async def test_a_success_that_was_sent_before_the_refusal_proves_nothing() -> None:
    """An answer that was under way while the session expired does not make it look alive."""
    expired, held = anyio.Event(), anyio.Event()
    server = Server()

    async def slow(request: Request) -> Reply:
        if request.target == "/api/slow" and not expired.is_set():
            await held.wait()
            return OK
        if expired.is_set() and request.method == "GET" and header(request) == "jwt1":
            held.set()
            await anyio.lowlevel.checkpoint()
            return Reply(403)
        return await server(request)

    send = auth(slow)
    await send(read())
    async with anyio.create_task_group() as group:
        group.start_soon(send, read("slow"))
        await anyio.wait_all_tasks_blocked()
        expired.set()
        assert await send(read("other")) == OK
    assert server.given == 2
