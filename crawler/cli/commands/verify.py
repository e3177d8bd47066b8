"""`verify`: is a snapshot whole and unaltered?"""

from typing import TYPE_CHECKING, Any

import click

from crawler.cli.completing import complete_path
from crawler.cli.figures import results_since
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.live import against_server_options, difference_now, testimony_now
from crawler.cli.options import output_options
from crawler.cli.output import json_line, write_line, write_note, write_text
from crawler.cli.places import standard_input
from crawler.cli.session import Session, pass_session
from crawler.errors import UsageError
from crawler.plural import suites_and_tests

if TYPE_CHECKING:
    from crawler.diff.changes import Difference
    from crawler.jobs.verify import Verification
    from crawler.jobs.witness import Testimony
    from crawler.snapshot.document import Head

__all__ = ("command",)

_FAULTY = 1
_STDIN = "-"


@click.command(
    "verify",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler verify my-project.yaml",
        "testomat-crawler verify backup/my-project --json",
        "testomat-crawler verify my-project.yaml --against-server",
        codes=(0, 1, 2, 3, 4, 5, 6, 130, 143),
    ),
)
@click.argument("path", shell_complete=complete_path)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.option(
    "--against-markdown",
    is_flag=True,
    help="Hold IDs and titles against the server's own Markdown; needs the project's token.",
)
@against_server_options
@output_options
@pass_session
def command(
    session: Session,
    path: str,
    *,
    as_json: bool,
    against_markdown: bool,
    against_server: bool,
    project: str | None,
) -> int:
    """Check that a snapshot is whole and unaltered.

    PATH is a file, the directory of a tree, or - for standard input. It has to be complete, its
    counts have to be those of what is there, every ID has to be unique, every value of the type
    that the format says; and if PATH.manifest.json stands beside it, every byte has to be the one
    that was written. Files of attachments that are there have to have their sums. Each fault is one
    line. None of that needs a network.

    With --against-server a sound snapshot is then held against the project as it is now, and what
    differs is printed. Nothing is kept of that crawl. With --against-markdown IDs and titles are
    held against a second list of the server's, which no crawl reads.
    """
    from crawler.jobs.verify import verify  # noqa: PLC0415  not needed for help

    _check_options(path, project, against_server=against_server, twice=against_markdown)
    found = verify(path, stdin=standard_input())
    if not as_json:
        _say(session, path, found)
    live: Difference | None = None
    if against_server and found.sound:
        live = difference_now(session, path, project=project)
        if not as_json:
            _say_difference(session, path, live)
    said: Testimony | None = None
    if against_markdown and found.sound:
        said = testimony_now(session, path)
        if not as_json:
            _say_testimony(session, path, said)
    if as_json:
        write_line(json_line(_facts(path, found, live, said)))
    return _FAULTY if live or not found.sound or (said and said.faults) else 0


def _check_options(path: str, project: str | None, *, against_server: bool, twice: bool) -> None:
    if project is not None and not against_server:
        raise UsageError("--project needs --against-server.")
    if (against_server or twice) and path == _STDIN:
        option = "--against-server" if against_server else "--against-markdown"
        raise UsageError(
            f"{option} reads the snapshot twice, which standard input cannot be.",
            hint="Name a file.",
        )


def _say(session: Session, path: str, found: "Verification") -> None:

    for fault in found.faults:
        write_line(session.scrub(f"{path}: {fault.text}"))
    if session.verbosity >= 0:
        if found.sound and found.head:
            counts = suites_and_tests(found.head.suites, found.head.tests) or "empty"
            part = f"{_part(found.head)}{results_since(found.head.runs_since)}"
            write_line(session.scrub(f"{path}: sound, {counts}{part}"))
        if not found.has_manifest:
            note = "There is no manifest beside it, so nobody can tell whether it was altered."
            write_note(note)


def _say_difference(session: Session, path: str, live: "Difference") -> None:
    from crawler.diff.forms import DiffForm, rendered  # noqa: PLC0415  not needed for help
    from crawler.diff.wording import summary  # noqa: PLC0415

    if not live:
        if session.verbosity >= 0:
            write_line(session.scrub(f"{path}: as the project is now"))
        return
    write_line(session.scrub(f"{path}: the project is different now: {summary(live)}"))
    for piece in rendered(live, DiffForm.TEXT):
        write_text(piece)


def _say_testimony(session: Session, path: str, said: "Testimony") -> None:
    for fault in said.faults:
        write_line(session.scrub(f"{path}: {fault}"))
    if session.verbosity >= 0 and not said.faults:
        counts = suites_and_tests(said.suites, said.tests) or "nothing"
        write_line(session.scrub(f"{path}: as the server's Markdown, which has {counts}"))


def _part(head: "Head") -> str:
    from crawler.edition import USUAL, edition_words  # noqa: PLC0415
    from crawler.selection import selection_words  # noqa: PLC0415

    over = f", read over {edition_words(head.edition)}" if head.edition != USUAL else ""
    part = f", a part of the project: {selection_words(head.selection)}" if head.selection else ""
    return over + part


def _facts(
    path: str, found: "Verification", live: "Difference | None", said: "Testimony | None"
) -> dict[str, Any]:
    from crawler.diff.wording import summary  # noqa: PLC0415
    from crawler.edition import edition_mapping  # noqa: PLC0415
    from crawler.selection import selection_mapping  # noqa: PLC0415

    head = found.head
    now = None if live is None else {"same": not live, "summary": summary(live)}
    markdown = None if said is None else {"same": not said.faults, "faults": list(said.faults)}
    return {
        "path": path,
        "sound": found.sound,
        "manifest": found.has_manifest,
        "suites": head.suites if head else None,
        "tests": head.tests if head else None,
        **(edition_mapping(head.edition) if head else {}),
        "selection": selection_mapping(head.selection) if head else {},
        "runs_since": head.runs_since if head else None,
        "omitted": list(head.omitted) if head else [],
        "against_server": now,
        "against_markdown": markdown,
        "faults": [{"kind": fault.kind.value, "text": fault.text} for fault in found.faults],
    }
