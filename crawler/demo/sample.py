"""The sample project: a web shop, read from ``sample_shop.txt``, and the demo's credentials."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from crawler.demo.ids import AWKWARD, make_id
from crawler.demo.project import DemoProject
from crawler.demo.records import DemoFile, Resource
from crawler.demo.sample_reader import SuiteEntry, TestEntry, read
from crawler.demo.sample_runs import add_happenings
from crawler.demo.sample_texts import code_of, description_of, file_of
from crawler.demo.world import Account, World

__all__ = (
    "API_TOKEN",
    "EMAIL",
    "PASSWORD",
    "PROJECT_TOKEN",
    "SLUG",
    "demo_account",
    "sample_project",
    "sample_world",
    "world_of",
)

SLUG = "demo-project"
EMAIL = "demo@example.com"
PASSWORD = "demo-password"  # noqa: S105 - opens nothing but the demo server
API_TOKEN = "testomat_demo0000000000000000000000000000"  # noqa: S105 - likewise
PROJECT_TOKEN = "tstmt_demo0000000000000000000000000000"  # noqa: S105 - likewise

_SEED = 2024
_COLOURS = {"Accessibility": "#7b61ff", "Performance": "#f2994a", "Severity": "#eb5757"}
_OTHER_COLOUR = "#56ccf2"


def demo_account(*slugs: str) -> Account:
    """The one account; a member of the projects named, or of all if none is."""
    return Account(EMAIL, PASSWORD, API_TOKEN, frozenset(slugs) or None)


def world_of(*projects: DemoProject) -> World:
    """A world of these projects, all of which the demo account may read."""
    return World(projects, [demo_account()])


def sample_world() -> World:
    """The world of ``testomat-crawler demo``: one web shop, and the files of its tests."""
    world = world_of(sample_project())
    for test in world.project.tests.values():
        for each in test.own.get("attachments") or ():
            text = f"{each['name']} of the demo\n".encode()
            world.files[each["url"]] = DemoFile(text, each["type"])
    return world


def sample_project() -> DemoProject:
    """The project ``demo-project``, new each time, so that edits stay with their owner."""
    own = {"framework": "playwright", "lang": "typescript", "url": "https://shop.example"}
    project = DemoProject(SLUG, "Demo web shop", api_key=PROJECT_TOKEN, own=own)
    entries = _entries()
    _Builder(project).build(entries)
    add_happenings(project)
    return project


@cache
def _entries() -> tuple[SuiteEntry, ...]:
    text = files("crawler.demo").joinpath("sample_shop.txt").read_text("utf-8")
    return tuple(read(text))


@dataclass(slots=True)
class _Builder:
    """Fills a project from what was read.

    Suites come in by chance, as people made them over the years: the server lists them in that
    order, which is not the order in which they are shown.
    """

    project: DemoProject
    ids: Iterator[str] = field(init=False)
    order: Random = field(init=False)
    labels: dict[str, Resource] = field(default_factory=dict)
    above: list[tuple[str, str]] = field(default_factory=list)
    examples: int = 0

    def __post_init__(self) -> None:
        self.ids = _ids()
        self.order = Random(_SEED)

    def build(self, entries: Sequence[SuiteEntry]) -> None:
        """Add every suite with its tests."""
        additions = []
        for number, entry in enumerate(entries):
            deeper = entries[number + 1 : number + 2]
            holds_suites = bool(deeper) and deeper[0].depth > entry.depth
            del self.above[entry.depth - 1 :]
            parent_id = self.above[-1][0] if self.above else None
            self.above.append((next(self.ids), entry.title))
            additions.append((entry, number + 1, parent_id, tuple(self.above), holds_suites))
        self.order.shuffle(additions)
        for entry, position, parent_id, way, holds_suites in additions:
            path = [title for _, title in way]
            own = _suite_own(entry, path, holds_suites=holds_suites)
            suite = self.project.add_suite(
                way[-1][0], entry.title, parent_id, position=position, own=own
            )
            self._add_tests(suite.id, entry, path)

    def _add_tests(self, suite_id: str, suite: SuiteEntry, path: Sequence[str]) -> None:
        """Imported suites have no positions of their own: there the server's order decides."""
        tests = list(enumerate(suite.tests, 1))
        imported = "imported" in suite.settings
        if not imported:
            self.order.shuffle(tests)
        for number, test in tests:
            self._add_test(suite_id, test, _test_own(suite, test, path), 0 if imported else number)

    def _add_test(
        self, suite_id: str, test: TestEntry, own: Mapping[str, Any], position: int
    ) -> None:
        linked: dict[str, tuple[Resource, ...]] = {}
        if test.labels:
            linked["labels"] = tuple(self._label(name) for name in test.labels)
        if test.rows:
            linked["examples"] = tuple(self._example(row) for row in test.rows)
        title = " ".join([test.title, *(f"@{tag}" for tag in test.tags if tag == "smoke")])
        self.project.add_test(
            next(self.ids), title, suite_id, position=position, own=own, linked=linked
        )

    def _label(self, text: str) -> Resource:
        name, _, value = text.partition(":")
        if text not in self.labels:
            attributes = {
                "title": name,
                "value": value or None,
                "color": _COLOURS.get(name, _OTHER_COLOUR),
                "visibility": ["list", "filter"],
            }
            self.labels[text] = Resource(str(len(self.labels) + 1), "label", attributes)
        return self.labels[text]

    def _example(self, row: Sequence[str]) -> Resource:
        self.examples += 1
        return Resource(str(self.examples), "example", {"data": list(row)})


