"""Logging in, and who stands behind a request.

A general token or an email with its password is exchanged for a short-lived JSON Web Token, which
v1 takes with and without ``Bearer`` (API description; both seen live).
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import orjson

from crawler.demo.options import ServerOptions
from crawler.demo.world import Account, World

__all__ = ("Logins", "Pass", "Standing", "kind_of")


class Standing(Enum):
    """What the authorization of a request is worth."""

    GOOD = "good"
    MISSING = "missing"
    EXPIRED = "expired"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Pass:
    """What was found in a request's ``Authorization``.

    Attributes:
        standing: What it is worth.
        account: Who it is, if the token is good.
    """

    standing: Standing
    account: Account | None = None


@dataclass(slots=True)
class _Issued:
    """A token that was given out, and how much it has been used."""

    account: Account
    at: float
    uses: int = 0
    ended: bool = False


class Logins:
    """Gives out tokens and checks them.

    Attributes:
        count: Logins that succeeded.
        refused: Logins that did not.
    """

    def __init__(self, world: World, options: ServerOptions, clock: Callable[[], float]) -> None:
        self._world = world
        self._options = options
        self._clock = clock
        self._issued: dict[str, _Issued] = {}
        self.count = 0
        self.refused = 0

    def log_in(self, fields: Mapping[str, object]) -> str | None:
        """The token for ``api_token``, or for ``email`` and ``password``; ``None`` if refused."""
        for account in self._world.accounts:
            if fields.get("api_token") == account.api_token or (
                fields.get("email") == account.email and fields.get("password") == account.password
            ):
                self.count += 1
                jwt = self._sign({"sub": account.email, "jti": self.count})
                self._issued[jwt] = _Issued(account, self._clock())
                return jwt
        self.refused += 1
        return None

    def expire(self) -> None:
        """End every token that was given out so far."""
        for issued in self._issued.values():
            issued.ended = True

    def check(self, authorization: str | None) -> Pass:
        """Who stands behind an ``Authorization`` header; a good token is used up by one."""
        if not authorization:
            return Pass(Standing.MISSING)
        token = _token_of(authorization)
        issued = self._issued.get(token)
        if issued is None:
            # A well-signed token of another life of this server counts as expired.
            return Pass(Standing.EXPIRED if self._signed_by_us(token) else Standing.FOREIGN)
        if self._is_spent(issued):
            return Pass(Standing.EXPIRED)
        issued.uses += 1
        return Pass(Standing.GOOD, issued.account)

    def _is_spent(self, issued: _Issued) -> bool:
        uses, seconds = self._options.jwt_requests, self._options.jwt_seconds
        return (
            issued.ended
            or (uses is not None and issued.uses >= uses)
            or (seconds is not None and self._clock() - issued.at >= seconds)
        )

    def _sign(self, claims: Mapping[str, object]) -> str:
        head = _encode(orjson.dumps({"alg": "HS256", "typ": "JWT"}))
        body = _encode(orjson.dumps(dict(claims)))
        return f"{head}.{body}.{self._signature(f'{head}.{body}')}"

    def _signed_by_us(self, token: str) -> bool:
        signed, _, signature = token.rpartition(".")
        return bool(signed) and hmac.compare_digest(
            signature.encode(), self._signature(signed).encode()
        )

    def _signature(self, signed: str) -> str:
        return _encode(hmac.digest(self._world.secret.encode(), signed.encode(), "sha256"))


def _encode(raw: bytes) -> str:
    """Base64 for addresses, without padding, as a JSON Web Token has it."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _token_of(authorization: str) -> str:
    return authorization.removeprefix("Bearer ").strip()


def kind_of(authorization: str | None) -> str:
    """What an ``Authorization`` looks like, for the log; never the token itself.

    Returns:
        ``none``, ``jwt``, ``bearer jwt``, ``project token``, ``general token`` or ``other``.
    """
    if not authorization:
        return "none"
    token = _token_of(authorization)
    if token.startswith("tstmt_"):
        return "project token"
    if token.startswith("testomat_"):
        return "general token"
    if token.count(".") == 2:  # noqa: PLR2004 - head, body and signature
        return "bearer jwt" if authorization.startswith("Bearer ") else "jwt"
    return "other"
