"""Does a document hold what it says that it selected, and nothing else?"""

from collections.abc import Iterator
from dataclasses import replace

from crawler.snapshot.document import Head, Node, NodeKind

__all__ = ("Selected",)


class Selected:
    """Takes the nodes in document order and says in words what is wrong."""

    def __init__(self, head: Head) -> None:
        self._selection = head.selection
        # What was left out of the tests cannot be asked of them.
        self._asked = replace(
            head.selection,
            state=None if "test.state" in head.omitted else head.selection.state,
            tags=() if "test.tags" in head.omitted else head.selection.tags,
        )
        self._seen: set[str] = set()
        self._inside: int | None = None  # depth of the selected suite that is open

    def take(self, node: Node) -> Iterator[str]:
        """What is wrong with the next node."""
        if not self._selection:
            return
        identity, is_suite = str(node.fields["id"]), node.kind is NodeKind.SUITE
        if self._inside is not None and node.depth <= self._inside:
            self._inside = None
        if is_suite and identity in self._selection.suites:
            self._seen.add(identity)
            self._inside = node.depth if self._inside is None else self._inside
        if is_suite and identity in self._selection.exclude:
            yield f"it says that it left out suite {identity!r}, and has it"
        if is_suite:
            return
        if not self._asked.admits(node.fields):
            yield f"test {identity!r} is none of those that it says it selected"
        elif self._selection.suites and self._inside is None:
            yield f"test {identity!r} is in no suite that it says it selected"

    def missing(self) -> Iterator[str]:
        """What was selected and did not come."""
        if self._selection.picks_tests:  # then a suite without such a test is not there
            return
        for identity in self._selection.suites:
            if identity not in self._seen:
                yield f"it says that it selected suite {identity!r}, and has it not"
