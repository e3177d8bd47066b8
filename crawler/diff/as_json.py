"""A difference as JSON, and read back from it, so that it can be applied.

`schema.json` describes it. A side on which a field does not exist has no key; one that is null has
the value null.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final

from crawler.diff import applying
from crawler.diff.changes import (
    ABSENT,
    Change,
    Difference,
    FieldChange,
    Match,
    Place,
    What,
    count,
)
from crawler.edition import edition_from
from crawler.errors import SnapshotError
from crawler.selection import WHOLE, selection_from
from crawler.snapshot.document import (
    SECTIONS,
    Document,
    DocumentGap,
    Head,
    NodeKind,
    head_mapping,
)

__all__ = ("FORMAT", "apply", "dumped", "load", "schema")

FORMAT: Final = "testomat-diff/1"


def dumped(difference: Difference) -> Iterator[str]:
    """The JSON text in pieces, indented by 2, with a line break at the end."""
    encoder = json.JSONEncoder(ensure_ascii=False, indent=2)
    yield from encoder.iterencode(_mapping(difference))
    yield "\n"


def load(text: str | bytes) -> Difference:
    """The difference in a JSON text.

    Raises:
        SnapshotError: if it is not one that this version writes.
    """
    try:
        mapping = json.loads(text)
        found = mapping["format"]
        if found != FORMAT:
            raise SnapshotError(f"This is a diff of the format {found!r}, not of {FORMAT}.")
        return _difference(mapping)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise SnapshotError(f"This is not a diff in JSON: {error!r}.") from error


def apply(old: Document, text: str | bytes) -> Document:
    """The snapshot that results from `old` and a diff in JSON.

    Raises:
        SnapshotError: if the diff cannot be read or applied, or does not fit `old`.
    """
    return applying.apply(old, load(text))


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the diff."""
    text = files("crawler.diff").joinpath("schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _mapping(difference: Difference) -> dict[str, Any]:
    sections = [_change_mapping(change) for change in difference.sections]
    return {
        "format": FORMAT,
        "exact": difference.exact,
        "match": difference.match.value,
        "ignored": list(difference.ignored),
        "old": head_mapping(difference.old),
        "new": head_mapping(difference.new),
        "head": [_field_mapping(field) for field in difference.head],
        "changes": [_change_mapping(change) for change in difference.changes],
        **({"sections": sections} if sections else {}),
        "statistics": {
            what.value: {
                "suites": difference.statistics.of(what).suites,
                "tests": difference.statistics.of(what).tests,
            }
            for what in What
        },
    }


def _change_mapping(change: Change) -> dict[str, Any]:
    mapping: dict[str, Any] = {
        **({"section": change.section} if change.section else {"kind": change.kind.value}),
        "id": change.place.id,
        "what": [what.value for what in change.what],
    }
    for side, place in (("old", change.old), ("new", change.new)):
        if place is not None:
            mapping[side] = _place_mapping(place)
    if change.fields:
        mapping["fields"] = [_field_mapping(field) for field in change.fields]
    if change.content is not None:
        mapping["content"] = dict(change.content)
    if change.keys is not None:
        mapping["keys"] = {"old": list(change.keys[0]), "new": list(change.keys[1])}
    return mapping


def _place_mapping(place: Place) -> dict[str, Any]:
    mapping: dict[str, Any] = {
        "id": place.id,
        "title": place.title,
        "path": list(place.path),
        "parent": place.parent,
        "after": place.after,
    }
    return {**mapping, "orphan": True} if place.orphan else mapping


def _field_mapping(field: FieldChange) -> dict[str, Any]:
    mapping = {"name": field.name, "old": field.old, "new": field.new}
    return {key: value for key, value in mapping.items() if value is not ABSENT}


def _difference(mapping: Mapping[str, Any]) -> Difference:
    changes = tuple(map(_change, mapping["changes"]))
    return Difference(
        old=_head(mapping["old"]),
        new=_head(mapping["new"]),
        head=tuple(map(_field, mapping["head"])),
        changes=changes,
        statistics=count(changes),
        match=Match(mapping["match"]),
        ignored=tuple(mapping["ignored"]),
        sections=tuple(map(_change, mapping.get("sections", ()))),
    )


def _change(mapping: Mapping[str, Any]) -> Change:
    keys = mapping.get("keys")
    return Change(
        kind=NodeKind.TEST if "section" in mapping else NodeKind(mapping["kind"]),
        what=tuple(map(What, mapping["what"])),
        old=_place(mapping.get("old")),
        new=_place(mapping.get("new")),
        fields=tuple(map(_field, mapping.get("fields", ()))),
        content=mapping.get("content"),
        keys=None if keys is None else (tuple(keys["old"]), tuple(keys["new"])),
        section=mapping.get("section", ""),
    )


def _place(mapping: Mapping[str, Any] | None) -> Place | None:
    if mapping is None:
        return None
    return Place(
        id=mapping["id"],
        title=mapping["title"],
        path=tuple(mapping["path"]),
        parent=mapping["parent"],
        orphan=mapping.get("orphan", False),
        after=mapping["after"],
    )


def _field(mapping: Mapping[str, Any]) -> FieldChange:
    return FieldChange(mapping["name"], mapping.get("old", ABSENT), mapping.get("new", ABSENT))


def _head(mapping: Mapping[str, Any]) -> Head:
    project, counts = mapping["project"], mapping["counts"]
    return Head(
        project_id=project["id"],
        project_title=project["title"],
        url=project["url"],
        complete=mapping["complete"],
        suites=counts["suites"],
        tests=counts["tests"],
        gaps=tuple(DocumentGap(**gap) for gap in mapping.get("gaps", ())),
        omitted=tuple(mapping.get("omitted", ())),
        selection=selection_from(mapping["selection"]) if "selection" in mapping else WHOLE,
        edition=edition_from(mapping),
        sections=tuple((name, counts[name]) for name in SECTIONS if name in counts),
        runs_since=mapping.get("runs_since"),
    )
