"""YAML read through PyYAML's events, with the rules of format 1 instead of a general loader's.

Events come without recursion, from libyaml as from PyYAML itself, so any depth can be read. What a
snapshot never needs and an attacker or a slip may bring is refused: aliases (a few lines of them
can stand for billions of values), tags, merge keys, a key twice, a second document.
"""

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any, Final, Protocol

import yaml

from crawler.errors import SnapshotError
from crawler.snapshot.document import SECTIONS, Head, Node, NodeKind
from crawler.snapshot.nesting import KEYS
from crawler.snapshot.parsed import STRUCTURAL, early_head
from crawler.snapshot.rereading import DeviationError, Items, Walk, in_turn
from crawler.snapshot.yaml_scalars import resolve

__all__ = ("YamlWalk", "build_whole")

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TOO_DEEP: Final = "exceeded maximum nesting depth"
_KINDS: Final = {key: kind for kind, key in KEYS.items()}


class Readable(Protocol):
    """What PyYAML reads from."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""


class YamlWalk(Walk):
    """A `Walk` through a file whose keys stand in canonical order, in any YAML spelling."""

    def __init__(self, begin: Callable[[], Readable]) -> None:
        self._events = _events(begin)
        if not isinstance(next(self._events, None), yaml.MappingStartEvent):
            raise DeviationError("no mapping")
        mapping: dict[str, Any] = {}
        while (key := self._key(mapping)) != "suites":
            if key is None or key == "orphans" or key in SECTIONS:
                raise DeviationError("no 'suites' after the head")
            mapping[key] = _build(self._events)
        self._ahead: str | None = None  # the key that follows what was read
        self._sections = in_turn()
        self.head: Head = early_head(mapping)

    def nodes(self) -> Iterator[Node]:
        """The tree.

        Raises:
            DeviationError: if a key stands after one that holds nodes.
        """
        yield from self._list(NodeKind.SUITE)

    def orphans(self) -> Iterator[Node]:
        """The orphans.

        Raises:
            DeviationError: as `nodes` does.
        """
        if (key := self._key({})) == "orphans":
            yield from self._orphan_lists()
            key = self._key({})
        self._ahead = key

    def section(self) -> tuple[str, Items] | None:
        """The next section and its items; `None` at the end of the file.

        Raises:
            DeviationError: if something else than a section stands there.
        """
        name = self._ahead
        if name is None:
            for _ in self._events:  # to the end: it checks that nothing follows
                raise DeviationError("more after the end")
            return None
        self._sections(name)
        self._open()
        return name, self._items()

    def _items(self) -> Items:
        while isinstance(event := next(self._events), yaml.MappingStartEvent):
            fields = _build(chain((event,), self._events))
            if not isinstance(fields.get("id"), str):
                raise DeviationError("an item without an 'id'")
            yield fields
        if not isinstance(event, yaml.SequenceEndEvent):
            raise DeviationError("an item that is no mapping")
        self._ahead = self._key({})

    def _orphan_lists(self) -> Iterator[Node]:
        if not isinstance(next(self._events), yaml.MappingStartEvent):
            raise DeviationError("no mapping of orphans")
        key = self._key({})
        for kind in NodeKind:
            if key == KEYS[kind]:
                yield from self._list(kind)
                key = self._key({})
        if key is not None:
            raise DeviationError("another key among the orphans")

    def _list(self, kind: NodeKind) -> Iterator[Node]:
        """The nodes of the list that begins with the next event, and all below them."""
        self._open()
        kinds = [kind]  # of the lists that are open; the position is the depth
        while kinds:
            event = next(self._events)
            if isinstance(event, yaml.MappingStartEvent):
                fields, below = self._fields()
                if below is not None and kinds[-1] is NodeKind.TEST:
                    raise DeviationError("a test with nodes below it")
                yield Node(kinds[-1], len(kinds) - 1, fields)
            elif isinstance(event, yaml.SequenceEndEvent):
                below = self._after(kinds)
            else:
                raise DeviationError("an item that is no mapping")
            if below is not None:
                kinds.append(below)

    def _fields(self) -> tuple[dict[str, Any], NodeKind | None]:
        """An item up to its end, or up to a list of nodes and the kind of these."""
        fields: dict[str, Any] = {}
        while (key := self._key(fields)) is not None and key not in STRUCTURAL:
            fields[key] = _build(self._events)
        if not isinstance(fields.get("id"), str):
            raise DeviationError("an item without an 'id'")
        if key is None:
            return fields, None
        self._open()
        return fields, _KINDS[key]

    def _after(self, kinds: list[NodeKind]) -> NodeKind | None:
        """Close a list: the kind of the list that follows in the same item, or its end."""
        closed = kinds.pop()
        if not kinds or (key := self._key({})) is None:
            return None
        if key != KEYS[NodeKind.TEST] or closed is NodeKind.TEST:
            raise DeviationError("a key after a list of nodes")
        self._open()
        return NodeKind.TEST

    def _open(self) -> None:
        if not isinstance(next(self._events), yaml.SequenceStartEvent):
            raise DeviationError("no list")

    def _key(self, mapping: dict[str, Any]) -> str | None:
        """The next key of the mapping, `None` at its end."""
        event = next(self._events)
        return None if isinstance(event, yaml.MappingEndEvent) else _new_key(event, mapping)


def build_whole(begin: Callable[[], Readable]) -> Any:
    """The one document as nested values, whatever the order of its keys.

    `begin` opens the document at its beginning, each time that it is called.

    Raises:
        SnapshotError: if it is not YAML or has what a snapshot never has.
    """
    events = _events(begin)
    value = _build(events)
    for _ in events:  # to the end: it checks that nothing follows
        pass
    return value


def _events(begin: Callable[[], Readable]) -> Iterator[yaml.Event]:
    """The events of the one document, without those around it, at any depth.

    libyaml refuses more than 1,000 levels since 0.2.6 (https://github.com/yaml/libyaml/pull/287),
    for the sake of programs that recurse. PyYAML's own parser goes on from there: it does not.
    """
    passed = 0
    try:
        for event in _document(begin(), _LOADER):
            passed += 1
            yield event
    except yaml.YAMLError as error:
        if getattr(error, "problem", None) != _TOO_DEEP:
            raise _unreadable(error) from error
    else:
        return
    try:
        yield from islice(_document(begin(), yaml.SafeLoader), passed, None)
    except yaml.YAMLError as error:
        raise _unreadable(error) from error


def _document(stream: Readable, loader: Any) -> Iterator[yaml.Event]:
    """Raises `yaml.YAMLError` if it is not YAML, `SnapshotError` if it is more than that."""
    documents = 0
    for event in yaml.parse(stream, Loader=loader):
        if isinstance(event, yaml.NodeEvent):
            _refuse(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if documents > 1:
            raise _error("it holds more than one document", event)
        if isinstance(event, (yaml.NodeEvent, yaml.CollectionEndEvent)):
            yield event


def _refuse(event: yaml.NodeEvent) -> None:
    if isinstance(event, yaml.AliasEvent):
        raise _error("it has an alias (*name), which snapshots never need", event)
    if event.anchor is not None:
        raise _error("it has an anchor (&name), which snapshots never need", event)
    if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None:
        raise _error(f"it has a tag ({event.tag}), which snapshots never need", event)


def _build(events: Iterator[yaml.Event]) -> Any:
    """The value that begins with the next event, and ends with it or with its end event."""
    event = next(events, None)
    if event is None:
        raise SnapshotError("The snapshot is empty.")
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    root = _container(event)
    stack = [root]
    keys: list[str | None] = [None]  # of each mapping in the stack, the key that awaits its value
    while stack:
        event = next(events)
        top, key = stack[-1], keys[-1]
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
            keys.pop()
        elif isinstance(top, dict) and key is None:
            keys[-1] = _new_key(event, top)
        else:
            value = _scalar(event) if isinstance(event, yaml.ScalarEvent) else _container(event)
            _put(top, key, value)
            keys[-1] = None
            if isinstance(event, yaml.CollectionStartEvent):
                stack.append(value)
                keys.append(None)
    return root


def _put(container: dict[str, Any] | list[Any], key: str | None, value: Any) -> None:
    if isinstance(container, list):
        container.append(value)
    elif key is not None:
        container[key] = value


def _container(event: yaml.Event) -> dict[str, Any] | list[Any]:
    return {} if isinstance(event, yaml.MappingStartEvent) else []


def _scalar(event: yaml.ScalarEvent) -> Any:
    if not event.implicit[0]:  # quoted or a block: text, whatever it looks like
        return event.value
    try:
        return resolve(event.value)
    except ValueError as error:
        raise _error(str(error), event) from error


def _new_key(event: yaml.Event, mapping: dict[str, Any]) -> str:
    """A key is text as it stands: format 1 has no others."""
    if not isinstance(event, yaml.ScalarEvent):
        raise _error("a key is a list or a mapping", event)
    if event.value in mapping:
        raise _error(f"the key {event.value!r} stands twice in one mapping", event)
    if event.value == "<<" and event.implicit[0]:
        raise _error("it has a merge key (<<), which snapshots never need", event)
    return str(event.value)


def _error(problem: str, event: yaml.Event) -> SnapshotError:
    where = _line(event.start_mark)
    return SnapshotError(f"The snapshot cannot be read as YAML: {problem}{where}.")


def _unreadable(error: yaml.YAMLError) -> SnapshotError:
    return SnapshotError(f"The snapshot cannot be read as YAML: {_sentence(error)}.")


def _sentence(error: yaml.YAMLError) -> str:
    """What PyYAML says, on one line and without its excerpt of the file."""
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "malformed"
    return f"{problem}{_line(getattr(error, 'problem_mark', None))}"


def _line(mark: Any) -> str:
    return f", line {mark.line + 1}" if mark else ""
