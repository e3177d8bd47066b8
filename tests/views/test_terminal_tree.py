"""The tree as text: counts, depth, and what was asked for."""

import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from support.documents import case, suite

from crawler.plural import suites_and_tests
from crawler.snapshot.document import Node
from crawler.views.selection import Selection
from crawler.views.terminal_tree import outline, tree_lines

NODES = [
    suite(0, "aa", title="Checkout"),
    suite(1, "bb", title="Payment"),
    case(2, "t1", title="Card", priority="high", state="manual", tags=["smoke", "@eu"]),
    case(2, "t2", title="Invoice @slow", priority="Low", state="automated", tags=["slow"]),
    suite(1, "cc", title="Empty"),
    case(1, "t3", title="Basket", priority="high", tags="no list"),
    suite(0, "dd", title="Start page"),
    case(1, "t4", title="Card of the day", state="manual"),
]


def drawn(*nodes: Node, depth: int | None = None, **more: Any) -> list[str]:
    """All lines of the outline."""
    wanted = Selection(**{key: more.pop(key) for key in list(more) if key not in ("tests", "ids")})
    return list(outline(nodes or NODES, wanted, depth=depth, **more).lines(depth))


def test_every_suite_has_the_numbers_of_all_below_it() -> None:
    """One that has nothing is called empty."""
    assert drawn() == [
        "├── Checkout (2 suites, 3 tests)",
        "│   ├── Payment (2 tests)",
        "│   └── Empty (empty)",
        "└── Start page (1 test)",
    ]


def test_tests_are_listed_on_request() -> None:
    """With priority, state and the tags that the title does not show."""
    assert drawn(tests=True) == [
        "├── Checkout (2 suites, 3 tests)",
        "│   ├── Payment (2 tests)",
        "│   │   ├── · Card (high, manual) @smoke @@eu",
        "│   │   └── · Invoice @slow (Low, automated)",
        "│   ├── Empty (empty)",
        "│   └── · Basket (high)",
        "└── Start page (1 test)",
        "    └── · Card of the day (manual)",
    ]


def test_depth_hides_lines_and_not_numbers() -> None:
    """Of suites and of tests."""
    assert drawn(depth=1) == ["├── Checkout (2 suites, 3 tests)", "└── Start page (1 test)"]
    assert drawn(depth=2, tests=True)[-3:] == [
        "│   └── · Basket (high)",
        "└── Start page (1 test)",
        "    └── · Card of the day (manual)",
    ]


@pytest.mark.parametrize(
    "given", ["bb", "Checkout/Payment", " checkout / PAYMENT ", "/Checkout/Payment"]
)
def test_a_suite_is_chosen_by_id_or_path(given: str) -> None:
    """It becomes the root, under its whole path."""
    assert drawn(suite=given) == ["└── Checkout / Payment (2 tests)"]


def test_titles_with_slashes_are_found_by_their_path() -> None:
    """The path is what people read."""
    nodes = (suite(0, "a", title="And/or"), suite(1, "b", title="x/y"), case(2, "t"))
    assert drawn(*nodes, suite="And/or/x/y") == ["└── And/or / x/y (1 test)"]


def test_a_suite_that_is_not_there_is_not_found() -> None:
    """Which the caller can tell from one that is empty."""
    assert outline(NODES, Selection(suite="Nowhere")).found == 0
    assert outline(NODES, Selection(suite="cc")).found == 1


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"find": "card"}, ["Card", "Card of the day"]),
        ({"find": "t3"}, ["Basket"]),
        ({"find": "PAYMENT"}, ["Card", "Invoice @slow"]),
        ({"find": "checkout"}, ["Card", "Invoice @slow", "Basket"]),
        ({"find": "checkout", "priority": "low"}, ["Invoice @slow"]),
        ({"tag": "smoke"}, ["Card"]),
        ({"tag": "@EU"}, ["Card"]),
        ({"priority": "HIGH"}, ["Card", "Basket"]),
        ({"state": "manual"}, ["Card", "Card of the day"]),
        ({"state": "manual", "suite": "aa"}, ["Card"]),
        ({"state": "manual", "tag": "slow"}, []),
        ({"find": "nothing"}, []),
    ],
)
def test_tests_are_chosen(given: dict[str, str], found: list[str]) -> None:
    """All conditions have to hold; a suite that is found brings its tests."""
    lines = [line.partition("· ")[2] for line in drawn(**given) if "· " in line]
    assert [line.partition(" (")[0] for line in lines] == found


def test_only_what_is_chosen_is_shown_and_counted() -> None:
    """A suite without any of it vanishes."""
    assert drawn(tag="slow") == [
        "└── Checkout (1 suite, 1 test)",
        "    └── Payment (1 test)",
        "        └── · Invoice @slow (Low, automated)",
    ]
    assert outline(NODES, Selection(tag="slow")).totals() == (2, 1)
    assert outline(NODES).totals() == (4, 4)
    assert drawn(find="empty") == ["└── Checkout (1 suite)", "    └── Empty (empty)"]


def test_ids_are_shown_on_request() -> None:
    """To ask for one of them next."""
    assert drawn(suite="dd", tests=True, ids=True) == [
        "└── dd  Start page (1 test)",
        "    └── · t4  Card of the day (manual)",
    ]


def test_orphans_may_be_tests() -> None:
    """Which stand at the top, and count."""
    nodes = (suite(0, "a", title="Lost"), case(0, "t", title="Alone"))
    assert drawn(*nodes) == ["├── Lost (empty)", "└── · Alone"]
    assert outline(nodes).totals() == (1, 1)
    assert drawn(*nodes, suite="a") == ["└── Lost (empty)"]


def test_an_item_without_a_title_is_named_by_its_id() -> None:
    """Whatever else a title may be."""
    assert drawn(suite(0, "a"), suite(0, "b", title=1)) == ["├── a (empty)", "└── 1 (empty)"]


def test_lines_that_do_not_fit_are_counted() -> None:
    """In a last line."""
    assert list(tree_lines(NODES, depth=2, most=1))[1:] == ["… and 3 more"]
    assert len(list(tree_lines(NODES, depth=2))) == 4


def test_nothing_is_named_that_is_not_there() -> None:
    """And numbers are grouped."""
    assert [suites_and_tests(0, 0), suites_and_tests(1, 0), suites_and_tests(0, 1234)] == [
        "",
        "1 suite",
        "1,234 tests",
    ]


def test_memory_does_not_grow_with_tests_that_are_not_listed() -> None:
    """However many there are, and whatever is in them."""

    def nodes(count: int) -> Iterator[Node]:
        yield suite(0, "a")
        for number in range(count):
            yield case(1, f"{number}", description="x" * 1000)

    outline(nodes(10))
    tracemalloc.start()
    try:
        outline(nodes(20_000))
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
