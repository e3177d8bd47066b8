"""Projects of any size, the same for the same seed."""

from collections.abc import Callable, Iterator
from random import Random

from crawler.demo.ids import AWKWARD, make_id, whole_of
from crawler.demo.project import DemoProject

__all__ = ("chain", "fan", "generate")

_KEY = "tstmt_demo000000000000000000000000"
_WORDS = (
    *("basket", "article", "price", "order", "return", "stock", "invoice", "voucher", "search"),
    *("filter", "account", "address", "delivery", "courier", "refund", "category", "review"),
    *("payment", "session", "language", "currency", "label"),
)


def generate(
    seed: int,
    suites: int,
    tests_per_suite: int,
    *,
    fan_out: int = 8,
    text_bytes: int = 400,
    slug: str = "generated",
) -> DemoProject:
    """A tree that is as bushy everywhere.

    Counted from 0, suite n hangs below suite n / fan_out - 1.

    Args:
        seed: Chooses IDs, titles and texts.
        suites: How many there are; ``fan_out`` of them are roots.
        tests_per_suite: How many each holds, folders too.
        fan_out: Suites that a suite holds; 1 makes a chain.
        text_bytes: Length of each description, made when it is asked for and never kept.
        slug: Of the project.
    """
    project = _empty(seed, slug, text_bytes)
    ids = _ids(seed)
    order = Random(seed)
    made: list[str] = []
    for number in range(suites):
        parent_id = made[number // fan_out - 1] if number >= fan_out else None
        suite_id = next(ids)
        made.append(suite_id)
        is_folder = (number + 1) * fan_out < suites
        own = _FOLDER if is_folder else _FILE
        title = _title(seed, number)
        # Positions are shuffled, so that the order of display is not that of the server's list.
        position = order.randrange(1, fan_out + 1)
        project.add_suite(suite_id, title, parent_id, position=position, own=own)
        _add_tests(project, seed, suite_id, ids, tests_per_suite)
    return project


def chain(depth: int, *, seed: int = 0, tests_per_suite: int = 1) -> DemoProject:
    """Suites that each hold the next, so many levels deep."""
    return generate(seed, depth, tests_per_suite, fan_out=1, slug="chain")


def fan(width: int, *, seed: int = 0, tests_per_suite: int = 0) -> DemoProject:
    """One root that holds so many suites; with its root one suite more."""
    project = _empty(seed, "fan", 100)
    ids = _ids(seed)
    root = project.add_suite(next(ids), "Everything", position=1, own=_FOLDER)
    for number in range(width):
        suite_id = next(ids)
        # Every two siblings share a position, so the server's order decides between them.
        position = (width - number) // 2
        project.add_suite(suite_id, _title(seed, number), root.id, position=position, own=_FILE)
        _add_tests(project, seed, suite_id, ids, tests_per_suite)
    return project


_FOLDER = {"file-type": "folder"}
_FILE = {"file-type": "file"}


def _empty(seed: int, slug: str, text_bytes: int) -> DemoProject:
    return DemoProject(slug, f"Generated {seed}", api_key=_KEY, text=_texts(seed, text_bytes))


def _ids(seed: int) -> Iterator[str]:
    """The awkward ones first, then hexadecimal ones without end."""
    yield from AWKWARD
    number = 0
    while True:
        yield make_id(seed, number)
        number += 1


def _add_tests(
    project: DemoProject, seed: int, suite_id: str, ids: Iterator[str], count: int
) -> None:
    for number in range(count):
        title = f"{_title(seed, project.revision)} {number + 1}"
        project.add_test(next(ids), title, suite_id, position=count - number)


def _title(seed: int, number: int) -> str:
    mixed = number * 7919 + seed
    first = _WORDS[mixed % len(_WORDS)]
    second = _WORDS[(mixed // len(_WORDS)) % len(_WORDS)]
    return f"{first.capitalize()} and {second}"


def _texts(seed: int, size: int) -> Callable[[str], str | None]:
    """Descriptions of ``size`` bytes that differ from ID to ID."""

    def text(item_id: str) -> str | None:
        if size == 0:
            return None
        start = whole_of(seed, item_id) % len(_WORDS)
        words = " ".join((*_WORDS[start:], *_WORDS[:start]))
        head = f"### Steps\n\n* open {item_id}\n* check "
        return (head + (words + "\n* check ") * (size // len(words) + 1))[:size]

    return text
