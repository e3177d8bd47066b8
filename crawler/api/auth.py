"""A `Send` that logs in, adds the session's header, and renews a session that has expired.

An expired session answers 401 or 403, and so does a right that is missing (API description and
clients). What tells them apart is a read that the same session is allowed and that was sent after
the refusal came: another worker's, or the last good one once more. So an expiry costs one login
whatever the number of workers, and a thousand forbidden suites cost none.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from http import HTTPStatus
from typing import Final

import anyio

from crawler.api.credentials import Credentials, Kind
from crawler.api.messages import Download, Reply, Request, Send
from crawler.api.refusals import blocked, forbidden, no_right, refused
from crawler.api.wire import check_status, session_token
from crawler.errors import (
    CrawlerError,
    CredentialsError,
    OutageError,
    TransientError,
)
from crawler.redaction import Secret

__all__ = ("Authenticating",)

_REFUSALS: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
#: Answers to a login that say that the credentials are wrong, not that the server has trouble.
_LOGIN_REFUSALS: Final = (*_REFUSALS, HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
_LOGIN_UNKNOWN: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


class _Form(StrEnum):
    """How the header carries the JWT: the guide shows the first, the live service takes both."""

    RAW = ""
    BEARER = "Bearer "


@dataclass(slots=True)
class _Session:
    """One JWT and what is known of it.

    `last_good` is a read that the server has answered, `good_number` the highest number (in the
    order of sending) of a request that it has; 0 means that the session never worked.
    """

    jwt: Secret
    last_good: Request | None = field(default=None)
    good_number: int = 0
    headers: dict[_Form, tuple[str, Secret]] = field(init=False)

    def __post_init__(self) -> None:
        jwt = self.jwt.reveal()
        self.headers = {form: ("Authorization", Secret(f"{form}{jwt}")) for form in _Form}

    def signed(self, request: Request, form: _Form) -> Request:
        return replace(request, headers=(*request.headers, self.headers[form]))


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A refused try; what had been sent when the refusal came is not numbered above `sent`."""

    request: Request
    reply: Reply
    session: _Session
    form: _Form
    sent: int

    @property
    def forbidden(self) -> bool:
        return self.reply.status == HTTPStatus.FORBIDDEN


