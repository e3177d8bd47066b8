"""`import-from`: files of another tool, read into a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.completing import complete_path, complete_tool
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import output_options
from crawler.cli.output import write_line, write_note
from crawler.cli.places import chosen_format, format_option, place
from crawler.cli.session import Session, pass_session
from crawler.plural import suites_and_tests

if TYPE_CHECKING:
    from crawler.jobs.import_from import Imported

__all__ = ("command",)


def _list_tools(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001
    """Print the tools and end."""
    if not value:
        return
    from crawler.importing.registry import sources  # noqa: PLC0415  not needed for help

    for source in sources():
        write_line(f"{source.name:<16} {source.about}")
    write_line(f"{'markdown':<16} Testomat.io: pages *.test.md, of its tools or of ours")
    context.exit()


@click.command(
    "import-from",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler import-from testrail-xml cases.xml -o testrail.yaml",
        "testomat-crawler diff testrail.yaml my-project.yaml --match title",
        codes=(0, 2, 6, 130, 143),
    ),
)
@click.argument("tool", shell_complete=complete_tool)
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    shell_complete=complete_path,
)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    required=True,
    shell_complete=complete_path,
    help="Where to write; - is standard output.",
)
@format_option
@click.option(
    "--project", metavar="ID", default="", help="The project's ID.  [default: FILE's name]"
)
@click.option("--title", default="", help="The project's title.  [default: its ID]")
@click.option(
    "--no-manifest", is_flag=True, help="Do not write PATH.manifest.json beside the snapshot."
)
@click.option(
    "--tools",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_tools,
    help="List the tools and exit.",
)
@output_options
@pass_session
def command(
    session: Session,
    tool: str,
    files: tuple[Path, ...],
    *,
    output: str,
    form: str | None,
    project: str,
    title: str,
    no_manifest: bool,
) -> None:
    """Read files of another tool into a snapshot.

    So 'diff --match title' shows what a migration changed. Several FILEs, such as the parts of one
    export, become one snapshot; of feature files, FILE is one or a directory of them. What the
    snapshot has no field for stands in the attribute 'imported'.
    """
    from crawler.jobs.import_from import import_from  # noqa: PLC0415  not needed for help

    done = import_from(
        tool,
        files,
        place(output),
        chosen_format(output, form),
        project=project,
        title=title,
        manifest=not no_manifest,
    )
    if session.verbosity >= 0:
        for line in _summary(done, output):
            write_note(session.scrub(line))


def _summary(done: "Imported", output: str) -> Iterator[str]:

    counts = suites_and_tests(done.head.suites, done.head.tests) or "empty"
    where = "standard output" if output == "-" else output
    yield f"{where}: {done.format.value}, {counts}"
    if done.unplaced:
        yield f"  ! of the whole, no place for: {', '.join(done.unplaced)}"
