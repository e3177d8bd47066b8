"""The questions of `config init` on a terminal, each answer tried against the server.

Nothing is written before the last question is answered, and no secret is ever shown.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from crawler.cli.keyring_store import available
from crawler.cli.output import Scrubber, write_note
from crawler.config.origins import OriginKind
from crawler.config.settings import Settings, check_value
from crawler.config.sources import Effective
from crawler.config.tokens import token_kind
from crawler.errors import AccessError, ConfigError, CrawlerError, ServerError
from crawler.plural import counted
from crawler.redaction import Secret

if TYPE_CHECKING:
    from crawler.jobs.check import CheckReport
    from crawler.jobs.projects import ProjectSummary

__all__ = ("Answers", "Place", "ask")

T = TypeVar("T")
Try = Callable[[Settings], "CheckReport"]

_LISTED: Final = 20
"""Projects that are listed; of more, those that a part of the name is in."""


class Place(StrEnum):
    """Where the secret is kept."""

    ENVIRONMENT = "environment"
    FILE = "file"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was answered: settings that work, where their secret goes, and the snapshot's place.

    `settings` hold the secret; `output` is a path as the user wrote it.
    """

    settings: Settings
    place: Place
    output: str


def ask(found: Effective, attempt: Try) -> Answers:
    """Ask for all that a first snapshot needs.

    `found` is what holds already; `attempt` tries settings against the server and tells what they
    reach. Raises `click.Abort` on Ctrl-C or at the end of the input, and what `attempt` raises
    beyond refused credentials and failing servers.
    """
    _say("Each question shows its default in brackets; Enter takes it, Ctrl-C ends.\n")
    settings, report, known = _account(found, attempt)
    place = Place.ENVIRONMENT if known else _place(settings)
    scrub = Scrubber(_secrets(settings))
    project = _project(report.projects, settings.project, scrub)
    settings = replace(settings, project=project)
    output = _prompt("\nWhere should the snapshot go?", default=f"{project}.yaml")
    return Answers(settings=settings, place=place, output=output)


def _account(found: Effective, attempt: Try) -> tuple[Settings, "CheckReport", bool]:
    """Settings that log in, what they reach, and whether the environment gave the secret."""
    settings = found.settings
    while True:
        settings = replace(settings, url=_address(settings.url))
        known = _offered(found)
        tried = settings if known else _with_secret(settings)
        _say(f"Trying {tried.url} ...")
        try:
            report = attempt(tried)
        except (AccessError, ServerError) as error:
            _say(f"That did not work. {Scrubber(_secrets(tried))(str(error))}\n")
            continue
        _say(f"It works: {counted(len(report.projects), 'project')}.")
        return tried, report, known


def _address(known: str) -> str:
    return _until_right(
        lambda: str(check_value("url", _prompt("Address of the server", default=known)))
    )


def _offered(found: Effective) -> bool:
    """Whether credentials from the environment are there, and are to be used."""
    names = [
        found.origins[name].name
        for name in ("api_token", "password", "jwt")
        if found.origins[name].kind is OriginKind.ENVIRONMENT
    ]
    return bool(names) and click.confirm(f"Log in with {names[0]}?", default=True, err=True)


def _with_secret(settings: Settings) -> Settings:
    nobody = replace(
        settings, api_token=None, project_token=None, email=None, password=None, jwt=None
    )
    way = _choice(
        "How do you log in?",
        (
            "with a general token (testomat_..., in your account's settings)",
            "with email and password",
        ),
    )
    if way == 0:
        return replace(nobody, api_token=_until_right(_token))
    email = _prompt("E-mail")
    password = Secret(str(click.prompt("Password", hide_input=True, err=True)))
    return replace(nobody, email=email, password=password)


def _token() -> Secret:
    text = str(click.prompt("Token (it is not shown)", hide_input=True, err=True)).strip()
    if token_kind(text) == "project_token":
        raise ConfigError(
            "That is the token of one project, which lists no projects to choose from.",
            hint="A general token begins with testomat_ and stands in your account's settings; or"
            " set TESTOMATIO_PROJECT_TOKEN and name the project.",
        )
    check_value("api_token", text)
    return Secret(text)


def _place(settings: Settings) -> Place:
    what = "password" if settings.email else "token"
    variable = "TESTOMATIO_PASSWORD" if settings.email else "TESTOMATIO_API_TOKEN"
    places = {
        Place.FILE: "in a file that only you can read",
        Place.ENVIRONMENT: f"in the environment ({variable}), which you set yourself",
    }
    if available():
        places[Place.KEYRING] = "in the keyring of this system"
    return list(places)[_choice(f"\nWhere should the {what} be kept?", tuple(places.values()))]


def _project(projects: "tuple[ProjectSummary, ...]", known: str | None, scrub: Scrubber) -> str:
    """The short name of one of the projects, picked by number, or by a part of its names."""
    if not projects:
        _say("The account reaches no project yet.")
        return _until_right(lambda: str(check_value("project", _prompt("Project", default=known))))
    shown = projects
    while True:
        _list(shown[:_LISTED], len(shown), scrub)
        default = known or (shown[0].slug if len(shown) == 1 else None)
        answer = _prompt("Project (its number, or a part of its name)", default=default)
        if answer.isdecimal() and 0 < int(answer) <= min(len(shown), _LISTED):
            return shown[int(answer) - 1].slug
        matching = _matching(projects, answer)
        if len(matching) == 1:
            return matching[0].slug
        _say("" if matching else f"No project is like {scrub(answer)!r}.")
        shown = matching or projects


def _matching(projects: "tuple[ProjectSummary, ...]", part: str) -> "tuple[ProjectSummary, ...]":
    exact = tuple(each for each in projects if each.slug == part)
    part = part.casefold()
    return exact or tuple(
        each for each in projects if part in f"{each.slug} {each.title}".casefold()
    )


def _list(projects: "tuple[ProjectSummary, ...]", total: int, scrub: Scrubber) -> None:
    _say("\nWhich project?")
    for number, each in enumerate(projects, 1):
        _say(f"  {number:>2}  {scrub(each.slug)}  {scrub(each.title)}")
    if total > len(projects):
        _say(f"      and {total - len(projects)} more")


def _secrets(settings: Settings) -> tuple[str, ...]:
    given = (settings.api_token, settings.password, settings.jwt, settings.project_token)
    return tuple(each.reveal() for each in given if each)


def _choice(question: str, ways: tuple[str, ...]) -> int:
    _say(question)
    for number, way in enumerate(ways, 1):
        _say(f"  {number}  {way}")
    numbers = click.IntRange(1, len(ways))
    return int(click.prompt("Number", type=numbers, default=1, err=True)) - 1


def _until_right(answer: Callable[[], T]) -> T:
    """Ask again until the answer is right, saying what was wrong."""
    while True:
        try:
            return answer()
        except CrawlerError as error:
            _say(str(error))
        except ValueError as problem:
            _say(f"It {problem}.")


def _prompt(question: str, *, default: str | None = None) -> str:
    answer: Any = click.prompt(question, default=default, err=True)
    return str(answer).strip()


def _say(text: str) -> None:
    write_note(text)