def _ids() -> Iterator[str]:
    """Hexadecimal ones, with the awkward ones among them."""
    for number in range(1 << 20):
        yield make_id(_SEED, number)
        if number % 40 == 0 and number // 40 < len(AWKWARD):
            yield AWKWARD[number // 40]


def _suite_own(entry: SuiteEntry, path: Sequence[str], *, holds_suites: bool) -> Mapping[str, Any]:
    own: dict[str, Any] = {"file-type": "folder" if holds_suites else "file"}
    if entry.text:
        own["description"] = "\n".join(entry.text)
    if entry.emoji:
        own["emoji"] = entry.emoji
    if any(test.state == "automated" for test in entry.tests):
        own["file"] = own["fullpath"] = file_of(path)
    for name in ("tags", "milestones", "issues"):
        if name in entry.settings:
            own[name] = entry.settings[name].split(", ")
    if "assigned-to" in entry.settings:
        own["assigned-to"] = entry.settings["assigned-to"]
    return own


def _test_own(suite: SuiteEntry, test: TestEntry, path: Sequence[str]) -> Mapping[str, Any]:
    own: dict[str, Any] = {
        "description": description_of(suite, test),
        "priority": test.priority,
        "public-title": test.title,
        "tags": list(test.tags),
        "labels": list(test.labels),
        "params": list(test.params),
    }
    if test.state != "manual":
        own |= {"state": test.state, "code": code_of(test), "file": file_of(path)}
        own |= {"import-id": 1, "run-statuses": ["passed", "passed", "failed"]}
    if test.issues:
        own |= {"issues": list(test.issues), "jira-issues": list(test.issues)}
    if test.assignee:
        own["assigned-to"] = test.assignee
    if test.attachment:
        own["attachments"] = [_attachment(test.attachment)]
    return own


def _attachment(name: str) -> dict[str, Any]:
    """A file of a test; its keys are in camelCase, as nested objects are on the wire."""
    kind = "application/pdf" if name.endswith(".pdf") else "image/png"
    address = f"/attachments/{name}"
    return {
        "id": 1,
        "name": name,
        "type": kind,
        "url": address,
        "displayUrl": address,
        "preview": None,
    }
