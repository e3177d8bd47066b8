"""`gherkin`: a feature file, or a directory of them, read by Cucumber's own parser.

A feature is a suite, and so are a rule and each folder; files come in the order of their paths, and
a folder beside a file of the same name is that file's suite. Tags of the form ``@T1a2b3c4d`` and
``@S1a2b3c4d`` are the service's IDs; ``@priority:``, ``@state:``, ``@owner:``, ``@label:`` and
``@issue:`` are fields, as the target of the same name writes them. In a scenario of ``*`` lines the
``Then`` after one is what it leads to; in any other every line is a step, with its keyword. A
background is the preconditions of each test below it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

from crawler.errors import LocalError, SnapshotError
from crawler.importing.describing import Step, described, table
from crawler.importing.texts import decoded
from crawler.importing.tree import Branch, Tree

__all__ = ("FEATURES",)

_ID: Final = re.compile(r"@([TS])([0-9a-f]{8})")
_ESCAPED: Final = re.compile(
    r"^\\(?=[ \t]*(?:[\\#@|*]|\"\"\"|```|[A-Z][A-Za-z ]*:|(?:Given|When|Then|And|But) ))",
    re.MULTILINE,
)
_EMPTY: Final = "—"
_ONE: Final = {"priority": "priority", "state": "state", "owner": "assigned_to"}
_MANY: Final = {"label": "labels", "issue": "issues"}
_CONDITIONS: Final = "the preconditions"
_ENGLISH: Final = "en"


class _Features:
    name: Final = "gherkin"
    about: Final = "feature files: one, or a directory of them"

    def read(self, path: Path, tree: Tree) -> None:
        """Read all features; see `Source`."""
        suites: dict[tuple[str, ...], Branch] = {(): tree.root}
        for parts, place in _places(path):
            _feature(place, _suite(suites, parts))


def _places(path: Path) -> list[tuple[tuple[str, ...], Path]]:
    """Each feature file, with its place in the directory."""
    if not path.is_dir():
        return [((path.stem,), path)]
    found = [each for each in path.rglob("*.feature") if each.is_file()]
    if not found:
        raise SnapshotError(f"{path} holds no file whose name ends in .feature.")
    return sorted((each.relative_to(path).with_suffix("").parts, each) for each in found)


def _suite(suites: dict[tuple[str, ...], Branch], parts: tuple[str, ...]) -> Branch:
    """The suite of a place; those above it are made too."""
    for end in range(1, len(parts) + 1):
        if parts[:end] not in suites:
            suites[parts[:end]] = suites[parts[: end - 1]].new_suite(parts[end - 1])
    return suites[parts]


def _feature(path: Path, branch: Branch) -> None:
    document = _parsed(path)
    branch.imported["comments"] = [each["text"].strip() for each in document["comments"]]
    feature = document.get("feature")
    if feature is None:
        return
    if feature["language"] != _ENGLISH:
        branch.imported["language"] = feature["language"]
    _head(feature, branch)
    _children(feature["children"], branch, "")


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        from gherkin.errors import ParserError  # noqa: PLC0415  an extra
        from gherkin.parser import Parser  # noqa: PLC0415
    except ImportError as error:
        raise LocalError(
            "Reading feature files needs the package gherkin-official, which is not installed.",
            hint="Install it with: pip install 'testomat-crawler[gherkin]'",
        ) from error
    try:
        found: Mapping[str, Any] = Parser().parse(decoded(path))
    except ParserError as error:
        reason = str(error).removeprefix("Parser errors:\n").partition("\n")[0]
        raise SnapshotError(f"{path} is no feature file: {reason[:200]}.") from error
    return found


def _head(found: Mapping[str, Any], branch: Branch) -> None:
    tags = _Tags(found["tags"])
    branch.title = found["name"]
    branch.id = tags.ids.get("S", "")
    branch.fields.update(tags.fields, description=_free(found["description"]))


def _children(children: Iterable[Mapping[str, Any]], branch: Branch, before: str) -> None:
    for child in children:
        if background := child.get("background"):
            before = "\n\n".join(filter(None, (before, _background(background))))
        elif rule := child.get("rule"):
            inner = branch.new_suite(rule["name"])
            _head(rule, inner)
            _children(rule["children"], inner, before)
        else:
            _scenario(child["scenario"], branch, before)


def _background(background: Mapping[str, Any]) -> str:
    title = background["name"] and f"**{background['name']}**"
    lines = [f"* {_indented(_line(step, keyword=True))}" for step in background["steps"]]
    return "\n\n".join(filter(None, (title, _free(background["description"]), "\n".join(lines))))


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def _scenario(scenario: Mapping[str, Any], branch: Branch, before: str) -> None:
    tags = _Tags(scenario["tags"])
    examples = _Examples(scenario["examples"])
    conditions, steps = _steps(scenario["steps"])
    named = [
        Step(examples.marked(step.action), expected=examples.marked(step.expected))
        for step in steps
    ]
    before = "\n\n".join(filter(None, (before, examples.marked(conditions))))
    fields = {
        **tags.fields,
        **described(_free(scenario["description"]), before, named),
        **examples.fields,
    }
    branch.add_test(
        examples.marked(scenario["name"]),
        tags.ids.get("T", ""),
        fields=fields,
        imported={"examples": examples.rest},
    )


def _steps(found: Sequence[Mapping[str, Any]]) -> tuple[str, list[Step]]:
    """(preconditions, steps)."""
    conditions = ""
    if found and found[0]["text"] == _CONDITIONS and "docString" in found[0]:
        conditions, found = found[0]["docString"]["content"], found[1:]
    words = [step["keyword"].strip() for step in found]
    pairs = zip(["", *words], words, strict=False)
    if not all(word == "*" or (word, last) == ("Then", "*") for last, word in pairs):
        return conditions, [Step(_line(step, keyword=True)) for step in found]
    steps: list[Step] = []
    for step, word in zip(found, words, strict=True):
        if word == "*":
            steps.append(Step(_line(step)))
        else:
            steps[-1] = Step(steps[-1].action, expected=_line(step))
    return conditions, steps


def _line(step: Mapping[str, Any], *, keyword: bool = False) -> str:
    """A step with what stands below it."""
    text = "" if step["text"] == _EMPTY else step["text"]
    lines = [f"{step['keyword']}{text}" if keyword else text]
    if "docString" in step:
        lines.append(step["docString"]["content"])
    if "dataTable" in step:
        rows = [[cell["value"] for cell in row["cells"]] for row in step["dataTable"]["rows"]]
        lines += ["", table(rows)]
    return "\n".join(lines)


def _free(text: str) -> str:
    """A description without its indentation, and the backslashes before words of Gherkin."""
    return _ESCAPED.sub("", dedent(text).strip("\n"))


@dataclass
class _Tags:
    """What tags say: `ids` by ``T`` and ``S``, and fields."""

    found: Iterable[Mapping[str, Any]]
    ids: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.found:
            self._take(each["name"])

    def _take(self, tag: str) -> None:
        prefix, colon, value = tag[1:].partition(":")
        if (match := _ID.fullmatch(tag)) and match[1] not in self.ids:
            self.ids[match[1]] = match[2]
        elif colon and prefix in _ONE and _ONE[prefix] not in self.fields:
            self.fields[_ONE[prefix]] = value
        elif colon and prefix in _MANY:
            self.fields.setdefault(_MANY[prefix], []).append(value)
        else:
            self.fields.setdefault("tags", []).append(tag[1:])


class _Examples:
    """The tables below a scenario: as rows of parameters, and what those cannot say."""

    def __init__(self, found: Sequence[Mapping[str, Any]]) -> None:
        heads = [_cells(each["tableHeader"]) if "tableHeader" in each else [] for each in found]
        self._names = next(filter(None, heads), [])
        rows: list[list[str]] = []
        rest: list[dict[str, Any]] = []
        for each, head in zip(found, heads, strict=True):
            body = [_cells(row) for row in each.get("tableBody", ())]
            more = _about(each)
            if head == self._names:
                rows += body
                more = {**more, "rows": len(body)} if more else more
            elif head:
                more["table"] = [head, *body]
            rest += [more] if more else []
        self.fields = {"params": self._names, "examples": rows}
        self.rest = rest

    def marked(self, text: str) -> str:
        """With ``${name}`` where the scenario has ``<name>``."""
        for name in self._names:
            text = text.replace(f"<{name}>", f"${{{name}}}")
        return text


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [cell["value"] for cell in row["cells"]]


def _about(examples: Mapping[str, Any]) -> dict[str, Any]:
    facts = {
        "name": examples["name"],
        "tags": [tag["name"] for tag in examples["tags"]],
        "description": _free(examples["description"]),
    }
    return {name: value for name, value in facts.items() if value}


FEATURES: Final = _Features()
