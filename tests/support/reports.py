"""Pages of `report`, written to disk and read back without a browser; and projects to show."""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import anyio

from crawler.demo import SLUG, DemoServer, sample_world
from crawler.report.page import page
from crawler.snapshot.document import SECTIONS, Document, DocumentGap, Section
from support.crawling import take
from support.documents import HEAD, case, suite

_PACKED: Final = re.compile(r'<script type="text/plain" id="([\w-]+)">([A-Za-z0-9+/=]*)</script>')

#: What tries to run, to leave the page, or to break it; as a title, a tag, a text, an ID.
HOSTILE_TEXTS: Final = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    '"><img src=x onerror=alert(3)>',
    "<svg onload=alert(4)>",
    "<!-- --><iframe src='https://evil.example/'></iframe>",
    "{script}{index}${alert(5)}",
    "javascript:alert(6)",
    "<style>*{display:none}</style><link rel=stylesheet href=https://evil.example/a.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "\u202edesrever\u202c \x00\x1b[2J \u2028 \ufeff\U0001f9ea\ud7ff",
    "~orphans",
    "%E0%A4%A",
    "__proto__",
    "constructor",
    "a" * 10_000,
    "",
)
_HOSTILE_MARKDOWN: Final = """\
<img src="https://evil.example/pixel.gif" onerror="alert(7)">
<script>alert(8)</script>

![pixel](https://evil.example/pixel.gif) ![x](data:image/png;base64,AAAA) ![y](/attachments/a.png)

[a](javascript:alert(9)) [b](JaVaScRiPt:alert(10)) [c](java\tscript:alert(11))
[d](&#106;avascript:alert(12))
[e](data:text/html,<script>alert(13)</script>) [f](vbscript:x)
[g](file:///etc/passwd) [h](//evil.example/)
[i](http://[::1) [j](https://ok.example/" onclick="alert(14)) <javascript:alert(15)>
[k](blob:https://evil.example/x) [l]( javascript:alert(16) )
[m][n] [o](#payload) [p](mailto:a@b.example)

[n]: javascript:alert(17)

```"><script>alert(18)</script>
</code></pre><script>alert(19)</script>
```

| <b onclick=alert(20)> | [q](javascript:alert(21)) |
|---|---|
| <details open ontoggle=alert(22)> | `<script>alert(23)</script>` |
"""


def _hostile() -> Document:
    nodes = [suite(0, "root", title=HOSTILE_TEXTS[0], description=_HOSTILE_MARKDOWN)]
    for number, text in enumerate(HOSTILE_TEXTS):
        fields: dict[str, Any] = {
            "title": text,
            "description": f"{text}\n\n{_HOSTILE_MARKDOWN}",
            "state": text,
            "priority": text,
            "emoji": text,
            "assigned_to": text,
            "to_url": text,
            "tags": [text, 1, None, {"a": text}],
            "labels": [{"title": text, "value": text}, text],
            "params": [text, {"x": 1}],
            "code": text,
            "file": text,
            "attachments": [{"url": text, "name": text, "type": text}, text, None, 1],
            "included": [
                {
                    "type": "label",
                    "attributes": {"title": text, "color": "red;background:url(//x)"},
                },
                {"type": "example", "attributes": {"data": [text, None, [1]]}},
                {"type": "example", "attributes": None},
                None,
            ],
            "updated_at": "0001-01-01T00:00:00Z" if number % 2 else text,
            text: text,
            "huge": 10**40,
        }
        nodes.append(case(1, text or "empty", **fields))
    nodes.append(case(1, "shapes", title=["a"], description={"a": 1}, tags="x", labels=7, code=1))
    nodes.append(case(1, "shapes", title="the same ID again"))
    head = replace(
        HEAD,
        project_id=HOSTILE_TEXTS[1],
        project_title=HOSTILE_TEXTS[1],
        url="javascript:alert(24)",
        complete=False,
        suites=1,
        tests=len(nodes) - 1,
        gaps=(DocumentGap("suite", HOSTILE_TEXTS[2], HOSTILE_TEXTS[3]),),
        omitted=(HOSTILE_TEXTS[0],),
    )
    lost = [case(0, "lost", title=HOSTILE_TEXTS[0])]
    return Document(head, nodes, lost, tuple(_hostile_sections()))


def _hostile_sections() -> Iterator[Section]:
    """Every list that there can be, with every hostile text in every place."""
    results: list[dict[str, Any]] = []
    for number, text in enumerate(HOSTILE_TEXTS):
        same = dict.fromkeys(("title", "status", "message", "stack", "body", "name"), text)
        other = {"steps": [text, None, {"title": text, "status": text, "steps": [{"a": text}]}]}
        files = {"attachments": [{"url": text, "name": text}, text, 1, None], "to_url": text}
        about = {"test": {"id": text, "title": text}} if number % 2 else {"test_id": text}
        own = {"run_id": text, "example": [text, {"a": 1}], "run_time": [1, -5, 1e300][number % 3]}
        results.append({"id": text, **same, **other, **files, **about, **own})
    runs = [
        {
            "id": text,
            "title": text,
            "status": text,
            "kind": text,
            "env": [text, None],
            "to_url": text,
        }
        | {"rungroup_id": text, "finished_at": text, "passed": text, "failed": -1, "purged": text}
        for text in HOSTILE_TEXTS
    ]
    comments = [
        {
            "id": 1,
            "body": _HOSTILE_MARKDOWN,
            "replies": [{"body": text, "user": {"name": text}}, text],
        }
        | {"author": text, "created_at": text, owner: text}
        for text in HOSTILE_TEXTS
        for owner in ("test_id", "run_id", "suite_id")
    ]
    yield Section("runs", runs)
    yield Section("testruns", results)
    for name in SECTIONS[2:]:
        yield Section(name, comments if name == "comments" else [*results, {}])


