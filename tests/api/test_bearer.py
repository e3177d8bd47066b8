"""A token that goes in as it is, and what is said where it does not do."""

import pytest

from crawler.api.bearer import Bearer
from crawler.api.credentials import Credentials
from crawler.api.messages import Reply, Request
from crawler.errors import AccessError, BlockedError, CredentialsError, RefusedError
from crawler.redaction import Secret

pytestmark = pytest.mark.anyio

REQUEST = Request("GET", ("api", "v2", "p", "tests"))
OK = Reply(200, body=b"{}")
FORBIDDEN = Reply(403, {"content-type": "application/json"}, b'{"error": "no"}')
REFUSED = Reply(401, body=b"{}")


class Server:
    """Answers in this order, and keeps what it was asked."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[Request] = []

    async def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        return self.replies.pop(0)


def bearer(server: Server) -> Bearer:
    return Bearer(server, Credentials(project_token=Secret("tstmt_hush")))


async def test_the_token_goes_into_the_header_sealed() -> None:
    """No log of a request can show it."""
    server = Server(OK)
    assert await bearer(server)(REQUEST) is OK
    (sent,) = server.asked
    assert dict(sent.headers) == {"Authorization": Secret("Bearer tstmt_hush")}
    assert "hush" not in repr(sent)


async def test_a_refused_token_is_sent_once() -> None:
    """401 is for good: nothing is asked after it."""
    server = Server(REFUSED)
    send = bearer(server)
    for _ in range(3):
        with pytest.raises(CredentialsError, match="refused the project token"):
            await send(REQUEST)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_where_one_token_is_shut_out_the_other_is_tried_and_stays(status: int) -> None:
    """The account may be no member of the project whose token was given."""
    both = Credentials(api_token=Secret("testomat_hush"), project_token=Secret("tstmt_hush"))
    server = Server(Reply(status, body=b"{}"), OK, OK)
    send = Bearer(server, both)
    assert [await send(REQUEST), await send(REQUEST)] == [OK, OK]
    used = [dict(request.headers)["Authorization"] for request in server.asked]
    assert used == [Secret(f"Bearer {each}_hush") for each in ("testomat", "tstmt", "tstmt")]


async def test_where_both_tokens_are_shut_out_the_first_one_is_told_of() -> None:
    """It is the one that reaches more."""
    both = Credentials(api_token=Secret("testomat_hush"), project_token=Secret("tstmt_hush"))
    with pytest.raises(CredentialsError, match="refused the general token"):
        await Bearer(Server(REFUSED, FORBIDDEN), both)(REQUEST)


async def test_what_is_forbidden_from_the_start_ends_the_run() -> None:
    """403 on everything: a session instead of a token, or a project that is closed to it."""
    with pytest.raises(AccessError, match="no right"):
        await bearer(Server(FORBIDDEN))(REQUEST)


async def test_what_is_forbidden_later_is_this_one_item() -> None:
    """Others may still be read."""
    send = bearer(Server(OK, FORBIDDEN))
    await send(REQUEST)
    with pytest.raises(RefusedError, match="may not read it"):
        await send(REQUEST)


async def test_a_page_of_a_firewall_is_not_taken_for_the_server() -> None:
    """As for every request."""
    page = Reply(403, {"content-type": "text/html", "cf-ray": "ray-1"}, b"<html>")
    with pytest.raises(BlockedError, match="ray-1"):
        await bearer(Server(page))(REQUEST)
