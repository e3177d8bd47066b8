"""The bytes of every format, held against files that were checked by eye."""

from pathlib import Path
from typing import Final

import pytest
from support.documents import case, dumped, in_memory, loaded, suite

from crawler.snapshot.document import Document, DocumentGap, Head, Section
from crawler.snapshot.formats import STREAMED, Format

GOLDEN: Final = Path(__file__).parents[1] / "golden"

SAMPLE: Final = Document(
    Head("my-project", "My project", "https://app.testomat.io", complete=True, suites=2, tests=1),
    [
        suite(
            0,
            "52e6b438",
            title="Checkout",
            file_type="folder",
            description="Everything after the basket.\n",
            position=1,
        ),
        suite(1, "0d7ebf39", title="Payment", file_type="file", position=1),
        case(
            2,
            "d2c4a1f0",
            title="Pays by card",
            state="manual",
            priority="high",
            description="* open the basket\n* press **Pay**\n",
            tags=["smoke"],
        ),
    ],
    [],
)
HOSTILE: Final = Document(
    Head(
        "no",
        "Yes: no # really",
        "https://app.testomat.io",
        complete=False,
        suites=3,
        tests=3,
        gaps=(DocumentGap("suite", "0123e456", "the server did not deliver it", 3, 0),),
        omitted=("test.updated_at",),
    ),
    [
        suite(0, "00000123", title="- \U0001f600", emoji="\U0001f600", position=1.5),
        suite(1, "12:30:45", description="  leading\n\ttab  \n\n\n", position=1e16),
        case(
            2,
            "1_000",
            title="y",
            description="hard break  \nnext",
            code="\n    indented\n",
            windows="a\r\nb",
            separators="\u2028\x85\ufeff\x7f",
            only_breaks="\n\n",
            blank_end="a\n  ",
            empty={"text": "", "list": [], "mapping": {}, "null": None},
            rows=[["a", "1"], [], [{"k": 1, "true": "b\nc\n"}]],
        ),
        case(1, "0x1F", **{"k" * 121: "long key", "a: b": "key with a colon", "<<": "merge"}),
    ],
    [suite(0, "null"), case(0, "~", title=" ")],
)

SECTIONS: Final = Document(
    Head(
        "my-project",
        "My project",
        "https://app.testomat.io",
        complete=True,
        suites=0,
        tests=0,
        sections=(("runs", 2), ("testruns", 1), ("labels", 0)),
        runs_since="2026-01-31",
    ),
    [],
    [],
    (
        Section(
            "runs",
            [
                {"id": "3252341f", "title": "Nightly", "status": "passed", "tests_count": 1},
                {"id": "00000123", "purged": True, "suites": [{"id": "a"}], "text": "a\nb\n"},
            ],
        ),
        Section("testruns", [{"id": "1", "run_id": "3252341f", "test": {"id": "d2c4a1f0"}}]),
        Section("labels", []),
    ),
)


@pytest.mark.parametrize("chosen", STREAMED)
@pytest.mark.parametrize(
    ("name", "document"), [("sample", SAMPLE), ("hostile", HOSTILE), ("sections", SECTIONS)]
)
def test_the_bytes_are_those_of_the_golden_file(
    name: str, document: Document, chosen: Format
) -> None:
    """A change of a single byte is a change of the format."""
    golden = (GOLDEN / f"{name}.{chosen}").read_bytes()
    assert dumped(document, chosen) == golden
    assert loaded(golden, chosen) == in_memory(document)
