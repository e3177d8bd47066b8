r"""`gherkin`: a directory of feature files, for Cucumber and whatever reads the language.

"Gherkin Reference", cucumber.io (the grammar of gherkin 29 and later). Each suite that holds tests
is a file, the suites above it are folders. A test is a scenario, or with parameters a scenario
outline whose ``<name>`` stand where the test has ``${name}``. A step is a line ``*``, what is
expected ``Then``, preconditions ``Given the preconditions``; a text of several lines is a doc
string. Other text is the description of the scenario, where a line that Gherkin would take for its
own has a backslash before it.

Tags, as the service itself writes them: ``@T…`` and ``@S…`` are IDs. Priority, state, owner, labels
and issues are tags as well (``@priority:high``). A tag has neither blanks nor ``@``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from crawler.export.case import EXAMPLES, Case, Item, Suite
from crawler.export.cells import both, held, one_line, titled
from crawler.export.file_names import FolderNames
from crawler.export.interface import Job
from crawler.export.losses import SUITE, AsIs, Losses
from crawler.export.nesting import Bracket, nested
from crawler.export.parts import parts_of
from crawler.export.rules import Rules
from crawler.export.steps import Step
from crawler.export.taking import Taking

__all__ = ("FEATURES",)

_OWN: Final = re.compile(
    r"\s*(?:\\|[#@|*]|\"\"\"|```|(?:Feature|Background|Rule|Scenario|Scenarios|Examples?|"
    r"Business Need|Ability|Scenario Outline|Scenario Template)\s*:|"
    r"(?:Given|When|Then|And|But) )"
)
_MARKED: Final = "lines that Gherkin would take for its own have a backslash before them"
_TRIMMED: Final = "blank lines and blanks around it are gone"
_NO_ACTION: Final = "—"
_TAG_BLANKS: Final = re.compile(r"[\s@]+")
_TAGGED: Final = (
    ("priority", "priority"),
    ("state", "state"),
    ("assigned_to", "owner"),
    ("labels", "label"),
    ("issues", "issue"),
)


#: What may stand around a text, and what that becomes within: it cannot write this itself.
_FENCES: Final = (('"""', '\\"\\"\\"'), ("```", "\\`\\`\\`"))


class _Features:
    name: Final = "gherkin"
    about: Final = "feature files in folders"
    suffix: Final = ""

    def write(self, job: Job) -> None:
        """Write all items; see `Target`."""
        opened: list[_Feature] = []
        names = FolderNames()
        for bracket, item in nested(job.items):
            if bracket is Bracket.OPEN and isinstance(item, Suite):
                opened.append(_Feature(item, names.enter(item.title)))
            elif isinstance(item, Case):
                opened[-1].add(item, job.rules, [each.exact for each in opened])
                for each in opened:
                    each.leads = True
            else:
                opened.pop().end(job)
                names.leave()


@dataclass
class _Feature:
    """A suite under way: the scenarios of its own tests."""

    suite: Suite
    place: tuple[str, bool]  # path without suffix, and whether it is the title to the letter
    scenarios: list[str] = field(default_factory=list)
    settled: list[tuple[Item, dict[str, str]]] = field(default_factory=list)
    leads: bool = False

    @property
    def exact(self) -> bool:
        return self.place[1]

    def add(self, case: Case, rules: Rules, exact: Iterable[bool]) -> None:
        """A test of this suite."""
        taking = Taking(case, rules)
        self.scenarios.append("\n".join(_scenario(case, taking)))
        folders = AsIs if all([*exact][:-1]) else "names of folders have no signs like / or :"
        taking.kept[SUITE] = both(folders, titled(case.suites[-1].title)[1])
        self.settled.append((case, taking.kept))

    def end(self, job: Job) -> None:
        """Write the file if there is something in it."""
        if not self.scenarios:
            folder = {"title": AsIs if self.exact else "the name of its folder"}
            job.losses.settle(self.suite, folder if self.leads else {})
            return
        kept: dict[str, str] = {}
        lines = [*_suite_head(self.suite, kept), *self.scenarios]
        job.output.put(f"{self.place[0]}.feature", ("\n".join(lines) + "\n").encode())
        _settle(job.losses, [*self.settled, (self.suite, kept)])


def _settle(losses: Losses, settled: Iterable[tuple[Item, dict[str, str]]]) -> None:
    for item, kept in settled:
        losses.settle(item, kept)


def _suite_head(suite: Suite, kept: dict[str, str]) -> Iterator[str]:
    taking = Taking(suite, Rules())
    tags = [f"@S{_tag(taking, 'id', suite.id)}"] if suite.id else []
    tags += [f"@{_tag(taking, 'tags', word)}" for word in taking.each("tags")]
    if tags:
        yield " ".join(tags)
    yield f"Feature: {taking.title()}"
    yield from _description(taking, suite.text("description"), "  ")
    kept.update(taking.kept)


