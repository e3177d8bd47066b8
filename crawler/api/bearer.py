"""A `Send` that adds a token as it is, as v2 of the API takes it, and says what a refusal means."""

from dataclasses import replace
from http import HTTPStatus
from typing import Final

from crawler.api.credentials import Credentials, Kind
from crawler.api.messages import Reply, Request, Send
from crawler.api.refusals import blocked, forbidden, no_right, refused
from crawler.errors import CredentialsError
from crawler.redaction import Secret

__all__ = ("Bearer",)


#: Answers that another token may turn into a better one.
_SHUT_OUT: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


class Bearer:
    """Sends with the general token or the project's; neither can be renewed.

    If both were given, the general one goes first; until a request is answered, the other one is
    tried where that is shut out, and stays if it is not.

    Raises `CredentialsError` if there is none or it was refused, after which nothing is sent any
    more; `AccessError` if nothing at all is allowed, `RefusedError` if this one request is not,
    `BlockedError` if a CDN refused.
    """

    def __init__(self, behind: Send, credentials: Credentials) -> None:
        self._behind = behind
        self._credentials = credentials
        self._token: tuple[Kind, Secret] | None = None
        self._refused: CredentialsError | None = None
        self._was_good = False

    async def __call__(self, request: Request) -> Reply:
        """Send one request with a token."""
        if self._refused is not None:
            raise self._refused.with_traceback(None)
        first, *others = self._credentials.bearers()
        token = self._token or first
        reply = await self._send(request, token)
        if others and not self._was_good and reply.status in _SHUT_OUT and not reply.is_html:
            other = await self._send(request, others[0])
            if other.is_good:
                reply, token = other, others[0]
        self._check(reply, request, token[0])
        if reply.is_good and not self._was_good:
            self._was_good, self._token = True, token
        return reply

    async def _send(self, request: Request, token: tuple[Kind, Secret]) -> Reply:
        header = ("Authorization", Secret(f"Bearer {token[1].reveal()}"))
        return await self._behind(replace(request, headers=(*request.headers, header)))

    def _check(self, reply: Reply, request: Request, kind: Kind) -> None:
        if reply.status == HTTPStatus.UNAUTHORIZED:
            self._refused = refused(kind, reply)
            raise self._refused
        if reply.status == HTTPStatus.FORBIDDEN:
            if reply.is_html:
                raise blocked(reply, request.label)
            error = forbidden if self._was_good else no_right
            raise error(reply, request.label)
