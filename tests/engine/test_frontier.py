"""The frontier hands out everything once, and knows when nothing can come any more."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.engine.frontier import Frontier, Work, WorkKind


def suite(identity):
    """Work for one suite."""
    return Work(WorkKind.SUITE, identity)


def test_work_is_handed_out_once():
    """A duplicate is counted and forgotten."""
    frontier = Frontier()
    assert frontier.add(suite("a"))
    assert not frontier.add(suite("a"))
    assert frontier.take() == suite("a")
    assert frontier.take() is None
    assert frontier.duplicates == 1


def test_nothing_waiting_is_not_nothing_left():
    """What is in flight may still bring more."""
    frontier = Frontier()
    frontier.add(suite("a"))
    frontier.take()
    assert frontier.is_empty
    assert not frontier.is_finished
    frontier.add(suite("b"))
    frontier.acknowledge(suite("a"))
    assert not frontier.is_empty
    frontier.acknowledge(frontier.take())
    assert frontier.is_finished


def test_what_discovers_goes_first():
    """The depth of the tree decides how long a crawl takes."""
    frontier = Frontier()
    frontier.add(Work(WorkKind.TEST, "t"), discovers=False)
    frontier.add(suite("a"))
    assert frontier.take() == suite("a")


def test_what_is_given_back_is_the_next_to_be_taken():
    """It was not done."""
    frontier = Frontier()
    frontier.add(suite("a"))
    frontier.add(suite("b"))
    frontier.give_back(frontier.take())
    assert frontier.unfinished == 2
    assert frontier.take() == suite("a")


def test_known_work_can_be_asked_for_again_but_waits_only_once():
    """A second reading of what may have changed."""
    frontier = Frontier()
    frontier.mark_known(suite("a"))
    assert not frontier.add(suite("a"))
    frontier.again(suite("a"))
    frontier.again(suite("a"))
    assert frontier.take() == suite("a")
    frontier.again(suite("a"))
    assert frontier.take() is None


@given(st.lists(st.integers(0, 30)), st.randoms())
def test_everything_added_is_taken_exactly_once(numbers, chance):
    """In whatever order adding, taking and acknowledging come."""
    frontier, taken, in_flight = Frontier(), [], []
    for number in numbers:
        frontier.add(suite(str(number)), discovers=chance.random() < 0.5)
        if chance.random() < 0.5 and (work := frontier.take()):
            taken.append(work)
            in_flight.append(work)
        if in_flight and chance.random() < 0.5:
            frontier.acknowledge(in_flight.pop())
    while work := frontier.take():
        taken.append(work)
        frontier.acknowledge(work)
    for work in in_flight:
        frontier.acknowledge(work)
    assert sorted(work.id for work in taken) == sorted({str(number) for number in numbers})
    assert frontier.is_finished