def _scenario(case: Case, taking: Taking) -> Iterator[str]:
    parts = parts_of(taking)
    outline = case.examples is not None
    yield ""
    if tags := " ".join(_tags(case, taking)):
        yield f"  {tags}"
    title = _with_parameters(taking, "title", taking.title())
    yield f"  Scenario{' Outline' if outline else ''}: {title}"
    yield from _description(taking, parts.text, "    ")
    if parts.preconditions:
        yield "    Given the preconditions"
        yield from _doc_string(taking, parts.preconditions)
    for step in parts.steps:
        yield from _step(taking, step)
    if outline:
        yield from _examples(case, taking)


def _step(taking: Taking, step: Step) -> Iterator[str]:
    yield from _line(taking, "*", step.action or _NO_ACTION)
    if not step.action:
        taking.kept["description"] = both(taking.kept["description"], "a step had no text")
    if step.expected:
        yield from _line(taking, "Then", step.expected)


def _line(taking: Taking, keyword: str, text: str) -> Iterator[str]:
    first, _, rest = taking.fit("description", text).partition("\n")
    line = _with_parameters(taking, "description", first)
    if one_line(line)[0] != line or not line:
        taking.kept["description"] = both(taking.kept["description"], _TRIMMED)
    yield f"    {keyword} {one_line(line)[0] or _NO_ACTION}"
    if rest:
        yield from _doc_string(taking, rest)


def _doc_string(taking: Taking, text: str) -> Iterator[str]:
    text = _with_parameters(taking, "description", taking.fit("description", text))
    fence, escaped = next((each for each in _FENCES if each[1] not in text), _FENCES[0])
    if escaped in text:
        note = f"{escaped} is {fence} there"
        taking.kept["description"] = both(taking.kept["description"], note)
    yield f"      {fence}markdown"
    for line in text.split("\n"):
        yield f"      {line}".replace(fence, escaped) if line else ""
    yield f"      {fence}"


def _description(taking: Taking, text: str, indent: str) -> Iterator[str]:
    """Free text, whose lines must not begin as those of Gherkin do."""
    text = taking.fit("description", text)
    bare = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    if bare != text:
        taking.kept["description"] = both(taking.kept["description"], _TRIMMED)
    for line in bare.split("\n") if bare else ():
        if _OWN.match(line):
            taking.kept["description"] = both(taking.kept["description"], _MARKED)
            line = f"\\{line}"  # noqa: PLW2901
        yield f"{indent}{line}" if line else ""


def _with_parameters(taking: Taking, name: str, text: str) -> str:
    """``<name>`` for ``${name}``, if the test has such a parameter."""
    case = taking.item
    for parameter in case.words("params") if isinstance(case, Case) else ():
        if parameter and f"${{{parameter}}}" in text:
            text = text.replace(f"${{{parameter}}}", f"<{parameter}>")
            taking.kept[name] = both(taking.kept[name], "parameters are written <name>")
    return text


def _examples(case: Case, taking: Taking) -> Iterator[str]:
    examples = case.examples
    if examples is None:
        return
    yield ""
    yield "    Examples:"
    for name, rows in (("params", [examples.names]), (EXAMPLES, examples.rows)):
        taking.kept[name] = "" if examples.even else "rows were filled up to the same length"
        for row in rows:
            cells = []
            for value in row:
                text, note = held(value)
                blanks = "" if text == text.strip() else "blanks around a value are gone"
                taking.kept[name] = both(taking.kept[name], note, blanks)
                cells.append(_cell(text.strip()))
            yield f"      | {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")


def _tags(case: Case, taking: Taking) -> Iterator[str]:
    if case.id:
        taking.kept["id"] = AsIs
        yield f"@T{_tag(taking, 'id', case.id)}"
    for word in taking.each("tags"):
        if tag := _tag(taking, "tags", word):
            yield f"@{tag}"
    for name, prefix in _TAGGED:
        values = _values(taking, name)
        for value in values:
            yield f"@{prefix}:{_tag(taking, name, value)}"


def _values(taking: Taking, name: str) -> list[str]:
    match name:
        case "priority":
            found = [taking.priority({})]
        case "state":
            found = [taking.state({})]
        case "assigned_to":
            found = [taking.owner()]
        case "issues":
            return taking.each_issue()
        case _:
            return taking.each(name)
    return [value for value in found if value]


def _tag(taking: Taking, name: str, word: str) -> str:
    """A word without blanks and ``@``."""
    text, note = held(word)
    tag = _TAG_BLANKS.sub("_", text)
    blanks = "" if tag == text else "a tag has neither blanks nor @"
    for each in ("issues", "jira_issues") if name == "issues" else (name,):
        taking.kept[each] = both(taking.kept.get(each, AsIs), note, blanks)
    return tag


FEATURES: Final = _Features()
