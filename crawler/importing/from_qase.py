"""`qase`: the JSON that Qase exports.

The file is told of with the target of the same name: an object with ``suites``, each with
``suites`` and ``cases``. What a case says beyond our fields is kept, unless it is only the word
with which Qase says that nothing was chosen. The numbers are its IDs.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from crawler.errors import SnapshotError
from crawler.importing.describing import Step, described
from crawler.importing.texts import decoded
from crawler.importing.tree import Branch, Tree
from crawler.importing.words import priority, state

__all__ = ("JSON",)

_DEEPEST: Final = 400
_DIGITS: Final = 18  # of a number below 64 bits
_SUITE: Final = frozenset({"id", "title", "description", "suites", "cases"})
_CASE: Final = frozenset(
    {
        *("id", "title", "description", "preconditions", "priority", "automation", "tags"),
        *("steps", "steps_type", "postconditions"),
    }
)
_STEP: Final = frozenset({"position", "action", "expected_result", "data"})
_UNSET: Final = {
    "severity": "undefined",
    "type": "other",
    "behavior": "undefined",
    "status": "actual",
    "is_flaky": "no",
    "layer": "unknown",
    "is_muted": "no",
}


class _QaseJson:
    name: Final = "qase"
    about: Final = "Qase: JSON of its export"

    def read(self, path: Path, tree: Tree) -> None:
        """Read all suites; see `Source`."""
        found = _loaded(path)
        if not isinstance(found, dict) or "suites" not in found:
            raise SnapshotError(f"{path} is no export of Qase: it has no 'suites'.")
        try:
            tree.root.imported.update(_rest(found, frozenset({"suites", "cases"})))
            _inside(found, tree.root, 0)
        except _ShapeError as error:
            raise SnapshotError(f"{path} is no export of Qase: {error}.") from error


class _ShapeError(Exception):
    """A value is not what it should be."""


def _loaded(path: Path) -> Any:
    try:
        found = json.loads(
            decoded(path), parse_constant=str, parse_int=_number, parse_float=_number
        )
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise SnapshotError(f"{path} holds half of a character ({error.reason}).") from error
    except RecursionError as error:
        raise SnapshotError(f"{path} is nested too deeply to be read.") from error
    except ValueError as error:
        raise SnapshotError(f"{path} is not JSON: {str(error)[:100]}.") from error
    return found


def _number(digits: str) -> Any:
    """A number that every format of snapshots can hold, else its digits."""
    if len(digits) > _DIGITS:
        return digits
    try:
        return int(digits)
    except ValueError:
        return float(digits) if math.isfinite(float(digits)) else digits


def _inside(suite: Mapping[str, Any], branch: Branch, depth: int) -> None:
    if depth > _DEEPEST:
        raise _ShapeError(f"its suites are nested deeper than {_DEEPEST} levels")
    for below in _objects(suite, "suites"):
        fields = {"description": _text(below, "description")}
        inner = branch.new_suite(_text(below, "title"), _text(below, "id"), fields)
        inner.imported.update(_rest(below, _SUITE))
        _inside(below, inner, depth + 1)
    for case in _objects(suite, "cases"):
        _case(case, branch)


def _case(case: Mapping[str, Any], branch: Branch) -> None:
    found = _objects(case, "steps")
    steps = [Step(_text(s, "action"), _text(s, "data"), _text(s, "expected_result")) for s in found]
    text = _text(case, "description")
    if after := _text(case, "postconditions"):
        text = "\n\n".join(filter(None, (text, f"### Postconditions\n\n{after}")))
    kind = _text(case, "automation")
    tags = case.get("tags")
    fields = {
        "priority": priority(_text(case, "priority")),
        "state": state(kind),
        "tags": [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
        **described(text, _text(case, "preconditions"), steps),
    }
    more = _rest(case, _CASE)
    more["automation"] = "" if state(kind) else kind
    more["tags"] = [] if fields["tags"] == tags else tags
    rest = [_rest(step, _STEP) for step in found]
    more["steps"] = rest if any(rest) else []
    branch.add_test(_text(case, "title"), _text(case, "id"), fields=fields, imported=more)


def _objects(found: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    items = found.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _ShapeError(f"{name!r} is no list of objects")
    return items


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def _rest(found: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """What is not known and says something."""
    return {
        name: value
        for name, value in found.items()
        if name not in known and value not in (None, "", [], {}, _UNSET.get(name))
    }


JSON: Final = _QaseJson()
