"""What others read in our exports: for each target a reader that shares no code with it.

Each gives the tests in the order of the file, as a mapping of fields of the snapshot to values; a
field that has no value in the file is not in it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from html import unescape as unescape_html
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from pyarrow import parquet
from sqlite_utils import Database

from support.readback_features import features
from support.readback_scripts import allure, kiwi
from support.readback_tables import (
    armless,
    as_read,
    csv_rows,
    without_apostrophe,
    without_appendix,
    xlsx_rows,
)
from support.readback_xml import (
    TESTRAIL_PRIORITIES,
    put_steps,
    testlink,
    testrail,
    testrail_xml,
    zephyr,
)

Found = list[dict[str, Any]]
Reader = Callable[[list[Path]], Found]


def plain(rows: Iterable[dict[str, str]], bare: Callable[[str], str]) -> Found:
    """The table for people."""
    found = []
    for row in rows:
        cells = {head: bare(cell) for head, cell in row.items()}
        one: dict[str, Any] = {
            "id": cells["ID"],
            "title": cells["Title"],
            "suite": cells["Suite"].split(" > "),
            "state": cells["State"],
            "priority": cells["Priority"],
            "assigned_to": cells["Owner"],
            "description": cells["Description"],
            **{name: cells[name.title()].split(", ") for name in ("tags", "labels", "issues")},
            **(json.loads(cells["Other fields"]) if cells["Other fields"] else {}),
        }
        if cells["Examples"]:
            one.update(params=cells["Examples"], examples=cells["Examples"])
        found.append(one)
    return found


def own_columns(rows: Iterable[dict[str, str]], bare: Callable[[str], str]) -> Found:
    """The service's own columns."""
    heads = "ID, Title, Status, Folder, Emoji, Priority, Tags, Owner, Description, Labels, Issues"
    found = []
    for row in rows:
        assert list(row) == heads.split(", ")
        assert row["Status"] in {"manual", "automated", ""}
        assert row["Folder"].startswith("/")
        assert row["Title"].strip()
        cells = {head: bare(cell) for head, cell in row.items()}
        one: dict[str, Any] = {
            "id": cells["ID"],
            "title": cells["Title"],
            "state": cells["Status"],
            "suite": cells["Folder"][1:].split("/"),
            "emoji": cells["Emoji"],
            "priority": cells["Priority"],
            "assigned_to": cells["Owner"],
            "description": cells["Description"]
            .partition("### Examples")[0]
            .partition("### Attachments")[0],
            **{name: cells[name.title()].split(", ") for name in ("tags", "labels", "issues")},
        }
        if "### Examples" in cells["Description"]:
            one.update(params="in the text", examples="in the text")
        if "### Attachments" in cells["Description"]:
            one["attachments"] = "in the text"
        if one["description"] != cells["Description"]:  # the gap above what was appended
            one["description"] = one["description"].removesuffix("\n\n")
        found.append(one)
    return found


def lines(path: Path) -> Found:
    """One object a line."""
    found = []
    for line in path.read_bytes().decode().split("\n")[:-1]:
        one = json.loads(line)
        fields = one["fields"]
        read = {**fields, "suite": one["suite"], "title": one["title"]}
        if "included" in fields:
            read["examples"] = as_texts(fields)
        found.append(read)
    return found


def groups(rows: Iterable[dict[str, str]], begins: Callable[[dict[str, str]], bool]) -> list[Any]:
    """Rows by test: one begins where `begins` says so."""
    found: list[list[dict[str, str]]] = []
    for row in rows:
        if begins(row):
            found.append([])
        found[-1].append(row)
    return found


def testrail_table(rows: list[dict[str, str]]) -> Found:
    """What the wizard does with "multiple rows": a title begins a case."""
    found = []
    for first, *more in groups(armless(rows), lambda row: bool(row["Title"])):
        steps = [(row["Steps (Step)"], row["Steps (Expected Result)"]) for row in (first, *more)]
        assert all(
            not cell or head.startswith("Steps (") for row in more for head, cell in row.items()
        )
        one = testrail(first["Title"], first["Section Hierarchy"].split(" > "), first)
        put_steps(one, first["Preconditions"], steps)
        found.append(one)
    return found


