"""Effective settings: defaults < configuration file < environment < flags.

The environment is handed in as a mapping and token files are read by a function that is handed in:
this module reads nothing but the one configuration file that it is told to.
"""

import os
import stat
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from crawler.config import checks
from crawler.config.checks import CheckError
from crawler.config.origins import DEFAULT, Given, Origin, OriginKind, flag_name
from crawler.config.settings import ABOUT, Settings, check_value
from crawler.config.tokens import CREDENTIALS, read_token, token_kind
from crawler.config.toml_lines import error_line, key_lines
from crawler.errors import ConfigError
from crawler.near import did_you_mean
from crawler.redaction import Secret

__all__ = ("TOKEN_FILE", "ConfigFile", "Effective", "gather", "read_config_file")

TOKEN_FILE: Final = "token_file"  # noqa: S105  the name of a key

_KEYS: Final = (*ABOUT, TOKEN_FILE)
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")

Layer = dict[str, Given]


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A configuration file's text; `exposed` if other users of this machine can read it."""

    path: Path
    text: str
    exposed: bool = False


@dataclass(frozen=True, slots=True)
class Effective:
    """The settings that hold, the origin of each, and what the user should be warned of."""

    settings: Settings
    origins: Mapping[str, Origin]
    warnings: tuple[str, ...] = ()

    def with_fallback(self, name: str, value: object, origin: Origin = DEFAULT) -> "Effective":
        """The same with another value for one setting, unless somebody has set that one."""
        if self.origins[name].kind is not OriginKind.DEFAULT:
            return self
        changes: dict[str, Any] = {name: _checked(name, Given(value, origin))}
        return replace(
            self,
            settings=replace(self.settings, **changes),
            origins={**self.origins, name: origin},
        )

    def secret_values(self) -> tuple[str, ...]:
        """The secrets in the clear, for the filter that keeps them out of the log."""
        values = (getattr(self.settings, name) for name in ABOUT)
        return tuple(value.reveal() for value in values if isinstance(value, Secret))


