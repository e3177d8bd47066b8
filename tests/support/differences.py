"""A difference in which everything happens, with hostile texts."""

from dataclasses import replace
from typing import Any, Final

from crawler.diff.changes import Difference
from crawler.diff.compare import compare
from crawler.snapshot.document import Document
from support.documents import HEAD, case, suite

EVIL: Final = "<script>alert(1)</script> @bob #1 `x` \x1b[2J \u202e | ![](http://a.example/x)"
STEPS: Final = "* open the basket\n* press **Pay**\n* see the page\n* log out\n"

OLD: Final = Document(
    HEAD,
    [
        suite(0, "s1", title="Checkout", position=1),
        case(1, "t1", title="Pays by card", priority="low", tags=["a", "b"], description=STEPS),
        case(1, "t2", title="Second", position=2),
        case(1, "t3", title="Third", position=3),
        suite(0, "s2", title="Account", position=2),
        case(1, "t4", title="Logs in"),
    ],
)
NEW: Final = Document(
    replace(HEAD, project_title=EVIL),
    [
        suite(0, "s1", title="Payment", position=1),
        case(1, "t3", title="Third", position=1),
        case(1, "t2", title="Second", position=2),
        case(1, "t5", title=EVIL, position=3),
        suite(0, "s2", title="Account", position=2),
        case(
            1,
            "t1",
            title="Pays by card",
            priority="high",
            tags=["b", EVIL],
            description=f"{STEPS}```\n</pre>{EVIL}\n",
        ),
    ],
)


def everything() -> Difference:
    """Added, removed, moved and changed, renamed, reordered, and a changed head."""
    return compare(OLD, NEW)


def many(count: int, **fields: Any) -> Difference:
    """A difference of this many changed tests."""
    old = [suite(0, "s"), *(case(1, f"t{n}", title=f"Test {n}", **fields) for n in range(count))]
    new = [suite(0, "s"), *(case(1, f"t{n}", title=f"Test {n} changed") for n in range(count))]
    return compare(Document(HEAD, old), Document(HEAD, new))


def nothing() -> Difference:
    """No difference at all."""
    return compare(OLD, OLD)
