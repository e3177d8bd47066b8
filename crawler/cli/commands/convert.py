"""`convert`: from one snapshot format to another."""

from functools import partial
from pathlib import Path

import click

from crawler.cli.completing import complete_path
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import output_options
from crawler.cli.output import write_note
from crawler.cli.places import chosen_format, format_option, place, standard_input
from crawler.cli.session import Session, pass_session
from crawler.errors import UsageError
from crawler.plural import suites_and_tests

__all__ = ("command",)

_STDIN = "-"


@click.command(
    "convert",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler convert my-project.yaml -o my-project.json",
        "testomat-crawler convert my-project.json -o tests/",
        "testomat-crawler convert shop.json -o shop/ --to tree --link-attachments",
        "git show HEAD:my-project.json | testomat-crawler convert - -o -",
        codes=(0, 2, 6, 130, 143),
    ),
)
@click.argument("source", metavar="IN", shell_complete=complete_path)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    required=True,
    shell_complete=complete_path,
    help="Where to write; - is standard output.",
)
@partial(format_option, names=("--format", "--to"))
@click.option(
    "--no-manifest", is_flag=True, help="Do not write OUT.manifest.json beside the snapshot."
)
@click.option(
    "--link-attachments",
    is_flag=True,
    help="Let texts link to the files beside IN; for a directory. OUT is then a copy to read, and"
    " has no manifest.",
)
@output_options
@pass_session
def command(
    session: Session,
    source: str,
    output: str,
    form: str | None,
    *,
    no_manifest: bool,
    link_attachments: bool,
) -> None:
    """Convert a snapshot to another format.

    Nothing is lost. IN is a file, a directory that holds a snapshot, or - for standard input; its
    format is told from what is there. The same snapshot gives the same bytes, whatever formats it
    went through. If IN has a manifest, it has to describe IN, and is carried over to OUT with the
    sums of OUT.
    """
    from crawler.jobs.convert import convert, convert_linked  # noqa: PLC0415  not needed for help

    target, chosen = place(output), chosen_format(output, form)
    if link_attachments:
        if source == _STDIN or not isinstance(target, Path):
            raise UsageError("--link-attachments needs names for IN and OUT, not '-'.")
        done = convert_linked(Path(source), target, chosen)
    else:
        done = convert(source, target, chosen, stdin=standard_input(), manifest=not no_manifest)
    if session.verbosity >= 0 and isinstance(target, Path):
        counts = suites_and_tests(done.head.suites, done.head.tests) or "empty"
        text = f"{output}: {done.format.value}, {counts}, {done.written.size:,} bytes"
        write_note(session.scrub(text))
