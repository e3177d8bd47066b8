"""`show`: the tree of a snapshot in a terminal."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from crawler.cli.colour import color_option, style_for
from crawler.cli.completing import complete_path
from crawler.cli.figures import results_since, section_counts
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.numbers import WholeNumber
from crawler.cli.options import output_options
from crawler.cli.output import Scrubber, write_line, write_note
from crawler.cli.places import standard_input
from crawler.cli.session import Session, pass_session
from crawler.errors import UsageError
from crawler.plural import counted, suites_and_tests
from crawler.redaction import printable
from crawler.style import Role, Style

if TYPE_CHECKING:
    from crawler.snapshot.document import Document, Head
    from crawler.views.selection import Selection
    from crawler.views.terminal_tree import Outline

__all__ = ("command",)

_FILTERS: Final = {
    "--suite": ("ID|PATH", "Only this suite; PATH is its titles, such as 'Checkout/Payment'."),
    "--find": ("TEXT", "Only tests with TEXT in their title, or in that of a suite above."),
    "--tag": ("TAG", "Only tests with this tag."),
    "--priority": ("NAME", "Only tests of this priority, such as high."),
    "--state": ("NAME", "Only tests in this state, such as manual or automated."),
}
_KEEP_COLOURS_QUIT_IF_SHORT: Final = "FRX"

F = TypeVar("F", bound=Callable[..., Any])


def _filters(function: F) -> F:
    for flag, (metavar, text) in reversed(_FILTERS.items()):
        function = click.option(flag, metavar=metavar, help=text)(function)
    return function


@click.command(
    "show",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler show my-project.yaml --depth 2",
        "testomat-crawler show my-project.yaml --suite Checkout/Payment --tests",
        "testomat-crawler show my-project.yaml --tag smoke --state manual",
        codes=(0, 2, 6, 130, 143),
    ),
)
@click.argument("source", metavar="IN", shell_complete=complete_path)
@click.option("--depth", type=WholeNumber(1), metavar="N", help="Only the first N levels.")
@click.option("--tests", is_flag=True, help="List the tests too, not only their number.")
@click.option("--ids", is_flag=True, help="Show the ID of each suite and test.")
@_filters
@color_option
@output_options
@pass_session
def command(
    session: Session,
    source: str,
    depth: int | None,
    *,
    suite: str | None,
    find: str | None,
    tag: str | None,
    priority: str | None,
    state: str | None,
    tests: bool,
    ids: bool,
    color: str,
) -> None:
    """Show the tree of a snapshot.

    Each suite with the number of suites and tests below it. IN is a file, a directory that holds a
    snapshot, or - for standard input. Tests that --find, --tag, --priority and --state choose are
    listed, and only they are counted. On a terminal a long tree is shown page by page.
    """
    from crawler.snapshot.reading import opened  # noqa: PLC0415  not needed for help
    from crawler.views.selection import Selection  # noqa: PLC0415
    from crawler.views.terminal_tree import outline  # noqa: PLC0415

    wanted = Selection(suite, find, tag, priority, state)
    with opened(source, stdin=standard_input()) as document:
        head, gaps = document.head, document.head.gaps
        tree, lost = (
            outline(nodes, wanted, depth=depth, tests=tests, ids=ids)
            for nodes in (document.nodes, document.orphans)
        )
        _check_found(wanted, document, tree, lost)
    shown = _Shown(style_for(sys.stdout, color), session.scrub, depth)
    _show(chain(_lines(head, tree, lost, shown), map(session.scrub, _beside(head))))
    if gaps and session.verbosity >= 0:
        number = counted(len(gaps), "gap")
        write_note(f"This snapshot is incomplete; 'verify' names its {number}.")


def _check_found(wanted: "Selection", document: "Document", *trees: "Outline") -> None:
    """Refuse a suite that is not there, and say what else was asked for in vain."""
    from crawler.snapshot.document import NodeKind  # noqa: PLC0415
    from crawler.views.unmet import like_suite, unmet  # noqa: PLC0415

    nodes = chain(document.nodes, document.orphans)
    if wanted.suite is not None and not any(tree.found for tree in trees):
        near = like_suite(nodes, wanted.suite)
        raise UsageError(
            f"No suite has the ID or the path {wanted.suite!r}.",
            hint=near or "'show IN --ids' names them all.",
        )
    if wanted.narrows and not any(any(tree.totals()) for tree in trees):
        tests = (node for node in nodes if node.kind is NodeKind.TEST)
        for sentence in unmet(tests, wanted):
            write_note(printable(sentence))


@dataclass(frozen=True, slots=True)
class _Shown:
    """How to show it: in which style, fit for a terminal, and to which level."""

    style: Style
    fit: Scrubber
    depth: int | None

    def lines(self, tree: "Outline") -> Iterator[str]:
        """The lines of a tree."""
        return tree.lines(self.depth, style=self.style, fit=self.fit)


def _lines(head: "Head", tree: "Outline", lost: "Outline", shown: _Shown) -> Iterator[str]:
    from crawler.edition import USUAL, edition_words  # noqa: PLC0415
    from crawler.selection import selection_words  # noqa: PLC0415

    suites, tests = (sum(numbers) for numbers in zip(tree.totals(), lost.totals(), strict=True))
    count = shown.style(f"({suites_and_tests(suites, tests) or 'nothing'})", Role.FAINT)
    yield f"{shown.style(shown.fit(head.project_title), Role.STRONG)} {count}"
    if head.edition != USUAL:
        yield shown.fit(f"Read over {edition_words(head.edition)}")
    if head.selection:
        yield shown.fit(f"Only a part: {selection_words(head.selection)}")
    yield from shown.lines(tree)
    if lost.labels and any(lost.totals()):
        yield shown.style("No root leads to these:", Role.STRONG)
        yield from shown.lines(lost)


def _beside(head: "Head") -> Iterator[str]:
    if head.sections:
        since = results_since(head.runs_since)
        yield f"Beside the tree: {section_counts(head.sections)}{since}"


def _show(lines: Iterable[str]) -> None:
    """Print the lines; on a terminal that they do not fit on, in a pager."""
    if sys.stdout.isatty() and sys.stdin and sys.stdin.isatty():
        stream = iter(lines)
        height = shutil.get_terminal_size().lines - 1
        first = list(islice(stream, height + 1))
        if len(first) > height:
            os.environ.setdefault("LESS", _KEEP_COLOURS_QUIT_IF_SHORT)
            click.echo_via_pager(f"{line}\n" for line in chain(first, stream))
            return
        lines = first
    for line in lines:
        write_line(line)