def xray(rows: list[dict[str, str]]) -> Found:
    """A row a step; the ID says of which test."""
    assert len({row["Test ID"] for row in rows}) <= 1000
    found = []
    last = ""
    for row in armless(rows):
        if row["Test ID"] != last:
            last = row["Test ID"]
            text, more = without_appendix(row["Description"])
            assert row["Test Type"] == "Manual"
            assert 0 < len(row["Summary"]) <= 255
            found.append(
                {
                    **more,
                    "title": row["Summary"],
                    "priority": {**TESTRAIL_PRIORITIES, "Highest": "critical"}[row["Priority"]],
                    "tags": row["Labels"].split(";"),
                    "assigned_to": row["Assignee"],
                    "suite": row["Test Repository Path"].split("/"),
                    "description": (text, []),
                }
            )
        step = row["Action"], row["Data"], row["Expected Result"]
        found[-1]["description"][1].extend([step] if any(step) else [])
    return found


def azure(rows: list[dict[str, str]]) -> Found:
    """A row for the case, then one a step."""
    found = []
    for head, *steps in groups(armless(rows), lambda row: row["Work Item Type"] == "Test Case"):
        assert [row["Test Step"] for row in steps] == [str(n + 1) for n in range(len(steps))]
        assert 0 < len(head["Title"]) <= 255
        pairs = [(row["Step Action"], row["Step Expected"]) for row in steps]
        text, more = without_appendix(pairs[0][0]) if pairs else ("", {})
        found.append(
            {
                **more,
                "title": head["Title"],
                "assigned_to": head["Assigned To"],
                "description": [(text, pairs[0][1]), *pairs[1:]] if pairs else [],
            }
        )
    return found


def qase(suites: list[dict[str, Any]], path: list[str]) -> Iterator[dict[str, Any]]:
    """The cases of these suites and of those in them."""
    for suite in suites:
        here = [*path, suite["title"]]
        yield from qase(suite["suites"], here)
        for case in suite["cases"]:
            text, more = without_appendix(case["description"])
            assert 0 < len(case["title"]) <= 255
            yield {
                **more,
                "title": case["title"],
                "suite": here,
                "priority": {"medium": "normal"}.get(case["priority"], case["priority"]),
                "state": case["automation"].replace("is-not-automated", "manual"),
                "tags": case["tags"],
                "description": (
                    text,
                    case["preconditions"],
                    [(one["action"], one["data"], one["expected_result"]) for one in case["steps"]],
                ),
            }


def of_html(text: str) -> str:
    """What HTML shows."""
    return unescape_html(text.replace("<br />", "\n"))


def testit(files: list[Path]) -> Found:
    """What Test IT's importer reads: main.json, then each case by its ID."""
    (main,) = [json.loads(path.read_bytes()) for path in files if path.name == "main.json"]
    paths: dict[str, list[str]] = {}

    def walk(sections: list[dict[str, Any]], above: list[str]) -> None:
        for section in sections:
            paths[section["id"]] = [*above, section["name"]]
            walk(section["sections"], paths[section["id"]])

    walk(main["sections"], [])
    places = {path.parent.name: path for path in files if path.name == "testcase.json"}
    assert set(places) == set(main["testCases"])
    found = []
    for identity in main["testCases"]:
        case = json.loads(places[identity].read_bytes())
        assert case["state"] in range(3)
        assert UUID(case["id"]) == UUID(identity)
        one = {
            "title": case["name"],
            "suite": paths[case["sectionId"]],
            "priority": ["", "low", "normal", "high", "critical"][case["priority"]],
            "tags": case["tags"],
            "description": (
                of_html(case["description"]),
                "".join(of_html(step["action"]) for step in case["preconditionSteps"]),
                [
                    tuple(of_html(step[name]) for name in ("action", "testData", "expected"))
                    for step in case["steps"]
                ],
            ),
        }
        if case["links"]:
            one["attachments"] = case["links"]
        if case["iterations"]:
            runs = [run["parameters"] for run in case["iterations"]]
            one["params"] = [each["name"] for each in runs[0]]
            one["examples"] = [[each["value"] for each in run] for run in runs]
        found.append(one)
    return found


