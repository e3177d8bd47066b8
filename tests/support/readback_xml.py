"""What others read in exports as XML; see `support.readback`."""

from collections.abc import Iterator
from html import unescape as unescape_html
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from support.readback_tables import without_appendix

Found = list[dict[str, Any]]


TESTRAIL_PRIORITIES = {"Low": "low", "Medium": "normal", "High": "high", "Critical": "critical"}


def testrail(title: str, path: list[str], fields: dict[str, str]) -> dict[str, Any]:
    """The fields that both forms of TestRail have."""
    assert 0 < len(title) <= 250
    assert fields["Type"] in {"Other", "Automated"}
    return {
        "title": title,
        "suite": path,
        "state": {"Other": "manual", "Automated": "automated"}[fields["Type"]],
        "priority": TESTRAIL_PRIORITIES[fields["Priority"]],
        "issues": fields["References"].split(","),
    }


def put_steps(one: dict[str, Any], before: str, steps: list[tuple[str, str]]) -> None:
    """The description, as (text, conditions, steps); the first step may be all of it."""
    text, more = without_appendix(before)
    if not more and len(steps) == 1:
        step, more = without_appendix(steps[0][0])
        steps = [(step, steps[0][1])]
    one.update(more)
    one["description"] = (text, [(action, expected) for action, expected in steps])


def testrail_xml(path: Path) -> Found:
    """Sections within sections."""
    root = ET.parse(path).getroot()
    assert root.tag == "sections"
    return list(testrail_sections(root, []))


def testrail_sections(sections: Element, path: list[str]) -> Iterator[dict[str, Any]]:
    """The cases of these sections and of those in them, in the order of a snapshot."""
    for section in sections:
        assert section.tag == "section"
        assert {child.tag for child in section} <= {"name", "description", "cases", "sections"}
        here = [*path, str(section.findtext("name"))]
        for inner in section.findall("sections"):
            yield from testrail_sections(inner, here)
        for case in section.findall("cases/case"):
            fields = {tag.title(): case.findtext(tag) or "" for tag in ("type", "priority")}
            fields["References"] = case.findtext("references") or ""
            one = testrail(str(case.findtext("title")), here, fields)
            steps = [
                (step.findtext("content") or "", step.findtext("expected") or "")
                for step in case.findall("custom/steps_separated/step")
            ]
            numbers = [step.findtext("index") for step in case.iter("step")]
            assert numbers == [str(n + 1) for n in range(len(steps))]
            kind = "Test Case (Steps)" if steps else "Test Case (Text)"
            assert case.findtext("template") == kind
            text = case.findtext("custom/steps") or ""
            put_steps(one, case.findtext("custom/preconds") or "", steps or [(text, "")])
            yield one


def testlink(path: Path) -> Found:
    """Suites within suites."""
    root = ET.parse(path).getroot()
    assert root.tag == "testsuite"
    return list(testlink_cases(root, []))


def html_text(element: Element, tag: str) -> str:
    """The text of a field that holds HTML."""
    return unescape_html((element.findtext(tag) or "").replace("<br />", "\n"))


def testlink_cases(suite: Element, path: list[str]) -> Iterator[dict[str, Any]]:
    """The cases of this suite and of those in it."""
    for inner in suite.findall("testsuite"):
        assert 0 < len(inner.attrib["name"]) <= 100
        yield from testlink_cases(inner, [*path, inner.attrib["name"]])
    for case in suite.findall("testcase"):
        assert 0 < len(case.attrib["name"]) <= 100
        text, more = without_appendix(html_text(case, "summary"))
        steps = [
            (html_text(step, "actions"), html_text(step, "expectedresults"))
            for step in case.findall("steps/step")
        ]
        yield {
            **more,
            "title": case.attrib["name"],
            "suite": path,
            "state": {"1": "manual", "2": "automated"}[str(case.findtext("execution_type"))],
            "priority": {"1": "low", "2": "normal", "3": "high"}[str(case.findtext("importance"))],
            "tags": [each.attrib["name"] for each in case.findall("keywords/keyword")],
            "description": (text, html_text(case, "preconditions"), steps),
        }


def zephyr(path: Path) -> Found:
    """The cases of a project of Zephyr Scale."""
    root = ET.parse(path).getroot()
    folders = {each.attrib["fullPath"] for each in root.findall("folders/folder")}
    found = []
    for case in root.findall("testCases/testCase"):
        text, more = without_appendix(html_text(case, "objective"))
        one = {
            **more,
            "title": case.findtext("name"),
            "suite": str(case.findtext("folder")).split("/"),
            "priority": str(case.findtext("priority")).lower(),
            "tags": [each.text or "" for each in case.findall("labels/label")],
            "description": (
                text,
                html_text(case, "precondition"),
                [
                    tuple(
                        html_text(s, tag) for tag in ("description", "testData", "expectedResult")
                    )
                    for s in case.findall("testScript/steps/step")
                ],
            ),
        }
        assert case.findtext("folder") in folders
        assert 0 < len(str(one["title"])) <= 255
        if keys := [str(each.text) for each in case.findall("issues/issue/key")]:
            one["issues"] = keys
        found.append(one)
    return found
