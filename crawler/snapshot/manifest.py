"""The sidecar of a snapshot: all on how it was made, which the snapshot itself never tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from crawler.edition import LACKS, Api, edition_mapping
from crawler.errors import SnapshotError
from crawler.model import Gap, Witnesses
from crawler.selection import selection_mapping
from crawler.snapshot.document import Head
from crawler.snapshot.formats import Format
from crawler.snapshot.written import Written

__all__ = (
    "MANIFEST_FORMAT",
    "Manifest",
    "Previous",
    "manifest_bytes",
    "manifest_path",
    "previous_in",
    "recorded",
    "told_name",
)

MANIFEST_FORMAT: Final = "testomat-manifest/1"
_TOOL: Final = "testomat-crawler"


@dataclass(frozen=True, slots=True)
class Previous:
    """The crawl whose manifest this one replaces, as far as that one tells."""

    finished_at: str
    complete: bool
    suites: int
    tests: int
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One crawl and the file that it left.

    `duration` is in seconds, by a clock that nobody sets; `started_at` and `finished_at` know their
    time zone. `file` is the snapshot's name without its folder. `options` are those that shaped
    the content (`stable`, `omit`), `spared` tells what was not asked for. `requests` counts
    attempts, `retries` those of them that came after a failure, by its cause. `previous` is the
    crawl before, `None` if nothing is known of it.
    """

    version: str
    started_at: datetime
    finished_at: datetime
    duration: float
    head: Head
    file: str
    format: Format
    written: Written
    witnesses: Witnesses = field(default_factory=Witnesses)
    gaps: tuple[Gap, ...] = ()
    warnings: tuple[str, ...] = ()
    requests: int = 0
    retries: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    spared: Mapping[str, Any] = field(default_factory=dict)
    previous: Previous | None = None


def manifest_path(path: Path | str) -> Path:
    """Where the manifest of the snapshot at `path` stands: beside the file or directory."""
    place = Path(path)
    # The current directory, for one, has a name only as its parent knows it.
    place = place if place.name and place.name != ".." else place.resolve()
    return place.with_name(f"{place.name}.manifest.json")


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as JSON, indented by 2, with a line break at the end."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(_mapping(manifest), default=dict, option=options)


def recorded(data: bytes) -> Written:
    """The sums that a manifest holds, for a check of the file beside it.

    Raises:
        SnapshotError: if it is not a manifest of this version.
    """
    try:
        mapping = orjson.loads(data)
        if mapping["format"] != MANIFEST_FORMAT:
            raise SnapshotError(
                f"The manifest has the format {mapping['format']}, and this version reads"
                f" {MANIFEST_FORMAT} only."
            )
        snapshot = mapping["snapshot"]
        found = Written(snapshot["size"], snapshot["sha256"], mapping["content_sha256"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise SnapshotError("The manifest is not one that testomat-crawler wrote.") from error
    if [type(found.size), type(found.sha256), type(found.content_sha256)] != [int, str, str]:
        raise SnapshotError("The manifest is not one that testomat-crawler wrote.")
    return found


def previous_in(data: bytes | None) -> Previous | None:
    """What an older manifest tells of its crawl; `None` if it is none that can be read."""
    try:
        found = orjson.loads(data or b"")
        counts = found["counts"]
        return Previous(
            str(found["finished_at"]),
            bool(found["complete"]),
            int(counts["suites"]),
            int(counts["tests"]),
            str(found["content_sha256"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _mapping(manifest: Manifest) -> dict[str, Any]:
    head, written = manifest.head, manifest.written
    return {
        "format": MANIFEST_FORMAT,
        "tool": {"name": _TOOL, "version": manifest.version},
        "started_at": _utc(manifest.started_at),
        "finished_at": _utc(manifest.finished_at),
        "duration_seconds": round(manifest.duration, 3),
        "server": head.url,
        "project": {"id": head.project_id, "title": head.project_title},
        **_edition(head),
        **({"selection": selection_mapping(head.selection)} if head.selection else {}),
        "complete": head.complete,
        "counts": {"suites": head.suites, "tests": head.tests, **dict(head.sections)},
        "claimed": _claims(manifest.witnesses),
        "gaps": [_gap(gap) for gap in sorted(manifest.gaps, key=_gap_order)],
        "requests": manifest.requests,
        "retries": dict(sorted(manifest.retries.items())),
        **({"spared": dict(manifest.spared)} if manifest.spared else {}),
        "warnings": list(map(told_name, manifest.warnings)),
        "snapshot": {
            "file": told_name(manifest.file),
            "format": manifest.format.value,
            "size": written.size,
            "sha256": written.sha256,
        },
        "content_sha256": written.content_sha256,
        "options": dict(manifest.options),
        **_since(manifest),
    }


def told_name(name: str) -> str:
    """A text with the name of a file, of which some systems do not ask that it is text."""
    return name.encode(errors="replace").decode()


def _edition(head: Head) -> dict[str, Any]:
    """Over which API it was read unless that is the usual one, and which branch."""
    told: dict[str, Any] = dict(edition_mapping(head.edition))
    if head.edition.api is Api.V2:
        told["not_told"] = list(LACKS)
    return told


def _since(manifest: Manifest) -> dict[str, Any]:
    """The crawl before, and whether the content differs from then; nulls if there was none."""
    before = manifest.previous
    if before is None:
        return {"previous": None, "changed": None}
    previous = {
        "finished_at": before.finished_at,
        "complete": before.complete,
        "counts": {"suites": before.suites, "tests": before.tests},
        "content_sha256": before.content_sha256,
    }
    changed = before.content_sha256 != manifest.written.content_sha256
    return {"previous": previous, "changed": changed}


def _claims(witnesses: Witnesses) -> dict[str, int | None]:
    """What each source of the server's says that there is; null for one that was not asked."""
    return {
        "project_tests": witnesses.project_tests,
        "suite_counts": witnesses.suite_counts,
        "listed_tests": witnesses.listed_tests,
        "listed_suites": witnesses.listed_suites,
        "skeleton_suites": witnesses.skeleton_suites,
    }


def _gap_order(gap: Gap) -> tuple[str, str, str]:
    return gap.kind.value, gap.id, gap.reason.value


def _gap(gap: Gap) -> dict[str, Any]:
    facts = {
        "kind": gap.kind.value,
        "id": gap.id,
        "reason": gap.reason.value,
        "expected": gap.expected,
        "found": gap.found,
        "detail": gap.detail or None,
    }
    return {key: value for key, value in facts.items() if value is not None}


def _utc(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
