"""The settings of a job: one frozen value, checked once, that carries its own description.

Each field's `About` holds what the commented configuration file, the listing of the effective
settings and the error messages say of it, so that none of them can disagree with the code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, get_type_hints

from crawler.config import checks
from crawler.config.about import About, Section, amount, count
from crawler.config.checks import CheckError
from crawler.config.selection_settings import SelectionSettings
from crawler.errors import ConfigError
from crawler.redaction import Secret

__all__ = (
    "ABOUT",
    "DEFAULTS",
    "LogFormat",
    "ProgressMode",
    "Settings",
    "check_value",
)


class ProgressMode(StrEnum):
    """How progress is shown; `auto` decides by where standard error goes."""

    AUTO = "auto"
    BAR = "bar"
    PLAIN = "plain"
    JSON = "json"
    NONE = "none"


class LogFormat(StrEnum):
    """Lines of the log: for people, or one JSON object each."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(SelectionSettings):
    """Everything that a job can be told; `None` means "not set".

    Raises `ConfigError` if a value is of the wrong type or out of its bounds.
    """

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

    rate: Annotated[
        float,
        amount(
            "Most requests a second, of all workers together. The crawler slows down by itself"
            " when the server asks for it.",
            Section.PACE,
            0,
            1000,
            "requests a second",
        ),
    ] = 10.0
    workers: Annotated[int, count("Requests under way at the same time.", Section.PACE, 1, 256)] = 8
    hedge: Annotated[
        bool,
        About(
            "Ask a second time for what takes longer than 95 % of all answers and than half a"
            " second, if the rate and a worker are free; the first answer counts.",
            Section.PACE,
            checks.boolean,
        ),
    ] = True
    deadline: Annotated[
        float | None,
        amount(
            "Longest time for the whole job; what is not fetched by then counts as missing.",
            Section.PACE,
            0,
            604_800,
            "seconds",
            example=3600.0,
        ),
    ] = None

    connect_timeout: Annotated[
        float, amount("Longest wait for a connection.", Section.PATIENCE, 0, 600, "seconds")
    ] = 10.0
    read_timeout: Annotated[
        float,
        amount("Longest silence within an answer.", Section.PATIENCE, 0, 3600, "seconds"),
    ] = 60.0
    request_timeout: Annotated[
        float,
        amount("Longest time for one attempt at a request.", Section.PATIENCE, 0, 3600, "seconds"),
    ] = 180.0
    attempts: Annotated[
        int,
        count("Attempts at a request before it counts as failed.", Section.PATIENCE, 1, 20),
    ] = 6
    max_wait: Annotated[
        float,
        amount(
            "Longest wait that the server may ask for before the next request.",
            Section.PATIENCE,
            0,
            86_400,
            "seconds",
        ),
    ] = 300.0
    max_body_mib: Annotated[
        int, count("Largest answer that is accepted.", Section.PATIENCE, 1, 1024, "MiB")
    ] = 64
    rounds: Annotated[
        int,
        count(
            "How often to look again for what changed or failed while the project was read.",
            Section.PATIENCE,
            0,
            20,
        ),
    ] = 6

    ca_file: Annotated[
        Path | None,
        About(
            "File of certificates (PEM) to trust besides those of this machine.",
            Section.NETWORK,
            checks.path,
            "company-ca.pem",
        ),
    ] = None
    proxy: Annotated[
        str | None,
        About(
            "HTTP proxy. Not set: as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. Empty: none.",
            Section.NETWORK,
            checks.proxy,
            "http://proxy.example.com:3128",
        ),
    ] = field(default=None, repr=False)  # its address may hold a password

    allow_partial: Annotated[
        bool,
        About(
            "Write a snapshot even if something is missing; it then says so and names each gap.",
            Section.RESULT,
            checks.boolean,
        ),
    ] = False
    stable: Annotated[
        bool,
        About(
            "Leave out what changes without anybody editing a test, such as counters and the times"
            " of runs. For snapshots in git.",
            Section.RESULT,
            checks.boolean,
        ),
    ] = False
    omit: Annotated[
        tuple[str, ...],
        About("Further places in the document to leave out.", Section.RESULT, checks.strings),
    ] = ()
    manifest: Annotated[
        bool,
        About(
            "Write PATH.manifest.json beside the snapshot: when and how it was made, and its"
            " checksum.",
            Section.RESULT,
            checks.boolean,
        ),
    ] = True

    state: Annotated[
        Path | None,
        About(
            "Folder for the progress of unfinished crawls. Not set: the folder that this operating"
            " system has for it.",
            Section.STATE,
            checks.path,
            "state",
        ),
    ] = None
    state_max_age_hours: Annotated[
        float,
        amount(
            "Saved progress older than this is not continued: the project may have changed.",
            Section.STATE,
            0,
            8760,
            "hours",
        ),
    ] = 12.0
    fresh: Annotated[
        bool, About("Ignore saved progress and start over.", Section.STATE, checks.boolean)
    ] = False

    progress: Annotated[
        ProgressMode,
        About(
            "How progress is shown: auto, bar, plain, json or none. auto is bar on a terminal,"
            " else plain.",
            Section.OUTPUT,
            checks.choice(ProgressMode),
        ),
    ] = ProgressMode.AUTO
    log_format: Annotated[
        LogFormat,
        About(
            "Form of the log: text or json, one object a line.",
            Section.OUTPUT,
            checks.choice(LogFormat),
        ),
    ] = LogFormat.TEXT
    verbosity: Annotated[
        int,
        count(
            "How much is logged: -1 errors only, 0 warnings, 1 what is done, 2 everything.",
            Section.OUTPUT,
            -1,
            2,
        ),
    ] = 0

    def __post_init__(self) -> None:
        for name in ABOUT:
            try:
                value = check_value(name, getattr(self, name))
            except CheckError as problem:
                raise ConfigError(f"{name} {problem}.") from None
            # The one moment at which a frozen value may still take its normal form.
            object.__setattr__(self, name, value)


DEFAULTS: Final[Mapping[str, object]] = MappingProxyType(
    {each.name: each.default for each in fields(Settings)}
)
ABOUT: Final[Mapping[str, About]] = MappingProxyType(
    {
        name: hint.__metadata__[0]
        for name, hint in get_type_hints(Settings, include_extras=True).items()
    }
)


def check_value(name: str, value: object) -> object:
    """The value of a setting, checked and normalised; `None` only where that is the default.

    Raises `CheckError` with the second half of a sentence, to be put after the setting's name.
    """
    if value is not None:
        return ABOUT[name].check(value)
    if DEFAULTS[name] is None:
        return None
    raise CheckError("must be set")
