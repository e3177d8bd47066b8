"""The tree of a snapshot as lines of text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crawler.snapshot.document import Node, NodeKind

__all__ = ("tree_lines",)


@dataclass(slots=True)
class _Branch:
    title: str
    suites: int = 0
    tests: int = 0
    below: list["_Branch"] = field(default_factory=list)

    def label(self) -> str:
        counts = [_counted(self.suites, "suite"), _counted(self.tests, "test")]
        return f"{self.title} ({', '.join(filter(None, counts)) or 'empty'})"


def tree_lines(nodes: Iterable[Node], *, depth: int, most: int | None = None) -> Iterator[str]:
    """The suites down to `depth` levels, each with the number of suites and tests below it.

    `most` limits the number of lines; what did not fit is said in a last line. Titles are as they
    are in the snapshot: whoever prints them has to make control characters harmless.
    """
    root = _Branch("")
    path = [root]
    for node in nodes:
        if node.kind is NodeKind.TEST:
            for branch in path[: node.depth + 1]:
                branch.tests += 1
            continue
        del path[node.depth + 1 :]
        for branch in path:
            branch.suites += 1
        branch = _Branch(str(node.fields.get("title", node.fields["id"])))
        if node.depth < depth:
            path[-1].below.append(branch)
        path.append(branch)
    lines = list(_lines(root))
    yield from lines[:most]
    if most is not None and len(lines) > most:
        yield f"… and {len(lines) - most} more"


def _lines(root: _Branch) -> Iterator[str]:
    stack = [(branch, "", index == 0) for index, branch in enumerate(reversed(root.below))]
    while stack:
        branch, indent, is_last = stack.pop()
        yield f"{indent}{'└── ' if is_last else '├── '}{branch.label()}"
        inner = indent + ("    " if is_last else "│   ")
        stack.extend((b, inner, index == 0) for index, b in enumerate(reversed(branch.below)))


def _counted(number: int, noun: str) -> str:
    if not number:
        return ""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
