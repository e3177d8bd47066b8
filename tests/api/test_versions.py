"""Which API is taken where that is left to us, over real HTTP."""

from typing import Any

import pytest
from support.clock import FastClock
from support.projects import KEY, small_project

from crawler.api.client import Client, ClientOptions
from crawler.api.credentials import Credentials
from crawler.api.versions import api_for
from crawler.demo import API_TOKEN, EMAIL, PASSWORD, Account, DemoServer, ServerOptions, World
from crawler.edition import Api
from crawler.errors import AccessError, CrawlerError, CredentialsError
from crawler.redaction import Secret

pytestmark = pytest.mark.anyio

GENERAL = Credentials(api_token=Secret(API_TOKEN))
PROJECT = Credentials(project_token=Secret(KEY))
BOTH = Credentials(api_token=Secret(API_TOKEN), project_token=Secret(KEY))
PEOPLE = Credentials(email=EMAIL, password=Secret(PASSWORD))


async def chosen(credentials: Credentials, member: bool = True, **options: Any) -> tuple[Api, Any]:
    """The API that is taken, and what the server was asked for that."""
    account = Account(EMAIL, PASSWORD, API_TOKEN, None if member else frozenset({"another"}))
    world = World([small_project()], [account])
    async with DemoServer(world, ServerOptions(**options)) as server:
        told = ClientOptions(url=server.url, credentials=credentials, rate=1e9, attempts=1)
        async with Client(told, clock=FastClock()) as client:
            return (await api_for(client, "small"))[0], server.counts


@pytest.mark.parametrize("credentials", [GENERAL, BOTH, PEOPLE])
async def test_v1_is_taken_where_it_can_be_had(credentials: Credentials) -> None:
    """It tells more, and costs nothing to try: what it says of the project is needed anyway."""
    api, counts = await chosen(credentials)
    assert api is Api.V1
    assert not any(path.startswith("/api/v2") for path in counts)


async def test_a_project_token_reads_over_v2_and_asks_v1_nothing() -> None:
    """It opens no session."""
    api, counts = await chosen(PROJECT)
    assert (api, dict(counts)) == (Api.V2, {})


async def test_v2_takes_no_password_so_v1_it_is() -> None:
    """Whatever it will answer."""
    assert (await chosen(PEOPLE, v1_status=404))[0] is Api.V1


@pytest.mark.parametrize("status", [403, 404, 405, 410])
async def test_v1_is_shut_if_it_refuses_the_project_and_v2_does_not(status: int) -> None:
    """After a login that worked."""
    assert (await chosen(GENERAL, v1_status=status))[0] is Api.V2


async def test_v1_is_shut_if_there_is_no_login() -> None:
    """The general token is good for v2 all the same."""
    assert (await chosen(GENERAL, login=False))[0] is Api.V2


async def test_a_project_that_the_account_may_not_read_is_read_with_the_token_of_the_project() -> (
    None
):
    """Both were given, so both may be used."""
    assert (await chosen(BOTH, member=False))[0] is Api.V2
    with pytest.raises(AccessError, match="was not found"):
        await chosen(GENERAL, member=False)


@pytest.mark.parametrize(
    ("credentials", "options", "error"),
    [
        (GENERAL, {"v1_status": 404, "v2": False}, AccessError),  # neither knows the project
        (GENERAL, {"v1_status": 502}, CrawlerError),  # trouble passes
        (GENERAL, {"v1_status": 429}, CrawlerError),
        (Credentials(api_token=Secret("testomat_wrong")), {}, CredentialsError),
    ],
)
async def test_everything_else_is_the_error_that_it_always_was(
    credentials: Credentials, options: dict[str, Any], error: type[CrawlerError]
) -> None:
    """Nothing is hidden behind a change of the API."""
    with pytest.raises(error):
        await chosen(credentials, **options)
