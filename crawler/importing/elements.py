"""XML that others wrote, read without what makes XML dangerous.

A declaration of entities is refused, so none can grow or name a file; nothing outside of the file
is ever read. Depth has a limit, since elements are walked by recursion.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from crawler.errors import LocalError, SnapshotError
from crawler.importing.texts import contents

__all__ = ("Handler", "leftovers", "parsed", "streamed", "text_of")

_DEEPEST: Final = 400
_PIECE: Final = 1 << 18  # bytes


class Handler(Protocol):
    """Takes what stands in a file, in its order."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        ...

    def end(self, name: str) -> None:
        """It ends."""
        ...

    def data(self, text: str) -> None:
        """A piece of text."""
        ...


class _Builder:
    """Makes a tree of it."""

    def __init__(self) -> None:
        self._tree = TreeBuilder()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._tree.start(name, attributes)

    def end(self, name: str) -> None:
        self._tree.end(name)

    def data(self, text: str) -> None:
        self._tree.data(text)

    def close(self) -> Element:
        return self._tree.close()


class _Guard:
    """Passes on to a handler what the parser tells, as deep as may be, and no entity."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._depth = 0

    def parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._handler.data
        parser.EntityDeclHandler = self._refuse
        parser.SkippedEntityHandler = self._refuse
        return parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _RefusedError(f"is nested deeper than {_DEEPEST} levels")
        self._handler.start(name, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._handler.end(name)

    def _refuse(self, *_: object) -> None:
        raise _RefusedError("declares entities, or needs those of another file")


class _RefusedError(Exception):
    """What this reader takes from nobody."""


def parsed(path: Path, *roots: str) -> Element:
    """The root element, which has to have one of these names.

    Raises:
        LocalError: if the file cannot be read.
        SnapshotError: if it is not XML, not such a file, or declares entities.
    """
    builder = _Builder()
    data = contents(path)
    with _said(path):
        _Guard(builder).parser().Parse(data, True)
        found = builder.close()
    if found.tag not in roots:
        names = " or ".join(f"<{name}>" for name in roots)
        raise SnapshotError(f"{path} has <{found.tag[:40]}> at its top, not {names}.")
    return found


def streamed(path: Path, handler: Handler) -> Iterator[None]:
    """Hand a file to `handler` piece by piece, however large it is; yields after each piece.

    Raises:
        LocalError: if the file cannot be read.
        SnapshotError: if it is not XML, or declares entities; and what the handler raises.
    """
    parser = _Guard(handler).parser()
    try:
        with path.open("rb") as file, _said(path):
            while piece := file.read(_PIECE):
                parser.Parse(piece, False)
                yield
            parser.Parse(b"", True)
            yield
    except OSError as error:
        raise LocalError.from_os_error("read", path, error) from error


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Turns what the parser raises into a sentence."""
    try:
        yield
    except LookupError as error:
        raise SnapshotError(f"{path} is in an encoding that is not known: {error}.") from error
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        raise SnapshotError(f"{path} is not XML (line {error.lineno}: {reason}).") from error
    except _RefusedError as error:
        raise SnapshotError(f"{path} {error}, so it was not read.") from error


def text_of(element: Element, name: str) -> str:
    """The text of the child of that name, empty if there is none."""
    return element.findtext(name) or ""


def leftovers(element: Element, known: frozenset[str]) -> dict[str, Any]:
    """The children and attributes that are not `known`, as values, by name."""
    found: dict[str, Any] = {
        name: value for name, value in element.attrib.items() if name not in known
    }
    for child in element:
        if child.tag not in known and (value := _value(child)):
            _put(found, child.tag, value)
    return found


def _value(element: Element) -> Any:
    """Text, or what is in the element by name; its own text beside that has no name."""
    text = (element.text or "").strip() if len(element) else element.text or ""
    inner: dict[str, Any] = dict(element.attrib)
    for child in element:
        if value := _value(child):
            _put(inner, child.tag, value)
    tails = " ".join(filter(None, ((child.tail or "").strip() for child in element)))
    text = " ".join(filter(None, (text, tails))) if tails else text
    if inner and text:
        _put(inner, "text", text)
    return inner or text


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    """Of several of one name all are kept, in their order."""
    if name not in found:
        found[name] = value
    elif isinstance(found[name], list):
        found[name].append(value)
    else:
        found[name] = [found[name], value]
