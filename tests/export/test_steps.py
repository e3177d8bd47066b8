"""Descriptions fall into parts where they follow a convention, and stay whole where they do not."""

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.export.headings import HEADINGS, Part, spoken
from crawler.export.steps import Parsed, Step, StepsParser

PARSER = StepsParser()
LIST = "* Open\n* Press **Pay**  \n  *Expected*: It is paid\n"
WHOLE = f"""Why.

### Preconditions

* P

### Steps
{LIST}
### Expected result

All.

### Notes

N

### Postconditions
Clean up
"""
TABLE = """### Preconditions
P

| # | Action | Test data | Expected |
|--|--|--|--|
| 1. | A \\| B | d | e |
| 2 | C | | |
"""
STEPS = (Step("Open"), Step("Press **Pay**", expected="It is paid"))


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("", Parsed()),
        ("Just text.\n", Parsed("Just text.\n")),
        (LIST, Parsed(steps=STEPS)),
        (f"## Steps\n\n{LIST}", Parsed(steps=STEPS)),
        (f"Test steps:\n---\n{LIST}", Parsed(steps=STEPS)),
        (f"# **Step(s)**\n{LIST}", Parsed(steps=STEPS)),
        ("### Steps\n1. A\n2. B\n", Parsed(steps=(Step("A"), Step("B")))),
        ("### Steps\n* A\n\n1. B\n", Parsed(steps=(Step("A"), Step("B")))),
        (
            "### Steps\n* A\n  * *Expected result*: B\n    C\n",
            Parsed(steps=(Step("A", "", "B\nC"),)),
        ),
        ("### Steps\n* A\n  **Expected:** B\n", Parsed(steps=(Step("A", "", "B"),))),
        ("### Steps\r\n* A\r\n  more\r\n", Parsed(steps=(Step("A\nmore"),))),
        (
            "### Steps\n* A\n  ```\n  Expected: x\n  ```\n",
            Parsed(steps=(Step("A\n```\nExpected: x\n```"),)),
        ),
        ("### Steps\n* \n* A\n", Parsed(steps=(Step("A"),))),
        (
            WHOLE,
            Parsed("Why.\n\n### Notes\n\nN", "* P", STEPS, "All.", "Clean up"),
        ),
        ("### Steps\n* A\n\n### Test data\n\nx", Parsed("### Test data\n\nx", "", (Step("A"),))),
        ("### Preconditions\n\nP\n\n### Story\n\nText", Parsed("### Story\n\nText", "P")),
        (TABLE, Parsed("", "P", (Step("A | B", "d", "e"), Step("C")))),
        ("### Schritte\n* A\n  *Erwartetes Ergebnis*: B", Parsed(steps=(Step("A", "", "B"),))),
    ],
)
def test_conventions_are_recognised(text: str, parsed: Parsed) -> None:
    """Those of the service's editor, and tables."""
    assert PARSER.parse(text) == parsed


@pytest.mark.parametrize(
    "text",
    [
        f"### Steps\n\n{LIST}\nBetween.\n\n* More\n",
        f"### Steps\n{LIST}\n### Steps\n{LIST}",
        f"### Steps\n{LIST}\n#### Chapter\n* B\n",
        "### Steps\n\n### Expected result\n\nE\n",
        "### Steps\n\nText without a list\n",
        "### Steps\n*\n",
        "### Preconditions\nP\n\n| Steps | Expected |\n|--|--|\n",
        "### Expected result\n\nE without steps\n",
        "### Steps\n3. Third\n4. Fourth\n",
        "### Steps\n* A\n\n[link]: http://example.com\n",
        "| Steps | Colour |\n|--|--|\n| A | red |\n",
        "| Steps | Steps |\n|--|--|\n| A | B |\n",
        "| # | Steps |\n|--|--|\n| 7 | A |\n",
        "| Steps | Expected |\n|--|--|\n| A | B | C |\n",
        "### Steps\n* A\0\n",
        "<!-- begin snippet #1 -->\n* A\n<!-- end snippet #1 -->\n",
        "* A\n\nand text\n",
    ],
)
def test_what_fits_only_in_part_stays_whole(text: str) -> None:
    """No sentence is torn from its context, to the letter."""
    assert PARSER.parse(text) == Parsed(text)


def test_further_words_can_be_taught() -> None:
    """By the mapping file."""
    text = "### Ablauf\n* A\n"
    assert PARSER.parse(text) == Parsed(text)
    assert StepsParser({Part.STEPS: ("Ablauf",)}).parse(text) == Parsed(steps=(Step("A"),))


def test_what_all_steps_lead_to_can_be_said_of_the_last() -> None:
    """For a target that has no other place."""
    parsed = PARSER.parse(f"### Steps\n{LIST}### Expected result\nAll")
    assert parsed.closed_steps == (STEPS[0], Step("Press **Pay**", "", "It is paid\n\nAll"))


LINES = st.sampled_from(
    [
        *(
            "### Test data",
            "## #",
            "### Steps",
            "## Preconditions",
            "Expected result",
            "---",
            "### Notes",
            "- - -",
            "```",
        ),
        *("* alpha beta", "* gamma", "  *Expected*: delta", "  * *Expected result*: epsilon"),
        *("1. zeta", "2. eta", "   more", "", "", "plain words", "> quoted", "    code", "\ttab"),
        *("| Steps | Expected |", "|---|---|", "| theta | iota |", "| kappa | lambda | mu |"),
        *("| # | Action | Data |", "| 1 | nu | xi |", "[ref]: /omicron", "<div>", "</div>", "****"),
        *("*", "+ pi", "  rho", "* sigma\\", "\\* tau", "<!-- upsilon -->", "***Expected***: phi"),
    ]
)
TEXTS = st.lists(LINES, max_size=14).map("\n".join) | st.text(
    st.sampled_from("ab \n\r\t*#|-:`>1.\\[]<"), max_size=40
)
STRUCTURE = {word for part in Part for phrase in HEADINGS[part] for word in phrase.split()}


def words(text: str) -> Counter[str]:
    """Everything that is no mark of Markdown."""
    return Counter(re.findall(r"\w+", text.casefold()))


@settings(max_examples=600, deadline=None)
@given(text=TEXTS)
def test_all_text_is_somewhere(text: str) -> None:
    """Every word, as often as before, but for headings, labels and numbers of lists and rows."""
    parsed = PARSER.parse(text)
    parts = [parsed.description, parsed.preconditions, parsed.expected, parsed.postconditions]
    for step in parsed.steps:
        parts += [step.action, step.data, step.expected]
    before, after = words(text), words("\n".join(parts))
    assert after <= before
    assert {word for word in before - after if not word.isdigit()} <= STRUCTURE
    if not parsed.steps and not parsed.preconditions and not parsed.postconditions:
        assert parsed.description == text


@given(st.sampled_from([phrase for part in Part for phrase in HEADINGS[part]]))
def test_a_heading_is_known_however_it_is_written(phrase: str) -> None:
    """In capitals, in bold, with a colon."""
    assert spoken(f"**{phrase.upper()}**: ") == spoken(phrase)
