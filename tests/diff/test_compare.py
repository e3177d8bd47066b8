"""What is told apart: added, removed, moved, renamed, reordered, changed, and what follows."""

import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from support.documents import HEAD, case, suite

from crawler.diff.changes import ABSENT, Change, FieldChange, Match, Tally, What
from crawler.diff.compare import compare
from crawler.errors import SnapshotError
from crawler.snapshot.document import Document, DocumentGap, Node


def changes(old: Iterable[Node], new: Iterable[Node], match: Match = Match.ID) -> list[Change]:
    """What changed between two trees with the same head."""
    return list(compare(Document(HEAD, list(old)), Document(HEAD, list(new)), match=match).changes)


def told(old: Iterable[Node], new: Iterable[Node], match: Match = Match.ID) -> list[str]:
    """The same in words: `t1 moved changed`."""
    return [
        " ".join((change.place.id, *(what.value for what in change.what)))
        for change in changes(old, new, match)
    ]


def in_a_suite(*names: str) -> list[Node]:
    """A suite with tests of these names, numbered in their order."""
    return [suite(0, "s"), *(case(1, name, position=n) for n, name in enumerate(names, 1))]


def test_an_item_in_one_document_only_was_added_or_removed() -> None:
    """With all its fields, and where it stands."""
    (removed, added) = changes([suite(0, "a", title="A")], [suite(0, "b", title="B")])
    assert (removed.what, added.what) == ((What.REMOVED,), (What.ADDED,))
    assert removed.content == {"id": "a", "title": "A"}
    assert (removed.new, added.old) == (None, None)
    assert added.place.title == "B"


def test_a_test_that_moved_and_changed_is_one_entry() -> None:
    """It says where it was, by the titles of the suites."""
    a, b = suite(0, "a", title="A"), suite(0, "b", title="B")
    old = [a, case(1, "t", title="T", state="manual"), b]
    new = [a, b, case(1, "t", title="U", state="automated")]
    (change,) = changes(old, new)
    assert change.what == (What.MOVED, What.RENAMED, What.CHANGED)
    assert change.old is not None
    assert (change.old.path, change.place.path) == (("A",), ("B",))
    assert change.fields[1:] == (FieldChange("state", "manual", "automated"),)


def test_what_is_below_a_moved_suite_did_not_move() -> None:
    """It is still in the same suite."""
    old = [suite(0, "a"), suite(1, "b"), case(2, "t"), suite(0, "c")]
    new = [suite(0, "a"), suite(0, "c"), suite(1, "b"), case(2, "t")]
    assert told(old, new) == ["b moved"]


def test_an_inserted_test_reorders_nobody() -> None:
    """The numbers of those behind it follow; nobody edited them."""
    old, new = in_a_suite("a", "b", "c"), in_a_suite("a", "x", "b", "c")
    assert told(old, new) == ["x added", "b renumbered", "c renumbered"]
    assert told(new, old) == ["x removed", "b renumbered", "c renumbered"]


def test_only_the_fewest_siblings_count_as_reordered() -> None:
    """One that went to the end is one change, however many it passed."""
    old, new = in_a_suite("a", "b", "c", "d"), in_a_suite("b", "c", "d", "a")
    reordered = [each for each in told(old, new) if "reordered" in each]
    assert reordered == ["a reordered"]


def test_a_swap_in_a_suite_that_also_lost_and_gained_is_one_reorder() -> None:
    """Those that came and went take no part in the order."""
    old = [suite(0, "s"), *(case(1, name) for name in "abcd")]
    new = [suite(0, "s"), *(case(1, name) for name in "xcbd")]
    assert sorted(told(old, new)) == ["a removed", "c reordered", "x added"]


def test_the_number_of_tests_of_a_suite_follows_from_them() -> None:
    """The suite itself was not changed."""
    old = [suite(0, "s", test_count=1), case(1, "a")]
    new = [suite(0, "s", test_count=2), case(1, "a"), case(1, "b")]
    found = changes(old, new)
    assert [change.what for change in found] == [(What.RENUMBERED,), (What.ADDED,)]
    assert found[0].is_noise
    assert found[0].shown == ()


def test_where_an_item_is_said_to_be_follows_from_where_it_is() -> None:
    """The server repeats the place in fields, of what moved and of all below it."""
    way = {"parent_id": "a", "path": "a.b", "is_root": False}
    old = [
        *(suite(0, "a"), suite(1, "b", **way), suite(2, "c", parent_id="b", path="a.b.c")),
        *(case(3, "t", suite_id="c"), suite(0, "d")),
    ]
    new = [
        *(suite(0, "a"), suite(0, "b", parent_id=None, path="b", is_root=True)),
        *(suite(1, "c", parent_id="b", path="b.c"), suite(0, "d"), case(1, "t", suite_id="d")),
    ]
    assert told(old, new) == ["b moved", "c renumbered", "t moved"]
    assert all(change.shown == () for change in changes(old, new))


