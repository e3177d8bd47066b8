"""A description in the parts that most test management tools have fields for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from crawler.export.cells import both
from crawler.export.steps import Step
from crawler.export.taking import Taking

__all__ = ("Parts", "parts_of", "text_of_steps")


@dataclass(frozen=True, slots=True)
class Parts:
    """`text` is what is neither condition nor step; `expected` is that of all steps together.

    All in Markdown.
    """

    text: str
    preconditions: str
    steps: tuple[Step, ...]
    expected: str = ""


def parts_of(taking: Taking, *, data: bool = False, expected: bool = False) -> Parts:
    """The parts of the test's description.

    Without `data`, for a target that has no field for it, what a step needs stands with what to do;
    without `expected`, what all steps lead to stands with the last one.
    """
    parsed = taking.parsed()
    note = taking.kept["description"]
    text = parsed.description
    if parsed.postconditions:
        text = "\n\n".join(filter(None, (text, f"### Postconditions\n\n{parsed.postconditions}")))
    steps = parsed.steps if expected else parsed.closed_steps
    if not data and any(step.data for step in steps):
        note = both(note, "the data of steps stands with what to do")
        steps = tuple(map(_with_data, steps))
    taking.kept["description"] = note
    return Parts(text, parsed.preconditions, steps, parsed.expected if expected else "")


def text_of_steps(steps: Iterable[Step]) -> str:
    """Steps as one text."""
    lines = []
    for number, step in enumerate(steps, 1):
        indent = " " * (len(str(number)) + 2)
        lines.append(f"{number}. {_indented(step.action, indent)}")
        if step.expected:
            lines.append(f"{indent}*Expected result*: {_indented(step.expected, indent)}")
    return "\n".join(lines)


def _with_data(step: Step) -> Step:
    return replace(step, action="\n\n".join(filter(None, (step.action, step.data))), data="")


def _indented(text: str, indent: str) -> str:
    return text.replace("\n", f"\n{indent}")
