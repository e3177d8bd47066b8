"""Every fault that a server or a network can have, for ever and in passing, by the real command."""

import pytest
from support.benchmark import load

faults = load("faults")

by_case = pytest.mark.parametrize("case", faults.CASES, ids=lambda case: case.name)


@pytest.fixture(scope="module")
def expected():
    """What the command writes where nothing goes wrong."""
    return faults.happen(faults.Case("nothing"), 0).written


def check_manners(case, ended):
    """Whatever happened: plain words, no stray file, and nothing sent elsewhere."""
    assert "Traceback" not in ended.errors, ended.errors
    assert "bug" not in ended.errors
    assert ended.errors.count("Error:") == (ended.code != 0)
    assert len(ended.errors) < 1500
    assert "\x1b" not in ended.errors
    assert ended.elsewhere == []
    assert ended.left == (["shop.json", "shop.json.manifest.json"] if ended.written else [])


@by_case
def test_a_fault_that_lasts_has_its_exit_code_and_its_sentence(case, expected):
    """An item that cannot be had is named, and nothing is written."""
    ended = faults.happen(case, None)
    check_manners(case, ended)
    assert ended.code == case.lasting, ended.errors
    assert case.says in ended.errors
    assert (ended.written is not None) == (case.lasting == 0)


@by_case
def test_a_fault_that_passes_leaves_no_trace(case, expected):
    """The snapshot has the same bytes as without it."""
    ended = faults.happen(case, case.times)
    check_manners(case, ended)
    assert ended.code == case.passing, ended.errors
    # An answer that is taken as it is has no second try; its oddity is then in the snapshot.
    if case.raw is None or case.lasting:
        assert ended.written == (expected if case.passing == 0 else None)


@pytest.mark.parametrize(
    "case",
    [c for c in faults.CASES if c.lasting == 4 and c.path == faults.ON_SUITE],
    ids=lambda case: case.name,
)
def test_a_sick_suite_holds_up_no_other(case):
    """With `--allow-partial` all else is there, and the document says what is not."""
    ended = faults.happen(case, None, "--allow-partial", "--no-manifest")
    assert ended.code == 4
    assert ended.written is not None
    assert b'"complete": false' in ended.written
    for other in faults.OTHERS:
        assert f'"id": "{other}"'.encode() in ended.written
