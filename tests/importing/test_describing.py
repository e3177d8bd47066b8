"""Parts become Markdown in which an export finds the same parts."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.export.steps import StepsParser
from crawler.importing.describing import Step, described, split_appendix

LINES = st.text(st.sampled_from("ab *-#1.|\\`<>&é"), max_size=8).map(str.strip)
PROSE = st.lists(st.sampled_from(["one", "two words", "3", "a|b", ""]), max_size=3).map(
    lambda lines: "\n".join(lines).strip("\n")
)
STEPS = st.lists(
    st.builds(Step, action=PROSE.filter(bool), expected=PROSE, data=st.just("")), max_size=4
)


@given(text=PROSE, before=PROSE, steps=STEPS)
def test_an_export_finds_the_parts_again(text: str, before: str, steps: list[Step]) -> None:
    """To the letter."""
    description = described(text, before, steps)["description"]
    parsed = StepsParser().parse(description)
    assert parsed.description == text
    assert parsed.preconditions == before
    assert [(each.action, each.expected) for each in parsed.steps] == [
        (each.action, each.expected) for each in steps
    ]


@given(cells=st.lists(st.tuples(LINES, LINES.filter(bool), LINES), min_size=1, max_size=3))
def test_steps_with_data_are_a_table(cells: list[tuple[str, str, str]]) -> None:
    """Whose cells are what they were, but for blanks around them and backslashes before bars."""
    steps = [Step(*cell) for cell in cells if "\\" not in "".join(cell)]
    parsed = StepsParser().parse(described("", "", steps)["description"])
    assert [(each.action, each.data, each.expected) for each in parsed.steps] == [
        (each.action, each.data, each.expected) for each in steps
    ]


def test_data_of_several_lines_stands_with_what_to_do() -> None:
    """A table has no place for it."""
    found = described("", "", [Step("Type", "a\nb", "Seen")])
    assert found["description"] == ("### Steps\n\n* Type\n\n  a\n  b  \n  *Expected result*: Seen")


def test_what_stood_last_stands_last() -> None:
    """Postconditions after the steps, which they follow in time."""
    found = described("Text\n\n### Postconditions\n\nClean", "", [Step("Do")])
    assert found["description"] == "Text\n\n### Steps\n\n* Do\n\n### Postconditions\n\nClean"


def test_a_bullet_of_bullets_gets_a_number() -> None:
    """Or it would be a line across the page."""
    found = described("", "", [Step("* *")])
    assert StepsParser().parse(found["description"]).steps[0].action == "* *"


def test_an_open_block_of_code_is_closed() -> None:
    """Or the steps would be code."""
    found = described("Text\n```\ncode", "", [Step("Do")])
    assert len(StepsParser().parse(found["description"]).steps) == 1


def test_what_an_export_put_below_a_text_becomes_fields_again() -> None:
    """Rows of parameters, links to attachments."""
    text = (
        "Text\n\n### Examples\n\n| a | b\\|c |\n| --- | --- |\n| 1 |  |\n\n"
        "### Attachments\n\n* [x\\]](<https://example.com/x>)"
    )
    assert split_appendix(text) == (
        "Text",
        {
            "params": ["a", "b|c"],
            "examples": [["1", ""]],
            "attachments": [{"name": "x]", "url": "https://example.com/x"}],
        },
        "",
    )


def test_a_table_of_another_kind_stays_text() -> None:
    """Only what an export writes is taken for its own."""
    text = "### Examples\n\nSee below.\n\n| a |\n|---|\n| 1 |"
    assert described(text) == {"description": text}
