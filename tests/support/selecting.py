"""What a selection leaves of a whole snapshot, by rules written down a second time."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from crawler.selection import Selection
from crawler.snapshot.document import Document, Node, NodeKind
from support.documents import in_memory


def selected(whole: Document, selection: Selection) -> Document:
    """The document that a crawl with this selection, its suites by ID, should give."""
    nodes = tuple(_chosen(whole.nodes, selection))
    orphans = tuple(_chosen(whole.orphans, selection))
    kinds = [node.kind for node in (*nodes, *orphans)]
    head = replace(
        whole.head,
        suites=kinds.count(NodeKind.SUITE),
        tests=kinds.count(NodeKind.TEST),
        selection=selection,
    )
    return in_memory(Document(head, nodes, orphans))


def _chosen(nodes: Iterable[Node], selection: Selection) -> Iterator[Node]:
    """Those that are selected themselves, and those that stand above one that is."""
    placed = list(_with_ways(nodes))
    kept = [(node, way) for node, way in placed if _belongs(node, way, selection)]
    if selection.state or selection.tags:
        kept = [(node, way) for node, way in kept if node.kind is NodeKind.TEST]
    above = {identity for _, way in kept for identity in way}
    own = {(node.kind, node.fields["id"]) for node, _ in kept}
    for node, _ in placed:
        identity = node.fields["id"]
        is_above = node.kind is NodeKind.SUITE and identity in above
        if is_above or (node.kind, identity) in own:
            yield node


def _with_ways(nodes: Iterable[Node]) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """Each node with the IDs of the suites from the root to it, itself included."""
    way: list[str] = []
    for node in nodes:
        del way[node.depth :]
        if node.kind is NodeKind.SUITE:
            way.append(node.fields["id"])
        yield node, tuple(way)


def _belongs(node: Node, way: tuple[str, ...], selection: Selection) -> bool:
    if selection.suites and not set(way) & set(selection.suites):
        return False
    if set(way) & set(selection.exclude):
        return False
    if node.kind is NodeKind.SUITE:
        return True
    tags = [each.casefold() for each in node.fields.get("tags", ())]
    return (
        selection.tests
        and selection.state in {None, node.fields.get("state")}
        and (not selection.tags or any(tag.casefold() in tags for tag in selection.tags))
    )
