"""`testlink-xml`: what TestLink exports as a test suite, or as test cases.

The files are told of with the target of the same name. A ``testsuite`` at the top that has a name
is a suite; one without, that of the project, is none. Texts are HTML. The order is that of the
file, which is how TestLink writes it, whatever ``node_order`` says.
"""

from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element

from crawler.importing.describing import Step, described
from crawler.importing.elements import leftovers, parsed, text_of
from crawler.importing.html import markdown_of
from crawler.importing.tree import Branch, Tree

__all__ = ("XML",)

_TYPES: Final = {"1": "manual", "2": "automated"}
_IMPORTANCE: Final = {"1": "low", "2": "normal", "3": "high"}
_SUITE: Final = frozenset({"id", "name", "node_order", "details", "testsuite", "testcase"})
_CASE: Final = frozenset(
    {
        *("internalid", "name", "node_order", "summary", "preconditions", "execution_type"),
        *("importance", "steps", "keywords"),
    }
)
_STEP: Final = frozenset({"step_number", "actions", "expectedresults", "execution_type"})


class _TestLinkXml:
    name: Final = "testlink-xml"
    about: Final = "TestLink: XML of a test suite or of test cases"

    def read(self, path: Path, tree: Tree) -> None:
        """Read all suites; see `Source`."""
        root = parsed(path, "testsuite", "testcases")
        if root.attrib.get("name"):
            _suite(root, tree.root)
        else:
            tree.root.imported.update(leftovers(root, _SUITE))
            _inside(root, tree.root)


def _suite(suite: Element, branch: Branch) -> None:
    inner = branch.new_suite(
        suite.attrib.get("name", ""),
        suite.attrib.get("id", ""),
        {"description": markdown_of(text_of(suite, "details"))},
    )
    inner.imported.update(leftovers(suite, _SUITE))
    _inside(suite, inner)


def _inside(suite: Element, branch: Branch) -> None:
    for below in suite.findall("testsuite"):
        _suite(below, branch)
    for case in suite.findall("testcase"):
        _case(case, branch)


def _case(case: Element, branch: Branch) -> None:
    kind, importance = text_of(case, "execution_type"), text_of(case, "importance")
    found = case.findall("steps/step")
    steps = [
        Step(
            markdown_of(text_of(step, "actions")),
            expected=markdown_of(text_of(step, "expectedresults")),
        )
        for step in found
    ]
    keywords = case.findall("keywords/keyword")
    fields = {
        "state": _TYPES.get(kind, ""),
        "priority": _IMPORTANCE.get(importance, importance),
        "tags": [keyword.attrib.get("name", "") for keyword in keywords],
        **described(
            markdown_of(text_of(case, "summary")),
            markdown_of(text_of(case, "preconditions")),
            steps,
        ),
    }
    more: dict[str, Any] = leftovers(case, _CASE)
    more["execution_type"] = "" if kind in _TYPES else kind
    for name, elements, known in (
        ("steps", found, _STEP),
        ("keywords", keywords, frozenset({"name"})),
    ):
        rest = [leftovers(each, known) for each in elements]
        more[name] = rest if any(rest) else []
    title = case.attrib.get("name", "")
    branch.add_test(title, case.attrib.get("internalid", ""), fields=fields, imported=more)


XML: Final = _TestLinkXml()
