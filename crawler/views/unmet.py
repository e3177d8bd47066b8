"""Why nothing was chosen: what was asked for that a snapshot does not have, and what is like it."""

from collections.abc import Iterable, Iterator
from typing import Final

from crawler.near import did_you_mean
from crawler.selection import has_tag, is_same
from crawler.snapshot.document import Node, NodeKind
from crawler.views.selection import Selection

__all__ = ("like_suite", "unmet")

_FEW: Final = 8  # values that are all named


def like_suite(nodes: Iterable[Node], wanted: str) -> str:
    """A question that proposes the path of the suite that is most like `wanted`, or empty.

    One whose last title is what was wanted is meant rather than one that is only spelled like it.
    """
    titles: list[str] = []
    paths: list[str] = []
    for node in nodes:
        del titles[node.depth :]
        if node.kind is NodeKind.SUITE:
            title = str(node.fields.get("title", node.fields.get("id", "")))
            if title.casefold() == wanted.casefold():
                return f"Did you mean {'/'.join((*titles, title))!r}?"
            titles.append(title)
            paths.append("/".join(titles))
    return did_you_mean(wanted, paths)


def unmet(nodes: Iterable[Node], wanted: Selection) -> Iterator[str]:
    """A sentence for each of tag, priority and state that no test has."""
    there: dict[str, set[str]] = {"tags": set(), "priority": set(), "state": set()}
    for node in nodes:
        for name, found in there.items():
            value = node.fields.get(name)
            values = value if isinstance(value, list) else [value]
            found.update(each for each in values if isinstance(each, str))
    if wanted.tag and not has_tag(list(there["tags"]), wanted.tag):
        yield f"No test has the tag {wanted.tag!r}. {_instead(wanted.tag, there['tags'])}".rstrip()
    for name, value in (("priority", wanted.priority), ("state", wanted.state)):
        if value and not any(is_same(each, value) for each in there[name]):
            yield f"No test has the {name} {value!r}. {_instead(value, there[name])}".rstrip()


def _instead(wanted: str, there: set[str]) -> str:
    near = did_you_mean(wanted, sorted(there))
    if near or not 0 < len(there) <= _FEW:
        return near
    return f"There are: {', '.join(sorted(there))}."
