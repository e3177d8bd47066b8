"""What an import makes of the files of an export, in the form in which accounts are checked."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from crawler.export.steps import StepsParser
from crawler.importing.registry import source_called
from crawler.importing.tree import Tree
from crawler.model import ItemKind, PlacedItem
from crawler.selection import WHOLE
from crawler.snapshot.assemble import assemble
from crawler.snapshot.document import Document, Head, Node, NodeKind
from crawler.snapshot.noise import Omission
from support.exports import document
from support.readback_shapes import SHAPES

#: The exports that carry the IDs of the service.
KEEPS_IDS: Final = ("testomatio-csv", "testomatio-xlsx", "gherkin")
HEAD: Final = Head("p", "P", "", complete=True, suites=0, tests=0, selection=WHOLE)


def imported(tool: str, files: Iterable[Path]) -> list[PlacedItem]:
    """The items of files; of feature files, the files are those of one directory."""
    tree = Tree()
    for path in files:
        source_called(tool).read(path, tree)
    items = list(tree.items())
    kinds = [item.kind for item in items]
    assert tree.counts() == (kinds.count(ItemKind.SUITE), kinds.count(ItemKind.TEST))
    return items


def nodes(items: Iterable[PlacedItem]) -> list[Node]:
    """The nodes of a snapshot."""
    return list(assemble(HEAD, items, (), Omission(())).nodes)


def fields(tool: str, *files: Path) -> list[dict[str, Any]]:
    """The fields of each suite and test, without IDs that were made."""
    found = []
    for node in nodes(imported(tool, files)):
        kept = dict(node.fields)
        if re.fullmatch("[0-9a-f]{12}", kept["id"]):
            del kept["id"]
        found.append(kept)
    return found


def read_back(tool: str, found: Iterable[Node]) -> list[dict[str, Any]]:
    """Each test as readers of an export give it: its way, and its description in parts."""
    shape, parser = SHAPES.get(tool), StepsParser()
    way: list[str] = []
    tests = []
    for node in found:
        del way[node.depth :]
        if node.kind is NodeKind.SUITE:
            way.append(node.fields["title"])
            continue
        one = {**node.fields, "suite": [*way]}
        if tool not in KEEPS_IDS:
            del one["id"]
        if rows := one.pop("included", None):
            one["examples"] = [row["attributes"]["data"] for row in rows]
        if shape:
            one["description"] = shape(parser.parse(node.fields.get("description", "")))
        tests.append(one)
    return tests


def distinct(of: Document) -> Document:
    """The same project as a snapshot has it: IDs, sets in order; no two suites are called alike."""
    changed: list[Node] = []
    for number, node in enumerate(of.nodes):
        letter = "a" if node.kind is NodeKind.SUITE else "b"
        kept = {**node.fields, "id": f"{letter}{number:07d}"}
        if node.kind is NodeKind.SUITE:
            kept["title"] = f"s{number:02d} {kept['title']}".strip()
        for name in ("tags", "labels"):
            if name in kept and all(isinstance(word, str) for word in kept[name]):
                kept[name] = sorted(kept[name])
        changed.append(Node(node.kind, node.depth, kept))
    return document(*changed)
