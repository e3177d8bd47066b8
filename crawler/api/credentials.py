"""The credentials that an account may have, and the sentences for those that do not do."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crawler.errors import CredentialsError
from crawler.redaction import Secret

__all__ = ("Credentials", "Kind")

_OF_A_PROJECT: Final = "tstmt_"
_OF_AN_ACCOUNT: Final = "testomat_"
_WAYS: Final = (
    "a general token (TESTOMATIO_API_TOKEN) or email and password (TESTOMATIO_EMAIL,"
    " TESTOMATIO_PASSWORD)"
)
# What a header can carry without being able to end it (RFC 9110, 5.5), less spaces.
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")


class Kind(StrEnum):
    """Which credential is used, in words for an error message."""

    PROJECT = "the project token (TESTOMATIO_PROJECT_TOKEN)"
    GENERAL = "the general token (TESTOMATIO_API_TOKEN)"
    ACCOUNT = "the email and password (TESTOMATIO_EMAIL, TESTOMATIO_PASSWORD)"
    JWT = "the ready-made session token (TESTOMATIO_JWT)"

    @property
    def opens_session(self) -> bool:
        """Whether v1 of the API can be read with it."""
        return self is not Kind.PROJECT


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What the user gave; `None` or empty means not given.

    For a session (the API of version 1) the general token goes first, then email and password (both
    can renew it), then the ready-made JWT; a project token opens none. The tokens as they are go to
    the API of version 2 (`bearers`), and that of a project to importing and reporting
    (`project_key`). A token whose looks tell its kind is taken for that, wherever it was put.
    """

    api_token: Secret | None = None
    email: Secret | str | None = None
    password: Secret | None = None
    jwt: Secret | None = None
    project_token: Secret | None = None

    def kind(self) -> Kind:
        """The credential that opens a session; raises `CredentialsError` if none can do that."""
        if self._general():
            return Kind.GENERAL
        if self.email and self.password:
            return Kind.ACCOUNT
        if self.jwt:
            return Kind.JWT
        if self._of_project():
            raise CredentialsError(
                "Only a project token was given, which does not open a session.",
                hint=f"Give {_WAYS}.",
            )
        if self.email or self.password:
            raise CredentialsError(
                "Of email and password only one was given.",
                hint="Set both TESTOMATIO_EMAIL and TESTOMATIO_PASSWORD.",
            )
        raise CredentialsError(
            "No credentials were given.",
            hint=f"Give {_WAYS}, or let 'testomat-crawler config init' ask for them.",
        )

    def login_fields(self) -> dict[str, str | Secret]:
        """What `POST /api/login` takes, secrets still sealed."""
        if self.kind() is Kind.GENERAL:
            return {"api_token": self._general() or ""}
        return {"email": self.email or "", "password": self.password or ""}

    def ready_jwt(self) -> Secret:
        """The ready-made JWT as a header takes it; raises `CredentialsError` if none can."""
        value = self.jwt.reveal().strip() if self.jwt else ""
        value = re.sub(r"(?i)^bearer\s+", "", value)
        return _carried(Kind.JWT, value)

    def bearers(self) -> tuple[tuple[Kind, Secret], ...]:
        """The tokens that the API of version 2 takes as they are; the general one goes first.

        Raises `CredentialsError` if there is neither of the two, or no header can carry one.
        """
        given = ((Kind.GENERAL, self._general()), (Kind.PROJECT, self._of_project()))
        found = tuple((k, _carried(k, token.reveal().strip())) for k, token in given if token)
        if found:
            return found
        raise CredentialsError(
            "The API of version 2 takes neither email and password nor a session token.",
            hint="Give a general token (TESTOMATIO_API_TOKEN) or that of the project"
            " (TESTOMATIO_PROJECT_TOKEN).",
        )

    def project_key(self) -> Secret:
        """The token of a project, which importing and reporting take.

        Raises `CredentialsError` if there is none, or no header can carry it.
        """
        token = self._of_project()
        if not token:
            raise CredentialsError(
                "No project token was given, and importing and reporting take nothing else.",
                hint="Set TESTOMATIO_PROJECT_TOKEN (tstmt_...).",
            )
        return _carried(Kind.PROJECT, token.reveal().strip())

    def _general(self) -> Secret | None:
        return self._of_kind(_OF_A_PROJECT, self.api_token, _OF_AN_ACCOUNT, self.project_token)

    def _of_project(self) -> Secret | None:
        return self._of_kind(_OF_AN_ACCOUNT, self.project_token, _OF_A_PROJECT, self.api_token)

    @staticmethod
    def _of_kind(
        never: str, own: Secret | None, always: str, other: Secret | None
    ) -> Secret | None:
        """The token at its own place unless it looks like the other kind, else one put wrongly."""
        if own and not _begins(own, never):
            return own
        return other if _begins(other, always) else None


def _begins(token: Secret | None, prefix: str) -> bool:
    return token is not None and token.reveal().strip().startswith(prefix)


def _carried(kind: Kind, token: str) -> Secret:
    if not _TOKEN.fullmatch(token):
        raise CredentialsError(
            f"{kind[:1].upper()}{kind[1:]} holds characters that no token has.",
            hint="Copy it again, whole and in one line.",
        )
    return Secret(token)