def test_a_public_title_follows_the_title() -> None:
    """Alone it is a change of its own."""
    old = [suite(0, "s", title="A @smoke", public_title="A")]
    assert told(old, [suite(0, "s", title="B @smoke", public_title="B")]) == ["s renamed"]
    assert told(old, [suite(0, "s", title="A @smoke", public_title="B")]) == ["s changed"]


def test_what_a_server_gives_anew_says_nothing_if_titles_match() -> None:
    """A restored project has other IDs, addresses and times everywhere."""
    old = [suite(0, "a", title="A"), case(1, "t", title="T", suite_id="a", to_url="x/t", state="x")]
    new = [suite(0, "b", title="A"), case(1, "u", title="T", suite_id="b", to_url="y/u", state="y")]
    new[0] = suite(0, "b", title="A", created_at="2026")
    assert told(old, new, Match.TITLE) == ["u changed"]
    (change,) = changes(old, new, Match.TITLE)
    assert [field.name for field in change.fields] == ["state"]


def test_an_item_that_leaves_the_orphans_moved() -> None:
    """From no suite into one, or to the top."""
    old = Document(HEAD, [suite(0, "s")], [suite(0, "o"), case(0, "t")])
    new = Document(HEAD, [suite(0, "s"), case(1, "t"), suite(0, "o")])
    found = compare(old, new).changes
    assert [(change.place.id, change.what) for change in found] == [
        ("t", (What.MOVED,)),
        ("o", (What.MOVED,)),
    ]
    assert all(change.old is not None and change.old.orphan for change in found)


def test_suites_that_changed_places_are_told_as_they_are() -> None:
    """A child that became the parent of its parent."""
    old = [suite(0, "a"), suite(1, "b"), case(2, "t")]
    new = [suite(0, "b"), suite(1, "a"), case(1, "t")]
    assert told(old, new) == ["b moved", "a moved"]


def test_values_of_another_type_are_another_value() -> None:
    """In Python `1 == 1.0 == True`."""
    kinds = (1, 1.0, True, "1", [1], {"1": 1})
    for old in kinds:
        for new in kinds:
            found = told([suite(0, "s", x=old)], [suite(0, "s", x=new)])
            assert found == ([] if old is new else ["s changed"])


def test_the_order_of_keys_is_no_content() -> None:
    """Nor is it within a value."""
    old = [Node(suite(0, "s").kind, 0, {"id": "s", "a": {"x": 1, "y": 2}, "b": 1})]
    new = [Node(suite(0, "s").kind, 0, {"b": 1, "a": {"y": 2, "x": 1}, "id": "s"})]
    assert told(old, new) == []


def test_a_field_that_is_not_there_is_not_one_that_is_null() -> None:
    """Both ways."""
    (change,) = changes([suite(0, "s")], [suite(0, "s", x=None)])
    assert change.fields == (FieldChange("x", ABSENT, None),)
    assert change.keys == (("id",), ("id", "x"))


def test_sets_are_told_by_what_came_and_went() -> None:
    """But only lists of texts under the names that are sets to the vendor."""
    field = FieldChange("tags", ["a", "b"], ["b", "c"])
    assert (field.is_set, field.gone, field.came) == (True, ("a",), ("c",))
    assert FieldChange("labels", ABSENT, ["x"]).came == ("x",)
    assert not FieldChange("params", ["a"], ["b"]).is_set
    assert not FieldChange("tags", ["a"], [1]).is_set
    assert not FieldChange("tags", ["a"], "a").is_set


def test_whole_numbers_beyond_64_bits_are_compared_too() -> None:
    """YAML can hold them."""
    assert told([suite(0, "s", x=2**70)], [suite(0, "s", x=2**70)]) == []
    assert told([suite(0, "s", x=2**70)], [suite(0, "s", x=2**70 + 1)]) == ["s changed"]


def test_a_value_that_no_snapshot_holds_is_refused_in_a_sentence() -> None:
    """Nothing that was read from a file can be one."""
    with pytest.raises(SnapshotError, match="cannot be compared"):
        told([suite(0, "s", x=object())], [suite(0, "s")])


