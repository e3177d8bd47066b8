"""The shared options reach the settings, and only if they were given."""

from collections.abc import Callable
from typing import Any

import pytest
from support.results import snapshot_result

from crawler.config.settings import Settings
from crawler.jobs.snapshot_one import SnapshotResult


@pytest.fixture
def parse(job: Callable[[str, Any], None], call: Callable[..., Any]) -> Callable[..., Settings]:
    """The settings that `snapshot` hands to its job."""
    seen: list[Settings] = []

    async def take_snapshot(settings: Settings, **more: object) -> SnapshotResult:
        seen.append(settings)
        return snapshot_result()

    def parse(*arguments: str) -> Settings:
        job("snapshot.take_snapshot", take_snapshot)
        outcome = call("snapshot", "shop", *arguments)
        assert outcome.code == 0, outcome.err
        return seen[-1]

    return parse


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        (["--url", "example.com"], "url", "https://example.com"),
        (["--rate", "2.5"], "rate", 2.5),
        (["--workers", "3"], "workers", 3),
        (["--deadline", "60"], "deadline", 60.0),
        (["--fresh"], "fresh", True),
        (["--allow-partial"], "allow_partial", True),
        (["--stable"], "stable", True),
        (["--no-manifest"], "manifest", False),
        (["--progress", "none"], "progress", "none"),
        (["--log-format", "json"], "log_format", "json"),
        (["-v"], "verbosity", 1),
        (["-vv"], "verbosity", 2),
        (["-v", "-v", "-v"], "verbosity", 2),
        (["-q"], "verbosity", -1),
    ],
)
def test_each_flag_sets_its_setting_and_no_other(
    arguments: list[str], name: str, value: object, parse: Callable[..., Settings]
) -> None:
    """A flag that was not given leaves the weaker sources in force."""
    before, after = parse(), parse(*arguments)
    changed = {
        each
        for each in Settings.__dataclass_fields__
        if getattr(before, each) != getattr(after, each)
    }
    assert changed == {name}
    assert getattr(after, name) == value


def test_the_argument_of_a_command_beats_the_configured_project(
    parse: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It counts as a flag."""
    monkeypatch.setenv("TESTOMATIO_PROJECT_ID", "other")
    assert parse().project == "shop"


@pytest.mark.parametrize("flag", ["--api-token", "--token", "--password", "--jwt"])
def test_no_secret_is_a_value_of_the_command_line(flag: str, call: Callable[..., Any]) -> None:
    """The flag is refused and its value is not repeated."""
    outcome = call("snapshot", "shop", flag, "testomat_hidden")
    assert outcome.code == 2
    assert "hidden" not in outcome.err


def test_a_value_that_is_refused_is_named_as_it_was_given(call: Callable[..., Any]) -> None:
    """By its flag, whatever the setting is called."""
    refused = call("snapshot", "shop", "--with", "bogus")
    assert refused.code == 2
    assert "--with: must be among runs, " in refused.err
