"""Pure: the requests of an import, each of at most 100 tests, 100 pages and 1 MiB.

The limits are those of the vendor's importer. A page whose tests do not fit into one request goes
along with each of them as it is, since the server finds a test on its page by the line.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crawler.errors import UsageError
from crawler.redaction import printable
from crawler.sending import ImportPage

__all__ = ("ImportOptions", "chunks", "requests_of")

_MOST_TESTS: Final = 100
_MOST_PAGES: Final = 100
_MOST_BYTES: Final = 1 << 20
#: Bytes for all but tests and pages, and for what parts them.
_ENVELOPE: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What an import does beyond bringing tests up to date.

    `create` takes tests whose IDs the project does not have; `structure` moves tests to where the
    pages have them.
    """

    create: bool = False
    structure: bool = False

    def body(self) -> dict[str, Any]:
        """What every request says: wait till it is done, and take away nothing."""
        return {
            "framework": "manual",
            "sync": True,
            "create": self.create,
            "structure": self.structure,
            "noempty": False,
            "no-detach": True,
            "no-cleanup": True,
        }


@dataclass(slots=True)
class _Chunk:
    tests: list[Mapping[str, Any]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    size: int = _ENVELOPE


def chunks(pages: Iterable[ImportPage]) -> Iterator[dict[str, Any]]:
    """Tests and pages of each request, in order.

    Raises `UsageError` if one test with its page is larger than a request.
    """
    chunk = _Chunk()
    for page in pages:
        page_size = _size(page.name) + _size(page.text)
        for test in page.tests:
            size = _size(test)
            if page_size + size + _ENVELOPE > _MOST_BYTES:
                raise UsageError(
                    f"The page {printable(page.name)} is too large: with a test of it a request has"
                    f" more than {_MOST_BYTES:,} bytes.",
                    hint="Divide it into several pages.",
                )
            more = size + (0 if page.name in chunk.files else page_size)
            if chunk.tests and (len(chunk.tests) == _MOST_TESTS or chunk.size + more > _MOST_BYTES):
                yield {"tests": chunk.tests, "files": chunk.files}
                chunk = _Chunk()
                more = size + page_size
            chunk.tests.append(test)
            chunk.files[page.name] = page.text
            chunk.size += more
        if len(chunk.files) == _MOST_PAGES:
            yield {"tests": chunk.tests, "files": chunk.files}
            chunk = _Chunk()
    if chunk.tests:
        yield {"tests": chunk.tests, "files": chunk.files}


def _size(value: Any) -> int:
    """Its bytes in a request, with the comma after it."""
    return len(json.dumps(value)) + 2


def requests_of(
    pages: Iterable[ImportPage], options: ImportOptions
) -> Iterator[tuple[dict[str, Any], bool]]:
    """(body, whether more follow) of each request; those of one alone do not speak of chunks.

    The sender adds the ``import_id`` that the answer to the first one tells.
    """
    found = chunks(pages)
    common = options.body()
    chunk = next(found, None)
    alone = True
    while chunk is not None:
        following = next(found, None)
        alone = alone and following is None
        parts = {} if alone else {"chunk_upload": True, "finish": following is None}
        yield {**common, **parts, **chunk}, following is not None
        chunk = following
