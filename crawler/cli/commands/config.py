"""`config init` writes a commented configuration file; `config show` prints what holds."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from crawler.cli.colour import style_for
from crawler.cli.crawl_options import crawl_options
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import connection_options, edition_options, output_options
from crawler.cli.output import write_line, write_note
from crawler.cli.private_file import already_there, write_private
from crawler.cli.running import logged
from crawler.cli.session import CONFIG_NAME, Session, pass_session
from crawler.config.about import Section
from crawler.config.origins import OriginKind
from crawler.config.settings import ABOUT
from crawler.config.sources import Effective
from crawler.config.template import template
from crawler.redaction import MASK, mask_address, printable
from crawler.style import Role, Style

__all__ = ("command",)

_VALUE_WIDTH: Final = 30
#: The settings in the order of the configuration file.
_ORDERED: Final = sorted(ABOUT, key=lambda name: list(Section).index(ABOUT[name].section))


@click.group(
    "config",
    no_args_is_help=False,  # what is missing is a sentence, not a page
    context_settings=CONTEXT,
    epilog=epilog("testomat-crawler config init"),
)
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
@click.option(
    "--no-questions", is_flag=True, help="Ask nothing; all settings stay at their defaults."
)
@pass_session
def init(session: Session, path: Path, *, force: bool, no_questions: bool) -> None:
    """Write a configuration file with every setting explained.

    On a terminal it asks for address, account and project, and tries each answer. PATH is
    testomat-crawler.toml in this folder if none is given.
    """
    if not force and path.exists():
        raise already_there(path)
    if no_questions or not (sys.stdin.isatty() and sys.stderr.isatty()):
        write_private(path, template(), replace=force)
        write_note(f"Wrote {path}. Fill in what you need, then: testomat-crawler check")
        return
    from crawler.cli.first_steps import first_steps  # noqa: PLC0415  not needed for help

    chosen, next_steps = first_steps(session, path, force=force)
    write_private(path, template(chosen), replace=force)
    write_note(f"\nWrote {path}. {next_steps}")


@command.command("show", epilog=epilog("testomat-crawler config show", codes=(0, 2)))
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
@connection_options
@edition_options
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
        for line in _table(found, style_for(sys.stdout)):
            write_line(line)


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
    for name in _ORDERED:
        origin = found.origins[name]
        place = {"kind": str(origin.kind), "name": origin.name or None, "line": origin.line}
        document[name] = {"value": _shown(found, name), "origin": place}
    return document


def _table(found: Effective, style: Style) -> Iterator[str]:
    """A line for each setting; what somebody chose stands out from the defaults.

    On a terminal the origin of a long value goes to a line of its own, below all other origins.
    """
    width = max(map(len, ABOUT))
    for name in _ORDERED:
        value, origin = _text(_shown(found, name)), found.origins[name]
        role = Role.FAINT if origin.kind is OriginKind.DEFAULT else Role.STRONG
        head = style(f"{name:{width}}", role)
        if len(value) > _VALUE_WIDTH and sys.stdout.isatty():
            yield f"{head}  {value}"
            head, value = " " * width, ""
        yield f"{head}  {value:{_VALUE_WIDTH}}  {style(printable(str(origin)), Role.FAINT)}"


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
