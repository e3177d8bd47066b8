"""What is said where nothing was chosen."""

import pytest
from support.documents import case, suite

from crawler.views.selection import Selection
from crawler.views.unmet import like_suite, unmet

SUITES = [
    suite(0, "aa", title="Checkout"),
    suite(1, "bb", title="Payment"),
    suite(2, "cc", title="By card"),
    suite(0, "dd"),
]
TESTS = [
    case(0, "t1", priority="high", state="manual", tags=["smoke", 7]),
    case(0, "t2", priority="Low", state=None, tags="no list"),
]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("Chekout", "Checkout"),
        ("checkout/paymnt", "Checkout/Payment"),
        ("by card", "Checkout/Payment/By card"),
    ],
)
def test_the_path_of_a_suite_is_proposed(wanted: str, found: str) -> None:
    """By its spelling, or whole where only its last title was given."""
    assert like_suite(SUITES, wanted) == f"Did you mean {found!r}?"
    assert not like_suite(SUITES, "zzzzzzzz")


@pytest.mark.parametrize(
    ("wanted", "sentences"),
    [
        (Selection(tag="smok"), ["No test has the tag 'smok'. Did you mean 'smoke'?"]),
        (Selection(tag="@Smoke"), []),
        (Selection(priority="hihg"), ["No test has the priority 'hihg'. Did you mean 'high'?"]),
        (
            Selection(priority="urgent"),
            ["No test has the priority 'urgent'. There are: Low, high."],
        ),
        (Selection(state="MANUAL", priority="low"), []),
        (Selection(find="nothing like it"), []),
    ],
)
def test_what_no_test_has_is_told_apart_from_what_is_only_not_there_together(
    wanted: Selection, sentences: list[str]
) -> None:
    """With what is like it, or with all that there is if that is little."""
    assert list(unmet(TESTS, wanted)) == sentences


def test_a_long_list_is_not_told() -> None:
    """Nobody reads a hundred tags in an error."""
    tests = [case(0, f"t{n}", tags=[f"tag {n}"]) for n in range(100)]
    assert list(unmet(tests, Selection(tag="zzz"))) == ["No test has the tag 'zzz'."]
