"""From the answers of `config init` to a working configuration, and to what to type next."""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.completing import remember
from crawler.cli.keyring_store import keep
from crawler.cli.output import Scrubber
from crawler.cli.private_file import already_there, write_private
from crawler.cli.session import CONFIG_NAME, Session, with_proxy
from crawler.cli.signals import run_interruptibly
from crawler.cli.wizard import Answers, Place, ask
from crawler.clock import SystemClock
from crawler.config.settings import DEFAULTS, Settings
from crawler.progress import NoProgress

if TYPE_CHECKING:
    from crawler.jobs.check import CheckReport

__all__ = ("first_steps",)


def first_steps(session: Session, path: Path, *, force: bool) -> tuple[dict[str, object], str]:
    """Ask, and keep the secret where it was wished.

    Returns the settings that the configuration at `path` should hold, and what to do next, in
    words. Raises `click.Abort` if the user ends it; then nothing was written.
    """
    found = session.effective()

    def attempt(settings: Settings) -> "CheckReport":
        session.scrub = Scrubber([*found.secret_values(), *_secret(settings)])
        effective = with_proxy(replace(found, settings=settings)).settings
        report = _check(replace(effective, attempts=1))
        remember(settings.url, report.projects)
        return report

    answers = ask(found, attempt)
    chosen = _chosen(answers)
    if answers.place is Place.FILE and answers.settings.api_token:
        token = path.with_suffix(".token")
        _write_token(token, answers.settings.api_token.reveal(), force=force)
        chosen["token_file"] = token.name
    elif answers.place is Place.FILE and answers.settings.password:
        chosen["password"] = answers.settings.password.reveal()
    elif answers.place is Place.KEYRING:
        keep(answers.settings)
        chosen["keyring"] = True
    return chosen, _next(answers, path)


def _check(settings: Settings) -> "CheckReport":
    from crawler.jobs.check import check  # noqa: PLC0415  slow to load

    nothing, clock = NoProgress(), SystemClock()
    return run_interruptibly(
        lambda: check(replace(settings, project=None), progress=nothing, clock=clock)
    )


def _chosen(answers: Answers) -> dict[str, object]:
    values = {name: getattr(answers.settings, name) for name in ("url", "project", "email")}
    return {name: value for name, value in values.items() if value != DEFAULTS[name]}


def _write_token(path: Path, token: str, *, force: bool) -> None:
    if path.exists() and not force:
        question = f"{path} is there already. Replace it?"
        if not click.confirm(question, default=False, err=True):
            raise already_there(path)
        force = True
    write_private(path, f"{token}\n", replace=force)


def _next(answers: Answers, path: Path) -> str:
    command = ["testomat-crawler", "snapshot", "-o", answers.output]
    if path != Path(CONFIG_NAME):
        command += ["--config", str(path)]
    lines = [f"  {shlex.join(command)}"]
    if answers.place is Place.ENVIRONMENT:
        name = "TESTOMATIO_PASSWORD" if answers.settings.email else "TESTOMATIO_API_TOKEN"
        if answers.settings.jwt:
            name = "TESTOMATIO_JWT"
        lines.insert(0, f"  export {name}=...   (unless it is set)")
    return "\n".join(["Your first snapshot:\n", *lines])


def _secret(settings: Settings) -> list[str]:
    return [each.reveal() for each in (settings.api_token, settings.password) if each]
