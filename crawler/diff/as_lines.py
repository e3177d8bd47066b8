"""A snapshot as flat text for `git diff`: what git compares instead of the JSON.

A suite is one line with its path, so a suite that moves changes its own line and not the
indentation of all below it. Git shows the last such line above every hunk if it is told to
(`xfuncname`).
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from crawler.diff.details import title_of
from crawler.redaction import printable
from crawler.snapshot.document import Document, Node, NodeKind, head_mapping

__all__ = ("field_texts", "snapshot_lines")

_FIRST: Final = ("id", "title")


def snapshot_lines(document: Document) -> Iterator[str]:
    """The document, walked once, a line for each short value and for each line of a text."""
    yield from field_texts("", head_mapping(document.head))
    yield from _node_lines(document.nodes, "suite")
    yield from _node_lines(document.orphans, "orphaned suite")
    for section in document.sections:
        for item in section.items:
            yield ""
            own = f"{title_of(Node(NodeKind.TEST, 0, item))} [{item['id']}]"
            yield f"{section.name} {printable(own)}"
            fields = {name: value for name, value in item.items() if name not in _FIRST}
            yield from field_texts("    ", fields)


def _node_lines(nodes: Iterable[Node], word: str) -> Iterator[str]:
    path: list[str] = []
    for node in nodes:
        own = printable(f"{title_of(node)} [{node.fields['id']}]")
        if node.kind is NodeKind.SUITE:
            path[node.depth :] = [printable(title_of(node))]
            above = "".join(f"{title} / " for title in path[:-1])
            yield ""
            yield f"{word} {above}{own}"
        else:
            yield f"  test {own}"
        fields = {name: value for name, value in node.fields.items() if name not in _FIRST}
        yield from field_texts("    ", fields)


def field_texts(indent: str, fields: dict[str, Any]) -> Iterator[str]:
    """A line for each short value, and for each line of a text or of a list."""
    for name, value in fields.items():
        name = printable(name)  # noqa: PLW2901  only its safe form is of use
        if isinstance(value, str) and "\n" in value:
            yield f"{indent}{name}:"
            yield from (f"{indent}  | {printable(line)}" for line in value.split("\n"))
        elif isinstance(value, list) and all(isinstance(each, str) for each in value):
            yield f"{indent}{name}:"
            yield from (f"{indent}  - {printable(each)}" for each in value)
        elif isinstance(value, (dict, list)):
            yield f"{indent}{name}:"
            text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
            yield from (f"{indent}  {printable(line)}" for line in text.split("\n"))
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield f"{indent}{name}: {printable(text)}"
