"""The forms for people: complete, safe against what stands in a project, and never too long."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from support.differences import EVIL, NEW, OLD, everything, many, nothing
from support.documents import HEAD, case, suite

from crawler.diff.as_html import html
from crawler.diff.as_lines import snapshot_lines
from crawler.diff.as_markdown import LONGEST, markdown
from crawler.diff.as_text import name_lines, stat_lines, text_lines
from crawler.diff.changes import Difference, What
from crawler.diff.compare import compare
from crawler.diff.forms import DiffForm, Extent, rendered
from crawler.diff.wording import SIGNS, remarks
from crawler.redaction import printable
from crawler.selection import Selection
from crawler.snapshot.document import Document, Head
from crawler.style import COLOURED, PLAIN, Role

SUMMARY = (
    "1 test added; 1 test removed; 1 test moved; 1 suite renamed; 1 test reordered; 1 test changed"
)
TERMINAL_COLOURS = re.compile(r"\x1b\[[\d;]*m")


@pytest.mark.parametrize("form", DiffForm)
def test_every_form_tells_every_title(form: DiffForm) -> None:
    """Whatever it writes around them."""
    text = "".join(rendered(everything(), form))
    for title in ("Payment", "Third", "Logs in", "Pays by card", "Checkout"):
        assert title in text


@pytest.mark.parametrize("form", DiffForm)
def test_every_form_ends_with_a_line_break(form: DiffForm) -> None:
    """As a text file does; the text of no difference is empty, as that of `diff` is."""
    assert "".join(rendered(everything(), form)).endswith("\n")
    text = "".join(rendered(nothing(), form))
    assert text.endswith("\n") or (form is DiffForm.TEXT and not text)


@pytest.mark.parametrize("extent", Extent)
def test_no_extent_of_the_text_lets_anything_steer_the_terminal(extent: Extent) -> None:
    """The escape sequences are ours alone, and each line ends those that it began."""
    for line in "".join(rendered(everything(), DiffForm.TEXT, extent=extent)).splitlines():
        assert printable(line.replace("\t", "")) == line.replace("\t", "")
    for line in text_lines(everything(), COLOURED):
        codes = TERMINAL_COLOURS.findall(line)
        assert codes[1::2] == ["\x1b[0m"] * (len(codes) // 2)
        bare = TERMINAL_COLOURS.sub("", line)
        assert printable(bare) == bare


def test_the_text_is_what_a_reviewer_needs() -> None:
    """One line for each item, and its fields below it."""
    assert list(text_lines(compare(OLD, Document(HEAD, NEW.nodes)))) == [
        "--- P (p), 1 suite, 0 tests",
        "+++ P (p), 1 suite, 0 tests",
        "=    suite Payment [s1]",
        "       title: Checkout → Payment",
        "^    test  Payment / Third [t3]",
        f"+    test  Payment / {printable(EVIL)} [t5]",
        "-    test  Account / Logs in [t4]",
        ">*   test  Account / Pays by card [t1]",
        "       from Checkout",
        "       priority: low → high",
        f"       tags: -a +{printable(EVIL)}",
        "       description:",
        "         …",
        "           * log out",
        "         + ```",
        f"         + </pre>{printable(EVIL)}",
        SUMMARY,
    ]


def test_without_colour_words_are_marked_by_brackets() -> None:
    """As `git diff --word-diff` does."""
    old, new = (
        Document(HEAD, [suite(0, "s", description=f"open the {word} door\nrest\n")])
        for word in ("small", "big")
    )
    lines = [line.strip() for line in text_lines(compare(old, new))]
    assert "- open the [-small-] door" in lines
    assert "+ open the {+big+} door" in lines
    assert PLAIN("", Role.WORD_NEW) == ""


def test_the_statistics_are_by_suite() -> None:
    """Like those of git, the sum last."""
    lines = list(stat_lines(everything()))
    assert "Payment | 1 added, 1 reordered" in lines
    assert "Account | 1 removed, 1 moved, 1 changed" in lines
    assert lines[-1].startswith("1 test added; ")


def test_names_are_separated_by_tabs() -> None:
    """Signs, kind, ID, path: a tab within a title is made visible."""
    rows = [line.split("\t") for line in name_lines(everything())]
    assert [">*", "test", "t1", "Account / Pays by card"] in rows
    assert {len(row) for row in rows} == {4}


def test_numbers_that_follow_are_counted_and_not_listed() -> None:
    """So an inserted test is one line, and the summary hides nothing."""
    old = [suite(0, "s"), case(1, "a", position=1), case(1, "b", position=2)]
    new = [suite(0, "s"), case(1, "x", position=1), case(1, "a", position=2)]
    new += [case(1, "b", position=3)]
    found = compare(Document(HEAD, old), Document(HEAD, new))
    lines = list(text_lines(found))
    assert len(lines) == 4
    assert lines[-1] == "1 test added; 2 tests renumbered"
    assert list(name_lines(found)) == ["+\ttest\tx\ts / x"]


def test_all_that_makes_a_comparison_doubtful_is_said() -> None:
    """Other projects, a partial snapshot, places left out in one only or not compared."""
    old = Head("p", "P", "http://a", complete=False, suites=0, tests=0)
    new = Head("q", "Q", "http://a", complete=True, suites=0, tests=0, omitted=("test.x",))
    found = compare(Document(old, []), Document(new, []), ignored=("suite.y",))
    assert list(remarks(found)) == [
        "The snapshots are of different projects: p on http://a and q on http://a.",
        "OLD is incomplete: what seems added or removed may be what was not fetched.",
        "Only one of the snapshots leaves out test.x.",
        "Not compared: suite.y.",
    ]
    for form in (DiffForm.TEXT, DiffForm.MARKDOWN, DiffForm.HTML):
        assert "different projects" in "".join(rendered(found, form))


def test_parts_of_a_project_are_said_to_be_parts() -> None:
    """So that nobody takes what was not selected for lost."""
    whole = Head("p", "P", "http://a", complete=True, suites=0, tests=0)
    part = replace(whole, selection=Selection(("\x1b[2J",), exclude=("b",), tests=False))
    found = compare(Document(whole, []), Document(part, []))
    (remark,) = remarks(found)
    assert remark == (
        "The snapshots are of different parts of the project, OLD of all of it, NEW of suite"
        " \\x1b[2J with all below, but suite b, no tests: what seems added or removed may be what"
        " was not selected."
    )
    assert [field.name for field in found.head] == [
        *("selection.suites", "selection.exclude", "selection.tests"),
    ]
    assert ", a part\n" in "".join(rendered(found, DiffForm.TEXT))
    same = compare(Document(part, []), Document(part, []))
    assert not same
    assert [remark.partition(":")[0] for remark in remarks(same)] == [
        "Both snapshots are of a part of the project",
    ]


def test_results_from_another_day_on_are_said_to_be_so() -> None:
    """So that nobody takes what was not read for lost."""
    whole = Head("p", "P", "http://a", complete=True, suites=0, tests=0)
    bound = replace(whole, runs_since="2026-01-31")
    found = compare(Document(whole, []), Document(bound, []))
    (remark,) = remarks(found)
    assert remark == (
        "OLD has the results of runs from the first on, NEW from 2026-01-31 on: what seems added"
        " or removed may be what was not read."
    )
    assert [field.name for field in found.head] == ["runs_since"]
    assert not list(remarks(compare(Document(bound, []), Document(bound, []))))


def test_every_thing_that_happens_has_a_sign_of_its_own() -> None:
    """But for the numbers that follow, which are not listed."""
    shown = [SIGNS[what] for what in What if what is not What.RENUMBERED]
    assert len(set(shown)) == len(shown)


@pytest.mark.parametrize(
    "difference",
    [
        many(5000),
        many(50, description="x\n" * 5000),
        many(1, **{f"f{n}": "<" for n in range(9000)}),
    ],
    ids=["many items", "long texts", "many fields"],
)
def test_the_markdown_is_never_too_long_and_says_what_it_cut(difference: Difference) -> None:
    """Every fold that was opened is closed."""
    for longest in (2_000, 10_000, LONGEST):
        text = markdown(difference, longest=longest)
        assert len(text) <= longest
        assert text.count("<details>") == text.count("</details>")
        assert text.count("<code>") == text.count("</code>")
    if len(difference.changes) == 5000:
        assert "of 5,000 items are not shown" in text


def test_the_markdown_lets_no_title_become_markup() -> None:
    """Outside of code blocks no mark, mention or link of a title is left."""
    text = markdown(everything())
    outside = re.sub(r"^  (`{3,})diff\n.*?^  \1$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert "@bob" not in outside
    assert "<script>" not in outside
    assert "![" not in outside
    assert "http:" not in outside
    assert outside.count("<") == len(re.findall(r"</?(?:details|summary|code)>", outside))


def test_the_text_of_an_added_test_is_shown_to_whoever_reviews_it() -> None:
    """Folded with its section, as lines that came; what was removed is named alone."""
    nodes = [suite(0, "s"), case(1, "t", title="T", description="* look\n* leave\n")]
    difference = compare(Document(HEAD, nodes[:1]), Document(HEAD, nodes))
    assert "  ```diff\n  +* look\n  +* leave\n  ```\n" in markdown(difference)
    assert "look" not in markdown(compare(Document(HEAD, nodes), Document(HEAD, nodes[:1])))


def test_a_code_block_is_fenced_by_more_than_it_holds() -> None:
    """A fence in a text does not end it."""
    fences = re.findall(r"^  (`+)diff$", markdown(everything()), flags=re.MULTILINE)
    assert fences == ["````"]


class Page(HTMLParser):
    """The tags of a page, and what stands in its style sheet and policy."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.policy = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        assert not any(name.startswith("on") or name in {"src", "style"} for name in values)
        assert re.fullmatch(r"#[\w-]+", values.get("href") or "#x")
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"] or ""
        if tag not in {"meta", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag


def test_the_page_has_no_tag_that_a_project_made() -> None:
    """No script, no way out, no attribute that runs anything; every tag is closed."""
    page = Page("".join(html(everything())))
    assert page.open == []
    assert not {"script", "img", "link", "iframe", "form"} & set(page.tags)


def test_the_page_marks_the_words_that_differ_in_a_short_value_too() -> None:
    """Such as a title; values that have little in common are shown without marks."""
    old, new = (
        Document(HEAD, [suite(0, "s", title=f"Pays by {word} at once", priority=word)])
        for word in ("card", "<hand>")
    )
    text = "".join(html(compare(old, new)))
    assert (
        "title: <del>Pays by <mark>card</mark> at once</del> →"
        " <ins>Pays by <mark>&lt;hand&gt;</mark> at once</ins>"
    ) in text
    assert "priority: <del>card</del> → <ins>&lt;hand&gt;</ins>" in text


def test_the_page_allows_itself_its_own_style_sheet_only() -> None:
    """By its sum, so that no other style can be smuggled in."""
    text = "".join(html(everything()))
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert Page(text).policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_the_lines_for_git_have_every_value_and_nothing_that_steers_a_terminal() -> None:
    """A suite with its path, a test with its title, below them the fields."""
    document = Document(
        HEAD,
        [suite(0, "a", title="A"), suite(1, "b", title="B", x={"y": [1]}, description="1\n2\n")],
        [case(0, "t", title=EVIL, tags=["p", "q"], empty="")],
    )
    lines = list(snapshot_lines(document))
    assert all(printable(line) == line for line in lines)
    assert lines[lines.index("suite A / B [b]") :] == [
        "suite A / B [b]",
        "    x:",
        "      {",
        '        "y": [',
        "          1",
        "        ]",
        "      }",
        "    description:",
        "      | 1",
        "      | 2",
        "      | ",
        f"  test {printable(EVIL)} [t]",
        "    tags:",
        "      - p",
        "      - q",
        "    empty: ",
    ]
