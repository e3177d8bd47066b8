"""The questions of `config init` on a terminal, each answer tried against the server.

Nothing is written before the last question is answered, and no secret is ever shown.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.choosing import choice, choose_project, prompt, until_right
from crawler.cli.keyring_store import available
from crawler.cli.output import Scrubber, write_note
from crawler.config.origins import OriginKind
from crawler.config.settings import Settings, check_value
from crawler.config.sources import Effective
from crawler.config.tokens import token_kind
from crawler.errors import AccessError, ConfigError, ServerError
from crawler.plural import counted
from crawler.redaction import Secret
from crawler.snapshot.formats import STREAMED, guess
from crawler.snapshot.store import check_writable

if TYPE_CHECKING:
    from crawler.jobs.check import CheckReport

__all__ = ("Answers", "Place", "ask")

Try = Callable[[Settings], "CheckReport"]


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
    write_note("Each question shows its default in brackets; Enter takes it, Ctrl-C ends.\n")
    settings, report, known = _account(found, attempt)
    place = Place.ENVIRONMENT if known else _place(settings)
    scrub = Scrubber(_secrets(settings))
    project = _project(report, settings.project, scrub)
    settings = replace(settings, project=project)
    output = until_right(lambda: _output(project))
    return Answers(settings=settings, place=place, output=output)


def _account(found: Effective, attempt: Try) -> tuple[Settings, "CheckReport", bool]:
    """Settings that log in, what they reach, and whether the environment gave the secret."""
    settings, known, let_in = found.settings, False, False
    while True:
        settings = replace(settings, url=_address(settings.url))
        if not let_in:
            known = _offered(found)
            settings = settings if known else _with_secret(settings)
        write_note(f"Trying {settings.url} ...")
        try:
            report = attempt(settings)
        except (AccessError, ServerError) as error:
            write_note(f"That did not work. {Scrubber(_secrets(settings))(str(error))}\n")
            # Whoever was not reached has refused nothing: what was typed is tried at the next one.
            let_in = isinstance(error, ServerError)
            continue
        write_note(f"It works: {counted(len(report.projects), 'project')}.")
        return settings, report, known


def _address(known: str) -> str:
    def address() -> str:
        answer = prompt("Address of the server", default=known)
        if token_kind(answer) in {"api_token", "project_token"}:  # not to be looked up as a name
            raise ConfigError(
                "That is a token; the address of the server comes first.",
                hint="It was sent nowhere.",
            )
        return str(check_value("url", answer))

    return until_right(address)


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
    way = choice(
        "How do you log in?",
        (
            "with a general token (testomat_..., in your account's settings)",
            "with email and password",
        ),
    )
    if way == 0:
        return replace(nobody, api_token=until_right(_token))
    email = prompt("E-mail")
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
    return list(places)[choice(f"\nWhere should the {what} be kept?", tuple(places.values()))]


def _project(report: "CheckReport", known: str | None, scrub: Scrubber) -> str:
    if report.projects:
        return choose_project(report.projects, known, scrub)
    write_note("The account reaches no project yet.")
    return until_right(lambda: str(check_value("project", prompt("Project", default=known))))


def _output(project: str) -> str:
    """A place that can be written, in a form that there is."""
    path = prompt("\nWhere should the snapshot go?", default=f"{project}.yaml")
    place = Path(path)
    check_writable(place if guess(path) in STREAMED else place.parent / f".{place.name}.check")
    return path


def _secrets(settings: Settings) -> tuple[str, ...]:
    given = (settings.api_token, settings.password, settings.jwt, settings.project_token)
    return tuple(each.reveal() for each in given if each)
