"""The settings of which server and project, and how to be let in; the base of all others.

Nobody makes one of the bases of `Settings` by itself. So they get none of the methods that a
dataclass is given, which would be made anew for each at every start.
"""

from dataclasses import dataclass
from typing import Annotated

from crawler.config import checks
from crawler.config.about import About, Section
from crawler.redaction import Secret

__all__ = ("ServerSettings",)


@dataclass(frozen=True, slots=True, kw_only=True, init=False, repr=False, eq=False)
class ServerSettings:
    """Where the server is and who asks it; a base of `Settings`, which checks it."""

    url: Annotated[
        str,
        About(
            "Address of the server. A bare host name is taken as https.",
            Section.SERVER,
            checks.address,
            env=("TESTOMATIO_URL", "TESTOMATIO_BASE_URL"),
        ),
    ] = "https://app.testomat.io"
    project: Annotated[
        str | None,
        About(
            "Project to work on if the command names none: the short name that stands after"
            " /projects/ in the project's address.",
            Section.SERVER,
            checks.project,
            "my-project",
            env=("TESTOMATIO_PROJECT_ID",),
        ),
    ] = None

    api_token: Annotated[
        Secret | None,
        About(
            "General token of an account.",
            Section.CREDENTIALS,
            checks.token,
            "testomat_...",
            env=("TESTOMATIO_API_TOKEN",),
            secret=True,
        ),
    ] = None
    project_token: Annotated[
        Secret | None,
        About(
            "Token of one project.",
            Section.CREDENTIALS,
            checks.token,
            "tstmt_...",
            env=("TESTOMATIO_PROJECT_TOKEN", "TESTOMATIO"),
            secret=True,
        ),
    ] = None
    email: Annotated[
        str | None,
        About(
            "Account to sign in with, together with its password.",
            Section.CREDENTIALS,
            checks.text,
            "you@example.com",
            env=("TESTOMATIO_EMAIL",),
        ),
    ] = None
    password: Annotated[
        Secret | None,
        About(
            "Password of that account.",
            Section.CREDENTIALS,
            checks.secret,
            "...",
            env=("TESTOMATIO_PASSWORD",),
            secret=True,
        ),
    ] = None
    jwt: Annotated[
        Secret | None,
        About(
            "Ready-made session token (JWT); it cannot be renewed once it expires.",
            Section.CREDENTIALS,
            checks.token,
            "...",
            env=("TESTOMATIO_JWT",),
            secret=True,
        ),
    ] = None

    keyring: Annotated[
        bool,
        About(
            "Take the token or the password from this system's keyring, where config init has put"
            " it, if no other place gives one.",
            Section.CREDENTIALS,
            checks.boolean,
        ),
    ] = False
