"""The sources that there are."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Final

from crawler.errors import UsageError
from crawler.importing.interface import Source
from crawler.near import near_or_all

__all__ = ("BUILT_IN", "source_called", "sources")

#: Name to place; loaded when asked for.
BUILT_IN: Final = {
    "testomatio-csv": "from_testomatio:CSV",
    "testomatio-xlsx": "from_testomatio:XLSX",
    "testrail-csv": "from_testrail:CSV",
    "testrail-xml": "from_testrail:XML",
    "qase": "from_qase:JSON",
    "testlink-xml": "from_testlink:XML",
    "gherkin": "from_gherkin:FEATURES",
    "xray": "from_xray:CSV",
}


def sources() -> Iterator[Source]:
    """All of them."""
    return map(source_called, BUILT_IN)


def source_called(name: str, others: Iterable[str] = ()) -> Source:
    """The source of that name; `others` are names that the caller knows besides.

    Raises:
        UsageError: if there is none.
    """
    if place := BUILT_IN.get(name):
        module, _, attribute = place.partition(":")
        found: Source = getattr(import_module(f"crawler.importing.{module}"), attribute)
        return found
    hint = near_or_all(name, (*BUILT_IN, *others))
    raise UsageError(f"There is no tool {name!r} to import from.", hint=hint)