def read_config_file(path: Path) -> ConfigFile:
    """Read a configuration file; raises `ConfigError` if it cannot be read or is not UTF-8."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        mode = path.stat().st_mode
    except OSError as error:
        raise ConfigError(f"Could not read {path}: {error.strerror or error}.") from error
    except UnicodeDecodeError:
        raise ConfigError("the file is not UTF-8 text.", origin=str(path)) from None
    exposed = os.name == "posix" and bool(mode & (stat.S_IRWXG | stat.S_IRWXO))
    return ConfigFile(path, text, exposed)


def gather(
    *,
    file: ConfigFile | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, object] | None = None,
    read_text: Callable[[str], str] | None = None,
) -> Effective:
    """Lay the sources over each other; a flag of `None` was not given.

    `read_text` returns the text of a token file, named by its path or by `-`; a token file that
    was given outranks all credentials of the weaker sources.

    Raises `ConfigError` for an unknown key, a wrong type or a value out of its bounds.
    """
    file_layer = _file_layer(file) if file else {}
    layers = [file_layer, _environment_layer(environment or {}), _flag_layer(flags or {})]
    holder = max((i for i, layer in enumerate(layers) if TOKEN_FILE in layer), default=None)
    merged: Layer = {}
    for i, layer in enumerate(layers):
        given = layer.pop(TOKEN_FILE, None)
        if given and i == holder:
            _put_token(layer, given, read_text)
            for name in CREDENTIALS:
                merged.pop(name, None)
        merged.update(_rehomed(layer))
    values: dict[str, Any] = {name: _checked(name, given) for name, given in merged.items()}
    settings = Settings(**values)
    origins = {name: merged[name].origin if name in merged else DEFAULT for name in ABOUT}
    return Effective(settings, origins, tuple(_warnings(settings, file, file_layer)))


def _file_layer(file: ConfigFile) -> Layer:
    try:
        values = tomllib.loads(file.text)
    except ValueError as error:
        reason = str(error).partition(" (at ")[0]
        place = f"{file.path}:{error_line(error, file.text)}"
        hint = 'A line reads: name = value. Text stands in quotes: project = "my-project".'
        raise ConfigError(f"{reason}.", origin=place, hint=hint) from None
    lines = key_lines(file.text)
    layer = {}
    for name, value in sorted(values.items(), key=lambda item: lines.get(item[0], 0)):
        origin = Origin(OriginKind.FILE, str(file.path), lines.get(name, 1))
        _refuse_unknown(name, value, origin)
        layer[name] = Given(_from_folder_of(file, name, value), origin)
    return layer


def _refuse_unknown(name: str, value: object, origin: Origin) -> None:
    if name in _KEYS:
        return
    hint = did_you_mean(name.replace("-", "_"), _KEYS)
    if isinstance(value, dict):
        hint = "Settings stand at the top of the file, not in [tables]."
    hint = hint or "'testomat-crawler config init' writes a file with all keys."
    raise ConfigError(f"unknown key {name!r}.", origin=origin.location, hint=hint)


def _from_folder_of(file: ConfigFile, name: str, value: object) -> object:
    """A path in a file is meant from where the file stands, wherever the command is started."""
    is_path = name == TOKEN_FILE or ABOUT[name].check is checks.path
    if not is_path or not isinstance(value, str) or value.strip() in {"", "-"}:
        return value
    return file.path.parent / Path(value.strip()).expanduser()


def _environment_layer(environment: Mapping[str, str]) -> Layer:
    layer = {}
    for name, about in ABOUT.items():
        for variable in about.env:
            if environment.get(variable, "").strip():
                origin = Origin(OriginKind.ENVIRONMENT, variable)
                layer[name] = Given(environment[variable], origin)
                break
    return layer


def _flag_layer(flags: Mapping[str, object]) -> Layer:
    return {
        name: Given(value, Origin(OriginKind.FLAG, flag_name(name)))
        for name, value in flags.items()
        if value is not None
    }


def _put_token(layer: Layer, given: Given, read_text: Callable[[str], str] | None) -> None:
    """Put what a token file holds where it belongs."""
    path = given.value
    if read_text is None or not isinstance(path, str | Path) or not str(path).strip():
        raise ConfigError("token_file must be a path.", origin=given.origin.location)
    try:
        text = read_text(str(path))
    except OSError as error:
        raise ConfigError(
            f"could not read the token file {path}: {error.strerror or error}.",
            origin=given.origin.location,
        ) from error
    name, token = read_token(text, given.origin.location)
    if name in layer:
        raise ConfigError(
            f"the token file and {name} are both given; remove one.", origin=given.origin.location
        )
    layer[name] = Given(token, given.origin)


def _rehomed(layer: Layer) -> Layer:
    """The layer with each token under the name of its kind: the two are easily mixed up."""
    homed: Layer = {}
    strays: Layer = {}
    for name, given in layer.items():
        text = given.value if name in CREDENTIALS and ABOUT[name].check is checks.token else None
        kind = (token_kind(text) if isinstance(text, str) else None) or name
        (homed if kind == name else strays)[kind] = given
    return strays | homed


def _checked(name: str, given: Given) -> object:
    try:
        return check_value(name, given.value)
    except CheckError as problem:
        # A flag or a variable names the setting by itself; a line of a file does not.
        named = f"{name} {problem}." if given.origin.line is not None else f"{problem}."
        raise ConfigError(named, origin=given.origin.location) from None


def _warnings(settings: Settings, file: ConfigFile | None, layer: Layer) -> Iterable[str]:
    secrets = [name for name in layer if ABOUT[name].secret]
    if file and file.exposed and secrets:
        yield (
            f"{file.path} holds {' and '.join(secrets)}, and other users of this machine can read"
            f" it. To change that: chmod 600 {file.path}"
        )
    server = urlsplit(settings.url)
    if server.scheme == "http" and server.hostname not in _LOOPBACK:
        yield f"{settings.url} is not encrypted: the credentials can be read on the way."
