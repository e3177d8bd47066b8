"""The lines of `--profile`."""

from crawler.cli.profile import profile_lines
from crawler.jobs.profile import Profile
from crawler.progress import Stage


def test_every_stage_has_a_line_and_the_last_says_what_to_change():
    """Shares of the whole, but sums for what runs at the same time."""
    lines = list(profile_lines(Profile({Stage.RATE: 7.5, Stage.SERVER: 20.0}, 10.0, 100)))
    assert lines == [
        "  Where 10.0 s went:",
        "    waiting for the rate                 7.50 s  75%",
        "    waiting for the server              20.00 s  over all requests, 200 ms each",
        "  Held back by the rate; a higher --rate is faster if the server bears it.",
    ]


def test_no_line_is_wider_than_a_terminal():
    """Whatever held it back."""
    for stage in Stage:
        profile = Profile({stage: 99_999.0}, 99_999.0, 100_000)
        assert max(map(len, profile_lines(profile))) <= 80


def test_a_profile_of_no_time_at_all_is_shown():
    """Nothing is divided by zero."""
    assert len(list(profile_lines(Profile({Stage.RATE: 0.0}, 0.0, 0)))) == 3
