"""Where the snapshots of several projects go, and in which format: what `-o` means for them."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from crawler.cli.places import STDOUT, chosen_format
from crawler.errors import LocalError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.snapshot.formats import Format

__all__ = ("PROJECT", "several_places")

PROJECT: Final = "{project}"
"""What stands in a path for the name of each project."""


def several_places(output: str | None, form: str | None) -> "tuple[Callable[[str], Path], Format]":
    """The place of each project's snapshot, and the format of all.

    `output` is a folder, which is made if need be, or a path with `PROJECT` in it. A project's name
    is written so that no other project's file is called alike on any system.

    Raises:
        UsageError: if all of them would go to the same place.
    """
    from crawler.jobs.backup_names import folder_name  # noqa: PLC0415  not needed for help
    from crawler.snapshot.formats import DIRECTORIES  # noqa: PLC0415

    if output is not None and PROJECT in output:
        chosen = chosen_format(output.replace(PROJECT, "p"), form)
        pattern = Path(output)
    else:
        chosen = chosen_format(None, form)
        suffix = "" if chosen in DIRECTORIES else f".{chosen.value}"
        pattern = _folder(output) / f"{PROJECT}{suffix}"

    def place(project: str) -> Path:
        parts = (part.replace(PROJECT, folder_name(project)) for part in pattern.parts)
        found = Path(*parts)
        _make(pattern, found)
        return found

    return place, chosen


def _folder(output: str | None) -> Path:
    if output is not None and (output == STDOUT or _names_a_file(output)):
        raise UsageError(
            f"Several projects do not go into one file, {output}.",
            hint=f"Name a folder with -o, or a path with {PROJECT} in it.",
        )
    return Path(output or "")


def _names_a_file(output: str) -> bool:
    from crawler.snapshot.formats import STREAMED, guess  # noqa: PLC0415  not needed for help

    if Path(output).is_dir():
        return False
    try:
        return guess(output) in STREAMED
    except UsageError:
        return False


def _make(pattern: Path, found: Path) -> None:
    """The folders that are called by the project, and the one above them.

    Not its parents: a disk that is not mounted should not be filled from below.
    """
    named = [place for place, part in enumerate(pattern.parts) if PROJECT in part]
    fixed = Path(*found.parts[: named[0]])
    try:
        fixed.mkdir(exist_ok=True)
        found.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LocalError.from_os_error("make", found.parent, error) from error
