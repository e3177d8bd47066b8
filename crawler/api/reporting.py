"""Pure: results as the Reporting API takes them, in batches.

A result is known to the server by its ``rid``: one that comes again replaces the former, and with
``overwrite`` counts as no retry. So a batch may be sent as often as it takes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crawler.sending import CaseResult

__all__ = ("RunAbout", "batches", "result_fields")

#: As the vendor's reporters keep to, in results and in bytes.
_MOST_RESULTS: Final = 100
_MOST_BYTES: Final = (1 << 20) - 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAbout:
    """What is said of a new run; `group` is the title of the group that it joins."""

    title: str
    environments: Sequence[str] = ()
    group: str | None = None

    def body(self) -> dict[str, Any]:
        """The request that opens it."""
        found: dict[str, Any] = {"title": self.title}
        if self.environments:
            found["env"] = ", ".join(self.environments)
        if self.group is not None:
            found["group_title"] = self.group
        return found


def result_fields(result: CaseResult, uid: str, *, create: bool) -> dict[str, Any]:
    """One result of the run `uid`; with `create` a test that the project lacks is made."""
    fields: dict[str, Any] = {
        "rid": f"{uid}-{result.key}",
        "title": result.title,
        "suite_title": result.suite,
        "status": result.status.value,
        "create": create,
        "overwrite": True,
    }
    told = {
        "test_id": result.test_id,
        "run_time": result.seconds,
        "message": result.message,
        "stack": result.stack,
        "file": result.file,
        "example": {str(number): value for number, value in enumerate(result.values)},
    }
    return fields | {name: value for name, value in told.items() if value not in (None, "", {})}


def batches(results: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The results in their order, as many at a time as one request holds."""
    batch: list[Mapping[str, Any]] = []
    size = 0
    for each in results:
        length = len(json.dumps(each)) + 2
        if batch and (len(batch) == _MOST_RESULTS or size + length > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += length
    if batch:
        yield batch
