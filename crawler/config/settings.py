"""The settings of a job: one frozen value, checked once, that carries its own description.

Each field's `About` holds what the commented configuration file, the listing of the effective
settings and the error messages say of it, so that none of them can disagree with the code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, get_type_hints

from crawler.config import checks
from crawler.config.about import About, Section, amount, count
from crawler.config.checks import CheckError
from crawler.config.pace_settings import PaceSettings
from crawler.errors import ConfigError

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
class Settings(PaceSettings):
    """Everything that a job can be told; `None` means "not set".

    Raises `ConfigError` if a value is of the wrong type or out of its bounds.
    """

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
