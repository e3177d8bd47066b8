"""Which projects a job is for that can be for several."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from crawler.api.client import Client
from crawler.config.settings import Settings
from crawler.errors import AccessError, UsageError
from crawler.jobs.several import Problem

__all__ = ("Choice", "Chosen", "choice_of", "choose", "named")

_WILD: Final = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for: short names, or patterns for them."""

    patterns: tuple[str, ...]

    @property
    def wild(self) -> tuple[str, ...]:
        """The patterns that need a listing of what there is."""
        return tuple(each for each in self.patterns if _WILD & set(each))

    def matches(self, project: str) -> bool:
        """Whether a pattern with wildcards takes the project."""
        return any(fnmatchcase(project, pattern) for pattern in self.wild)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The projects that are meant, those that were here once and are gone, and idle patterns."""

    projects: tuple[str, ...]
    lost: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """That a pattern takes nothing is no success."""
        text = "No project that the account reaches matches {!r}."
        return tuple(Problem(text.format(each), AccessError.exit_code) for each in self.unmatched)


def choice_of(settings: Settings, *, all_projects: bool) -> Choice:
    """What the settings ask for; raises `UsageError` if they name nothing."""
    if all_projects:
        return Choice(("*",))
    patterns = settings.projects or ((settings.project,) if settings.project else ())
    if not patterns:
        raise UsageError(
            "No project was named.",
            hint="Set projects in the configuration, or use --project NAME or --all-projects.",
        )
    return Choice(tuple(dict.fromkeys(patterns)))


def named(choice: Choice, backed_up: Iterable[str]) -> tuple[str, ...]:
    """The projects that are meant for certain when the server cannot be asked for a listing."""
    plain = [each for each in choice.patterns if each not in choice.wild]
    return tuple(dict.fromkeys((*plain, *filter(choice.matches, backed_up))))


async def choose(client: Client, choice: Choice, backed_up: Iterable[str]) -> Chosen:
    """The projects that the choice takes of those that the account reaches.

    A name without wildcards is taken even if the listing lacks it: that it cannot be read is then
    its result. A project that a pattern took once and that is no longer listed is `lost`: this is
    how an account that lost a right looks.

    Raises `AccessError` or `ServerError` if a listing is needed and cannot be had, or is empty.
    """
    if not choice.wild:
        return Chosen(choice.patterns)
    listed = sorted({each.slug for each in await client.projects()})
    if not listed:
        raise AccessError(
            f"The account reaches no project on {client.server}.",
            hint="Its rights may have changed: see 'testomat-crawler check'.",
        )
    taken = {project for project in listed if choice.matches(project)}
    plain = [each for each in choice.patterns if each not in choice.wild]
    lost = [each for each in backed_up if choice.matches(each) and each not in {*listed, *plain}]
    unmatched = [
        pattern
        for pattern in choice.wild
        if not any(fnmatchcase(each, pattern) for each in (*listed, *lost))
    ]
    return Chosen((*plain, *sorted(taken - set(plain))), tuple(lost), tuple(unmatched))
