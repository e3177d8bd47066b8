"""The credentials that an account may have, and the sentences for those that do not do."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crawler.errors import CredentialsError
from crawler.redaction import Secret

__all__ = ("Credentials", "Kind")

_OF_A_PROJECT: Final = "tstmt_"
_WAYS: Final = (
    "a general token (TESTOMATIO_API_TOKEN) or email and password (TESTOMATIO_EMAIL,"
    " TESTOMATIO_PASSWORD)"
)
# What a header can carry without being able to end it (RFC 9110, 5.5), less spaces.
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")


class Kind(StrEnum):
    """Which credential is used, in words for an error message."""

    GENERAL = "the general token (TESTOMATIO_API_TOKEN)"
    ACCOUNT = "the email and password (TESTOMATIO_EMAIL, TESTOMATIO_PASSWORD)"
    JWT = "the ready-made session token (TESTOMATIO_JWT)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What the user gave; `None` or empty means not given.

    If several were given, the general token goes first, then email and password (both can renew a
    session), then the ready-made JWT. A project token is known only to be explained.
    """

    api_token: Secret | None = None
    email: Secret | str | None = None
    password: Secret | None = None
    jwt: Secret | None = None
    project_token: Secret | None = None

    def kind(self) -> Kind:
        """The credential to use; raises `CredentialsError` if there is none that can do."""
        if self.api_token:
            if self.api_token.reveal().startswith(_OF_A_PROJECT):
                raise _project_token_error("TESTOMATIO_API_TOKEN holds a project token")
            return Kind.GENERAL
        if self.email and self.password:
            return Kind.ACCOUNT
        if self.jwt:
            return Kind.JWT
        if self.project_token:
            raise _project_token_error("Only a project token was given")
        if self.email or self.password:
            raise CredentialsError(
                "Of email and password only one was given.",
                hint="Set both TESTOMATIO_EMAIL and TESTOMATIO_PASSWORD.",
            )
        raise CredentialsError("No credentials were given.", hint=f"Give {_WAYS}.")

    def login_fields(self) -> dict[str, str | Secret]:
        """What `POST /api/login` takes, secrets still sealed."""
        if self.kind() is Kind.GENERAL:
            return {"api_token": self.api_token or ""}
        return {"email": self.email or "", "password": self.password or ""}

    def ready_jwt(self) -> Secret:
        """The ready-made JWT as a header takes it; raises `CredentialsError` if none can."""
        value = self.jwt.reveal().strip() if self.jwt else ""
        value = re.sub(r"(?i)^bearer\s+", "", value)
        if not _TOKEN.fullmatch(value):
            raise CredentialsError(
                f"{Kind.JWT[:1].upper()}{Kind.JWT[1:]} holds characters that no token has.",
                hint="Copy it again, whole and in one line.",
            )
        return Secret(value)


def _project_token_error(fact: str) -> CredentialsError:
    return CredentialsError(
        f"{fact}, which does not read the tree of suites and tests over this API.",
        hint=f"Give {_WAYS}.",
    )
