"""The script of the README that loads the lines of `kiwi-tcms`, run against a stand-in."""

import json
import re
import sys
from itertools import count
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from support.exports import made, shop

from crawler.export.to_kiwi import JSONL

README = Path(__file__).parents[2] / "README.md"


class Table:
    """Rows of one kind; those that an installation begins with, and those that are created."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = [{"id": n, **row} for n, row in enumerate(rows, 1)]
        self.tags: list[tuple[int, str]] = []
        self._ids = count(100)

    def filter(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        return [row for row in self.rows if query.items() <= row.items()]

    def create(self, values: dict[str, Any]) -> dict[str, Any]:
        self.rows.append({"id": next(self._ids), **values})
        return self.rows[-1]

    def add_tag(self, case: int, tag: str) -> None:
        self.tags.append((case, tag))


def test_the_script_of_the_readme_creates_every_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With numbers for names; a category that is missing is made once."""
    done = made(JSONL, shop(), tmp_path)
    lines = [json.loads(line) for line in done.files[0].read_text("utf-8").splitlines()]
    rpc = SimpleNamespace(
        Product=Table({"name": lines[0]["product"]}),
        Category=Table({"name": "--default--", "product": 1}),
        Priority=Table(*({"value": f"P{n}"} for n in range(1, 6))),
        TestCaseStatus=Table({"name": "PROPOSED"}, {"name": "CONFIRMED"}),
        User=Table({"email": "anna@example.com"}),
        TestCase=Table(),
    )
    client = ModuleType("tcms_api")
    client.__dict__["TCMS"] = lambda: SimpleNamespace(exec=rpc)
    monkeypatch.setitem(sys.modules, "tcms_api", client)
    monkeypatch.setattr(sys, "argv", ["load.py", str(done.files[0])])
    (script,) = re.findall(r"```py\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    exec(compile(script, "load.py", "exec"), {})
    created = rpc.TestCase.rows
    assert [case["summary"] for case in created] == [line["summary"] for line in lines]
    categories = {row["id"]: row["name"] for row in rpc.Category.rows}
    assert [categories[case["category"]] for case in created] == [
        line["category"] for line in lines
    ]
    assert len(set(categories.values())) == len(categories)
    assert [f"P{case['priority']}" for case in created] == [line["priority"] for line in lines]
    assert {case["case_status"] for case in created} == {2}
    assert [case["default_tester"] for case in created][:2] == [1, ""]
    assert [tag for _, tag in rpc.TestCase.tags] == [tag for line in lines for tag in line["tags"]]
