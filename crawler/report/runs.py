"""The runs of a snapshot and their results, in columns as its suites and tests are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from crawler.report.facts import Facet, first, seconds, text
from crawler.report.packing import Blocks

__all__ = ("Results", "Runs")

_COUNTED: Final = ("passed", "failed", "skipped")
_NONE: Final = -1
_LONGEST_MESSAGE: Final = 300  # characters of its first line; all of it is in the fields
_LONGEST_DAY: Final = 1e9  # ms, some eleven days; what claims to take longer is no time
#: Of the results of one test in one run the worst tells how it ended; what is unknown is not good.
_BADNESS: Final = {"failed": 3, "skipped": 1, "passed": 0}
_UNKNOWN: Final = 2
_NOT_YET: Final = frozenset({"", "pending", "running", "scheduled"})


@dataclass(slots=True)
class Runs:
    """A row for each run, in the order of the snapshot."""

    ids: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    """Seconds since 1970, 0 for a run that has not ended."""
    began: list[int] = field(default_factory=list)
    purged: list[str] = field(default_factory=list)
    environments: list[str] = field(default_factory=list)
    statuses: Facet = field(default_factory=Facet)
    kinds: Facet = field(default_factory=Facet)
    own: list[Mapping[str, int]] = field(default_factory=list)
    """What each run itself says of its results."""
    groups: list[str] = field(default_factory=list)
    """The ID of the group that each is in."""
    blocks: Blocks = field(default_factory=lambda: Blocks(("id", "title")))
    _numbers: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, fields: Mapping[str, Any]) -> None:
        """The next run."""
        self._numbers.setdefault(text(fields.get("id")), len(self))
        self.ids.append(text(fields.get("id")))
        self.titles.append(text(fields.get("title")))
        self.ended.append(seconds(fields.get("finished_at")))
        self.began.append(seconds(first(fields, "launched_at", "created_at")))
        self.purged.append("1" if fields.get("purged") is True else "0")
        self.environments.append(_list(first(fields, "env", "environments")))
        self.statuses.add([text(fields.get("status"))])
        self.kinds.add([_kind(fields)])
        self.own.append({name: _number(fields.get(name)) for name in _COUNTED})
        self.groups.append(text(first(fields, "rungroup_id", "group_id")))
        self.blocks.add(fields)

    def numbered(self, identity: str) -> int:
        """The number of the run with this ID, which is made if no run is known by it."""
        if identity not in self._numbers:
            self.add({"id": identity})
        return self._numbers[identity]

    def age(self, number: int) -> int:
        """Seconds since 1970 of the last that is known of a run."""
        return self.ended[number] or self.began[number]

    def mapping(self, counts: "Counts", groups: Mapping[str, str]) -> dict[str, Any]:
        """As the page reads it; `groups` has the titles of groups by their IDs."""
        group = Facet()
        for identity in self.groups:
            group.add([groups.get(identity, identity)])
        return {
            "ids": self.ids,
            "titles": self.titles,
            "ended": self.ended,
            "began": self.began,
            "purged": "".join(self.purged),
            "environments": self.environments,
            "starts": self.blocks.starts,
            "counts": [_counts(counts.get(run), own) for run, own in enumerate(self.own)],
            "facets": {
                "statuses": self.statuses.mapping(),
                "kinds": self.kinds.mapping(),
                "groups": group.mapping(),
            },
        }


Counts = Mapping[int, Counter[str]]


@dataclass(slots=True)
class Results:
    """A row for each result, in the order of the snapshot."""

    runs: Runs
    tests: Mapping[str, int]
    """The number of each test by its ID."""
    titles_of: Sequence[str]
    """The title of each item."""
    run: list[int] = field(default_factory=list)
    test: list[int] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    """Milliseconds, -1 for unknown."""
    statuses: Facet = field(default_factory=Facet)
    titles: Facet = field(default_factory=Facet)
    """Only where they are not those of the tests."""
    examples: Facet = field(default_factory=Facet)
    messages: list[str] = field(default_factory=list)
    blocks: Blocks = field(default_factory=Blocks)
    counts: dict[int, Counter[str]] = field(default_factory=dict)
    _last: dict[int, tuple[int, int, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.run)

    def add(self, fields: Mapping[str, Any]) -> None:
        """The next result."""
        nested = fields.get("test")
        about: Mapping[str, Any] = nested if isinstance(nested, Mapping) else {}
        run = self.runs.numbered(text(first(fields, "belongs_to", "run_id")))
        test = self.tests.get(text(first(about, "id") or fields.get("test_id")), _NONE)
        status = text(fields.get("status"))
        title = text(first(fields, "title") or about.get("title"))
        known = self.titles_of[test] if test != _NONE else None
        self.run.append(run)
        self.test.append(test)
        self.times.append(_milliseconds(fields.get("run_time")))
        self.statuses.add([status])
        self.titles.add([] if title == known else [title])
        self.examples.add([_list(fields.get("example"))])
        self.messages.append(_first_line(fields.get("message")))
        self.counts.setdefault(run, Counter())[status] += 1
        self._note(test, run, status)
        self.blocks.add(fields)

    def _note(self, test: int, run: int, status: str) -> None:
        if test == _NONE or status in _NOT_YET:
            return
        # Runs are listed from the newest on, so of two that nobody dated the first counts.
        own = (self.runs.age(run), _BADNESS.get(status, _UNKNOWN), status)
        if test not in self._last or own[:2] > self._last[test][:2]:
            self._last[test] = own

    def last_of(self, items: int) -> list[str]:
        """How the last result of each of so many items ended."""
        return [self._last[number][2] if number in self._last else "" for number in range(items)]

    def mapping(self) -> dict[str, Any]:
        """As the page reads it."""
        return {
            "run": self.run,
            "test": self.test,
            "times": self.times,
            "messages": self.messages,
            "starts": self.blocks.starts,
            "facets": {
                "statuses": self.statuses.mapping(),
                "titles": self.titles.mapping(),
                "examples": self.examples.mapping(),
            },
        }


def _kind(fields: Mapping[str, Any]) -> str:
    if fields.get("kind"):
        return text(fields["kind"])
    automated = fields.get("automated")
    return "automated" if automated is True else "manual" if automated is False else ""


def _counts(found: Counter[str] | None, own: Mapping[str, int]) -> list[tuple[str, int]]:
    """How many results of each status: those that are here, else what the run says of itself."""
    counts: Mapping[str, int] = found or own
    return [(status, number) for status, number in counts.items() if number]


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _milliseconds(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _NONE
    return round(value) if 0 <= value < _LONGEST_DAY else _NONE


def _list(value: Any) -> str:
    """The values of a list or a mapping with commas between them."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {text(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(text(each) for each in value if each is not None)
    return text(value)


def _first_line(value: Any) -> str:
    """The first line with anything in it."""
    lines = (line.strip() for line in text(value).splitlines())
    return next((line[:_LONGEST_MESSAGE] for line in lines if line), "")
