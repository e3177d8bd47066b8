"""Descriptions in Markdown, made of the parts that other tools keep in fields of their own.

The conventions are those of the service's editor, by which an export finds the parts again:
headings ``Preconditions``, ``Steps`` and ``Postconditions``; a list whose items are the steps, with
``*Expected result*:`` on a line of its own; or, where a step has data, a table. What an export had
to put below a text (rows of parameters, links to attachments) becomes fields again.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = ("Step", "described", "split_appendix", "table")

_EXPECTED: Final = "*Expected result*: "
_FENCE: Final = re.compile(r"(`{3,}|~{3,})")
_BAR: Final = re.compile(r"(?<!\\)\|")
_EXAMPLES: Final = re.compile(
    r"(?:\A|\n\n)### Examples\n\n(\|[^\n]*\|\n\| ---(?: \| ---)* \|(?:\n\|[^\n]*\|)*)(?=\n\n|\Z)"
)
_ATTACHMENTS: Final = re.compile(
    r"(?:\A|\n\n)### Attachments\n\n((?:\* \[[^\n]*\]\(<[^\n]*>\)(?:\n(?!\n)|(?=\n\n|\Z)))+)"
)
_LINK: Final = re.compile(r"\* \[(.*)\]\(<(.*)>\)")
_AFTER: Final = re.compile(r"(?:\A|\n\n)### Postconditions\n\n")


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, with what, and what it should lead to; Markdown."""

    action: str
    data: str = ""
    expected: str = ""


def described(text: str, before: str = "", steps: Iterable[Step] = ()) -> dict[str, Any]:
    """The description of a test, with the fields that stood below its text."""
    text, fields, rest = split_appendix(text)
    if rest:
        text = "\n\n".join(filter(None, (text, rest)))
    return {"description": _description(text, before, tuple(steps)), **fields}


def split_appendix(text: str) -> tuple[str, dict[str, Any], str]:
    """(the text above what an export put below it, that as fields, the text after it)."""
    fields: dict[str, Any] = {}
    start = end = len(text)
    if found := _last(_EXAMPLES, text):
        names, _, *rows = (_cells(line) for line in found[1].split("\n"))
        fields.update(params=names, examples=rows)
        start, end = found.span()
    if found := _last(_ATTACHMENTS, text):
        links = (_LINK.fullmatch(line) for line in found[1].rstrip("\n").split("\n"))
        fields["attachments"] = [
            {"name": _plain(link[1]), "url": link[2]} for link in links if link is not None
        ]
        start, end = min(start, found.start()), found.end()
    return text[:start], fields, text[end:].lstrip("\n")


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007  the last one counts
        pass
    return found


def _cells(line: str) -> list[str]:
    return [_plain(cell.strip()) for cell in _BAR.split(line)[1:-1]]


def _plain(text: str) -> str:
    return re.sub(r"\\([\[\]|])", r"\1", text)


def _description(text: str, before: str, steps: Sequence[Step]) -> str:
    steps = [step for step in steps if step.action or step.data or step.expected]
    if not before and not steps:
        return text
    text, after = _split_after(_closed(text.strip("\n")))
    chapters = (
        text,
        before and f"### Preconditions\n\n{_closed(before)}",
        f"### Steps\n\n{_steps(steps)}" if steps else "",
        after and f"### Postconditions\n\n{after}",
    )
    return "\n\n".join(filter(None, chapters))


def _split_after(text: str) -> tuple[str, str]:
    """Postconditions, which stand behind the steps."""
    found = _last(_AFTER, text)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")


def _closed(text: str) -> str:
    """With an end to the block of code that it leaves open, which would take in what follows."""
    fence = ""
    for line in text.split("\n"):
        bare = line.strip()
        if mark := _FENCE.match(bare):
            fence = "" if fence and bare.startswith(fence) else fence or mark[1]
    return f"{text}\n{fence}" if fence else text


def _steps(steps: Sequence[Step]) -> str:
    if any(step.data for step in steps):
        if all(map(_fits_row, steps)):
            return _table(steps)
        steps = [
            Step("\n\n".join(filter(None, (step.action, step.data))), expected=step.expected)
            for step in steps
        ]
    # A bullet before what looks like bullets would be a line across the page.
    numbered = any(re.fullmatch(r"[*\s]+(?:\n.*)?", step.action, re.DOTALL) for step in steps)
    marks = (f"{number}. " if numbered else "* " for number in range(1, len(steps) + 1))
    return "\n".join(map(_item, marks, steps))


def _item(mark: str, step: Step) -> str:
    lines = step.action.split("\n")
    if step.expected:
        if step.action:
            lines[-1] += "  "  # the line ends here, not only in the source
        lines += f"{_EXPECTED}{step.expected}".split("\n")
    indent = " " * len(mark)
    first, *more = lines
    begin = f"{mark}{first}" if first else mark.rstrip()
    return "\n".join((begin, *(f"{indent}{line}" if line else "" for line in more)))


def _fits_row(step: Step) -> bool:
    return "\n" not in step.action + step.data + step.expected


def _table(steps: Iterable[Step]) -> str:
    heads = ("Steps", "Data", "Expected result")
    return table([heads, *((step.action, step.data, step.expected) for step in steps)])


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; the first row is its head."""
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
