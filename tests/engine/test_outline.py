"""The tree that follows from the evidence, whatever the evidence."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.engine.outline import SuiteEvidence, resolve


def outline(*suites):
    """The outline of these suites."""
    return resolve(sorted(suite.id for suite in suites), suites)


def test_siblings_stand_by_position_then_as_they_were_listed():
    """Suites without a position come last."""
    children = outline(
        SuiteEvidence("p", is_root=True),
        SuiteEvidence("a", parent="p", position=2, listers={"p": 0}),
        SuiteEvidence("b", parent="p", position=1, listers={"p": 3}),
        SuiteEvidence("c", parent="p", position=1, listers={"p": 2}),
        SuiteEvidence("d", parent="p", listers={"p": 1}),
    ).children
    assert list(children["p"]) == ["c", "b", "a", "d"]


def test_a_suites_own_word_on_its_parent_counts_before_the_parents():
    """If both exist."""
    found = outline(
        SuiteEvidence("p", is_root=True),
        SuiteEvidence("q", is_root=True),
        SuiteEvidence("a", parent="p", listers={"q": 0}),
        SuiteEvidence("b", parent="gone", listers={"q": 0}),
    )
    assert found.children == {"p": ["a"], "q": ["b"]}


def test_a_suite_listed_as_a_child_is_no_root_whatever_it_says():
    """Some servers send no parent for any suite."""
    found = outline(
        SuiteEvidence("p", parent_known=True, listed=0),
        SuiteEvidence("a", parent_known=True, listed=1, listers={"p": 0}),
    )
    assert found.roots == ("p",)


def test_where_nothing_is_said_a_listed_suite_that_is_nobodys_child_is_a_root():
    """The listing is then all there is."""
    found = outline(SuiteEvidence("p", listed=0), SuiteEvidence("lost"))
    assert (found.roots, found.orphans) == (("p",), ("lost",))


def test_a_ring_is_opened_at_the_suite_that_calls_itself_a_root():
    """Else at the smallest ID, and then it is an orphan."""
    found = outline(
        SuiteEvidence("a", listers={"b": 0}),
        SuiteEvidence("b", is_root=True, listers={"a": 0}),
    )
    assert (found.roots, found.orphans, found.rings) == (("b",), (), (("b", "a"),))


names = st.sampled_from("abcdefg")
evidence = st.dictionaries(
    names,
    st.builds(
        SuiteEvidence,
        id=st.just(""),
        parent=st.none() | names,
        parent_known=st.booleans(),
        is_root=st.none() | st.booleans(),
        position=st.none() | st.floats(0, 3),
        listed=st.none() | st.integers(0, 3),
        listers=st.dictionaries(names, st.integers(0, 3), max_size=3),
        skeleton_parent=st.none() | names,
        in_skeleton=st.booleans(),
    ),
)


def with_ids(suites):
    """The same evidence under the names that it stands by."""
    return {
        name: SuiteEvidence(
            **{field: getattr(suite, field) for field in SuiteEvidence.__slots__ if field != "id"},
            id=name,
        )
        for name, suite in suites.items()
    }


@given(evidence)
def test_every_suite_stands_in_the_tree_exactly_once(suites):
    """Rings, contradictions and missing parents included."""
    suites = with_ids(suites)
    found = resolve(sorted(suites), suites.values())
    entered = [i for i, _, enter in found.walk((*found.roots, *found.orphans)) if enter]
    assert sorted(entered) == sorted(suites)


@given(evidence, st.randoms())
def test_the_order_of_the_evidence_leaves_no_trace(suites, chance):
    """The same evidence, collected in another order, is the same tree."""
    suites = with_ids(suites)
    shuffled = list(suites.values())
    chance.shuffle(shuffled)
    names = sorted(suites)
    first, second = resolve(names, suites.values()), resolve(names, shuffled)
    assert (first.roots, first.orphans, first.rings) == (
        second.roots,
        second.orphans,
        second.rings,
    )
    assert {p: list(c) for p, c in first.children.items()} == {
        p: list(c) for p, c in second.children.items()
    }
