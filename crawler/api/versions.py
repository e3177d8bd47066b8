"""Which of the two APIs a project's tree is read over, where that is left to us.

v1 goes first, for it tells more. It counts as shut if the server knows no login, or answers a read
of the project, after a login that worked, with one of `_SHUT`, and v2 then answers the same
question with the same account's token or the project's. Wrong credentials, a page of a CDN, a
server in trouble or one that is slow say nothing of the kind: they are errors as ever.
"""

from http import HTTPStatus
from typing import Final

from crawler.api.client import Client
from crawler.api.credentials import Credentials
from crawler.edition import Api
from crawler.errors import (
    AccessError,
    BlockedError,
    CrawlerError,
    CredentialsError,
    OutageError,
    RefusedError,
    ServerError,
)
from crawler.model import ProjectFacts

__all__ = ("api_for",)

_SHUT: Final = (
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.GONE,
)
_NO_LOGIN: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


async def api_for(client: Client, project: str) -> tuple[Api, ProjectFacts | None]:
    """The API that the credentials and the server leave, and what v1 said of the project if asked.

    Raises what v1 raises if neither is left.
    """
    session, token = _means(client.credentials)
    if not (session and token):
        return (Api.V1 if session else Api.V2), None
    try:
        return Api.V1, await client.project(project)
    except CrawlerError as error:
        if _is_shut(error) and await _answers(client, project):
            return Api.V2, None
        raise


def _means(credentials: Credentials) -> tuple[bool, bool]:
    """Whether there is something to open a session with, and a token that v2 takes."""
    found = []
    for look in (credentials.kind, credentials.bearers):
        try:
            look()
        except CredentialsError:
            found.append(False)
        else:
            found.append(True)
    return found[0], found[1]


def _is_shut(error: CrawlerError) -> bool:
    if isinstance(error, OutageError):
        return error.status in _NO_LOGIN
    if isinstance(error, RefusedError):
        return error.status in _SHUT
    # The others that end a crawl at once: 404 on the project, and 403 on everything.
    return isinstance(error, AccessError) and not isinstance(error, BlockedError | CredentialsError)


async def _answers(client: Client, project: str) -> bool:
    try:
        await client.flat_source(project).project()
    except (AccessError, ServerError):
        return False
    return True
