"""XML that others wrote, read without what makes XML dangerous.

A declaration of entities is refused, so none can grow or name a file; nothing outside of the file
is ever read. Depth has a limit, since elements are walked by recursion.
"""

from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from crawler.errors import SnapshotError
from crawler.importing.texts import contents

__all__ = ("leftovers", "parsed", "text_of")

_DEEPEST: Final = 400


class _Builder:
    """Takes what the parser tells, as deep as may be."""

    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _RefusedError(f"is nested deeper than {_DEEPEST} levels")
        self._tree.start(name, attributes)

    def end(self, name: str) -> None:
        self._depth -= 1
        self._tree.end(name)

    def data(self, text: str) -> None:
        self._tree.data(text)

    def refuse(self, *_: object) -> None:
        raise _RefusedError("declares entities, or needs those of another file")

    def close(self) -> Element:
        return self._tree.close()


class _RefusedError(Exception):
    """What this reader takes from nobody."""


def parsed(path: Path, *roots: str) -> Element:
    """The root element, which has to have one of these names.

    Raises:
        LocalError: if the file cannot be read.
        SnapshotError: if it is not XML, not such a file, or declares entities.
    """
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = builder.refuse
    parser.SkippedEntityHandler = builder.refuse
    data = contents(path)
    try:
        parser.Parse(data, True)
        found = builder.close()
    except LookupError as error:
        raise SnapshotError(f"{path} is in an encoding that is not known: {error}.") from error
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        raise SnapshotError(f"{path} is not XML (line {error.lineno}: {reason}).") from error
    except _RefusedError as error:
        raise SnapshotError(f"{path} {error}, so it was not read.") from error
    if found.tag not in roots:
        names = " or ".join(f"<{name}>" for name in roots)
        raise SnapshotError(f"{path} has <{found.tag[:40]}> at its top, not {names}.")
    return found


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
