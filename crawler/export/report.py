"""The account of an export as a JSON file, written while the export goes on.

``format``, ``target`` and ``project`` say of what it is. ``items`` has each suite and test that
lost something, with ``changed`` (field to what was changed) and ``no_place`` (fields that the
target cannot hold). ``fields`` sums up by kind, field and verdict; ``counts`` says how many suites
and tests were read, and that as many were accounted for; ``files`` names what was written.
"""

import json
from collections.abc import Sequence
from typing import Any, BinaryIO, Final

from crawler.export.interface import Project
from crawler.export.losses import ItemLoss, Losses, Tally, Verdict

__all__ = ("REPORT_FORMAT", "LossReport")

REPORT_FORMAT: Final = "testomat-export-loss/1"


class LossReport:
    """The report under way: `begin`, `add` for each loss, `end`."""

    def __init__(self, out: BinaryIO, target: str) -> None:
        self._out = out
        self._target = target
        self._first = True

    def begin(self, project: Project) -> None:
        """Say of what it is."""
        whose = {"id": project.id, "title": project.title, "url": project.url}
        head = {"format": REPORT_FORMAT, "target": self._target, "project": whose}
        self._write(f'{_dumped(head)[:-2]},\n  "items": [')

    def add(self, loss: ItemLoss) -> None:
        """One suite or test that lost something."""
        line = json.dumps(loss.mapping(), ensure_ascii=False)
        self._write(f"{'' if self._first else ','}\n    {line}")
        self._first = False

    def end(self, losses: Losses, files: Sequence[str]) -> None:
        """The sums."""
        kinds = {"tests": losses.tests, "suites": losses.suites}
        tail = {
            "fields": {kind: _fields(tally) for kind, tally in kinds.items()},
            "counts": {
                kind: {"exported": tally.items, "with_losses": tally.with_losses}
                for kind, tally in kinds.items()
            },
            "files": list(files),
        }
        self._write(f"{'' if self._first else chr(10) + '  '}],{_dumped(tail)[1:]}\n")

    def _write(self, text: str) -> None:
        self._out.write(text.encode("utf-8", "surrogatepass"))


def _fields(tally: Tally) -> dict[str, dict[str, int]]:
    return {
        name: {str(verdict): counts[verdict] for verdict in Verdict if counts[verdict]}
        for name, counts in sorted(tally.fields.items())
    }


def _dumped(mapping: dict[str, Any]) -> str:
    return json.dumps(mapping, indent=2, ensure_ascii=False)
