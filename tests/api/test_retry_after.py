"""The header `Retry-After`."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.api.retry_after import retry_after

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("1.5", 1.5),
        ("Thu, 01 Jan 2026 00:01:00 GMT", 60),
        ("Thursday, 01-Jan-26 00:01:00 GMT", 60),
        ("Thu, 01 Jan 2026 00:01:00 -0000", 60),
        ("Wed, 31 Dec 2025 23:59:00 GMT", None),
        ("-1", None),
        ("", None),
        ("tomorrow", None),
        ("nan", None),
        ("inf", None),
        ("1e5", None),
        ("٣", None),
        ("Thu, 99 Jan 2026 00:01:00 GMT", None),
    ],
)
def test_reads_seconds_and_dates_and_ignores_the_rest(value: str, seconds: float | None) -> None:
    """Both forms of the standard; past, negative and garbled values say nothing."""
    assert retry_after(value, NOW) == seconds


@given(st.text())
def test_no_text_breaks_it(value: str) -> None:
    """Whatever comes is a finite wait or none."""
    wait = retry_after(value, NOW)
    assert wait is None or 0 <= wait < float("inf")


@given(st.integers(1, 10**8))
def test_a_date_is_the_distance_from_now(seconds: int) -> None:
    """Dates that are written properly are read exactly."""
    moment = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after(moment, NOW) == seconds
