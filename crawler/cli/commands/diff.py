"""`diff`: what changed between two snapshots?"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from crawler.cli.colour import color_option, style_for
from crawler.cli.completing import complete_path
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.live import against_server_options, difference_now
from crawler.cli.options import output_options
from crawler.cli.output import write_line, write_note, write_text
from crawler.cli.session import Session, pass_session
from crawler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.diff.changes import Difference
    from crawler.diff.forms import Extent

__all__ = ("command",)

_STDOUT: Final = "-"
_DIFFERENT: Final = 1
_SIGNS: Final = """\b
Signs:
  + added    - removed    > moved
  = renamed  ^ reordered  * changed

"""


@click.command(
    "diff",
    context_settings=CONTEXT,
    epilog=_SIGNS
    + epilog(
        "testomat-crawler diff old.json new.json",
        "testomat-crawler diff HEAD~1:tests.json tests.json --format markdown",
        "testomat-crawler diff tests.json --against-server --exit-code",
        codes=(0, 1, 2, 3, 4, 5, 6, 130, 143),
    ),
)
@click.argument("old", required=False, shell_complete=complete_path)
@click.argument("new", required=False, shell_complete=complete_path)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json", "html"]),
    default="text",
    help="Form of the output; markdown fits a comment on a pull request.  [default: text]",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    shell_complete=complete_path,
    help="File to write.  [default: standard output]",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there are differences.")
@click.option("--stat", is_flag=True, help="Show only how much changed in each suite.")
@click.option("--name-only", is_flag=True, help="Show only signs, kind, ID and path.")
@click.option(
    "--ignore",
    metavar="PLACE",
    multiple=True,
    help="Place not to compare, such as test.updated_at. May be given again.",
)
@click.option(
    "--match",
    type=click.Choice(["id", "title"]),
    default="id",
    help="What items find each other by; title is for a project that was migrated or restored, and"
    " so has new IDs.  [default: id]",
)
@color_option
@click.option(
    "--textconv",
    metavar="FILE",
    shell_complete=complete_path,
    help="Print one snapshot as flat text, for 'git diff' and 'git log -p'.",
)
@against_server_options
@output_options
@pass_session
def command(
    session: Session,
    *,
    old: str | None,
    new: str | None,
    form: str,
    output: str | None,
    exit_code: bool,
    stat: bool,
    name_only: bool,
    ignore: tuple[str, ...],
    match: str,
    color: str,
    textconv: str | None,
    against_server: bool,
    project: str | None,
) -> int:
    """Show what changed between two snapshots.

    OLD and NEW are snapshots in any format, or REV:PATH of the git repository here; one of them may
    be -, standard input. Of a changed text the differing words are marked. With --against-server
    there is no NEW: the snapshot's project is crawled, with the same selection and the same places
    left out, and nothing of that is kept.
    """
    from crawler.diff.changes import Match  # noqa: PLC0415  not needed for help
    from crawler.diff.forms import DiffForm, rendered  # noqa: PLC0415
    from crawler.jobs.diff import find_difference  # noqa: PLC0415

    if textconv is not None:
        return _print_for_git(textconv)
    _check_sides(old, new, project, against_server=against_server)
    extent = _extent(form, stat=stat, name_only=name_only)
    _check_output(output)
    chosen, stdin = Match(match), sys.stdin.buffer
    if against_server:
        found = difference_now(
            session, str(old), project=project, match=chosen, ignore=ignore, stdin=stdin
        )
    else:
        found = find_difference(str(old), str(new), match=chosen, ignore=ignore, stdin=stdin)
    _remark(session, found, form)
    style = style_for(sys.stdout if output in {None, _STDOUT} else None, color)
    _write(rendered(found, DiffForm(form), extent=extent, style=style), output)
    return _DIFFERENT if exit_code and found else 0


def _check_sides(
    old: str | None, new: str | None, project: str | None, *, against_server: bool
) -> None:
    if against_server and (old is None or new is not None):
        raise UsageError("With --against-server one snapshot is needed: OLD.")
    if project is not None and not against_server:
        raise UsageError("--project needs --against-server.")
    if not against_server and (old is None or new is None):
        raise UsageError("Two snapshots are needed.", hint="See 'testomat-crawler diff --help'.")


def _print_for_git(path: str) -> int:
    from crawler.jobs.diff import lines_for_git  # noqa: PLC0415

    for line in lines_for_git(path):
        write_line(line)
    return 0


def _extent(form: str, *, stat: bool, name_only: bool) -> "Extent":
    from crawler.diff.forms import Extent  # noqa: PLC0415

    if stat and name_only:
        raise UsageError("--stat and --name-only contradict each other.")
    if (stat or name_only) and form != "text":
        raise UsageError(f"--stat and --name-only are of the text, not of {form}.")
    if stat:
        return Extent.STAT
    return Extent.NAMES if name_only else Extent.ALL


def _check_output(output: str | None) -> None:
    """Refuse a place that cannot be written before the long work."""
    from crawler.snapshot.store import check_writable  # noqa: PLC0415

    if output not in {None, _STDOUT}:
        check_writable(Path(str(output)))


def _remark(session: Session, found: "Difference", form: str) -> None:
    """Say on standard error what to keep in mind, unless the person sees it in the text itself."""
    from crawler.diff.wording import remarks  # noqa: PLC0415

    seen = form == "text" and sys.stdout.isatty()
    if session.verbosity < 0:
        return
    if seen and not found:
        write_note("No differences.")
    elif not seen:
        for remark in remarks(found):
            write_note(session.scrub(f"Note: {remark}"))


def _write(pieces: "Iterator[str]", output: str | None) -> None:
    from crawler.snapshot.store import open_for_replace  # noqa: PLC0415

    if output is None or output == _STDOUT:
        for piece in pieces:
            write_text(piece)
        return
    with open_for_replace(Path(output)) as out:
        for piece in pieces:
            out.write(piece.encode())
