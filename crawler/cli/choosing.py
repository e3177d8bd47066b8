"""Questions on a terminal: asked again until the answer is right, each time with what was wrong."""

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from crawler.cli.output import Scrubber, write_note
from crawler.errors import CrawlerError

if TYPE_CHECKING:
    from crawler.jobs.projects import ProjectSummary

    Projects = tuple[ProjectSummary, ...]

__all__ = ("choice", "choose_project", "prompt", "until_right")

T = TypeVar("T")

_LISTED: Final = 20
"""Projects that are listed at once."""
_MORE: Final = "+"
_WIDEST_NAME: Final = 32


def prompt(question: str, *, default: str | None = None) -> str:
    """The answer to a question, without the spaces around it."""
    answer: Any = click.prompt(question, default=default, err=True)
    return str(answer).strip()


def until_right(answer: Callable[[], T]) -> T:
    """What a question gives once it raises nothing: `CrawlerError`, or `ValueError` of a check."""
    while True:
        try:
            return answer()
        except CrawlerError as error:
            write_note(str(error))
        except ValueError as problem:
            write_note(f"It {problem}.")


def choice(question: str, ways: tuple[str, ...]) -> int:
    """Which of several ways is chosen, counted from 0; the first is the default."""
    write_note(question)
    for number, way in enumerate(ways, 1):
        write_note(f"  {number}  {way}")
    while True:
        answer = prompt("Number", default="1")
        if answer.isdecimal() and 0 < int(answer) <= len(ways):
            return int(answer) - 1
        names = [str(number) for number in range(1, len(ways) + 1)]
        write_note(f"Please type {', '.join(names[:-1])} or {names[-1]}.")


def choose_project(projects: "Projects", known: str | None, scrub: Scrubber) -> str:
    """The short name of one of the projects, picked by number, or by a part of its names.

    Of many a page is shown at a time. `known` is the default.
    """
    shown, page = projects, 0
    write_note("\nWhich project?")
    while True:
        _list(shown, page, scrub)
        default = known or (shown[0].slug if len(shown) == 1 else None)
        answer = prompt("Project (its number, or a part of its name)", default=default)
        if answer == _MORE:
            page = page + 1 if (page + 1) * _LISTED < len(shown) else 0
            continue
        if answer.isdecimal() and 0 < int(answer) <= len(shown):
            return shown[int(answer) - 1].slug
        matching = _matching(projects, answer)
        if len(matching) == 1:
            return matching[0].slug
        write_note(_found(answer, len(matching), scrub))
        shown, page = matching or projects, 0


def _found(answer: str, number: int, scrub: Scrubber) -> str:
    if number:
        return f"\n{number:,} projects have {scrub(answer)!r} in their name:"
    if answer.isdecimal():
        return f"\nThere is no number {answer} here, and no project of that name:"
    return f"\nNo project is like {scrub(answer)!r}. These are all:"


def _matching(projects: "Projects", part: str) -> "Projects":
    exact = tuple(each for each in projects if each.slug == part)
    part = part.casefold()
    return exact or tuple(
        each for each in projects if part in f"{each.slug} {each.title}".casefold()
    )


def _list(projects: "Projects", page: int, scrub: Scrubber) -> None:
    first = page * _LISTED
    seen = projects[first : first + _LISTED]
    width = min(max((len(scrub(each.slug)) for each in seen), default=0), _WIDEST_NAME)
    for number, each in enumerate(seen, first + 1):
        line = f"  {number:>3}  {scrub(each.slug):{width}}  {scrub(each.title)}"
        write_note(_cut(line))
    left = len(projects) - len(seen)
    if left > 0:
        write_note(f"       {left:,} more: {_MORE} shows the next, a part of a name finds one")


def _cut(line: str) -> str:
    """The line in one row of the terminal: a list is for looking, and titles may be endless."""
    width = shutil.get_terminal_size().columns
    return line if len(line) <= width else f"{line[: width - 1]}…"
