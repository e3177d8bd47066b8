"""What others read in exports that go in by a script or a wizard; see `support.readback`."""

import json
import re
from pathlib import Path
from typing import Any, Final

from support.readback_tables import armless, csv_rows, without_appendix

Found = list[dict[str, Any]]

ALLURE_HEADS: Final = (
    *("allure_id", "name", "description", "precondition", "scenario", "expected_result"),
    *("tested_feature", "tested_story", "tags", "created_by", "supervised_by", "useful_links"),
    *("issue_tracker", "priority", "labels"),
)
KIWI_PRIORITIES: Final = {
    "P1": "critical",
    "P2": "high",
    "P3": "important",
    "P4": "normal",
    "P5": "low",
}


def allure(files: list[Path]) -> Found:
    """The rows of the generic CSV; in a scenario a tab makes a step a part of the one above."""
    found = []
    for row in [row for path in files for row in armless(csv_rows(path))]:
        assert tuple(row) == ALLURE_HEADS
        assert 0 < len(row["name"]) <= 255
        text, more = without_appendix(row["description"])
        steps: list[list[str]] = []
        for line in row["scenario"].split("\n") if row["scenario"] else ():
            if line.startswith("\t"):
                steps[-1].append(line[1:])
            else:
                steps.append([line])
        assert not any(line.startswith("\t") for step in steps for line in step)
        found.append(
            {
                **more,
                "title": row["name"],
                "suite": [row["tested_feature"], *filter(None, row["tested_story"].split(" / "))],
                "priority": row["priority"],
                "assigned_to": row["created_by"],
                **{name: row[name].split(", ") for name in ("tags", "labels")},
                "issues": row["issue_tracker"].split(", "),
                "description": (text, row["precondition"], steps, row["expected_result"]),
            }
        )
        if row["useful_links"]:
            found[-1]["attachments"] = row["useful_links"]
    return found


def kiwi(files: list[Path]) -> Found:
    """The values of `TestCase.create`, as long as its model allows."""
    found = []
    for line in [line for path in files for line in path.read_bytes().split(b"\n")[:-1]]:
        case = json.loads(line)
        assert 0 < len(case["summary"]) <= 255
        assert 0 < len(case["category"]) <= 255
        assert len(case["requirement"]) <= 255
        assert (case["case_status"], bool(case["product"])) == ("CONFIRMED", True)
        assert all(0 < len(tag) <= 255 for tag in case["tags"])
        assert re.search("[\0-\x08\x0b-\x1f]", line.decode()) is None
        text, more = without_appendix(case["text"])
        found.append(
            {
                **more,
                "title": case["summary"],
                "suite": case["category"].split(" / "),
                "priority": KIWI_PRIORITIES[case["priority"]],
                "state": "automated" if case["is_automated"] else "manual",
                "assigned_to": case["default_tester"],
                "code": case["script"],
                "issues": case["requirement"].split(", "),
                "tags": case["tags"],
                "labels": case["tags"],
                "description": text,
            }
        )
    return found
