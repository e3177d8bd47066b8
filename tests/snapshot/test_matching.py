"""Only tests that match, and the suites above them."""

from dataclasses import replace

import pytest
from support.documents import case, suite

from crawler.selection import Selection
from crawler.snapshot.document import Head, Node
from crawler.snapshot.matching import matching
from crawler.snapshot.selected import Selected

NODES = [
    suite(0, "a"),
    suite(1, "b"),
    case(2, "t1", state="manual", tags=["smoke"]),
    case(2, "t2", state="automated"),
    suite(1, "c"),
    case(1, "t3", state="automated", tags=["smoke"]),
    suite(0, "d"),
    case(1, "t4", state="automated"),
]
ORPHAN = case(0, "t5", state="manual")


def left(selection: Selection, nodes: list[Node]) -> list[str]:
    """The IDs of what matches."""
    return [node.fields["id"] for node in matching(nodes, selection)]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), "a b t1 t2 c t3 d t4 t5"),
        (Selection(state="manual"), "a b t1 t5"),
        (Selection(state="automated"), "a b t2 t3 d t4"),
        (Selection(tags=("smoke",)), "a b t1 t3"),
        (Selection(tags=("smoke",), state="automated"), "a t3"),
        (Selection(tags=("nothing",)), ""),
    ],
)
def test_suites_stay_that_lead_to_a_matching_test(selection: Selection, expected: str) -> None:
    """In the order of the document, each once."""
    assert left(selection, [*NODES, ORPHAN]) == expected.split()


def faults(selection: Selection, nodes: list[Node], *omitted: str) -> list[str]:
    """What is wrong with these nodes."""
    head = Head("p", "P", "", complete=True, suites=0, tests=0, omitted=omitted)
    selected = Selected(replace(head, selection=selection))
    return [*(text for node in nodes for text in selected.take(node)), *selected.missing()]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), []),
        (Selection(("a", "d")), []),
        (Selection(("a",)), ["test 't4' is in no suite that it says it selected"]),
        (
            Selection(("b", "x")),
            [
                "test 't3' is in no suite that it says it selected",
                "test 't4' is in no suite that it says it selected",
                "it says that it selected suite 'x', and has it not",
            ],
        ),
        (Selection(exclude=("c", "x")), ["it says that it left out suite 'c', and has it"]),
        (
            Selection(tags=("smoke",)),
            [
                "test 't2' is none of those that it says it selected",
                "test 't4' is none of those that it says it selected",
            ],
        ),
    ],
)
def test_what_does_not_fit_the_selection_is_a_fault(
    selection: Selection, expected: list[str]
) -> None:
    """What is there and should not be, and the other way round."""
    assert faults(selection, NODES) == expected


def test_what_was_left_out_of_the_tests_is_not_asked_of_them() -> None:
    """The snapshot need not have the fields that it was made by."""
    selection = Selection(state="detached", tags=("x",))
    assert faults(selection, NODES, "test.state", "test.tags") == []
    assert len(faults(selection, NODES, "test.state")) == 4
