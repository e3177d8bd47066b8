"""`export`: a snapshot as files for another tool."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.completing import complete_path, complete_target
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import output_options
from crawler.cli.output import write_line, write_note
from crawler.cli.places import place, standard_input
from crawler.cli.session import Session, pass_session
from crawler.errors import LocalError
from crawler.plural import suites_and_tests

if TYPE_CHECKING:
    from crawler.export.losses import Tally, Verdict
    from crawler.jobs.export import Exported

__all__ = ("command",)

_LOST = 1
_FIELDS_SHOWN = 4


def _list_targets(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001
    """Print the targets and end."""
    if not value:
        return
    from crawler.export.registry import target_called, target_names  # noqa: PLC0415  not for help

    scrub = context.ensure_object(Session).scrub
    for name in target_names():
        try:
            target = target_called(name)
        except LocalError as error:  # one of another package; the others are there all the same
            write_note(scrub(f"{name}: {error}"))
            continue
        write_line(scrub(f"{name:<16} {target.suffix or 'directory':<9} {target.about}"))
    context.exit()


@click.command(
    "export",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler export my-project.yaml --to testrail-xml -o cases.xml",
        "testomat-crawler export my-project.yaml --to xlsx -o tests.xlsx --strict",
        "testomat-crawler export my-project.yaml --to jsonl -o - | jq .title",
        codes=(0, 1, 2, 6, 130, 143),
    ),
)
@click.argument("snapshot", shell_complete=complete_path)
@click.option(
    "--to",
    "target",
    metavar="TARGET",
    required=True,
    shell_complete=complete_target,
    help="For which tool; see --targets.",
)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    required=True,
    shell_complete=complete_path,
    help="Where to write; - is standard output.",
)
@click.option(
    "--map",
    "mapping",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="TOML file with your own words for priorities, states, users and fields.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 if anything was changed or lost.")
@click.option(
    "--targets",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_targets,
    help="List the targets and exit.",
)
@output_options
@pass_session
def command(
    session: Session, snapshot: str, target: str, output: str, mapping: Path | None, *, strict: bool
) -> int:
    """Write a snapshot as files for another tool.

    SNAPSHOT is a path, - for standard input, or REV:PATH of git. Beside PATH lies
    PATH.loss.json, which names what was changed and what the target has no place for, by field and
    by test. If the target's importer takes only so much at once, there are several files: PATH,
    then PATH with a number before the suffix.
    """
    from crawler.jobs.export import export  # noqa: PLC0415  not needed for help

    done = export(snapshot, target, place(output), mapping=mapping, stdin=standard_input())
    if session.verbosity >= 0:
        for line in _summary(done):
            write_note(session.scrub(line))
    return _LOST if strict and done.losses.any else 0


def _summary(done: "Exported") -> Iterator[str]:
    from crawler.export.losses import Verdict  # noqa: PLC0415  not needed for help

    losses = done.losses
    where = str(done.files[0]) if done.files else "standard output"
    more = f" and {len(done.files) - 1} more" if len(done.files) > 1 else ""
    counts = suites_and_tests(losses.suites.items, losses.tests.items) or "empty"
    yield f"{where}{more}: {done.target}, {counts}"
    if not done.head.complete:
        yield "  ! the snapshot is incomplete, so this is too"
    for kind, tally in (("tests", losses.tests), ("suites", losses.suites)):
        if tally.with_losses:
            yield f"  {tally.with_losses:,} of {tally.items:,} {kind} are not quite as they were"
            yield from _fields(tally, Verdict.CHANGED, "changed")
            yield from _fields(tally, Verdict.NO_PLACE, "no place")
    if losses.any and done.report:
        yield f"  {done.report} names each"


def _fields(tally: "Tally", verdict: "Verdict", word: str) -> Iterator[str]:
    """The fields that met a verdict most often."""
    found = [(counts[verdict], name) for name, counts in tally.fields.items() if counts[verdict]]
    found.sort(key=lambda each: (-each[0], each[1]))
    if found:
        shown = ", ".join(f"{name} {number:,}" for number, name in found[:_FIELDS_SHOWN])
        more = f" and {len(found) - _FIELDS_SHOWN} more" if len(found) > _FIELDS_SHOWN else ""
        yield f"    {word}: {shown}{more}"
