"""What a snapshot says of the crawl before its tree."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from crawler.edition import Edition
from crawler.engine.crawl import CrawlOutcome
from crawler.model import SectionName
from crawler.snapshot.assemble import assemble, document_gaps
from crawler.snapshot.document import Document, Head, NodeKind, Section
from crawler.snapshot.noise import Omission

__all__ = ("document_of", "head_and_lost")


def head_and_lost(
    server: str, outcome: CrawlOutcome, left_out: Omission, edition: Edition, runs_since: str | None
) -> tuple[Head, Mapping[NodeKind, int]]:
    """The head of the snapshot, and how much stands at the top of its orphans.

    `left_out` are places, `runs_since` is the day from which on results were asked for.
    """
    tree = outcome.tree
    head = Head(
        project_id=outcome.project.id,
        project_title=outcome.project.title,
        url=server,
        complete=not outcome.gaps,
        suites=tree.suites,
        tests=tree.tests,
        gaps=document_gaps(outcome.gaps),
        omitted=left_out.places,
        selection=outcome.selection,
        edition=edition,
        sections=tuple((name.value, n) for name, n in outcome.sections.counts.items()),
        runs_since=runs_since if SectionName.TESTRUNS in outcome.sections.counts else None,
    )
    if not head.selection.picks_tests:
        return head, _kinds(suites=len(tree.outline.orphans), tests=tree.orphan_tests)
    # Only the document knows which tests fit, and which suites lead to one.
    document = document_of(head, outcome, left_out)
    found = Counter(node.kind for node in document.nodes)
    lost: Counter[NodeKind] = Counter()
    for node in document.orphans:
        found[node.kind] += 1
        lost[node.kind] += not node.depth
    head = replace(head, suites=found[NodeKind.SUITE], tests=found[NodeKind.TEST])
    return head, _kinds(suites=lost[NodeKind.SUITE], tests=lost[NodeKind.TEST])


def _kinds(*, suites: int, tests: int) -> Mapping[NodeKind, int]:
    return {NodeKind.SUITE: suites, NodeKind.TEST: tests}


def document_of(
    head: Head, outcome: CrawlOutcome, left_out: Omission, sections: tuple[Section, ...] = ()
) -> Document:
    """The snapshot as a stream; each call starts a new one."""
    return assemble(head, outcome.tree.items(), outcome.tree.orphans(), left_out, sections)
