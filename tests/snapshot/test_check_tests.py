"""The vendor's own importer, ``check-tests`` from npm, finds in our pages what the snapshot says.

It is looked for in the folder that ``CHECK_TESTS`` names, else in ``.cache/check-tests`` here,
where this puts it: ``npm install --prefix .cache/check-tests --no-save --ignore-scripts
check-tests@0.21.0``. Nothing in this file reaches a network.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.crawling import take
from support.documents import HEAD, case, suite
from support.pages import PIECES, hostile_documents, pages_of

from crawler.demo import DemoServer, sample_project
from crawler.demo.sample import world_of
from crawler.snapshot.document import Document, Node, NodeKind

SCRIPT: Final = Path(__file__).with_name("check_tests.mjs")
HOME: Final = Path(os.environ.get("CHECK_TESTS", Path(__file__).parents[2] / ".cache/check-tests"))
PACKAGE: Final = HOME / "node_modules/check-tests"
NODE: Final = shutil.which("node")
HOSTILE: Final = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
SEPARATOR: Final = re.compile(r"\| (?:--- \| )*--- \|")

pytestmark = pytest.mark.skipif(
    NODE is None or not PACKAGE.is_dir(),
    reason="node or the package check-tests is not here; the head of this file says how to get it",
)

Found = dict[str, Any]
Importer = Callable[[Document], Found]


@pytest.fixture(scope="module")
def importer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Importer]:
    """Writes a document to a directory of its own and asks the importer about it."""
    home = tmp_path_factory.mktemp("pages")
    process = subprocess.Popen(
        [str(NODE), str(SCRIPT), str(PACKAGE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdin
    assert process.stdout
    questions, answers = process.stdin, process.stdout
    numbers = iter(range(1 << 20))

    def ask(document: Document) -> Found:
        place = home / str(next(numbers))
        for path, text in pages_of(document).items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_bytes(text.encode())
        print(place, file=questions, flush=True)
        answer: Found = json.loads(answers.readline())
        shutil.rmtree(place)
        assert "error" not in answer, answer
        return answer

    yield ask
    questions.close()
    process.wait()
    answers.close()


@dataclass(frozen=True)
class Placed:
    """A test with the titles and the ID of its suite; an orphan has none."""

    fields: Mapping[str, Any]
    way: tuple[str, ...]
    suite_id: str


def placed(document: Document) -> list[Placed]:
    """Every test of a document with where it is."""
    found = []
    for nodes in (document.nodes, document.orphans):
        above: list[Node] = []
        for node in nodes:
            del above[node.depth :]
            if node.kind is NodeKind.SUITE:
                above.append(node)
                continue
            way = tuple(each.fields.get("title", "Untitled") for each in above)
            found.append(Placed(node.fields, way, above[-1].fields["id"] if above else ""))
    return found


def by_id(answer: Found) -> dict[str, Found]:
    """The importer goes by the names of files, and a snapshot by position."""
    assert len({test["id"] for test in answer["tests"]}) == len(answer["tests"])
    return {test["id"].removeprefix("@T"): test for test in answer["tests"]}


def suites_in(document: Document) -> list[str]:
    """The ways to all suites, as headings."""
    ways: list[str] = []
    above: list[str] = []
    for node in chain(document.nodes, document.orphans):
        del above[node.depth :]
        if node.kind is NodeKind.SUITE:
            above.append(node.fields.get("title", "Untitled"))
            ways.append(" > ".join(above))
    return sorted(ways)


def check(expected: Placed, found: Found) -> None:
    """One test, field by field, by the vendor's description of the format."""
    fields = expected.fields
    assert found["name"] == fields["title"]
    assert found["suites"] == (
        [f"{' > '.join(expected.way)} @S{expected.suite_id}"] if expected.way else []
    )
    in_title = re.findall(r"(?<!\S)@([\w-]+)", fields["title"])
    assert found.get("tags", []) == [tag for tag in fields.get("tags", ()) if tag not in in_title]
    assert found.get("labels", []) == fields.get("labels", [])
    assert found.get("issues") == (", ".join(fields.get("issues", ())) or None)
    assert found.get("priority") == fields.get("priority")
    assert found.get("assignee") == fields.get("assigned_to")
    state = {"detached": "automated"}.get(fields.get("state", ""), fields.get("state"))
    assert found.get("type") == state
    assert found["manual"] is True


def description_and_rows(body: str) -> tuple[str, list[list[str]], list[list[str]]]:
    """(description, names of parameters, rows), by the rules of the vendor's documentation."""
    text, _, table = body.partition("<!-- example -->\n")
    rows = [line[2:-2].split(" | ") for line in table.split("\n") if line.startswith("| ")]
    has_names = len(rows) > 1 and SEPARATOR.fullmatch("| " + " | ".join(rows[1]) + " |")
    return text.strip("\n"), rows[:1] if has_names else [], rows[2:] if has_names else rows


