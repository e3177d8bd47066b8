"""The order and the positions of what is written."""

from support.documents import HEAD, case, suite

from crawler.restore.links import Rewriter
from crawler.restore.orphans import HOME_TITLE, adopted
from crawler.restore.planning import ROOT, plain_title, survey, walk
from crawler.snapshot.document import Document, NodeKind

REWRITER = Rewriter("p", "new", "https://new.example")

NODES = [
    suite(0, "a", position=1),
    suite(1, "b", position=5),
    case(2, "t1", position=2),
    case(2, "t2", position=2),
    suite(1, "c", position=9),
    case(1, "t3"),
    case(1, "t4", position=1),
    suite(0, "d", position=2),
]


def test_positions_that_rise_are_sent_and_all_others_numbered_anew():
    """Tied or missing ones would leave the order to chance."""
    found = survey(NODES, REWRITER)
    assert found.unordered == {(1, NodeKind.TEST), (0, NodeKind.TEST)}
    placed = {item.old: (item.parent, item.position) for item in walk(NODES, found.unordered)}
    assert placed == {
        "a": (ROOT, 1),
        "b": (0, 5),
        "t1": (1, 1),
        "t2": (1, 2),
        "c": (0, 9),
        "t3": (0, 1),
        "t4": (0, 2),
        "d": (ROOT, 2),
    }


def test_a_survey_counts_what_will_be_written():
    """Suites, tests, links, labels, rows, and what has no place."""
    row = {"type": "example", "attributes": {"data": ["x"]}}
    fields = {"labels": ["L:v", "L:w"], "included": [row], "milestones": ["m"]}
    nodes = [suite(0, "a", description="@T00000001"), case(1, "t", **fields)]
    found = survey(nodes, REWRITER)
    assert (found.suites, found.tests, found.linked, found.worn, found.rows) == (1, 1, 1, 2, 1)
    assert list(found.labels) == ["L"]
    assert dict(found.no_place) == {"test.milestones": 1}


def test_orphans_get_a_home_after_all_roots():
    """Suites as they were, tests in a suite of their own; twice over the same."""
    orphans = [suite(0, "x"), case(1, "y"), case(0, "z")]
    document = adopted(Document(HEAD, NODES, orphans))
    for _ in range(2):
        nodes = list(document.nodes)[len(NODES) :]
        assert [(n.depth, n.fields["id"]) for n in nodes] == [
            (0, "orphans"),
            (1, "x"),
            (2, "y"),
            (1, "orphans/tests"),
            (2, "z"),
        ]
    assert nodes[0].fields["title"] == HOME_TITLE
    assert nodes[0].fields["position"] == 3
    assert document.head.suites == HEAD.suites + 2


def test_a_document_without_orphans_is_left_alone():
    """There is nothing to give a home to."""
    document = Document(HEAD, NODES)
    assert adopted(document) is document


def test_titles_are_looked_for_without_the_blanks_that_servers_trim():
    """At the ends and in a row."""
    assert plain_title("  a \n b ") == "a b"
    assert plain_title(None) == ""
