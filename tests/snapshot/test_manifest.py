"""The manifest tells how a snapshot was made, and its sums are those of the file."""

import hashlib
import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from support.documents import chain, dumped, siblings

from crawler.errors import SnapshotError
from crawler.model import Gap, GapReason, ItemKind, Witnesses
from crawler.snapshot.document import Document
from crawler.snapshot.formats import STREAMED, Format
from crawler.snapshot.manifest import Manifest, manifest_bytes, manifest_path, recorded
from crawler.snapshot.writer import write
from crawler.snapshot.written import Written

BEGAN = datetime(2025, 3, 1, 2, 0, 0, 999, tzinfo=timezone(timedelta(hours=2)))


def manifest(**facts: Any) -> Manifest:
    """A manifest with little in it."""
    given: dict[str, Any] = {
        "version": "1.2.3",
        "started_at": BEGAN,
        "finished_at": datetime(2025, 3, 1, 0, 1, 5, tzinfo=UTC),
        "duration": 65.43219,
        "head": chain(2).head,
        "file": "p.yaml",
        "format": Format.YAML,
        "written": Written(12, "ab", "cd"),
    }
    return Manifest(**{**given, **facts})


def test_a_file_name_that_is_no_text_does_not_cost_the_snapshot() -> None:
    """Where the system allows such a name, the crawl for it must not end as a bug."""
    told = json.loads(manifest_bytes(manifest(file="\udcff.yaml", warnings=("\udcff",))))
    assert (told["snapshot"]["file"], told["warnings"]) == ("?.yaml", ["?"])


def test_a_manifest_tells_all_in_one_order() -> None:
    """Times in UTC, causes and gaps sorted, what no witness said as null."""
    gap = Gap(ItemKind.TEST, "t", GapReason.FAILED, detail="HTTP 502, trace 1")
    other = Gap(ItemKind.SUITE, "s", GapReason.COUNT, expected=3, found=2)
    mapping = json.loads(
        manifest_bytes(
            manifest(
                gaps=(gap, other),
                retries=Counter({"timeout": 1, "HTTP 429": 4}),
                requests=9,
                warnings=("slow",),
                witnesses=Witnesses(project_tests=1),
                options={"stable": True, "omit": ("test.x",)},
            )
        )
    )
    assert list(mapping.items()) == [
        ("format", "testomat-manifest/1"),
        ("tool", {"name": "testomat-crawler", "version": "1.2.3"}),
        ("started_at", "2025-03-01T00:00:00Z"),
        ("finished_at", "2025-03-01T00:01:05Z"),
        ("duration_seconds", 65.432),
        ("server", "https://app.testomat.io"),
        ("project", {"id": "p", "title": "P"}),
        ("complete", True),
        ("counts", {"suites": 2, "tests": 1}),
        (
            "claimed",
            {
                "project_tests": 1,
                "suite_counts": None,
                "listed_tests": None,
                "listed_suites": None,
                "skeleton_suites": None,
            },
        ),
        (
            "gaps",
            [
                {
                    "kind": "suite",
                    "id": "s",
                    "reason": GapReason.COUNT.value,
                    "expected": 3,
                    "found": 2,
                },
                {
                    "kind": "test",
                    "id": "t",
                    "reason": GapReason.FAILED.value,
                    "detail": "HTTP 502, trace 1",
                },
            ],
        ),
        ("requests", 9),
        ("retries", {"HTTP 429": 4, "timeout": 1}),
        ("warnings", ["slow"]),
        ("snapshot", {"file": "p.yaml", "format": "yaml", "size": 12, "sha256": "ab"}),
        ("content_sha256", "cd"),
        ("options", {"stable": True, "omit": ["test.x"]}),
        ("previous", None),
        ("changed", None),
    ]
    assert list(mapping["retries"]) == ["HTTP 429", "timeout"]


def test_a_manifest_is_indented_and_ends_its_last_line() -> None:
    """So that it reads and compares well."""
    data = manifest_bytes(manifest())
    assert data.startswith(b'{\n  "format"')
    assert data.endswith(b"}\n")


def test_a_manifest_stands_beside_its_snapshot() -> None:
    """With all of its name, so that two formats of one project do not share one."""
    assert manifest_path("a/p.yaml") == Path("a/p.yaml.manifest.json")


def test_the_sums_are_read_back() -> None:
    """For a check of the file."""
    assert recorded(manifest_bytes(manifest())) == Written(12, "ab", "cd")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "not one that testomat-crawler wrote"),
        (b"[]", "not one that testomat-crawler wrote"),
        (b'{"format": "testomat-manifest/1"}', "not one that testomat-crawler wrote"),
        (b'{"format": "testomat-manifest/2"}', "testomat-manifest/2, .* reads testomat-manifest/1"),
        (manifest_bytes(manifest()).replace(b"12", b'"12"'), "not one that testomat-crawler wrote"),
    ],
)
def test_another_manifest_is_refused(data: bytes, problem: str) -> None:
    """A later one, a damaged one, or another file."""
    with pytest.raises(SnapshotError, match=problem):
        recorded(data)


@pytest.mark.parametrize("chosen", STREAMED)
@pytest.mark.parametrize("document", [chain(5), siblings(3000)])
def test_what_is_written_is_what_was_summed(document: Document, chosen: Format) -> None:
    """In one walk, over streams too."""
    out = io.BytesIO()
    streams = Document(document.head, iter(document.nodes), iter(document.orphans))
    written = write(streams, out, chosen)
    data = out.getvalue()
    assert data == dumped(document, chosen)
    assert (written.size, written.sha256) == (len(data), hashlib.sha256(data).hexdigest())
