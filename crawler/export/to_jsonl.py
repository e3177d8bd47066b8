"""`jsonl`: one JSON object a line and test, nothing lost, for `jq`, notebooks and loaders.

JSON Lines (jsonlines.org): UTF-8, a line feed after each line. An object has ``suite`` (the titles
that lead to the test), ``suite_ids``, ``steps`` and the other parts of the description where it
follows a convention, ``examples``, and under ``fields`` all that the snapshot has. Suites have no
lines of their own.
"""

import json
from dataclasses import asdict
from typing import Any, Final

from crawler.export.case import Case, Suite
from crawler.export.interface import Job
from crawler.export.losses import AsIs, fields_of
from crawler.export.shown import ShownSuites

__all__ = ("JSONL",)


class _JsonLines:
    name: Final = "jsonl"
    about: Final = "one JSON object a line and test"
    suffix: Final = ".jsonl"

    def write(self, job: Job) -> None:
        """Write all items; see `Target`."""
        out = job.output.part()
        shown = ShownSuites(job.losses, lambda _: {"id": AsIs, "title": AsIs})
        for item in job.items:
            shown.meet(item)
            if isinstance(item, Suite):
                continue
            line = json.dumps(_object(item), ensure_ascii=False)
            out.write(f"{line}\n".encode("utf-8", "surrogatepass"))
            job.losses.settle(item, dict.fromkeys(fields_of(item), AsIs))
        shown.end()


def _object(case: Case) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": case.id,
        "title": case.title,
        "suite": list(case.path),
        "suite_ids": [suite.id for suite in case.suites],
    }
    parsed = case.parsed
    if parsed.steps or parsed.preconditions or parsed.postconditions:
        found.update({name: value for name, value in asdict(parsed).items() if value})
    if case.examples:
        found["examples"] = [
            dict(zip(case.examples.names, row, strict=True)) for row in case.examples.rows
        ]
    found["fields"] = dict(case.fields)
    return found


JSONL: Final = _JsonLines()
