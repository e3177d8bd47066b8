"""Which credential a token is, told from its looks, as the server's own tools tell it."""

import re
from typing import Final

from crawler.errors import ConfigError

__all__ = ("CREDENTIALS", "read_token", "token_kind")

CREDENTIALS: Final = ("api_token", "project_token", "email", "password", "jwt")

_JWT: Final = re.compile(r"[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*")


def token_kind(token: str) -> str | None:
    """The setting that a token belongs to; `None` if its looks do not tell."""
    token = token.strip()
    if token.startswith("testomat_"):
        return "api_token"
    if token.startswith("tstmt_"):
        return "project_token"
    return "jwt" if _JWT.fullmatch(token) else None


def read_token(text: str, origin: str) -> tuple[str, str]:
    """The setting and the token that a token file's text holds.

    Raises `ConfigError` if the text is empty, has several lines or is of no known kind.
    """
    token = text.strip().removeprefix("\ufeff")
    if not token:
        raise ConfigError("the token file is empty.", origin=origin)
    kind = token_kind(token)
    if kind is None or len(token.split()) != 1:
        raise ConfigError(
            "the token file must hold one token and nothing else: it begins with testomat_ or"
            " tstmt_, or is a JWT.",
            origin=origin,
            hint="A token that looks different goes into TESTOMATIO_API_TOKEN or"
            " TESTOMATIO_PROJECT_TOKEN.",
        )
    return kind, token
