"""The settings of which API and which branch of a project are read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from crawler.config import checks
from crawler.config.about import About, Section
from crawler.config.server_settings import ServerSettings

__all__ = ("ApiChoice", "ApiSettings")


class ApiChoice(StrEnum):
    """Over which API the tree is read; `auto` takes v1 where it can be had, for it tells more."""

    AUTO = "auto"
    V1 = "v1"
    V2 = "v2"


@dataclass(frozen=True, slots=True, kw_only=True, init=False, repr=False, eq=False)
class ApiSettings(ServerSettings):
    """Over what to read; a base of `Settings`, which checks it."""

    api: Annotated[
        ApiChoice,
        About(
            "Which of the server's two APIs to read suites and tests over: auto, v1 or v2. auto is"
            " v1, which tells more, or v2 where v1 is shut or there is only a project token.",
            Section.SERVER,
            checks.choice(ApiChoice),
            env=("TESTOMATIO_API_VERSION",),
        ),
    ] = ApiChoice.AUTO
    branch: Annotated[
        str | None,
        About(
            "Branch of the project to read instead of the main one; only v2 of the API has them.",
            Section.SERVER,
            checks.text,
            "vouchers",
            env=("TESTOMATIO_BRANCH",),
        ),
    ] = None
