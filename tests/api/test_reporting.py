"""Results as the Reporting API takes them, in batches that keep to its limits."""

import json

from hypothesis import given
from hypothesis import strategies as st

from crawler.api.reporting import RunAbout, batches, result_fields
from crawler.sending import CaseResult, CaseStatus


def test_a_result_is_known_by_its_run_and_its_place_in_the_report() -> None:
    """So that it can be sent again; what is not known is not said; times are in seconds."""
    bare = CaseResult(key="k", title="T", suite="S", status=CaseStatus.PASSED)
    assert result_fields(bare, "u", create=False) == {
        "rid": "u-k",
        "title": "T",
        "suite_title": "S",
        "status": "passed",
        "create": False,
        "overwrite": True,
    }
    full = CaseResult(
        key="k",
        title="T",
        suite="S",
        status=CaseStatus.FAILED,
        test_id="aaaaaaaa",
        seconds=0.0,
        message="m",
        stack="s",
        file="f",
        values=("x", "y"),
    )
    told = result_fields(full, "u", create=True)
    assert (told["test_id"], told["run_time"], told["create"]) == ("aaaaaaaa", 0.0, True)
    assert told["example"] == {"0": "x", "1": "y"}


@given(sizes=st.lists(st.integers(0, 100_000), max_size=130))
def test_batches_hold_every_result_once_within_the_limits(sizes: list[int]) -> None:
    """In order, at most 100 results and 1 MiB, the envelope included."""
    results = [{"number": number, "text": "é" * size} for number, size in enumerate(sizes)]
    found = list(batches(results))
    assert [each for batch in found for each in batch] == results
    for batch in found:
        assert 0 < len(batch) <= 100
        assert len(json.dumps({"tests": batch, "batch_index": 1})) <= 1 << 20


def test_a_run_says_what_was_told() -> None:
    """Environments are one text, as the reporters send them."""
    assert RunAbout(title="T").body() == {"title": "T"}
    about = RunAbout(title="T", environments=("Linux", "Chrome"), group="G")
    assert about.body() == {"title": "T", "env": "Linux, Chrome", "group_title": "G"}
