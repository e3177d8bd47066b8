"""XML 1.0 in UTF-8, written as a stream by the standard library."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

__all__ = ("XmlWriter",)


class XmlWriter:
    """Elements, indented; texts have to be as `cells.held` gives them."""

    def __init__(self, out: BinaryIO) -> None:
        self._writer = XMLGenerator(out, encoding="UTF-8", short_empty_elements=True)
        self._depth = 0
        self._writer.startDocument()

    def open(self, name: str, /, **attributes: str) -> None:
        """Begin an element that holds others."""
        self._break()
        self._writer.startElement(name, AttributesImpl(attributes))
        self._depth += 1

    def close(self, name: str) -> None:
        """End it."""
        self._depth -= 1
        self._break()
        self._writer.endElement(name)

    @contextmanager
    def element(self, name: str, /, **attributes: str) -> Iterator[None]:
        """An element around what is written meanwhile."""
        self.open(name, **attributes)
        yield
        self.close(name)

    def empty(self, name: str, attributes: dict[str, str]) -> None:
        """An element that has attributes alone."""
        self._break()
        self._writer.startElement(name, AttributesImpl(attributes))
        self._writer.endElement(name)

    def leaf(self, name: str, text: str) -> None:
        """An element that holds text."""
        self._break()
        self._writer.startElement(name, AttributesImpl({}))
        if text:
            self._writer.characters(text)
        self._writer.endElement(name)

    def end(self) -> None:
        """End the document."""
        self._writer.ignorableWhitespace("\n")
        self._writer.endDocument()

    def _break(self) -> None:
        self._writer.ignorableWhitespace(f"\n{'  ' * self._depth}")
