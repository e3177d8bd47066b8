"""`config init` writes a commented configuration file; `config show` prints what holds."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import connection_options, crawl_options, output_options
from crawler.cli.output import write_line
from crawler.cli.running import logged
from crawler.cli.session import CONFIG_NAME, Session, pass_session
from crawler.config.settings import ABOUT
from crawler.config.sources import Effective
from crawler.config.template import template
from crawler.errors import LocalError, UsageError
from crawler.redaction import MASK, mask_address, printable

__all__ = ("command",)


@click.group("config", context_settings=CONTEXT, epilog=epilog("testomat-crawler config init"))
def command() -> None:
    """Write a configuration file, or show what holds."""


@command.command(
    "init",
    epilog=epilog(
        "testomat-crawler config init",
        "testomat-crawler config init ~/crawler.toml --force",
        codes=(0, 2, 6),
    ),
)
@click.argument("path", type=click.Path(path_type=Path), default=CONFIG_NAME)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
def init(path: Path, *, force: bool) -> None:
    """Write a configuration file with every setting explained.

    PATH is testomat-crawler.toml in this folder if none is given.
    """
    try:
        _write_private(path, template(), replace=force)
    except FileExistsError:
        raise UsageError(f"{path} is there already.", hint="--force replaces it.") from None
    except OSError as error:
        raise LocalError.from_os_error("write", path, error) from error
    click.echo(f"Wrote {path}. Fill in what you need, then: testomat-crawler check", err=True)


@command.command("show", epilog=epilog("testomat-crawler config show", codes=(0, 2)))
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
@connection_options
@crawl_options
@output_options
@pass_session
def show(session: Session, *, as_json: bool) -> None:
    """Show the settings that hold, and where each comes from.

    Secrets are masked.
    """
    with logged(session) as found:
        if as_json:
            write_line(json.dumps(_document(found), ensure_ascii=False, indent=2))
            return
        for line in _table(found):
            write_line(line)


def _write_private(path: Path, text: str, *, replace: bool) -> None:
    """Write a file that only its owner can read, for a secret may be put into it."""
    mode = os.O_TRUNC if replace else os.O_EXCL
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | mode, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        if sys.platform != "win32":
            os.fchmod(handle, 0o600)
        file.write(text)


def _shown(found: Effective, name: str) -> Any:
    """A setting's value as JSON has it, fit to be shown; `None` for "not set"."""
    value = getattr(found.settings, name)
    if value is None or isinstance(value, bool | int | float):
        return value
    if ABOUT[name].secret:
        return MASK
    if isinstance(value, tuple):
        return [printable(item) for item in value]
    return printable(mask_address(str(value)))


def _document(found: Effective) -> dict[str, Any]:
    document = {}
    for name in ABOUT:
        origin = found.origins[name]
        place = {"kind": str(origin.kind), "name": origin.name or None, "line": origin.line}
        document[name] = {"value": _shown(found, name), "origin": place}
    return document


def _table(found: Effective) -> list[str]:
    rows = [(name, _text(_shown(found, name)), str(found.origins[name])) for name in ABOUT]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return [f"{row[0]:{widths[0]}}  {row[1]:{widths[1]}}  {printable(row[2])}" for row in rows]


def _text(value: Any) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case list():
            return ", ".join(value) or "-"
        case _:
            return str(value)
