"""Where results go, and in which format: what `-o` and `--format` mean, for every command."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeVar, cast

import click

from crawler.cli.streams import StandardOutput
from crawler.errors import UsageError

if TYPE_CHECKING:
    from crawler.snapshot.formats import Format

__all__ = ("FORMATS", "STDOUT", "chosen_format", "format_option", "place", "standard_input")

STDOUT: Final = "-"
#: Those of `Format`, which is slow to import: a test holds the two together.
FORMATS: Final = ("json", "yaml", "tree", "markdown")

F = TypeVar("F", bound=Callable[..., Any])


def format_option(function: F, *, names: tuple[str, ...] = ("--format",)) -> F:
    """Add `--format`, or what else it is called, as the parameter `form`."""
    add = click.option(
        *names,
        "form",
        type=click.Choice(FORMATS),
        help="Form of the snapshot.  [default: by PATH's suffix, a directory without one;"
        " yaml for standard output]",
    )
    return add(function)


def place(output: str) -> "Path | BinaryIO":
    """What `-o` names: a path, or standard output."""
    if output == STDOUT:
        return cast("BinaryIO", StandardOutput(sys.stdout.buffer))
    return Path(output)


def standard_input() -> "BinaryIO | None":
    """The bytes of standard input, `None` if the process was started without one."""
    return getattr(sys.stdin, "buffer", None)


def chosen_format(output: str | None, form: str | None) -> "Format":
    """The format of what goes to `output`; `None` is a file that the command names itself.

    Raises:
        UsageError: if the suffix names no format, or a directory should go to standard output.
    """
    from crawler.snapshot.formats import DIRECTORIES, Format, guess  # noqa: PLC0415  not needed for help

    if form is None:
        return guess(output) if output and output != STDOUT else Format.YAML
    if form in DIRECTORIES and output == STDOUT:
        raise UsageError(
            f"A snapshot as {form} is a directory, so it cannot go to standard output.",
            hint="Name a directory with -o, or another format.",
        )
    return Format(form)