HOSTILE: Final = _hostile()

#: A small snapshot with something missing, something lost and something empty.
PARTIAL: Final = Document(
    replace(
        HEAD,
        project_title="Shop",
        complete=False,
        suites=4,
        tests=4,
        gaps=(
            DocumentGap("suite", "0ff00001", "the server refuses it"),
            DocumentGap("suite", "0d7ebf39", "fewer tests were found", expected=3, found=2),
        ),
        omitted=("test.run_at",),
    ),
    [
        suite(
            0, "52e6b438", title="Checkout", file_type="folder", description="After the *basket*."
        ),
        suite(1, "0d7ebf39", title="Payment", file_type="file", tags=["core"]),
        case(2, "d2c4a1f0", title="Pays by card", state="manual", priority="high", tags=["smoke"]),
        case(2, "00000123", title="Pays by invoice", state="automated", labels=["Severity:high"]),
        suite(0, "e0000000", title="Empty"),
    ],
    [
        suite(0, "10570001", title="Lost folder"),
        case(1, "10570002", title="Lost test", state="manual"),
        case(0, "10570003", title="Alone", state="manual"),
    ],
)


#: The same with what happened: runs that ended and not, results of all kinds, comments, a plan.
RAN: Final = replace(
    PARTIAL,
    sections=(
        Section(
            "runs",
            [
                {"id": "aaaa0003", "title": "Today", "status": "running", "automated": False}
                | {"created_at": "2024-03-03T09:00:00Z"},
                {"id": "aaaa0002", "title": "Nightly", "status": "failed", "kind": "automated"}
                | {"finished_at": "2024-03-02T09:00:00Z", "env": ["Linux", "Chrome"]}
                | {"rungroup_id": "bbbb0001"},
                {"id": "aaaa0001", "title": "Old", "status": "passed", "purged": True}
                | {"finished_at": "2024-03-01T09:00:00Z", "passed": 7, "failed": 0},
            ],
        ),
        Section(
            "testruns",
            [
                {"id": "1", "run_id": "aaaa0003", "status": "pending", "test": {"id": "d2c4a1f0"}},
                {"id": "2", "run_id": "aaaa0002", "status": "failed", "example": ["Visa", "1"]}
                | {"test": {"id": "d2c4a1f0"}, "title": "Pays by card", "run_time": 4200}
                | {"message": "expected 200, got 502", "stack": "at checkout.spec.ts:42:7"}
                | {"steps": [{"title": "open", "status": "passed"}, {"title": "pay"}]},
                {"id": "3", "run_id": "aaaa0002", "status": "passed", "example": ["Maestro", "2"]}
                | {"test": {"id": "d2c4a1f0"}, "title": "Pays by card", "run_time": 65_000},
                {"id": "4", "run_id": "aaaa0002", "status": "skipped", "test_id": "00000123"},
                {"id": "5", "run_id": "aaaa0002", "status": "passed", "title": "Is gone"}
                | {"test": {"id": "99999999"}},
            ],
        ),
        Section("plans", [{"id": "p1", "title": "Payment", "tests_ids": ["d2c4a1f0", "00000123"]}]),
        Section("rungroups", [{"id": "bbbb0001", "title": "Release 2"}]),
        Section("users", [{"id": "7", "name": "Ada"}]),
        Section(
            "comments",
            [
                {"id": "1", "test_id": "d2c4a1f0", "body": "Is it *still* slow?", "user_id": 7}
                | {"created_at": "2024-03-02T10:00:00Z", "replies": [{"body": "No."}]},
                {"id": "2", "run_id": "aaaa0002", "body": "Staging was down."},
            ],
        ),
        Section(
            "attachments", [{"id": "1", "test_id": "d2c4a1f0", "name": "card.png", "url": "/a"}]
        ),
    ),
)


def written(document: Document, folder: Path) -> Path:
    """The page of a document, in a file."""
    path = folder / "page.html"
    path.write_text("".join(page(document)), "utf-8")
    return path


def packed_in(text: str) -> dict[str, Any]:
    """The data in a page: `index`, and the fields of each block."""
    return {
        name: json.loads(zlib.decompress(base64.b64decode(block)))
        for name, block in _PACKED.findall(text)
    }


@cache
def sample() -> Document:
    """The demo's project, crawled; in a thread, since a browser's test has a loop of its own."""

    async def crawl() -> Document:
        async with DemoServer(sample_world()) as server:
            return (await take(server, SLUG)).document

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, crawl).result()
