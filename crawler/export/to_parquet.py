"""`parquet`: columns for pandas, Polars, DuckDB and the like; one row a test.

Apache Parquet, written by pyarrow in groups of 10,000 rows. The columns are those of people's
questions (lists of words are lists, steps are lists of structs); ``fields`` holds all that the
snapshot has, as JSON.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from crawler.errors import LocalError
from crawler.export.case import Case, Item
from crawler.export.interface import Job
from crawler.export.losses import AsIs, fields_of
from crawler.export.shown import ShownSuites

__all__ = ("PARQUET",)

_ROWS: Final = 10_000


class _Parquet:
    name: Final = "parquet"
    about: Final = "columns for pandas, Polars, DuckDB"
    suffix: Final = ".parquet"

    def write(self, job: Job) -> None:
        """Write all items; see `Target`.

        Raises:
            LocalError: if pyarrow is not installed.
        """
        pyarrow, parquet = _modules()
        schema = _schema(pyarrow)
        rows = self._rows(job)
        with parquet.ParquetWriter(job.output.part(), schema, compression="zstd") as writer:
            while group := list(islice(rows, _ROWS)):
                writer.write_table(pyarrow.Table.from_pylist(group, schema))

    def _rows(self, job: Job) -> Iterator[dict[str, Any]]:
        shown = ShownSuites(job.losses, lambda _: {"id": AsIs, "title": AsIs})
        for item in job.items:
            shown.meet(item)
            if isinstance(item, Case):
                yield _row(item)
                job.losses.settle(item, _kept(item))
        shown.end()


def _modules() -> tuple[Any, Any]:
    try:
        import pyarrow  # noqa: ICN001, PLC0415  an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise LocalError(
            "Parquet needs the package pyarrow, which is not installed.",
            hint="Install it with: pip install 'testomat-crawler[parquet]'",
        ) from error
    return pyarrow, parquet


def _schema(arrow: Any) -> Any:
    text = arrow.string()
    texts = arrow.list_(text)
    step = arrow.struct([(name, text) for name in ("action", "data", "expected")])
    return arrow.schema(
        [
            *((name, text) for name in ("id", "title", "state", "priority", "assigned_to")),
            *((name, texts) for name in ("suite", "suite_ids", "tags", "labels", "issues")),
            *((name, text) for name in ("description", "preconditions", "postconditions")),
            ("steps", arrow.list_(step)),
            ("expected", text),
            ("fields", text),
        ]
    )


def _row(case: Case) -> dict[str, Any]:
    parsed = case.parsed
    texts = ("id", "title", "state", "priority", "assigned_to", "description")
    steps = [{"action": s.action, "data": s.data, "expected": s.expected} for s in parsed.steps]
    return {
        **{name: case.text(name) for name in texts},
        **{name: list(case.words(name)) for name in ("tags", "labels", "issues")},
        "suite": list(case.path),
        "suite_ids": [suite.id for suite in case.suites],
        "preconditions": parsed.preconditions,
        "postconditions": parsed.postconditions,
        "steps": steps,
        "expected": parsed.expected,
        "fields": json.dumps(dict(case.fields), ensure_ascii=False),
    }


def _kept(item: Item) -> dict[str, str]:
    return dict.fromkeys(fields_of(item), AsIs)


PARQUET: Final = _Parquet()
