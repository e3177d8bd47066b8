"""What the benchmarks reckon on paper, and that each has its place in their README."""

import re
from pathlib import Path

from benchmarks.__main__ import SIZES
from benchmarks.collecting import PROJECT, page_target, suite_target
from benchmarks.figures import Figure, figure
from benchmarks.schedule import ideal
from benchmarks.slow_server import Behaviour, delay

README = Path(__file__).parents[1] / "benchmarks" / "README.md"
SKELETON = suite_target("tree")
TARGETS = (
    PROJECT,
    page_target("suites", 1),
    page_target("tests", 1),
    SKELETON,
    *(suite_target(f"s{number}") for number in range(10)),
)


def test_a_schedule_with_one_worker_is_the_sum_of_all_waits():
    """Login and project, all else one by one, and the second look at the skeleton."""
    best = ideal(TARGETS, 1, lambda _target, _number: 1.0)
    assert (best.greedy, best.bound) == (len(TARGETS) + 2, len(TARGETS) + 2)


def test_no_schedule_beats_the_bound():
    """Waits drawn as in the benchmark."""
    behaviour = Behaviour(scale=0.1)
    for workers in (1, 3, 16):
        best = ideal(TARGETS, workers, lambda target, number: delay(behaviour, target, number))
        assert best.bound <= best.greedy + 1e-9


def test_a_wait_is_drawn_by_address_and_number():
    """The same for every subject, and anew for a second try."""
    behaviour = Behaviour(scale=1.0)
    first = delay(behaviour, PROJECT, 1)
    assert first == delay(behaviour, PROJECT, 1) != delay(behaviour, PROJECT, 2)
    assert delay(Behaviour(), PROJECT, 1) == 0


def test_a_figure_is_the_median_and_the_spread():
    """And prints both where they differ."""
    assert figure([3.0, 1.0, 2.0]) == Figure(2.0, 1.0, 3.0)
    assert str(figure([3.0, 1.0, 2.0])) == "2.00 (1.00 to 3.00)"
    assert str(figure([2.0])) == "2.00"


def test_every_comparison_has_a_place_in_the_readme():
    """In each size the same."""
    names = set(re.findall(r"<!-- last run: (\w+) -->", README.read_text("utf-8")))
    assert all(names == set(runs) for runs in SIZES.values())
