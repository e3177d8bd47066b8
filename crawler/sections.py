"""The names of what a snapshot may hold beside the tree, and how a day is written.

Apart from the model, for the configuration needs no more of it, and help should not wait for it.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

__all__ = ("SectionName", "is_day", "listed_names")


class SectionName(StrEnum):
    """What a project holds beside its tree, in the order in which a snapshot holds it."""

    RUNS = "runs"
    TESTRUNS = "testruns"
    PLANS = "plans"
    RUNGROUPS = "rungroups"
    LABELS = "labels"
    MILESTONES = "milestones"
    STEPS = "steps"
    TEMPLATES = "templates"
    USERS = "users"
    JIRA_ISSUES = "jira_issues"
    COMMENTS = "comments"
    ATTACHMENTS = "attachments"
    BRANCHES = "branches"


def listed_names(names: Iterable[str]) -> str:
    """Names of sections as the command line spells them, with commas."""
    return ", ".join(name.replace("_", "-") for name in names)


def is_day(text: str) -> bool:
    """Whether it is a day such as `2026-01-31`, and in no other form that Python reads."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
