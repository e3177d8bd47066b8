"""A snapshot as files for another tool, with an account of what did not fit."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from crawler.errors import LocalError
from crawler.export.case import Case, Item, Items
from crawler.export.interface import Job, Output, Project, Target
from crawler.export.losses import Losses
from crawler.export.registry import target_called
from crawler.export.report import LossReport
from crawler.export.rules import Rules
from crawler.export.steps import StepsParser
from crawler.jobs.apart import check_apart
from crawler.jobs.export_map import read_map
from crawler.jobs.export_output import StreamOutput, is_part_of, put_in_place, settle
from crawler.snapshot.document import Document, Head
from crawler.snapshot.locate import located
from crawler.snapshot.store import open_for_replace

__all__ = ("Exported", "export", "report_path")

_LONGEST_REPORT: Final = 1 << 28  # bytes; a longer one is not asked for the parts of last time


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written; `report` is `None` for a stream."""

    head: Head
    target: str
    files: tuple[Path, ...]
    report: Path | None
    losses: Losses


def report_path(path: Path) -> Path:
    """Where the account of an export lies: beside it."""
    return path.with_name(f"{path.name}.loss.json")


def export(
    source: str,
    target: str,
    output: Path | BinaryIO,
    *,
    mapping: Path | None = None,
    stdin: BinaryIO | None = None,
) -> Exported:
    """Write the snapshot called `source` for another tool.

    `source` is a path, ``-`` for `stdin`, or ``REV:PATH`` of git. `output` is a path, beside which
    the account of losses is put, or a stream. `mapping` is a TOML file with the user's own words.

    Raises:
        ConfigError: if the mapping says something that means nothing.
        LocalError: if something cannot be read or written; what was at `output` is as it was.
        SnapshotError: if the original is no snapshot.
        UsageError: if there is no such target, or it needs more than one file for a stream.
    """
    chosen = target_called(target)
    rules = read_map(mapping) if mapping else Rules()
    if isinstance(output, Path):
        check_apart(output, (source,))
    with located(source, stdin=stdin) as document:
        if not isinstance(output, Path):
            return _to_stream(document, chosen, output, rules)
        return _to_files(document, chosen, output, rules)


def _to_files(document: Document, target: Target, path: Path, rules: Rules) -> Exported:
    place = report_path(path)
    old = _parts_of_last_time(path, place)
    with put_in_place(path, folder=not target.suffix) as (output, stack):
        stream = stack.enter_context(open_for_replace(place))
        report = LossReport(stream, target.name)
        report.begin(_project(document.head))
        losses = Losses(report.add)
        _write(document, target, output, losses, rules)
        files = tuple(output.places)
        report.end(losses, [each.name for each in files])
        settle(place, stream)
    for each in old - set(files):
        each.unlink(missing_ok=True)
    return Exported(document.head, target.name, files, place, losses)


def _to_stream(document: Document, target: Target, stream: BinaryIO, rules: Rules) -> Exported:
    losses = Losses()
    with tempfile.TemporaryDirectory() as folder:
        with closing(StreamOutput(Path(folder))) as output:
            _write(document, target, output, losses, rules)
        output.copy_to(stream)
    return Exported(document.head, target.name, (), None, losses)


def _write(
    document: Document, target: Target, output: Output, losses: Losses, rules: Rules
) -> None:
    counted = _Counted(Items(document, StepsParser(rules.headings), rules.drop))
    target.write(Job(_project(document.head), counted, output, losses, rules))
    told = losses.tests.items, losses.suites.items
    if told != (counted.tests, counted.suites):
        raise LocalError(
            f"The target {target.name} accounted for {told[0]} of {counted.tests} tests and"
            f" {told[1]} of {counted.suites} suites, so nothing was written.",
            hint="This is a bug of the target.",
        )


class _Counted:
    """Items that are counted as they are walked."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self.tests = self.suites = 0

    def __iter__(self) -> Iterator[Item]:
        self.tests = self.suites = 0
        for item in self._items:
            if isinstance(item, Case):
                self.tests += 1
            elif not item.made:
                self.suites += 1
            yield item


def _project(head: Head) -> Project:
    return Project(head.project_id, head.project_title, head.url)


def _parts_of_last_time(path: Path, report: Path) -> set[Path]:
    """Further parts that the last export to `path` wrote: nobody should import them with ours."""
    try:
        if report.stat().st_size > _LONGEST_REPORT:
            return set()
        names = json.loads(report.read_bytes())["files"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()
    names = names if isinstance(names, list) else []
    mine = (name for name in names if isinstance(name, str) and is_part_of(path, name))
    return {path.with_name(name) for name in mine}
