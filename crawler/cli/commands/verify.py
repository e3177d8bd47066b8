"""`verify`: is a snapshot whole and unaltered?"""

from typing import TYPE_CHECKING, Any

import click

from crawler.cli.completing import complete_path
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import output_options
from crawler.cli.output import json_line, write_line
from crawler.cli.places import standard_input
from crawler.cli.session import Session, pass_session

if TYPE_CHECKING:
    from crawler.jobs.verify import Verification
    from crawler.snapshot.document import Head

__all__ = ("command",)

_FAULTY = 1


@click.command(
    "verify",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler verify my-project.yaml",
        "testomat-crawler verify backup/my-project --json",
        codes=(0, 1, 2, 6, 130, 143),
    ),
)
@click.argument("path", shell_complete=complete_path)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@output_options
@pass_session
def command(session: Session, path: str, *, as_json: bool) -> int:
    """Check that a snapshot is whole and unaltered.

    PATH is a file, the directory of a tree, or - for standard input. It has to be complete, its
    counts have to be those of what is there, every ID has to be unique, every value of the type
    that the format says; and if PATH.manifest.json stands beside it, every byte has to be the one
    that was written. Each fault is one line. Needs no network.
    """
    from crawler.jobs.verify import verify  # noqa: PLC0415  not needed for help
    from crawler.views.terminal_tree import counted  # noqa: PLC0415

    found = verify(path, stdin=standard_input())
    if as_json:
        write_line(json_line(_facts(path, found)))
        return 0 if found.sound else _FAULTY
    for fault in found.faults:
        write_line(session.scrub(f"{path}: {fault.text}"))
    if session.verbosity >= 0:
        if found.sound and found.head:
            counts = counted(found.head.suites, found.head.tests) or "empty"
            part = _part(found.head)
            write_line(session.scrub(f"{path}: sound, {counts}{part}"))
        if not found.has_manifest:
            note = "There is no manifest beside it, so nobody can tell whether it was altered."
            click.echo(note, err=True)
    return 0 if found.sound else _FAULTY


def _part(head: "Head") -> str:
    from crawler.selection import selection_words  # noqa: PLC0415

    return f", a part of the project: {selection_words(head.selection)}" if head.selection else ""


def _facts(path: str, found: "Verification") -> dict[str, Any]:
    from crawler.selection import selection_mapping  # noqa: PLC0415

    head = found.head
    return {
        "path": path,
        "sound": found.sound,
        "manifest": found.has_manifest,
        "suites": head.suites if head else None,
        "tests": head.tests if head else None,
        "selection": selection_mapping(head.selection) if head else {},
        "omitted": list(head.omitted) if head else [],
        "faults": [{"kind": fault.kind.value, "text": fault.text} for fault in found.faults],
    }
