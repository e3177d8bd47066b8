"""The manifest of a snapshot that was made from another one."""

import json
from dataclasses import dataclass
from typing import Any

from crawler.snapshot.document import Head
from crawler.snapshot.formats import Format
from crawler.snapshot.manifest import MANIFEST_FORMAT, recorded, told_name
from crawler.snapshot.written import Written

__all__ = ("Conversion", "converted_manifest")


@dataclass(frozen=True, slots=True)
class Conversion:
    """`source` and `file` are names without their folders; `version` is that of this tool."""

    version: str
    source: str
    file: str
    format: Format
    head: Head
    written: Written


def converted_manifest(conversion: Conversion, original: bytes | None) -> bytes:
    """The original's manifest with the sums of the new file; a short one if there was none.

    What is told of the crawl stays as it was. `converted_from` names the original and, if its
    manifest knew it, its SHA-256.

    Raises:
        SnapshotError: if the original is no manifest of this version.
    """
    source: dict[str, Any] = {"file": told_name(conversion.source)}
    told: dict[str, Any] = _short(conversion)
    if original is not None:
        source["sha256"] = recorded(original).sha256
        told = json.loads(original)
    mapping = {
        **told,
        "snapshot": {
            "file": told_name(conversion.file),
            "format": conversion.format.value,
            "size": conversion.written.size,
            "sha256": conversion.written.sha256,
        },
        "content_sha256": conversion.written.content_sha256,
        "converted_from": source,
    }
    return f"{json.dumps(mapping, indent=2, ensure_ascii=False)}\n".encode()


def _short(conversion: Conversion) -> dict[str, Any]:
    head = conversion.head
    return {
        "format": MANIFEST_FORMAT,
        "tool": {"name": "testomat-crawler", "version": conversion.version},
        "server": head.url,
        "project": {"id": head.project_id, "title": head.project_title},
        "complete": head.complete,
        "counts": {"suites": head.suites, "tests": head.tests, **dict(head.sections)},
    }
