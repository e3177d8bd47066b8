"""Targets are found by name, those of other packages too."""

from importlib.metadata import EntryPoint

import pytest

from crawler.errors import LocalError, UsageError
from crawler.export import registry
from crawler.export.registry import BUILT_IN, GROUP, target_called, target_names


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> object:
    """Makes entry points as an installed package would."""

    def install(**places: str) -> None:
        points = [EntryPoint(name, place, GROUP) for name, place in places.items()]
        monkeypatch.setattr(
            registry, "entry_points", lambda group: points if group == GROUP else []
        )

    return install


def test_another_package_adds_a_target(install: object) -> None:
    """After those of this one."""
    install(mine="crawler.export.to_jsonl:JSONL")  # type: ignore[operator]
    assert target_called("mine").name == "jsonl"
    assert target_names() == (*BUILT_IN, "mine")


def test_another_package_replaces_none_of_ours(install: object) -> None:
    """Whatever it is called."""
    install(csv="crawler.export.to_jsonl:JSONL")  # type: ignore[operator]
    assert target_called("csv").name == "csv"
    assert target_names() == tuple(BUILT_IN)


@pytest.mark.parametrize("place", ["no_such_module:X", "crawler.export.steps:Step", "crawler:nope"])
def test_a_broken_target_is_an_error_that_names_it(install: object, place: str) -> None:
    """Not a traceback."""
    install(broken=place)  # type: ignore[operator]
    with pytest.raises(LocalError, match="The target broken"):
        target_called("broken")


def test_an_unknown_name_is_refused_with_the_nearest(install: object) -> None:
    """Or with all of them."""
    install()  # type: ignore[operator]
    near = {"json": "'jsonl'", "alure": "'allure-testops'", "azure": "'azure-devops'"}
    near |= {"testrail": "'testrail-csv' or 'testrail-xml'", "Zephyr": "'zephyr-scale'"}
    for name, meant in near.items():
        with pytest.raises(UsageError, match=f"Did you mean {meant}\\?"):
            target_called(name)
    with pytest.raises(UsageError, match="There are: csv, "):
        target_called("zzz")
