"""The targets that there are: those of this package, and those that other packages add."""

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from crawler.errors import LocalError, UsageError
from crawler.export.interface import Target
from crawler.near import near_or_all

__all__ = ("BUILT_IN", "GROUP", "target_called", "target_names")

GROUP: Final = "testomat_crawler.export_targets"
"""The group of entry points by which another package adds a target."""

#: Name to place; loaded when asked for, since some need a package that not everybody has.
BUILT_IN: Final = {
    "csv": "to_plain:CSV",
    "xlsx": "to_plain:XLSX",
    "jsonl": "to_jsonl:JSONL",
    "testomatio-csv": "to_testomatio:CSV",
    "testomatio-xlsx": "to_testomatio:XLSX",
    "testrail-csv": "to_testrail:CSV",
    "testrail-xml": "to_testrail:XML",
    "qase": "to_qase:JSON",
    "xray": "to_xray:CSV",
    "zephyr-scale": "to_zephyr:XML",
    "testit": "to_testit:FOLDER",
    "azure-devops": "to_azure:CSV",
    "testlink-xml": "to_testlink:XML",
    "allure-testops": "to_allure:CSV",
    "kiwi-tcms": "to_kiwi:JSONL",
    "gherkin": "to_gherkin:FEATURES",
    "sqlite": "to_sqlite:DATABASE",
    "parquet": "to_parquet:PARQUET",
}


def target_names() -> tuple[str, ...]:
    """Those of this package first, in their order."""
    return (*BUILT_IN, *(name for name in sorted(_added()) if name not in BUILT_IN))


def target_called(name: str) -> Target:
    """The target of that name; one of this package is never replaced by another.

    Raises:
        UsageError: if there is none.
        LocalError: if it is of another package and cannot be loaded.
    """
    if place := BUILT_IN.get(name):
        module, _, attribute = place.partition(":")
        found: Target = getattr(import_module(f"crawler.export.{module}"), attribute)
        return found
    if point := _added().get(name):
        return _loaded(point)
    hint = near_or_all(name, target_names())
    raise UsageError(f"There is no target {name!r}.", hint=hint)


def _added() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _loaded(point: EntryPoint) -> Target:
    try:
        found = point.load()
    except Exception as error:  # another package may raise anything while it is imported
        raise LocalError(
            f"The target {point.name} ({point.value}) cannot be loaded:"
            f" {type(error).__name__}: {error}."
        ) from error
    if not isinstance(found, Target):
        raise LocalError(
            f"The target {point.name} ({point.value}) is none: it lacks name, about, suffix or"
            " write."
        )
    return found
