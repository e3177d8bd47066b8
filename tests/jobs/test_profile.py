"""Where the time went, and what is said of it."""

import pytest
from support.clock import FastClock

from crawler.jobs.profile import Profile, Profiling
from crawler.progress import NoProgress, PhaseChanged, Requested, Spent, Stage


class StillClock(FastClock):
    """Time that passes only when told."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_stages_are_added_up_and_phases_are_timed():
    """What is told and what lies between two changes of the phase."""
    clock = StillClock()
    profiling = Profiling(NoProgress(), clock)
    for event in (
        PhaseChanged("walking"),
        Spent(Stage.RATE, 2.0),
        Spent(Stage.RATE, 1.5),
        Requested("GET /", 200, 0.1, 10),
    ):
        profiling.report(event)
    clock.now = 5.0
    profiling.report(PhaseChanged("checking"))
    clock.now = 6.0
    profiling.report(PhaseChanged("writing"))
    clock.now = 8.0
    assert profiling.profile() == Profile(
        {Stage.RATE: 3.5, Stage.CHECKING: 1.0, Stage.WRITING: 2.0}, 8.0, 1
    )


def test_events_go_on_to_the_progress_behind():
    """Profiling takes nothing away from the display."""
    seen: list[object] = []

    class Behind:
        def report(self, event: object) -> None:
            seen.append(event)

    event = Spent(Stage.SERVER, 1.0)
    Profiling(Behind(), StillClock()).report(event)
    assert seen == [event]


@pytest.mark.parametrize(
    ("seconds", "word"),
    [
        ({Stage.RATE: 9.0, Stage.SERVER: 30.0}, "--rate"),
        ({Stage.PLACES: 9.0, Stage.SERVER: 90.0}, "--workers"),
        ({Stage.PAUSE: 9.0, Stage.RATE: 1.0}, "lower --rate"),
        ({Stage.PARSING: 5.0}, "parsing"),
        ({Stage.JOURNAL: 5.0}, "journal"),
        ({Stage.WRITING: 5.0, Stage.CHECKING: 1.0}, "json"),
        ({Stage.SERVER: 9.0, Stage.RATE: 1.0}, "single slow answers"),
        ({}, "single slow answers"),
    ],
)
def test_the_largest_share_names_what_to_change(seconds: dict[Stage, float], word: str):
    """Sums over requests at the same time are no share of the whole, so they never win."""
    assert word in Profile(seconds, 10.0, 5).held_back_by
