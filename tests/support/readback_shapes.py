"""The parts of a description as each target can take them; see `support.readback`."""

from collections.abc import Callable
from typing import Any, Final

from crawler.export.steps import Parsed


def pairs_of(parsed: Parsed) -> list[tuple[str, str]]:
    """Steps for a target without a field for data, which random projects do not have."""
    return [(step.action, step.expected) for step in parsed.closed_steps]


def triples_of(parsed: Parsed) -> list[tuple[str, str, str]]:
    """Steps with data."""
    return [(step.action, step.data, step.expected) for step in parsed.closed_steps]


def text_of(parsed: Parsed) -> str:
    """What is neither condition nor step."""
    after = parsed.postconditions
    return "\n\n".join(
        filter(None, (parsed.description, after and f"### Postconditions\n\n{after}"))
    )


#: The parts of a description that a target has; where it has one field for all, there is none.
SHAPES: Final[dict[str, Callable[[Parsed], Any]]] = {
    # A text around the steps is a change, so what is carried as it is has none.
    "testrail-csv": lambda it: (it.preconditions, pairs_of(it) or [(text_of(it), "")]),
    "testrail-xml": lambda it: (it.preconditions, pairs_of(it) or [(text_of(it), "")]),
    "testlink-xml": lambda it: (text_of(it), it.preconditions, pairs_of(it)),
    "qase": lambda it: (text_of(it), it.preconditions, triples_of(it)),
    "xray": lambda it: (text_of(it), triples_of(it)),
    "azure-devops": pairs_of,
    # What a step leads to and further lines of it are changes.
    "allure-testops": lambda it: (
        text_of(it),
        it.preconditions,
        [[step.action] for step in it.steps],
        it.expected,
    ),
    "zephyr-scale": lambda it: (text_of(it), it.preconditions, triples_of(it)),
    "testit": lambda it: (text_of(it), it.preconditions, triples_of(it)),
    "gherkin": lambda it: (text_of(it), it.preconditions, pairs_of(it)),
}
