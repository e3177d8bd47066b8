"""What others read in exported feature files; see `support.readback`."""

from pathlib import Path
from typing import Any

from gherkin.parser import Parser

Found = list[dict[str, Any]]


def feature(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """The scenarios of a feature file, as Cucumber's own parser reads them, with their IDs."""
    document = Parser().parse(path.read_bytes().decode())["feature"]
    found = []
    for child in document["children"]:
        scenario = child["scenario"]
        tags = [tag["name"][1:] for tag in scenario["tags"]]
        one: dict[str, Any] = {
            "title": scenario["name"],
            "suite": [*path.parent.parts[path.parts.index("out") + 1 :], document["name"]],
            "labels": with_prefix(tags, "label:"),
            "issues": with_prefix(tags, "issue:"),
        }
        if tags and tags[0].startswith("T"):
            one["id"] = tags.pop(0)[1:]
        for name, prefix in (
            ("priority", "priority:"),
            ("state", "state:"),
            ("assigned_to", "owner:"),
        ):
            one[name] = "".join(with_prefix(tags, prefix))
        own = ("label:", "issue:", "priority:", "state:", "owner:")
        one["tags"] = [tag for tag in tags if not tag.startswith(own)]
        one["description"] = (free_text(scenario["description"], 4), *feature_steps(scenario))
        if scenario["examples"]:
            (examples,) = scenario["examples"]
            one["params"] = [cell["value"] for cell in examples["tableHeader"]["cells"]]
            rows = examples["tableBody"]
            one["examples"] = [[cell["value"] for cell in row["cells"]] for row in rows]
        found.append(one)
    return found


def with_prefix(tags: list[str], prefix: str) -> list[str]:
    """What follows the prefix in those that have it."""
    return [tag.removeprefix(prefix) for tag in tags if tag.startswith(prefix)]


def free_text(description: str, indent: int) -> str:
    """A description without its indentation and its backslashes."""
    lines = [line[indent:] for line in description.split("\n")]
    return "\n".join(line.removeprefix("\\") for line in lines)


def feature_steps(scenario: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """(preconditions, steps)."""
    before, steps = "", []
    for step in scenario["steps"]:
        more = step["docString"]["content"] if "docString" in step else None
        keyword = step["keyword"].strip()
        text = step["text"] if more is None else f"{step['text']}\n{more}"
        if keyword == "Given":
            before = more or ""
        elif keyword == "*":
            steps.append((text, ""))
        else:
            steps[-1] = (steps[-1][0], text)
    return before, steps


def features(files: list[Path]) -> Found:
    """All scenarios; their order over the files is that of their IDs in our projects."""
    for path in files:
        assert path.suffix == ".feature"
    return [one for path in files for one in feature(path)]
