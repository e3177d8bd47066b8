"""Which sections are wanted, and since when."""

from datetime import date
from typing import Any

import pytest

from crawler.config.settings import Settings
from crawler.errors import ConfigError
from crawler.model import SectionName


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ((), ()),
        ("", ()),
        ("users, plans", ("plans", "users")),
        (["jira-issues", "jira_issues"], ("jira_issues",)),
        ("testruns", ("runs", "testruns")),
        ("all", tuple(SectionName)),
        (["users", "all"], tuple(SectionName)),
    ],
)
def test_sections_are_named_in_a_list_or_with_commas(given: Any, wanted: tuple[str, ...]) -> None:
    """And come in the order of the snapshot; results bring their runs."""
    assert Settings(sections=given).sections == wanted


@pytest.mark.parametrize("given", ["things", ["runs", "x"], 5, "runs;users"])
def test_an_unknown_section_is_refused_with_those_that_there_are(given: Any) -> None:
    """So that nobody has to look them up."""
    with pytest.raises(ConfigError, match="sections must be"):
        Settings(sections=given)


@pytest.mark.parametrize("given", ["2026-01-31", date(2026, 1, 31)])
def test_a_day_is_text_or_a_date_of_toml(given: Any) -> None:
    """Both mean the same."""
    assert Settings(runs_since=given).runs_since == "2026-01-31"


@pytest.mark.parametrize("given", ["soon", "2026-02-30", "20260131", "2026-W05-6", 20260131])
def test_what_is_no_day_is_refused(given: Any) -> None:
    """Other forms of the standard are not what the service compares with."""
    with pytest.raises(ConfigError, match="runs_since must be"):
        Settings(runs_since=given)
