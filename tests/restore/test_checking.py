"""What is compared after a restore."""

from dataclasses import replace

from support.documents import HEAD, suite

from crawler.restore.checking import as_compared
from crawler.snapshot.document import Document, Section


def test_only_the_tree_is_compared() -> None:
    """Runs and the like are not written, so they cannot be missing."""
    head = replace(HEAD, sections=(("runs", 1),))
    runs = Section("runs", ({"id": "r"},))
    found = as_compared(Document(head, [suite(0, "a")], [], (runs,)))
    assert (found.sections, found.head.sections) == ((), ())
    assert len(list(found.nodes)) == 1
