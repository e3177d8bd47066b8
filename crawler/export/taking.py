"""What many targets take of a test in the same way, with the account of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from crawler.export.case import EXAMPLES, Case, Suite
from crawler.export.cells import UNTITLED, both, held, one_line, shortened, titled
from crawler.export.losses import SUITE, AsIs
from crawler.export.rules import Rules, listed, renamed
from crawler.export.steps import Parsed

__all__ = ("PathForm", "Taking", "example_table", "links")

_ISSUES: Final = "issues"
_JIRA: Final = "jira_issues"


@dataclass(frozen=True, slots=True)
class PathForm:
    """How the titles of suites become one text; a separator within a title becomes `inside`."""

    separator: str = " > "
    inside: str = " "
    first: str = ""

    def step(self, title: str) -> tuple[str, str]:
        """One title, with what was changed."""
        line, note = one_line(title)
        mark = self.separator.strip()
        if mark in line:
            line = " ".join(line.replace(mark, self.inside).split())
            note = both(note, f"{mark} parts suites there")
        return (line, note) if line else (UNTITLED, "it was empty")

    def of(self, titles: tuple[str, ...]) -> tuple[str, str]:
        """All titles, with what was changed."""
        steps = [self.step(title) for title in titles]
        text = self.separator.join(step for step, _ in steps)
        return (self.first + text if steps else ""), both(*(note for _, note in steps))


class Taking:
    """Takes fields of one test or suite; `kept` is the account of what was taken."""

    def __init__(self, item: Case | Suite, rules: Rules) -> None:
        self.item = item
        self.rules = rules
        self.kept: dict[str, str] = {}

    def put(self, name: str, taken: tuple[str, str]) -> str:
        """Note how a field was taken; its text."""
        text, note = taken
        self.kept[name] = note
        return text

    def text(self, name: str) -> str:
        """A field as text."""
        value = self.item.fields.get(name)
        plain = value is None or isinstance(value, str)
        return self.put(name, (self.item.text(name), AsIs if plain else "became text"))

    def title(self, limit: int | None = None) -> str:
        """The title on one line, never empty."""
        return self.put("title", titled(self.item.title, limit))

    def issues(self, separator: str = ", ") -> str:
        """The issues that the test is linked to, those of Jira among them, in one text."""
        text, note = listed(self.item.fields.get(_ISSUES), self._every_issue(), separator)
        self._keep_issues(note)
        return text

    def each_issue(self) -> list[str]:
        """The same as a list."""
        fitted = [titled(word) for word in self._every_issue()]
        self._keep_issues(both(*(note for _, note in fitted)))
        return [word for word, _ in fitted]

    def _every_issue(self) -> tuple[str, ...]:
        """The server repeats issues of Jira in a list of their own; each counts once."""
        return tuple(dict.fromkeys((*self.item.words(_ISSUES), *self.item.words(_JIRA))))

    def _keep_issues(self, note: str) -> None:
        others = set(self.item.words(_JIRA)) - set(self.item.words(_ISSUES))
        plain = all(isinstance(each, str) for each in self._listed(_ISSUES))
        named = AsIs if plain else "only the names were kept"
        self.kept[_ISSUES] = both(note, named, "those of Jira stand among them" if others else "")
        self.kept[_JIRA] = both(note, "they stand among the issues" if others else "")

    def _listed(self, name: str) -> list[Any]:
        value = self.item.fields.get(name)
        return value if isinstance(value, list) else []

    def words(self, name: str, separator: str = ", ") -> str:
        """A list of words in one text."""
        return self.put(name, listed(self.item.fields.get(name), self.item.words(name), separator))

    def each(self, name: str, limit: int | None = None) -> list[str]:
        """A list of words as such; each on one line, and not longer than the target allows."""
        words = self.item.words(name)
        fitted = [titled(word, limit) for word in words]
        plain = self.item.fields.get(name) in (None, list(words))
        self.kept[name] = both(
            *(note for _, note in fitted), "" if plain else "only the names were kept"
        )
        return [word for word, _ in fitted]

    def labels_without_blanks(self, name: str, separator: str = "") -> list[str]:
        """A list of words as the labels of Jira are: without blanks, and without a separator."""
        words = self.each(name)
        labels = ["_".join(word.replace(separator or " ", " ").split()) for word in words]
        if labels != words:
            self.kept[name] = both(self.kept[name], "labels have neither blanks nor separators")
        return labels

    def fit(self, name: str, text: str, limit: int | None = None) -> str:
        """A text as XML, JSON and the like can hold it; notes what was changed."""
        text, note = held(text, limit)
        for each in (_ISSUES, _JIRA) if name == _ISSUES else (name,):
            self.kept[each] = both(self.kept.get(each, AsIs), note)
        return text

    def owner(self) -> str:
        """Who the test is assigned to, by this person's name in the target."""
        return self._renamed("assigned_to", None, {}, self.rules.users)

    def priority(self, table: Mapping[str, str], other: str | None = None) -> str:
        """The target's word for the priority."""
        return self._renamed("priority", other, table, self.rules.priorities)

    def state(self, table: Mapping[str, str], other: str | None = None) -> str:
        """The target's word for manual or automated."""
        return self._renamed("state", other, table, self.rules.states)

    def _renamed(self, name: str, other: str | None, *tables: Mapping[str, str]) -> str:
        value = self.text(name)
        word, note = renamed(value, *tables, other=other)
        return self.put(name, (word, both(self.kept[name], note)))

    def path(self, form: PathForm) -> str:
        """The way to a test."""
        return self.put(SUITE, form.of(self.case.path))

    @property
    def case(self) -> Case:
        """The test; never asked for of a suite."""
        assert isinstance(self.item, Case)  # noqa: S101  only tests have what is asked for
        return self.item

    def parsed(self) -> Parsed:
        """The description in parts, for a target that has a place for each part."""
        self.text("description")
        return self.case.parsed

    def with_appendix(self, text: str, limit: int | None = None) -> str:
        """A text with what has no field of its own below it: examples, links to attachments.

        What would make it longer than the target allows is not taken.
        """
        as_table = "a table in the description"
        as_links = "links in the description; the files stay on the server"
        for title, more, notes in (
            ("Examples", example_table(self.case), {"params": as_table, EXAMPLES: as_table}),
            ("Attachments", links(self.case), {"attachments": as_links}),
        ):
            longer = "\n\n".join(filter(None, (text, f"### {title}", more)))
            if more and not shortened(f" {longer}", limit)[1]:
                text = longer
                self.kept.update(notes)
        return text


def example_table(case: Case) -> str:
    """The rows of parameters as a table in Markdown; empty if there are none."""
    examples = case.examples
    if examples is None:
        return ""
    lines = [examples.names, ("---",) * len(examples.names), *examples.rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def links(case: Case) -> str:
    """The attachments as a list of links in Markdown."""
    return "\n".join(f"* [{_escaped(each.name)}](<{each.url}>)" for each in case.attachments)


def _cell(text: str) -> str:
    return one_line(text)[0].replace("|", "\\|")


def _escaped(name: str) -> str:
    return one_line(name)[0].replace("[", "\\[").replace("]", "\\]")
