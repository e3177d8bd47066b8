"""Projects to export, and what a target made of them: the account, and what readers find."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from hypothesis import strategies as st

from crawler.export.case import Case, Item, Items, Suite
from crawler.export.interface import Job, Project, Target
from crawler.export.losses import Losses, fields_of
from crawler.export.rules import Rules
from crawler.export.steps import Parsed, StepsParser
from crawler.snapshot.document import Document, Node
from support.documents import HEAD, case, suite

#: The first sign after each border between planes and blocks, and the last one of all.
PLANES: Final = "".join(chr((plane << 16) + 0x1234) for plane in range(1, 17)) + "\U0010ffff"
IN_APOSTROPHES: Final = "an apostrophe stands before it, so that it is no formula"
STEPS: Final = """### Preconditions

* Nobody is signed in

### Steps

* Open the basket
* Press **Pay**  
  *Expected result*: The order is shown

### Expected result

A mail is sent"""  # noqa: W291  a hard break in Markdown


def _row(number: int, *values: Any) -> dict[str, Any]:
    return {"id": str(number), "type": "example", "attributes": {"data": list(values)}}


def document(*nodes: Node, orphans: tuple[Node, ...] = ()) -> Document:
    """A document of these nodes, with the right counts."""
    every = (*nodes, *orphans)
    suites = sum(1 for node in every if node.kind == "suite")
    return Document(replace(HEAD, suites=suites, tests=len(every) - suites), nodes, orphans)


def shop() -> Document:
    """A little of everything that people write."""
    return document(
        suite(0, "aaaa0001", title="Checkout", description="All after the basket.", emoji="🛒"),
        suite(1, "aaaa0002", title="Payment", tags=["money"]),
        case(
            2,
            "cccc0001",
            title="Pays by card",
            state="manual",
            priority="high",
            description=STEPS,
            tags=["card", "smoke"],
            labels=["Severity:high"],
            assigned_to="anna@example.com",
            issues=["SHOP-1"],
            jira_issues=["SHOP-1"],
            attachments=[{"name": "a.png", "url": "https://example.com/a.png"}],
        ),
        case(
            2,
            "cccc0002",
            title="Pays ${sum} by ${way}",
            state="automated",
            priority="important",
            code="test('x')",
            params=["sum", "way"],
            included=[_row(1, 5, "card"), _row(2, "7", "invoice")],
            description="| # | Steps | Expected |\n|--|--|--|\n| 1 | Pay | It is paid |",
        ),
        case(1, "cccc0003", title="Just a text", description="No steps in here.", created_at="x"),
        suite(0, "aaaa0003", title="Empty"),
        suite(1, "aaaa0004", title="Empty too"),
        orphans=(suite(0, "aaaa0005", title="Lost"), case(1, "cccc0004", title="Lost too")),
    )


def hostile() -> Document:
    """Everything that anybody can type."""
    texts = [
        *("=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''-x", "\t=1", "\r=1"),
        *("a\0b", "\x1b[31m", "a\r\nb\rc\nd", "  blanks  ", "", " ", "\u200b", "x" * 10_000),
        *(PLANES, "</case>]]><x>&amp;", '"quoted"; `code`', "a,b;c\td|e", "a > b / c \\ d"),
        *("# no heading", "Feature: x\nScenario: y", '"""\ntext\n"""', "* a\n* b", "\ufeffbom"),
        *("_x0041_", "é e\u0301", "\u202eabc", "Examples:", "| a | b |\n|---|---|\n| 1 |2 | 3 |"),
    ]
    nodes = [
        node
        for n, text in enumerate(texts)
        for node in (
            suite(0, f"s{n:07d}", title=text, description=text),
            case(
                1,
                f"t{n:07d}",
                title=text,
                description=f"{text}\n\n### Steps\n\n* {text}\n",
                tags=[text, "plain"],
                priority=text,
                state=text,
                emoji=text,
                params=[text],
                included=[_row(n, text, n)],
                assigned_to=text,
                issues=[{"id": text}],
                attachments=[{"name": text, "url": text}, text],
                odd={"a": [text, None, 1.5]},
            ),
        )
    ]
    deep = [suite(depth, f"d{depth:07d}", title=f"Level {depth}") for depth in range(30)]
    return document(*nodes, *deep, case(30, "bottom00", title="Deep"))


def empty() -> Document:
    """Nothing."""
    return document()


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Small projects with descriptions that look like steps, and odd values."""
    texts = st.text(st.sampled_from("ab \n\r\t*#|-=+'\"<>&,;/@\\\0é😀:."), max_size=8)
    lines = st.sampled_from(
        [
            *("### Steps", "### Preconditions", "### Expected result", "## Notes", "* do this"),
            *("  *Expected*: that", "1. first", "2. second", "", "", "plain text", "---", "```"),
            *("| Steps | Expected |", "|---|---|", "| do | see |", "> quoted", "    code", "a\r"),
        ]
    )
    descriptions = st.lists(lines | texts, max_size=8).map("\n".join)
    fields = st.fixed_dictionaries(
        {"title": texts},
        optional={
            "state": st.sampled_from(["manual", "automated", "detached", "?"]),
            "priority": st.sampled_from(["low", "normal", "important", "high", "critical", "?"]),
            "description": descriptions,
            "tags": st.lists(texts, max_size=2),
            "labels": st.lists(texts | st.just({"title": "L", "value": "v"}), max_size=2),
            "assigned_to": texts,
            "emoji": texts,
            "issues": st.lists(texts, max_size=2),
            "jira_issues": st.lists(texts, max_size=2),
            "notes": texts,
            "params": st.lists(texts, max_size=2),
            "included": st.lists(st.builds(_row, st.integers(1, 9), texts), max_size=2),
            "odd": texts | st.integers() | st.booleans(),
        },
    )
    nodes: list[Node] = []
    number = 0
    for depth in draw(st.lists(st.integers(0, 2), max_size=4)):
        last = nodes[-1] if nodes else suite(-1, "")
        # Suites stand before the tests beside them.
        depth = min(depth, last.depth + (1 if last.kind == "suite" else -1))  # noqa: PLW2901
        nodes.append(suite(depth, f"s{len(nodes)}", **draw(fields)))
        for _ in range(draw(st.integers(0, 2))):
            number += 1
            nodes.append(case(depth + 1, f"t{number}", **draw(fields)))
    return document(*nodes)


