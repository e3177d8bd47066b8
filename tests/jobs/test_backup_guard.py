"""What a night's crawl is worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.jobs.backup_guard import Figures, Outcome, losses, verdict
from crawler.jobs.backup_names import BackupName, folder_name, folder_project, parse_name

GOOD = Figures(20, 100, "aa")


def judged(now: Figures, good: Figures | None = GOOD, **more: object) -> Outcome:
    """The outcome with the defaults."""
    told = {"complete": True, "allow_partial": False, "max_shrink_percent": 10.0}
    return verdict(now, good, **{**told, "accept_shrink": False, **more})[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("suites", "tests", "outcome"),
    [
        (20, 100, Outcome.STORED),
        (18, 90, Outcome.STORED),
        (18, 89, Outcome.SUSPECT),
        (17, 100, Outcome.SUSPECT),
        (0, 0, Outcome.SUSPECT),
        (20, 0, Outcome.SUSPECT),
        (400, 90, Outcome.STORED),
    ],
)
def test_a_loss_of_more_than_a_tenth_is_suspect(suites: int, tests: int, outcome: Outcome) -> None:
    """Of the suites or of the tests, whichever it is; exactly a tenth is not."""
    assert judged(Figures(suites, tests, "bb")) is outcome


def test_an_empty_project_is_suspect_whatever_may_be_lost() -> None:
    """A hundred percent allows any loss but that of everything."""
    assert judged(Figures(1, 1, "bb"), max_shrink_percent=100) is Outcome.STORED
    assert judged(Figures(20, 0, "bb"), max_shrink_percent=100) is Outcome.SUSPECT
    assert judged(Figures(20, 99, "bb"), max_shrink_percent=0) is Outcome.SUSPECT


def test_a_project_that_was_empty_all_along_is_no_loss() -> None:
    """Neither at first nor later."""
    assert judged(Figures(0, 0, "bb"), None) is Outcome.STORED
    assert judged(Figures(0, 0, "bb"), Figures(0, 0, "aa")) is Outcome.STORED


def test_the_same_content_is_unchanged() -> None:
    """And a loss that somebody accepts is stored."""
    assert judged(GOOD) is Outcome.UNCHANGED
    assert judged(Figures(1, 1, "bb"), accept_shrink=True) is Outcome.STORED


def test_what_is_incomplete_is_never_good() -> None:
    """Not even if its content is the same."""
    assert judged(GOOD, complete=False) is Outcome.INCOMPLETE
    assert judged(GOOD, complete=False, allow_partial=True) is Outcome.PARTIAL
    assert [each for each in Outcome if each.is_good] == [Outcome.STORED, Outcome.UNCHANGED]


def test_a_loss_is_told_in_numbers() -> None:
    """What there was and what is left."""
    assert losses(Figures(2, 40, "bb"), GOOD, 10) == ("20 suites became 2", "100 tests became 40")


@pytest.mark.parametrize(
    ("project", "name"),
    [
        ("my-project_1", "my-project_1"),
        ("Shop", "%53hop"),
        ("con", "%63on"),
        ("console", "console"),
        ("a.b", "a%2Eb"),
        ("straße", "stra%C3%9Fe"),
        ("..", "%2E%2E"),
        ("50%", "50%25"),
    ],
)
def test_a_project_has_a_name_that_is_safe_everywhere(project: str, name: str) -> None:
    """The short name itself where that is so; it can be read back."""
    assert folder_name(project) == name
    assert folder_project(name) == project


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_name_is_short_plain_and_says_whose_it_is(project: str) -> None:
    """No two projects share one, even where capitals are not told apart."""
    name = folder_name(project)
    assert len(name) <= 140
    assert name.isascii()
    assert not set(name) & set('<>:"/\\|?* .')
    assert folder_project(name) == (project if "~" not in name else None)


@pytest.mark.parametrize(
    "name",
    [
        "2026-05-03T021500Z.json",
        "2026-05-03T021500Z.json.gz",
        "2026-05-03T021500Z.suspect.yaml.zst",
        "2026-05-03T021500Z.partial.json",
    ],
)
def test_the_name_of_a_backup_reads_back(name: str) -> None:
    """Time, mark, format and packing."""
    found = parse_name(name)
    assert isinstance(found, BackupName)
    assert str(found) == name


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        "history.jsonl",
        "2026-05-03.json",
        "2026-13-03T021500Z.json",
        "x2026-05-03T021500Z.json",
        "2026-05-03T021500Z.json.bak",
        "2026-05-03T021500Z.json.manifest.json",
    ],
)
def test_other_names_are_not_ours(name: str) -> None:
    """So whatever bears them is never deleted."""
    assert parse_name(name) is None


def test_only_projects_have_folders() -> None:
    """Somebody's own folder is not taken for one."""
    assert folder_project("My Files") is None
    assert folder_project(".git") is None
