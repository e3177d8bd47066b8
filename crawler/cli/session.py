"""What one call of the program knows: its flags, its configuration, how it shows errors."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click

from crawler.cli.output import Scrubber
from crawler.config.origins import Origin, OriginKind
from crawler.config.settings import LogFormat
from crawler.config.sources import ConfigFile, Effective, gather, read_config_file

__all__ = ("CONFIG_NAME", "Session", "pass_session")

CONFIG_NAME: Final = "testomat-crawler.toml"

_APPLICATION: Final = "testomat-crawler"
# No credential is longer; a wrong path such as /dev/zero must not fill the memory.
_LONGEST_TOKEN_FILE: Final = 65_536


@dataclass(slots=True)
class Session:
    """Filled by the options as they are parsed; asked by the command for what holds.

    `scrub` and `log_format` are what the last error before the exit is shown with.
    """

    flags: dict[str, object] = field(default_factory=dict)
    config: Path | None = None
    verbosity: int = 0
    log_format: LogFormat = LogFormat.TEXT
    scrub: Scrubber = field(default_factory=Scrubber)

    def effective(self, **more: object) -> Effective:
        """The settings that hold; `more` are arguments of the command that count as flags."""
        found = gather(
            file=find_config(self.config),
            environment=os.environ,
            flags={**self.flags, **more},
            read_text=read_token_file,
        )
        found = with_proxy(with_state(found))
        if found.settings.keyring:
            from crawler.cli.keyring_store import with_keyring  # noqa: PLC0415  seldom needed

            found = with_keyring(found)
        self.verbosity = found.settings.verbosity
        self.log_format = found.settings.log_format
        self.scrub = Scrubber(found.secret_values())
        return found


pass_session = click.make_pass_decorator(Session, ensure=True)


def find_config(given: Path | None) -> ConfigFile | None:
    """The configuration file: the one given, else the one here, else the user's own, else none."""
    if given is not None:
        return read_config_file(given)
    here = Path(CONFIG_NAME)
    if here.is_file():
        return read_config_file(here)
    from platformdirs import user_config_path  # noqa: PLC0415  not needed for help

    users = user_config_path(_APPLICATION, appauthor=False) / CONFIG_NAME
    return read_config_file(users) if users.is_file() else None


def with_state(found: Effective) -> Effective:
    """The same with the operating system's folder for state, unless another one is set."""
    from platformdirs import user_state_path  # noqa: PLC0415  not needed for help

    return found.with_fallback("state", user_state_path(_APPLICATION, appauthor=False))


def with_proxy(found: Effective) -> Effective:
    """The same with the proxy that the environment names for this server, unless one is set."""
    from urllib import request  # noqa: PLC0415  slow to import, not needed for help

    server = urlsplit(found.settings.url)
    proxies = request.getproxies_environment()
    address = proxies.get(server.scheme)
    if not address or request.proxy_bypass(server.netloc):
        return found
    names = (f"{server.scheme}_proxy", f"{server.scheme}_proxy".upper())
    name = next((each for each in names if os.environ.get(each)), names[0])
    return found.with_fallback("proxy", address, Origin(OriginKind.ENVIRONMENT, name))


def read_token_file(path: str) -> str:
    """The text of a token file; `-` is standard input, where a person is asked instead."""
    if path != "-":
        with Path(path).expanduser().open(encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST_TOKEN_FILE)
    if sys.stdin.isatty():
        return str(click.prompt("Token", hide_input=True, err=True))
    return sys.stdin.read(_LONGEST_TOKEN_FILE)
