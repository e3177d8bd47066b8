"""The sample project is one that a tester recognises."""

import pytest

from crawler.demo import sample_project, sample_world
from crawler.demo.sample_reader import read
from crawler.demo.sample_texts import code_of, description_of


def test_it_is_the_same_every_time_but_not_shared() -> None:
    """An edit stays with its owner."""
    first, second = sample_project(), sample_project()
    assert first.truth() == second.truth()
    first.delete_suite(first.suites_of(None)[0])
    assert first.truth() != second.truth()


def test_it_has_the_size_and_the_depth_of_a_real_one() -> None:
    """Folders within folders, nothing lost."""
    project = sample_project()
    assert 60 <= len(project.suites) <= 100
    assert 300 <= len(project.tests) <= 500
    assert max(len(project.ancestors(each)) for each in project.suites) >= 2
    assert project.truth()["orphans"] == {"suites": [], "tests": []}


def test_folders_hold_suites_and_files_hold_tests() -> None:
    """Always one or the other."""
    project = sample_project()
    for suite in project.suites.values():
        is_folder = suite.own["file-type"] == "folder"
        assert bool(project.suites_of(suite.id)) is is_folder
        assert bool(project.tests_of(suite.id)) is not is_folder


def test_descriptions_differ() -> None:
    """No text is there twice within a suite, few are there twice at all."""
    texts = [each.own["description"] for each in sample_project().tests.values()]
    assert len(set(texts)) > len(texts) * 0.9


@pytest.mark.parametrize(
    "sought",
    ["  \n", "```http", "|---:|", "### Vorbedingungen", "### Кроки", "手順", "المتوقعة", "👨‍👩‍👧"],
)
def test_texts_have_what_is_hard_to_save(sought: str) -> None:
    """Hard breaks, code, tables, scripts of the world."""
    texts = [str(each.own["description"]) for each in sample_project().tests.values()]
    assert any(sought in text for text in texts)


def test_parametrised_tests_have_rows_as_wide_as_their_names() -> None:
    """The names stand in the title."""
    tests = [each for each in sample_project().tests.values() if each.linked.get("examples")]
    assert len(tests) >= 10
    for test in tests:
        rows = [each.attributes["data"] for each in test.linked["examples"]]
        assert {len(row) for row in rows} == {len(test.own["params"])}
        assert f"${{{test.own['params'][0]}}}" in test.title + test.own["description"]


def test_everything_a_test_can_have_occurs() -> None:
    """States, priorities, labels, issues, attachments, assignees."""
    tests = sample_project().tests.values()
    assert {each.own.get("state", "manual") for each in tests} == {
        "manual",
        "automated",
        "detached",
    }
    assert {each.own["priority"] for each in tests} == {
        "low",
        "normal",
        "important",
        "high",
        "critical",
    }
    for name in ("labels", "issues", "attachments", "assigned-to", "code", "tags"):
        assert any(each.own.get(name) for each in tests), name


def test_the_world_hides_its_secrets_from_a_log() -> None:
    """A representation shows neither password nor token."""
    shown = repr(sample_world().accounts)
    assert "password" not in shown
    assert "testomat_" not in shown


def test_the_reader_writes_out_repeated_blocks() -> None:
    """Once for each value, in titles and in tests."""
    suites = read("%each x = A, B\n# {x} \n- Try {x} | do it | done | low\n%end")
    assert [(each.title.strip(), each.tests[0].title) for each in suites] == [
        ("A", "Try A"),
        ("B", "Try B"),
    ]


@pytest.mark.parametrize("line", ["? what", "- T | s | e | nonsense"])
def test_the_reader_refuses_what_it_does_not_know(line: str) -> None:
    """A slip in the sample is found at once."""
    with pytest.raises(ValueError, match="the sample has"):
        read(f"# S\n{line}")


def test_code_and_tables_escape_what_would_break_them() -> None:
    """Quotes in code, bars in cells."""
    (suite,) = read("# S\n- It's | a|b ; c | d | critical")
    (test,) = suite.tests
    assert "'It\\'s'" in code_of(test)
    assert r"| 1 | a\|b | … |" in description_of(suite, test)
