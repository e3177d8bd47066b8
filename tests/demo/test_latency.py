"""Waiting times follow the recorded ones."""

import pytest

from crawler.demo.latency import delay_of, quantile


@pytest.mark.parametrize(
    ("share", "seconds"),
    [(0.1, 0.16), (0.5, 0.21), (0.9, 0.56), (0.95, 2.1), (0.99, 8.3), (1.0, 26.0)],
)
def test_recorded_points_are_met(share: float, seconds: float) -> None:
    """Between them it only grows."""
    assert quantile(share) == pytest.approx(seconds)
    assert quantile(share - 0.01) < quantile(share)


def test_an_address_is_always_as_slow() -> None:
    """Whatever came before it; another seed makes another address slow."""
    assert delay_of(1, "/a", 1.0) == delay_of(1, "/a", 1.0) != delay_of(2, "/a", 1.0)


def test_the_scale_stretches_every_wait() -> None:
    """Zero answers at once."""
    assert delay_of(1, "/a", 0.5) == pytest.approx(delay_of(1, "/a", 1.0) / 2)
    assert delay_of(1, "/a", 0.0) == 0


def test_half_the_addresses_are_quick() -> None:
    """And the tail is long."""
    delays = sorted(delay_of(3, f"/api/p/suites/{number}", 1.0) for number in range(2000))
    assert delays[1000] == pytest.approx(0.21, rel=0.05)
    assert delays[-1] > 10