def test_matched_by_title_ids_do_not_count() -> None:
    """So a restored project is compared with what it was restored from."""
    old = [suite(0, "a", title="A"), case(1, "t", title="T", state="manual")]
    new = [suite(0, "x", title="A"), case(1, "y", title="T", state="automated")]
    assert told(old, new, Match.TITLE) == ["y changed"]
    assert told(old, old, Match.TITLE) == []


def test_matched_by_title_the_path_has_to_be_the_same() -> None:
    """A title below another suite is another item; equal titles pair in order."""
    old = [suite(0, "a", title="A"), case(1, "t", title="T"), case(1, "u", title="T", x=1)]
    new = [suite(0, "b", title="B"), case(1, "v", title="T"), suite(0, "c", title="A")]
    new += [case(1, "w", title="T"), case(1, "z", title="T", x=2)]
    assert sorted(told(old, new, Match.TITLE)) == ["b added", "v added", "z changed"]


def test_the_head_is_compared_too() -> None:
    """Counts only if the tree does not explain them."""
    old = Document(HEAD, [suite(0, "s")])
    gap = DocumentGap("suite", "x", "not delivered")
    new = Document(replace(HEAD, project_title="Q", complete=False, gaps=(gap,)), [suite(0, "s")])
    assert [field.name for field in compare(old, new).head] == [
        "project.title",
        "complete",
        "gaps",
    ]
    more = Document(replace(HEAD, suites=2), [suite(0, "s"), suite(0, "u")])
    assert compare(old, more).head == ()
    odd = Document(replace(HEAD, suites=2), [suite(0, "s")])
    assert [field.name for field in compare(old, odd).head] == ["counts.suites"]


def test_matched_by_title_the_project_may_be_another_one() -> None:
    """Its title is content, its ID and its server are not."""
    old = Document(HEAD, [suite(0, "s", title="S")])
    new = Document(replace(HEAD, project_id="q", url="https://b"), [suite(0, "t", title="S")])
    assert not compare(old, new, match=Match.TITLE)
    titled = Document(replace(HEAD, project_title="Q"), old.nodes)
    assert compare(old, titled, match=Match.TITLE)


def test_statistics_count_an_item_in_all_that_happened_to_it() -> None:
    """Suites and tests apart."""
    old = [suite(0, "a"), case(1, "t", x=1), suite(0, "b")]
    new = [suite(0, "a"), suite(0, "b"), case(1, "t", x=2), suite(0, "c")]
    statistics = compare(Document(HEAD, old), Document(HEAD, new)).statistics
    assert statistics.added == Tally(suites=1)
    assert statistics.moved == statistics.changed == Tally(tests=1)
    assert statistics.moved.total == 1


def test_each_document_is_walked_once_if_nothing_differs() -> None:
    """And twice at most."""
    walks = {"old": 0, "new": 0}

    class Nodes(list[Node]):
        def __init__(self, name: str, nodes: Iterable[Node]) -> None:
            super().__init__(nodes)
            self.name = name

        def __iter__(self):
            walks[self.name] += 1
            return super().__iter__()

    def walked(new: list[Node]) -> dict[str, int]:
        walks.update(old=0, new=0)
        compare(Document(HEAD, Nodes("old", in_a_suite("a"))), Document(HEAD, Nodes("new", new)))
        return dict(walks)

    assert walked(in_a_suite("a")) == {"old": 1, "new": 1}
    assert walked(in_a_suite("b")) == {"old": 2, "new": 2}


class Streamed:
    """Suites of 20 tests, made anew at each walk; `edited` tests of them have another title."""

    def __init__(self, tests: int, edited: int = 0) -> None:
        self.tests = tests
        self.edited = edited

    def __iter__(self) -> Iterator[Node]:
        for number in range(self.tests):
            if number % 20 == 0:
                yield suite(0, f"s{number}")
            title = f"{number} edited" if number < self.edited else str(number)
            yield case(1, f"t{number}", title=title, description="text " * 50)


def peak(tests: int) -> int:
    """Most bytes that comparing two documents takes, of which 50 tests differ."""
    tracemalloc.start()
    try:
        compare(Document(HEAD, Streamed(tests)), Document(HEAD, Streamed(tests, edited=50)))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_what_is_alike() -> None:
    """Ten times the tests take the same."""
    peak(100)
    assert peak(10_000) < 1.2 * peak(1_000)


def test_a_document_that_shrinks_while_it_is_read_is_refused() -> None:
    """The second walk does not find what the first has seen."""

    class Shrinking(list[Node]):
        def __iter__(self) -> Iterator[Node]:
            yield from [self.pop() for _ in range(len(self))]

    with pytest.raises(SnapshotError, match="changed while it was read"):
        compare(Document(HEAD, Shrinking(in_a_suite("a")[:1])), Document(HEAD, []))
