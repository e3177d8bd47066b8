"""`report`: one page to browse and search a snapshot in."""

from pathlib import Path
from typing import Final

import click

from crawler.cli.completing import complete_path
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import output_options
from crawler.cli.output import write_note
from crawler.cli.places import STDOUT, place, standard_input
from crawler.cli.session import Session, pass_session
from crawler.errors import UsageError
from crawler.plural import suites_and_tests

__all__ = ("command",)

_SUFFIXES: Final = (".html", ".htm")


@click.command(
    "report",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler report my-project.yaml -o my-project.html",
        "testomat-crawler report HEAD~1:my-project.json -o before.html",
        codes=(0, 2, 6, 130, 143),
    ),
)
@click.argument("source", metavar="IN", shell_complete=complete_path)
@click.option(
    "-o",
    "--output",
    metavar="FILE.html",
    shell_complete=complete_path,
    required=True,
    help="File to write; - is standard output.",
)
@output_options
@pass_session
def command(session: Session, source: str, output: str) -> None:
    """Write one HTML page to browse and search a snapshot in.

    The page holds everything and needs no network: open it from the disk, or mail it. IN is a file,
    a directory that holds a snapshot, REV:PATH of the git repository here, or - for standard input.
    The same snapshot gives the same bytes.
    """
    from crawler.jobs.report import write_report  # noqa: PLC0415  not needed for help

    if output != STDOUT and Path(output).suffix.lower() not in _SUFFIXES:
        raise UsageError(
            f"A page is HTML, so {output} should end in .html.", hint="Name another file with -o."
        )
    done = write_report(source, place(output), stdin=standard_input())
    if session.verbosity < 0 or output == STDOUT:
        return
    counts = suites_and_tests(done.head.suites, done.head.tests) or "empty"
    partial = "" if done.head.complete else ", incomplete"
    text = f"{output}: {counts}{partial}, {done.size:,} bytes; open it in a browser"
    write_note(session.scrub(text))
