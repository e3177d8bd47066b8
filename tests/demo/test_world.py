"""The truth, and what edits do to it."""

from typing import Any

import pytest

from crawler.demo import DemoProject, chain, generate


@pytest.fixture
def project() -> DemoProject:
    """Two roots; the first holds a suite with two tests."""
    made = DemoProject("small", "Small", api_key="tstmt_demo")
    made.add_suite("aaaaaaaa", "First", position=2)
    made.add_suite("bbbbbbbb", "Second", position=1)
    made.add_suite("cccccccc", "Inner", "aaaaaaaa", position=1)
    made.add_test("00000001", "One", "cccccccc", position=2)
    made.add_test("00000002", "Two", "cccccccc", position=1)
    return made


def ids(entries: list[dict[str, Any]]) -> list[str]:
    """IDs in order."""
    return [each["id"] for each in entries]


def test_siblings_stand_by_position(project: DemoProject) -> None:
    """Not by the order in which they were made."""
    roots = project.truth()["suites"]
    assert ids(roots) == ["bbbbbbbb", "aaaaaaaa"]
    assert ids(roots[1]["suites"][0]["tests"]) == ["00000002", "00000001"]


def test_ties_stand_as_the_server_lists_them(project: DemoProject) -> None:
    """Older ones first, also after a move there and back."""
    project.move_suite("aaaaaaaa", "bbbbbbbb")
    project.move_suite("aaaaaaaa", None, 1)
    assert list(project.suites_of(None)) == ["aaaaaaaa", "bbbbbbbb"]
    assert ids(project.truth()["suites"]) == ["aaaaaaaa", "bbbbbbbb"]


def test_a_moved_test_is_elsewhere_and_only_there(project: DemoProject) -> None:
    """Its attributes follow."""
    project.move_test("00000001", "bbbbbbbb", 1)
    second, first = project.truth()["suites"]
    assert ids(second["tests"]) == ["00000001"]
    assert second["tests"][0]["attributes"]["suite-id"] == "bbbbbbbb"
    assert ids(first["suites"][0]["tests"]) == ["00000002"]


def test_a_deleted_suite_takes_all_below_with_it(project: DemoProject) -> None:
    """As in the service's own dialogue."""
    project.delete_suite("aaaaaaaa")
    assert list(project.suites) == ["bbbbbbbb"]
    assert not project.tests


def test_orphans_are_what_no_root_leads_to(project: DemoProject) -> None:
    """Suites keep their nesting; tests of a missing suite stand alone."""
    project.delete_suite("aaaaaaaa", leave_orphans=True)
    project.add_test("00000003", "Lost", "dddddddd")
    truth = project.truth()
    assert ids(truth["suites"]) == ["bbbbbbbb"]
    assert ids(truth["orphans"]["suites"]) == ["cccccccc"]
    assert ids(truth["orphans"]["suites"][0]["tests"]) == ["00000002", "00000001"]
    assert ids(truth["orphans"]["tests"]) == ["00000003"]
    assert truth["orphans"]["suites"][0]["attributes"]["parent-id"] == "aaaaaaaa"


def test_a_circle_is_an_orphan_and_ends(project: DemoProject) -> None:
    """Each of its suites stands there once."""
    project.move_suite("aaaaaaaa", "cccccccc")
    orphans = project.truth()["orphans"]["suites"]
    assert ids(orphans) == ["aaaaaaaa"]
    assert ids(orphans[0]["suites"]) == ["cccccccc"]
    assert orphans[0]["suites"][0]["suites"] == []


def test_an_edit_changes_one_attribute_and_the_time(project: DemoProject) -> None:
    """Two edits have two times."""
    before = project.truth()["suites"][1]["suites"][0]["tests"][0]["attributes"]
    project.edit_test("00000002", {"priority": "critical"})
    after = project.truth()["suites"][1]["suites"][0]["tests"][0]["attributes"]
    assert {name for name in after if after[name] != before[name]} == {"priority", "updated-at"}
    assert after["updated-at"] > before["updated-at"]


def test_renaming_and_reordering_show(project: DemoProject) -> None:
    """Both for suites and for tests."""
    project.rename_suite("aaaaaaaa", "Renamed")
    project.rename_test("00000001", "Uno")
    project.reorder_suites(["aaaaaaaa", "bbbbbbbb"])
    project.reorder_tests(["00000001", "00000002"])
    first = project.truth()["suites"][0]
    assert first["attributes"]["title"] == "Renamed"
    assert [each["attributes"]["title"] for each in first["suites"][0]["tests"]] == ["Uno", "Two"]


@pytest.mark.parametrize("taken", ["aaaaaaaa", "00000001"])
def test_an_id_is_given_once(project: DemoProject, taken: str) -> None:
    """To a suite or to a test."""
    with pytest.raises(ValueError, match=taken):
        project.add_suite(taken, "Again")


def test_every_edit_counts(project: DemoProject) -> None:
    """Whoever caches relies on it."""
    before = project.revision
    project.delete_test("00000001")
    assert project.revision > before


def test_recorded_names_are_all_there() -> None:
    """Hyphens, underscores and a question mark."""
    root = generate(1, 1, 1).truth()["suites"][0]
    suite, test = root["attributes"], root["tests"][0]["attributes"]
    assert {"to_url", "comments_count", "file-type", "test-count", "parent-id"} <= suite.keys()
    assert {"to-url", "comments-count", "saved-in-branch?", "run-statuses"} <= test.keys()


def test_depth_and_path_follow_the_parents() -> None:
    """Counted from the root."""
    project = chain(5)
    deepest = list(project.suites)[-1]
    suite = project.truth()["suites"][0]
    for _ in range(4):
        suite = suite["suites"][0]
    assert suite["id"] == deepest
    assert suite["attributes"]["depth"] == 4
    assert suite["attributes"]["path"].split(".") == list(project.suites)
