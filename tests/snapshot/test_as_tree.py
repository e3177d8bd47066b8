"""A tree is laid out as documented, changes where it should, and refuses what is no tree."""

from dataclasses import replace

import pytest
from support.documents import HEAD, case, chain, in_memory, siblings, suite
from support.trees import changed, document_in, tree_of

from crawler.errors import SnapshotError
from crawler.snapshot.as_tree import named_in
from crawler.snapshot.document import Document, Node
from crawler.snapshot.tree_names import LONGEST_PATH

SHOP = Document(
    replace(HEAD, suites=5, tests=4),
    [
        suite(0, "aa", title="Checkout", file_type="folder"),
        suite(1, "bb", title="Payment"),
        case(2, "t1", title="Card", description="* open\n* pay\n"),
        case(2, "t2", title="Invoice"),
        suite(1, "cc", title="Empty"),
        case(1, "t3", title="Beside its suites"),
        suite(0, "dd", title="Start page"),
    ],
    [suite(0, "ee", title="Lost"), case(0, "t4", title="Alone")],
)
FILES = {
    "snapshot.yaml": b"""\
format: testomat-snapshot/1
project:
  id: p
  title: P
  url: https://app.testomat.io
complete: true
suites:
- checkout-aa.yaml
- start-page-dd.yaml
orphans:
  suites:
  - orphans/lost-ee.yaml
  tests:
  - id: t4
    title: Alone
""",
    "checkout-aa.yaml": b"""\
id: aa
title: Checkout
file_type: folder
suites:
- payment-bb.yaml
- empty-cc.yaml
tests:
- id: t3
  title: Beside its suites
""",
    "checkout-aa/payment-bb.yaml": b"""\
id: bb
title: Payment
tests:
- id: t1
  title: Card
  description: |
    * open
    * pay
- id: t2
  title: Invoice
""",
    "checkout-aa/empty-cc.yaml": b"id: cc\ntitle: Empty\n",
    "start-page-dd.yaml": b"id: dd\ntitle: Start page\n",
    "orphans/lost-ee.yaml": b"id: ee\ntitle: Lost\n",
}


def with_nodes(nodes: list[Node]) -> Document:
    """The shop with other nodes, and the counts of these."""
    suites = sum(1 for node in [*nodes, *SHOP.orphans] if node.kind == "suite")
    tests = len(nodes) + len(list(SHOP.orphans)) - suites
    return Document(replace(HEAD, suites=suites, tests=tests), nodes, SHOP.orphans)


def test_the_layout_is_the_documented_one() -> None:
    """One file a suite, a folder for what is below it, the order in the parent's file."""
    assert tree_of(SHOP) == FILES


def test_what_is_loaded_is_what_was_dumped() -> None:
    """Counts included, which stand in no file."""
    assert document_in(FILES) == in_memory(SHOP)


def test_counts_that_are_not_those_of_the_tree_are_kept() -> None:
    """Nothing is repaired in silence."""
    wrong = Document(replace(SHOP.head, tests=99), SHOP.nodes, SHOP.orphans)
    assert b"counts:\n  suites: 5\n  tests: 99\n" in tree_of(wrong)["snapshot.yaml"]
    assert document_in(tree_of(wrong)) == in_memory(wrong)


def test_an_empty_project_is_one_file() -> None:
    """Which says that there are no suites."""
    files = tree_of(Document(replace(HEAD, suites=0), []))
    assert list(files) == ["snapshot.yaml"]
    assert files["snapshot.yaml"].endswith(b"complete: true\nsuites: []\n")
    assert document_in(files).head.suites == 0


NODES = list(SHOP.nodes)


@pytest.mark.parametrize(
    ("edit", "nodes", "expected"),
    [
        (
            "a test is added",
            [*NODES[:3], case(2, "t9"), *NODES[3:]],
            {"checkout-aa/payment-bb.yaml"},
        ),
        ("a test is removed", [*NODES[:2], *NODES[3:]], {"checkout-aa/payment-bb.yaml"}),
        (
            "a test is moved",
            [*NODES[:2], NODES[3], NODES[4], NODES[2], *NODES[5:]],
            {"checkout-aa/payment-bb.yaml", "checkout-aa/empty-cc.yaml"},
        ),
        (
            "tests change places",
            [*NODES[:2], NODES[3], NODES[2], *NODES[4:]],
            {"checkout-aa/payment-bb.yaml"},
        ),
        (
            "suites change places",
            [NODES[0], NODES[4], *NODES[1:4], *NODES[5:]],
            {"checkout-aa.yaml"},
        ),
        (
            "a suite is added",
            [*NODES[:4], suite(1, "ff", title="New"), *NODES[4:]],
            {"checkout-aa.yaml", "checkout-aa/new-ff.yaml"},
        ),
        (
            "a suite gets its first child",
            [*NODES[:5], suite(2, "ff", title="New"), *NODES[5:]],
            {"checkout-aa/empty-cc.yaml", "checkout-aa/empty-cc/new-ff.yaml"},
        ),
        (
            "a suite is removed",
            [*NODES[:4], *NODES[5:]],
            {"checkout-aa.yaml", "checkout-aa/empty-cc.yaml"},
        ),
        (
            "a suite is renamed",
            [*NODES[:4], suite(1, "cc", title="Full"), *NODES[5:]],
            {"checkout-aa.yaml", "checkout-aa/empty-cc.yaml", "checkout-aa/full-cc.yaml"},
        ),
    ],
)
def test_an_edit_changes_the_files_that_it_concerns(
    edit: str, nodes: list[Node], expected: set[str]
) -> None:
    """And no others."""
    # A test that moved to another place in the list keeps its depth here.
    assert changed(FILES, tree_of(with_nodes(nodes))) == expected, edit


