"""Puts the steps of the sample into words: descriptions in Markdown, code of automated tests."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.demo.sample_reader import SuiteEntry, TestEntry

__all__ = ("code_of", "description_of", "file_of")


@dataclass(frozen=True, slots=True)
class _Words:
    """Headings in one language."""

    before: str
    steps: str
    expected: str


_WORDS = {
    "en": _Words("Preconditions", "Steps", "Expected result"),
    "de": _Words("Vorbedingungen", "Schritte", "Erwartetes Ergebnis"),
    "uk": _Words("Передумови", "Кроки", "Очікуваний результат"),
    "ja": _Words("前提条件", "手順", "期待される結果"),
    "ar": _Words("الشروط المسبقة", "الخطوات", "النتيجة المتوقعة"),
}


def description_of(suite: SuiteEntry, test: TestEntry) -> str:
    """What a tester reads. Teams write differently, so the form depends on the kind of test."""
    words = _WORDS[suite.settings.get("lang", "en")]
    parts = []
    if suite.presupposed:
        parts.append(f"### {words.before}\n\n" + _bullets(suite.presupposed))
    if test.priority == "critical":
        parts.append(_as_table(words, test))
    elif test.state == "manual" and len(test.steps) > 1:
        parts += _as_numbers(words, test)
    else:
        parts.append(_as_steps(words, test))
    if test.extra:
        parts.append("\n".join(test.extra))
    return "\n\n".join(parts)


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"* {line}" for line in lines)


def _as_numbers(words: _Words, test: TestEntry) -> list[str]:
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(test.steps, 1))
    return [f"### {words.steps}\n\n{steps}", f"### {words.expected}\n\n{test.expected}"]


def _as_steps(words: _Words, test: TestEntry) -> str:
    """The way the service's own editor writes steps: the last one with what is expected.

    Two blanks at the end of a line are a hard break in Markdown.
    """
    steps = _bullets(test.steps)
    return f"### {words.steps}\n\n{steps}  \n  *{words.expected}*: {test.expected}"


def _as_table(words: _Words, test: TestEntry) -> str:
    """A row a step; what is expected stands at the last one."""
    expected = ["…"] * (len(test.steps) - 1) + [test.expected]
    rows = [
        f"| {number} | {_cell(step)} | {_cell(then)} |"
        for number, (step, then) in enumerate(zip(test.steps, expected, strict=True), 1)
    ]
    return "\n".join([f"| # | {words.steps} | {words.expected} |", "|---:|---|---|", *rows])


def _cell(text: str) -> str:
    """Text in which a vertical bar does not end the cell."""
    return text.replace("|", r"\|")


def file_of(path: Sequence[str]) -> str:
    """Where the automated tests of a suite live in the repository of the shop."""
    names = [re.sub(r"\W+", "-", title.lower()).strip("-") for title in path]
    return "tests/" + "/".join(name or "suite" for name in names) + ".spec.ts"


def code_of(test: TestEntry) -> str:
    """The source of an automated test, with tabs and backslashes as real code has them."""
    steps = "".join(f"\t// {step}\n\tawait shop.step({_quoted(step)});\n" for step in test.steps)
    expected = f"\tawait shop.expect({_quoted(test.expected)});\n"
    return f"test({_quoted(test.title)}, async ({{ shop }}) => {{\n{steps}{expected}}});\n"


def _quoted(text: str) -> str:
    """A string of the language of the tests."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