@dataclass
class Account(Losses):
    """An account that remembers everything."""

    kept: dict[int, Mapping[str, str]] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    seen_suites: dict[int, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def settle(self, item: Item, kept: Mapping[str, str]) -> None:
        known = {name: kept[name] for name in fields_of(item) if name in kept}
        if isinstance(item, Suite):
            assert item.number not in self.seen_suites
            self.seen_suites[item.number] = known
        else:
            assert item.number not in self.kept
            self.kept[item.number] = known
            self.cases.append(item)
        super().settle(item, kept)


class Folder:
    """An output in a folder; files are called 1, 2 and so on with a suffix."""

    def __init__(self, path: Path, suffix: str) -> None:
        self.path = path / "out"
        self.path.mkdir()
        self.suffix = suffix
        self.files: list[Path] = []
        self._open: list[BinaryIO] = []

    def part(self) -> BinaryIO:
        self.close()
        self.files.append(self.path / f"{len(self.files) + 1}{self.suffix}")
        self._open = [self.files[-1].open("xb")]
        return self._open[0]

    def put(self, name: str, data: bytes) -> None:
        place = self.path / name
        assert place.resolve().is_relative_to(self.path.resolve())
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as out:
            out.write(data)
        self.files.append(place)

    @contextmanager
    def stream(self, name: str) -> Iterator[BinaryIO]:
        self.put(name, b"")
        with (self.path / name).open("r+b") as out:
            yield out

    def file(self) -> Path:
        self.part()
        return self.files[-1]

    def close(self) -> None:
        for out in self._open:
            out.close()


@dataclass(frozen=True)
class Made:
    """What a target made of a document."""

    account: Account
    files: list[Path]


def made(target: Target, of: Document, folder: Path, rules: Rules | None = None) -> Made:
    """Run a target."""
    rules = rules or Rules()
    output, account = Folder(folder, target.suffix), Account()
    items = Items(of, StepsParser(rules.headings), rules.drop)
    project = Project(of.head.project_id, of.head.project_title, of.head.url)
    target.write(Job(project, items, output, account, rules))
    output.close()
    return Made(account, output.files)


def assert_account_is_true(
    done: Made, found: list[dict[str, Any]], shape: Callable[[Parsed], Any] | None = None
) -> None:
    """What readers find of each test is what the account says: no more and no less.

    `shape` gives a description in the parts that the target has; without it, it is one text.
    """
    assert len(found) == len(done.account.cases)
    for one, read in zip(done.account.cases, found, strict=True):
        kept = done.account.kept[one.number]
        if (
            "jira_issues" in one.present and "jira_issues" not in read and "issues" in read
        ):  # they stand among those
            among = set(one.words("jira_issues")) <= set(read["issues"])
            read["jira_issues"] = one.fields.get("jira_issues") if among else read["issues"]
        for name in fields_of(one):
            if name not in kept:
                assert name not in read, (one.id, name, "is there but counted as lost")
            elif kept[name] in {"", IN_APOSTROPHES}:
                assert name in read, (one.id, name, "is counted as carried but not there")
                expected = wanted(one, name)
                if name == "description" and shape:
                    expected = shape(one.parsed)
                found_value = read[name]
                if name == "included":  # rows of parameters are a field of their own
                    found_value, expected = without_rows(found_value), without_rows(expected)
                assert found_value == expected, (one.id, name)
            else:
                assert name in read, (one.id, name, "is counted as changed but not there")


def without_rows(included: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The other resources that came along."""
    return [each for each in included if each["type"] != "example"]


def wanted(one: Case, name: str) -> Any:
    """The value of a field as readers give it: texts, lists of texts, parts of a description."""
    value = one.fields.get(name)
    if name == "suite":
        return [each.fields.get("title", "") for each in one.suites]
    if name == "examples":
        rows = [
            each["attributes"]["data"]
            for each in one.fields["included"]
            if each["type"] == "example"
        ]
        return [[each if isinstance(each, str) else str(each) for each in row] for row in rows]
    return "" if value is None else value