@pytest.mark.parametrize("levels", [3, 40, 400])
def test_deep_trees_have_short_paths(levels: int) -> None:
    """What would lie too deep begins anew under one folder at the root."""
    nodes = [
        suite(depth, f"{depth:08x}", title="A title of some length") for depth in range(levels)
    ]
    document = Document(replace(HEAD, suites=levels), nodes)
    files = tree_of(document)
    assert max(map(len, files)) <= LONGEST_PATH
    assert any(path.startswith("deep/") for path in files) == (levels > 3)
    assert document_in(files) == in_memory(document)


def test_a_deep_suite_keeps_its_place_when_others_come_and_go() -> None:
    """A path depends on the suites above alone."""
    long = [suite(depth, f"{depth:08x}", title="A title of some length") for depth in range(20)]
    one = tree_of(Document(HEAD, long))
    two = tree_of(Document(HEAD, [suite(0, "new"), *long, suite(3, "x"), suite(0, "last")]))
    assert set(one) < set(two)


@pytest.mark.parametrize("document", [chain(400), siblings(2000)])
def test_deep_and_wide_documents_come_back(document: Document) -> None:
    """Neither a recursion limit nor a path length shows."""
    assert document_in(tree_of(document)) == in_memory(document)


def test_ids_and_titles_that_collide_have_files_of_their_own() -> None:
    """The same ID twice, in one folder and, deep down, in another."""
    deep = [suite(depth, "same", title="A title of some length") for depth in range(30)]
    document = Document(HEAD, [*deep, *deep, suite(0, "SAME"), suite(0, "same"), suite(0, "Same")])
    files = tree_of(document)
    assert len({path.casefold() for path in files}) == 64
    assert document_in(files).nodes == document.nodes


def test_another_layout_of_a_file_is_read() -> None:
    """Other tools and people write YAML as they like."""
    edited = {
        **FILES,
        "checkout-aa.yaml": b"{tests: [{id: t3, title: Beside its suites}], 'suites': "
        b'[payment-bb.yaml, "empty-cc.yaml"], id: aa, title: Checkout, file_type: folder}',
        "start-page-dd.yaml": FILES["start-page-dd.yaml"].replace(b"\n", b"\r\n"),
    }
    assert document_in(edited) == in_memory(SHOP)
    for path, data in FILES.items():
        assert named_in(edited[path], path) == named_in(data, path)


@pytest.mark.parametrize(
    ("path", "old", "new", "problem"),
    [
        ("checkout-aa.yaml", b"payment-bb", b"gone-bb", "file checkout-aa/gone-bb.yaml .* missing"),
        ("checkout-aa.yaml", b"- payment-bb", b"- ../payment-bb", "which is no file of a tree"),
        ("checkout-aa.yaml", b"- payment-bb", b"- /etc/passwd", "which is no file of a tree"),
        ("checkout-aa.yaml", b"- payment-bb", b"- c:x", "which is no file of a tree"),
        ("checkout-aa.yaml", b"- payment-bb", b"- a\\b", "which is no file of a tree"),
        ("checkout-aa.yaml", b"- payment-bb", b"- .git/x", "which is no file of a tree"),
        ("checkout-aa.yaml", b"- payment-bb.yaml", b"- 1", "which is no file of a tree"),
        ("checkout-aa.yaml", b"- payment-bb", b"- empty-cc", "empty-cc.yaml .* is listed twice"),
        ("checkout-aa.yaml", b"payment-bb.yaml", b"./x.yaml", "which is no file of a tree"),
        ("checkout-aa.yaml", b"id: aa", b"id: 1", "checkout-aa.yaml: .* no 'id' that is text"),
        ("checkout-aa.yaml", b"id: t3", b"no: t3", "checkout-aa.yaml: .* no 'id' that is text"),
        ("checkout-aa.yaml", b"id: aa", b"<<<<<<< HEAD", "checkout-aa.yaml: "),
        ("start-page-dd.yaml", b"id: dd\ntitle: Start page", b"- a", "It is no mapping"),
        ("start-page-dd.yaml", b"id: dd", b"id: dd\nsuites: {}", "is no list of files"),
        ("start-page-dd.yaml", b"id: dd", b"id: dd\ntests: {}", "is no list"),
        ("snapshot.yaml", b"snapshot/1", b"snapshot/2", "this version reads testomat-snapshot/1"),
        ("snapshot.yaml", b"suites:\n- check", b"no: 1\nx:\n- check", "has no 'suites'"),
        ("snapshot.yaml", b"complete", b"extra: 1\ncomplete", "unknown key 'extra'"),
        ("snapshot.yaml", b"orphans:", b"orphans:\n  x: 1", "'orphans' is no mapping of suites"),
        ("snapshot.yaml", b"- checkout-aa", b"- snapshot", "which is no file of a tree"),
    ],
)
def test_what_is_no_tree_is_refused(path: str, old: bytes, new: bytes, problem: str) -> None:
    """And the file is named."""
    assert old in FILES[path]
    with pytest.raises(SnapshotError, match=problem):
        document_in({**FILES, path: FILES[path].replace(old, new)})


def test_a_circle_of_suites_is_refused() -> None:
    """Instead of being walked for ever."""
    circle = FILES["checkout-aa/empty-cc.yaml"] + b"suites:\n- checkout-aa/payment-bb.yaml\n"
    with pytest.raises(SnapshotError, match="listed twice"):
        document_in({**FILES, "checkout-aa/empty-cc.yaml": circle})