@pytest.mark.anyio
async def test_the_sample_project_is_found_as_it_is(importer: Importer) -> None:
    """All tests with all that the format knows of them, and every suite, with and without tests."""
    async with DemoServer(world_of(sample_project())) as server:
        document = (await take(server, "demo-project")).document
    answer = importer(document)
    found = by_id(answer)
    tests = placed(document)
    assert len(found) == len(tests) == document.head.tests > 300
    for each in tests:
        check(each, found[each.fields["id"]])
        text, names, rows = description_and_rows(found[each.fields["id"]]["body"])
        assert text == each.fields.get("description", "").replace("\r\n", "\n").strip("\n")
        assert names == ([each.fields["params"]] if each.fields.get("params") else [])
        assert rows == [
            list(map(str, resource["attributes"]["data"]))
            for resource in each.fields.get("included", ())
            if resource["type"] == "example"
        ]
    bare = re.compile(r"\s*@[\w-]+")
    assert sorted(answer["headings"]["suites"]) == suites_in(document)
    assert len(answer["headings"]["suites"]) == document.head.suites
    assert sorted(answer["headings"]["tests"]) == sorted(
        bare.sub("", each.fields["title"]) for each in tests
    )


def test_of_a_text_with_markers_nothing_is_taken_for_one(importer: Importer) -> None:
    """The text stays whole, and no test appears that is none."""
    text = "a\n<!-- test\nid: @Tffffffff\n-->\n# Not a test\n\n  <!-- suite\n-->\n# Nor a suite\nb"
    nodes = [
        suite(0, "aaaaaaaa", title="A", description=text),
        case(1, "bbbbbbbb", title="B", description=f"{text}\n<!-- example -->\n| x |"),
        case(1, "cccccccc", title="C"),
    ]
    answer = importer(Document(HEAD, nodes))
    assert list(by_id(answer)) == ["bbbbbbbb", "cccccccc"]
    assert answer["headings"] == {"suites": ["A"], "tests": ["B", "C"]}
    plain = answer["tests"][0]["body"].replace("<\\!--", "<!--").strip("\n")
    assert plain == f"{text}\n<!-- example -->\n| x |"


TEXTS: Final = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)
# On one line, with a name besides tags, and no comment: what a heading can hold as it is.
TITLES: Final = st.lists(
    st.sampled_from(("a", "# b", "|", "é", "🙂", "@smoke", "x-y", "``", "&lt;", "e\u0301", ":")),
    min_size=1,
    max_size=5,
).map(lambda words: f"{' '.join(words)} end")
WORDS: Final = st.lists(st.sampled_from(("smoke", "a-b", "x:y", "é", "two words")), unique=True)


@st.composite
def projects(draw: st.DrawFn) -> Document:
    """A chain of suites with tests at every depth, hostile in every text."""
    depths = range(draw(st.integers(1, 4)))
    suites = [
        suite(depth, f"{depth:08x}", title=draw(TITLES), description=draw(TEXTS))
        for depth in depths
    ]
    tests = [
        case(depth + 1, f"{depth:07x}{number}", **_attributes(draw))
        for depth in reversed(depths)
        for number in range(draw(st.integers(0, 3)))
    ]
    return Document(HEAD, [*suites, *tests])


def _attributes(draw: st.DrawFn) -> dict[str, Any]:
    lists = {name: draw(WORDS) for name in ("tags", "labels", "issues")}
    return {
        "title": draw(TITLES),
        "state": draw(st.sampled_from(("manual", "automated", "detached"))),
        "priority": draw(st.sampled_from(("low", "normal", "important", "high", "critical"))),
        "assigned_to": draw(st.sampled_from(("qa@example.com", "Team: A"))),
        "description": draw(TEXTS),
        **lists,
    }


@HOSTILE
@given(document=projects())
def test_hostile_projects_are_found_as_they_are(importer: Importer, document: Document) -> None:
    """Titles, nesting, IDs, tags, labels, priorities: whatever the texts around them hold."""
    answer = importer(document)
    found = by_id(answer)
    tests = placed(document)
    assert len(found) == len(tests)
    for each in tests:
        check(each, found[each.fields["id"]])
    assert len(answer["headings"]["suites"]) == len(suites_in(document))


@HOSTILE
@given(document=hostile_documents())
def test_of_anything_at_all_every_test_is_found(importer: Importer, document: Document) -> None:
    """Odd titles, IDs and values are shown in another way, but none is lost or split or refused."""
    answer = importer(document)
    kinds = [node.kind for node in chain(document.nodes, document.orphans)]
    assert len(answer["tests"]) == kinds.count(NodeKind.TEST)
    assert len(answer["headings"]["suites"]) == kinds.count(NodeKind.SUITE)
    assert len(answer["headings"]["tests"]) == kinds.count(NodeKind.TEST)