def columns(path: Path) -> Found:
    """The rows of a Parquet file."""
    found = []
    for row in parquet.read_table(path).to_pylist():
        fields = json.loads(row["fields"])
        names = ("state", "priority", "assigned_to", "description")
        one = {**fields, **{name: row[name] for name in names if row[name]}}
        one.update(title=row["title"], suite=row["suite"], id=row["id"])
        if "included" in fields:
            one["examples"] = as_texts(fields)
        assert len(row["tags"]) == len(fields.get("tags", []))
        found.append(one)
    return found


def database(path: Path) -> Found:
    """The tables, as sqlite-utils sees them; every key leads somewhere."""
    db = Database(path)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert {key.other_table for key in db["steps"].foreign_keys} == {"tests"}
    suites = {row["number"]: row for row in db["suites"].rows}
    found = []
    for row in db["tests"].rows_where(order_by="number"):
        here, number = [], row["suite"]
        while number:
            here.insert(0, suites[number]["title"])
            number = suites[number]["parent"]
        fields = json.loads(row["fields"])
        plain_fields = ("id", "state", "priority", "assigned_to", "description")
        one = {**fields, **{name: row[name] for name in plain_fields if row[name]}}
        one.update(title=row["title"], suite=here)
        if "included" in fields:
            one["examples"] = as_texts(fields)
        tags = [each["tag"] for each in db["tags"].rows_where("test = ?", [row["number"]])]
        assert tags == fields.get("tags", [])
        found.append(one)
    db.close()
    return found


def as_texts(fields: dict[str, Any]) -> list[list[str]]:
    """The rows of parameters in a snapshot."""
    return [
        [each if isinstance(each, str) else str(each) for each in row["attributes"]["data"]]
        for row in fields["included"]
        if row["type"] == "example"
    ]


READERS: Final[dict[str, Reader]] = {
    "csv": lambda files: [
        one
        for path in files
        for one in plain(csv_rows(path, encoding="utf-8-sig"), without_apostrophe)
    ],
    "xlsx": lambda files: [one for path in files for one in plain(xlsx_rows(path), as_read)],
    "jsonl": lambda files: [one for path in files for one in lines(path)],
    "testomatio-csv": lambda files: [
        one for path in files for one in own_columns(csv_rows(path), without_apostrophe)
    ],
    "testomatio-xlsx": lambda files: [
        one for path in files for one in own_columns(xlsx_rows(path), as_read)
    ],
    "testrail-csv": lambda files: [one for path in files for one in testrail_table(csv_rows(path))],
    "testrail-xml": lambda files: [one for path in files for one in testrail_xml(path)],
    "testlink-xml": lambda files: [one for path in files for one in testlink(path)],
    "gherkin": features,
    "zephyr-scale": lambda files: [one for path in files for one in zephyr(path)],
    "testit": testit,
    "parquet": lambda files: [one for path in files for one in columns(path)],
    "sqlite": lambda files: [one for path in files for one in database(path)],
    "qase": lambda files: [
        one for path in files for one in qase(json.loads(path.read_bytes())["suites"], [])
    ],
    "xray": lambda files: [one for path in files for one in xray(csv_rows(path))],
    "allure-testops": allure,
    "kiwi-tcms": kiwi,
    "azure-devops": lambda files: [
        one for path in files for one in azure(csv_rows(path, encoding="utf-8-sig"))
    ],
}
