"""Which backups stay: restic's buckets, and never without the newest."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.jobs.retention import Policy, kept

FIRST = datetime(2026, 1, 1, 2, 15, tzinfo=UTC)
MOMENTS = st.lists(
    st.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    max_size=60,
)
COUNTS = st.integers(0, 8)
POLICIES = st.builds(Policy, last=COUNTS, daily=COUNTS, weekly=COUNTS, monthly=COUNTS)


def nights(count: int) -> list[datetime]:
    """One backup a night."""
    return [FIRST + timedelta(days=number) for number in range(count)]


def days(moments: frozenset[datetime]) -> list[str]:
    """The days of what was kept, the newest first."""
    return [moment.strftime("%m-%d") for moment in sorted(moments, reverse=True)]


@given(MOMENTS, POLICIES)
def test_the_newest_stays_whatever_the_policy(moments: list[datetime], policy: Policy) -> None:
    """The last good backup is never deleted."""
    assert not moments or max(moments) in kept(moments, policy)


@given(MOMENTS, POLICIES)
def test_a_second_look_keeps_the_same(moments: list[datetime], policy: Policy) -> None:
    """Two runs on one day do not eat the archive."""
    once = kept(moments, policy)
    assert kept(once, policy) == once


@given(MOMENTS, POLICIES)
def test_no_more_stay_than_the_policy_has_places(moments: list[datetime], policy: Policy) -> None:
    """And nothing that was not there; without a policy all stay."""
    found = kept(moments, policy)
    assert found <= set(moments)
    if policy:
        places = policy.last + policy.daily + policy.weekly + policy.monthly
        assert len(found) <= max(places, 1)
    else:
        assert found == set(moments)


@given(MOMENTS, POLICIES, st.randoms())
def test_the_order_in_which_files_are_listed_does_not_matter(
    moments: list[datetime], policy: Policy, chance: st.DataObject
) -> None:
    """Directories list in any order."""
    shuffled = list(moments)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert kept(shuffled, policy) == kept(moments, policy)


@given(MOMENTS, POLICIES, st.data())
def test_a_bigger_number_keeps_no_less(
    moments: list[datetime], policy: Policy, data: st.DataObject
) -> None:
    """Whoever raises one loses nothing by it."""
    name = data.draw(st.sampled_from(["last", "daily", "weekly", "monthly"]))
    numbers = {each: getattr(policy, each) for each in ("last", "daily", "weekly", "monthly")}
    more = Policy(**{**numbers, name: numbers[name] + 1})
    if policy:
        assert kept(moments, policy) <= kept(moments, more)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy(last=3), ["03-31", "03-30", "03-29"]),
        (Policy(daily=2), ["03-31", "03-30"]),
        (Policy(weekly=3), ["03-31", "03-29", "03-22"]),
        (Policy(monthly=2), ["03-31", "02-28"]),
        (Policy(monthly=9), ["03-31", "02-28", "01-31", "01-01"]),
        (Policy(last=1, daily=2, weekly=2), ["03-31", "03-30", "03-29"]),
    ],
)
def test_a_quarter_of_nights_is_thinned_out(policy: Policy, expected: list[str]) -> None:
    """Weeks end on Sundays; with a place left, the oldest backup of all takes it."""
    assert days(kept(nights(90), policy)) == expected


def test_the_newest_of_a_day_stands_for_it() -> None:
    """Several runs a day count once."""
    moments = [FIRST + timedelta(hours=hour) for hour in (0, 5, 9, 24, 30)]
    assert kept(moments, Policy(daily=2)) == {moments[4], moments[2]}


def test_days_are_those_of_utc() -> None:
    """As in the names of the files, wherever the machine stands."""
    east = datetime.fromisoformat("2026-05-02T01:00+10:00")
    same_day = datetime.fromisoformat("2026-05-01T10:00+00:00")
    older = datetime.fromisoformat("2026-04-01T10:00+00:00")
    assert kept([east, same_day, older], Policy(daily=1)) == {east}