class Authenticating:
    """Sends with a session; a request is sent at most twice, not counting one probe for it.

    Raises `CredentialsError` if the credentials are missing or refused, `AccessError` if nothing
    at all is allowed, `RefusedError` if this one request is not, `BlockedError` if a CDN refused.
    """

    def __init__(self, behind: Send, credentials: Credentials, server: str) -> None:
        self._behind = behind
        self._credentials = credentials
        self._server = server
        self._lock = anyio.Lock()
        self._session: _Session | None = None
        self._form = _Form.RAW
        self._form_proven = False
        self._sent = 0
        self._logins = 0
        self._sessions = 0
        self._last_good: Request | None = None
        self._last_failure: CrawlerError | None = None
        self._refused_for_good: CredentialsError | None = None

    async def login(self) -> None:
        """Get a session if there is none yet; a ready-made JWT is not tried out by this."""
        await self._current_session()

    async def __call__(self, request: Request) -> Reply:
        """Send one request with the session's header, if it wants one."""
        if not request.authenticated:
            return await self._behind(request)
        session = await self._current_session()
        refusal = await self._try(request, session)
        if isinstance(refusal, Reply):
            return refusal
        session = await self._recover(refusal)
        refusal = await self._try(request, session)
        if isinstance(refusal, Reply):
            return refusal
        raise await self._verdict(refusal)

    async def _try(self, request: Request, session: _Session) -> Reply | _Refusal:
        self._sent += 1
        form, number = self._form, self._sent
        reply = await self._behind(session.signed(request, form))
        if reply.status in _REFUSALS:
            if reply.status == HTTPStatus.FORBIDDEN and reply.is_html:
                raise blocked(reply, request.label)
            return _Refusal(request, reply, session, form, self._sent)
        if HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
            self._form_proven = True
            session.good_number = max(session.good_number, number)
            # Neither a write nor a long file is sent once more to try a session.
            if request.method == "GET" and not isinstance(request, Download):
                session.last_good = self._last_good = request
        return reply

    async def _current_session(self) -> _Session:
        if self._session is not None and self._refused_for_good is None:
            return self._session
        logins = self._logins
        async with self._lock:
            return await self._session_after(logins)

    async def _recover(self, refusal: _Refusal) -> _Session:
        """The session for the second try; raises if there is none, or if it could not help.

        One worker at a time: the others then find the new session, or the error, already there.
        """
        logins = self._logins
        async with self._lock:
            if self._session is not refusal.session:
                return await self._session_after(logins)
            if self._other_form_may_help(refusal):
                self._form = _Form.BEARER
                return refusal.session
            if refusal.forbidden and await self._still_good(refusal):
                raise forbidden(refusal.reply, refusal.request.label)
            fresh = self._sessions > 1 and not refusal.session.good_number
            if fresh or self._credentials.kind() is Kind.JWT:
                raise self._final(refusal)
            self._session = None
            return await self._session_after(logins)

    def _other_form_may_help(self, refusal: _Refusal) -> bool:
        if refusal.reply.status != HTTPStatus.UNAUTHORIZED or refusal.form is _Form.BEARER:
            return False
        # Only a form that never worked is doubted, and only once; others may have changed it.
        return self._form is _Form.BEARER or not self._form_proven

    async def _still_good(self, refusal: _Refusal) -> bool:
        """Whether the server still takes this session; asks with the last good read if need be."""
        session = refusal.session
        if session.good_number > refusal.sent:
            return True
        return session.last_good is not None and await self._answers(session.last_good, session)

    async def _answers(self, request: Request, session: _Session) -> bool:
        """Whether a read that once was good is not refused now."""
        probe = await self._try(request, session)
        if isinstance(probe, _Refusal):
            return False
        if probe.status != HTTPStatus.NOT_FOUND:  # it may have been deleted since
            check_status(probe, request.label)
        return True

    async def _session_after(self, logins: int) -> _Session:
        """The present session, or a new one; `logins` is how many there were when the wait began.

        If a login failed during the wait, its error is this one's too: one failure, one login.
        """
        if self._refused_for_good is not None:
            raise self._refused_for_good.with_traceback(None)
        if self._session is not None:
            return self._session
        if self._logins != logins and self._last_failure is not None:
            raise self._last_failure.with_traceback(None)
        self._last_failure = None
        try:
            self._session = _Session(await self._jwt())
        except CrawlerError as error:
            self._last_failure = error
            if isinstance(error, CredentialsError):
                self._refused_for_good = error
            raise
        finally:
            self._logins += 1
        self._sessions += 1
        return self._session

    async def _jwt(self) -> Secret:
        kind = self._credentials.kind()
        if kind is Kind.JWT:
            return self._credentials.ready_jwt()
        fields = self._credentials.login_fields()
        request = Request("POST", ("api", "login"), fields=fields, authenticated=False)
        reply = await self._behind(request)
        return Secret(self._token_in(reply, kind, request.label))

    def _token_in(self, reply: Reply, kind: Kind, label: str) -> str:
        status, page = reply.status, reply.is_html
        if status == HTTPStatus.FORBIDDEN and page:
            raise blocked(reply, label)
        if status in _LOGIN_REFUSALS:
            raise refused(kind, reply)
        if status not in _LOGIN_UNKNOWN:
            check_status(reply, label)
        token = session_token(reply) if status not in _LOGIN_UNKNOWN else None
        if token is not None:
            return token  # whatever kind of content the server calls it
        if status in _LOGIN_UNKNOWN or page:
            raise self._not_testomat(reply, label)
        raise refused(kind, reply)

    def _not_testomat(self, reply: Reply, label: str) -> OutageError:
        return OutageError(
            f"{self._server} does not look like a Testomat.io server: it knows no login",
            request=label,
            status=reply.status,
            trace=reply.trace,
            cause="no login",
            hint="Check its address (TESTOMATIO_URL).",
        )

    async def _verdict(self, refusal: _Refusal) -> CrawlerError:
        """The error for a request that was refused twice, the second time with a new session."""
        session, jwt = refusal.session, self._credentials.kind() is Kind.JWT
        if jwt or not session.good_number:
            # What was good with the session before must be so with this one, if that is good.
            if jwt or self._last_good is None or not await self._answers(self._last_good, session):
                return self._final(refusal)
            return forbidden(refusal.reply, refusal.request.label)
        if refusal.forbidden and await self._still_good(refusal):
            return forbidden(refusal.reply, refusal.request.label)
        # The new session worked for others and is over as well: these are short-lived ones.
        return TransientError(
            "The session ended before the request was sent",
            request=refusal.request.label,
            status=refusal.reply.status,
            trace=refusal.reply.trace,
            cause="session ended",
        )

    def _final(self, refusal: _Refusal) -> CrawlerError:
        kind, label = self._credentials.kind(), refusal.request.label
        if refusal.forbidden and kind is not Kind.JWT:
            return (
                forbidden(refusal.reply, label)
                if self._form_proven
                else no_right(refusal.reply, label)
            )
        error = refused(kind, refusal.reply)
        if not refusal.forbidden or self._form_proven:
            self._refused_for_good = error
        return error
