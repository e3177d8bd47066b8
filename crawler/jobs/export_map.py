"""The file of `--map`: a TOML file with the user's words for values, fields and users."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crawler.config.checks import CheckError, strings
from crawler.config.toml_lines import error_line, key_lines, table_key_lines
from crawler.errors import ConfigError
from crawler.export.headings import Part
from crawler.export.rules import Rules
from crawler.near import did_you_mean, near_or_all

__all__ = ("read_map",)

_TABLES: Final = ("priority", "state", "users", "fields", "headings", "cells")
#: The service's own words (API description).
_PRIORITIES: Final = ("low", "normal", "important", "high", "critical")
_STATES: Final = ("manual", "automated", "detached")
_FORMULAS: Final = {"escape": True, "keep": False}


def read_map(path: Path) -> Rules:
    """The rules in a file.

    Raises:
        ConfigError: if it cannot be read, or holds a table, a key or a value that means nothing;
            with the line, and the nearest name for a slip.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"Could not read {path}: {error.strerror or error}.") from error
    except UnicodeDecodeError:
        raise ConfigError("the file is not UTF-8 text.", origin=str(path)) from None
    try:
        tables = tomllib.loads(text)
    except ValueError as error:
        reason = str(error).partition(" (at ")[0]
        hint = 'A line reads: name = "value", below a [table].'
        place = f"{path}:{error_line(error, text)}"
        raise ConfigError(f"{reason}.", origin=place, hint=hint) from None
    return _Reader(path, text, tables).rules()


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    text: str
    tables: Mapping[str, Any]

    def rules(self) -> Rules:
        for name, table in self.tables.items():
            if name not in _TABLES:
                raise self._error(
                    (name, ""), f"unknown table {name!r}.", near_or_all(name, _TABLES)
                )
            if not isinstance(table, dict):
                raise self._error((name, ""), f"{name} must be a [table].")
        fields = self._table("fields")
        return Rules(
            priorities=self._words("priority", _PRIORITIES),
            states=self._words("state", _STATES),
            users=self._words("users"),
            fields={name: self._field(name, value) for name, value in fields.items() if value},
            drop=frozenset(name for name, value in fields.items() if value is False),
            headings={self._part(name): self._list(name) for name in self._table("headings")},
            formulas=self._formulas(),
        )

    def _table(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.tables.get(name, {})
        return found

    def _words(self, table: str, known: Sequence[str] = ()) -> dict[str, str]:
        """A table of words; one that is only nearly `known` is a slip, others may be new ones."""
        for key in self._table(table).keys() - set(known):
            if hint := did_you_mean(key, known):
                raise self._error((table, key), f"unknown {table} {key!r}.", hint)
        return {key: self._word((table, key), value) for key, value in self._table(table).items()}

    def _word(self, place: tuple[str, str], value: object) -> str:
        if not isinstance(value, str):
            raise self._error(place, f"{place[1]} must be text in quotes.")
        return value

    def _field(self, name: str, value: object) -> str:
        if isinstance(value, str) and value.strip():
            return value
        raise self._error(
            ("fields", name),
            f"{name} must be the target's name in quotes, or false to leave it out.",
        )

    def _part(self, name: str) -> Part:
        if name not in tuple(Part):
            message = f"unknown part {name!r} of a description."
            raise self._error(("headings", name), message, near_or_all(name, map(str, Part)))
        return Part(name)

    def _list(self, name: str) -> tuple[str, ...]:
        try:
            return strings(self._table("headings")[name])
        except CheckError as error:
            raise self._error(("headings", name), f"{name} {error}.") from None

    def _formulas(self) -> bool:
        for name, value in self._table("cells").items():
            if name != "formulas":
                raise self._error(
                    ("cells", name), f"unknown key {name!r}.", near_or_all(name, ["formulas"])
                )
            if value not in _FORMULAS:
                words = " or ".join(repr(word) for word in _FORMULAS)
                raise self._error(("cells", name), f"{name} must be {words}.")
            return _FORMULAS[value]
        return True

    def _error(self, place: tuple[str, str], message: str, hint: str = "") -> ConfigError:
        lines = table_key_lines(self.text)
        line = lines.get(place) or key_lines(self.text).get(place[0], 1)
        return ConfigError(message, origin=f"{self.path}:{line}", hint=hint)
