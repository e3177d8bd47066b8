"""Files as other tools write them, not only as our exports do."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from support.imports import fields, imported

from crawler.errors import UsageError
from crawler.importing.registry import BUILT_IN, source_called


@pytest.fixture
def put(tmp_path: Path):
    """Writes a file of a name."""

    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return put


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_tool_says_what_it_is(name: str) -> None:
    """For the list of tools."""
    assert source_called(name).name == name
    assert source_called(name).about


def test_a_slip_in_the_name_of_a_tool_is_met_with_the_nearest() -> None:
    """Or with all there are."""
    with pytest.raises(UsageError, match="Did you mean 'testrail-xml'"):
        source_called("testrail-xm")
    with pytest.raises(UsageError, match="There are: testomatio-csv, "):
        source_called("?")


def test_unknown_columns_are_kept(put) -> None:
    """By the head of the column, whatever its name; one without gets a number."""
    path = put("a.csv", "Estimate,Title,Title,,Folder\n5m,A,again,x,/S/T,more\n")
    *_, test = fields("testomatio-csv", path)
    assert test == {
        "title": "A",
        "imported": {
            "Estimate": "5m",
            "Title column 3": "again",
            "column 4": "x",
            "column 6": "more",
        },
    }


def test_a_test_without_a_suite_gets_one(put) -> None:
    """Every test of a snapshot stands in one."""
    suite, test = fields("testomatio-csv", put("a.csv", "Title\nA\n"))
    assert (suite, test) == ({"title": "Tests"}, {"title": "A"})


def test_made_ids_follow_from_the_titles(put) -> None:
    """So reading again gives the same, and items that are alike are told apart."""
    path = put("a.csv", "Title,Folder\nA,/S\nA,/S\nA,/T\n")
    first, again = ([item.id for item in imported("testomatio-csv", [path])] for _ in range(2))
    assert first == again
    assert len(set(first)) == len(first) == 5


def test_an_apostrophe_before_a_formula_goes_and_another_stays(put) -> None:
    """As the exports put them there."""
    found = fields("testomatio-csv", put("a.csv", "Title\n'=1\n''-x\n'quoted'\n"))
    assert [one["title"] for one in found[1:]] == ["=1", "'-x", "'quoted'"]


def test_testrail_has_a_row_for_each_step(put) -> None:
    """A further row adds to the case above; a type that we do not have is kept."""
    path = put(
        "a.csv",
        "ID,Title,Section Hierarchy,Type,Priority,References,Estimate,Steps (Step),"
        "Steps (Expected Result),Preconditions\n"
        'C7,Pays,Shop > Cart,Functional,Medium,"A-1, A-2",5m,Open,It opens,Money\n'
        ",,,,,,,Pay,,\n",
    )
    *_, test = fields("testrail-csv", path)
    assert test == {
        "id": "C7",
        "title": "Pays",
        "state": "manual",
        "priority": "normal",
        "issues": ["A-1", "A-2"],
        "description": "### Preconditions\n\nMoney\n\n### Steps\n\n* Open  \n"
        "  *Expected result*: It opens\n* Pay",
        "imported": {"Type": "Functional", "Estimate": "5m"},
    }


def test_testrail_exports_a_suite_with_ids(put) -> None:
    """With fields of the customer's own, of cases and of steps."""
    path = put(
        "a.xml",
        "<?xml version='1.0'?><suite><id>S1</id><name>Master</name><sections><section>"
        "<id>G2</id><name>Cart</name><note>n</note><cases><case><id>C3</id><title>Pays</title>"
        "<template>Test Case (Steps)</template><type>Smoke</type><priority>Critical</priority>"
        "<estimate>1h</estimate><references/><custom><mobile><id>2</id><value>iOS</value></mobile>"
        "<steps_separated><step><index>1</index><content>Pay</content><expected>Paid</expected>"
        "<refs>A-1</refs></step></steps_separated></custom></case></cases></section></sections>"
        "</suite>",
    )
    assert fields("testrail-xml", path) == [
        {"id": "S1", "title": "Master"},
        {"id": "G2", "title": "Cart", "imported": {"note": "n"}},
        {
            "id": "C3",
            "title": "Pays",
            "state": "manual",
            "priority": "critical",
            "description": "### Steps\n\n* Pay  \n  *Expected result*: Paid",
            "imported": {
                "estimate": "1h",
                "mobile": {"id": "2", "value": "iOS"},
                "steps": [{"refs": "A-1"}],
                "type": "Smoke",
            },
        },
    ]


def test_testrail_text_may_have_a_result_of_its_own(put) -> None:
    """Of the template with one field for all steps."""
    path = put(
        "a.xml",
        "<sections><section><name>S</name><cases><case><title>T</title><custom>"
        "<steps>Do</steps><expected>Done</expected></custom></case></cases></section></sections>",
    )
    assert fields("testrail-xml", path)[1]["description"] == (
        "### Steps\n\n* Do  \n  *Expected result*: Done"
    )


def test_testlink_keeps_texts_as_html(put) -> None:
    """Which become Markdown; what Markdown has no sign for stays."""
    path = put(
        "a.xml",
        '<testsuite id="9" name="Shop"><node_order>1</node_order><details><![CDATA[<p>All</p>]]>'
        '</details><testcase internalid="5" name="Pays"><node_order>0</node_order>'
        "<externalid>12</externalid><summary><![CDATA[<p>By <strong>card</strong> &amp; "
        "<u>cash</u></p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>]]></summary>"
        "<execution_type>1</execution_type><importance>3</importance><steps><step>"
        "<step_number>1</step_number><actions><![CDATA[<p>Pay<br />now</p>]]></actions>"
        "<expectedresults>Paid</expectedresults><execution_type>1</execution_type></step></steps>"
        '<keywords><keyword name="smoke"><notes>n</notes></keyword></keywords>'
        "</testcase></testsuite>",
    )
    assert fields("testlink-xml", path) == [
        {"id": "9", "title": "Shop", "description": "All"},
        {
            "id": "5",
            "title": "Pays",
            "state": "manual",
            "priority": "high",
            "tags": ["smoke"],
            "description": "By **card** & <u>cash</u>\n\n* one\n* two\n\n### Steps\n\n"
            "* Pay\n  now  \n  *Expected result*: Paid",
            "imported": {"externalid": "12", "keywords": [{"notes": "n"}]},
        },
    ]


def test_qase_has_more_than_we_have_a_field_for(put) -> None:
    """What was chosen is kept, what was not says nothing."""
    path = put(
        "a.json",
        '{"suites": [{"id": 1, "title": "S", "suites": [], "preconditions": "p", "cases": [{'
        '"id": 2, "title": "T", "severity": "major", "type": "other", "tags": ["a", 1],'
        ' "automation": "to-be-automated", "postconditions": "Clean",'
        ' "custom_fields": [{"v": 123456789012345678901}], "steps": [{"action": "Do",'
        ' "data": "d", "expected_result": "r", "steps": [{"action": "in"}]}]}]}]}',
    )
    assert fields("qase", path) == [
        {"id": "1", "title": "S", "imported": {"preconditions": "p"}},
        {
            "id": "2",
            "title": "T",
            "tags": ["a"],
            "description": "### Steps\n\n| Steps | Data | Expected result |\n| --- | --- | --- |\n"
            "| Do | d | r |\n\n### Postconditions\n\nClean",
            "imported": {
                "automation": "to-be-automated",
                "custom_fields": [{"v": "123456789012345678901"}],
                "severity": "major",
                "steps": [{"steps": [{"action": "in"}]}],
                "tags": ["a", 1],
            },
        },
    ]


def test_xray_may_have_no_ids(put) -> None:
    """Then a summary begins a test."""
    path = put(
        "a.csv",
        "Summary;Test Type;Labels;Action;Data;Expected Result\n"
        "A;Manual;x y;Do;;Done\n;;;Do more;;\nB;Generic;;;;\n",
    )
    assert fields("xray", path)[1:] == [
        {
            "title": "A",
            "tags": ["x y"],
            "description": "### Steps\n\n* Do  \n  *Expected result*: Done\n* Do more",
        },
        {"title": "B", "imported": {"Test Type": "Generic"}},
    ]


FEATURE = """# written by hand
@S00000001 @shop
Feature: Cart
  All of it.

  Background:
    Given a shop

  Rule: Money
    @T00000002 @fast
    Scenario Outline: Pays <sum>
      When I pay
        | coin | <sum> |
      Then it is paid
      @small
      Examples: few
        | sum |
        | 1   |
      Examples:
        | sum | way |
        | 2   | x   |
"""


def test_features_are_read_as_people_write_them(put) -> None:
    """With keywords, backgrounds, rules, tables and several examples."""
    assert fields("gherkin", put("a.feature", FEATURE)) == [
        {
            "id": "00000001",
            "title": "Cart",
            "description": "All of it.",
            "tags": ["shop"],
            "imported": {"comments": ["# written by hand"]},
        },
        {"title": "Money"},
        {
            "id": "00000002",
            "title": "Pays ${sum}",
            "description": "### Preconditions\n\n* Given a shop\n\n### Steps\n\n* When I pay\n\n"
            "  | coin | ${sum} |\n  | --- | --- |\n* Then it is paid",
            "params": ["sum"],
            "tags": ["fast"],
            "imported": {
                "examples": [
                    {"name": "few", "tags": ["@small"], "rows": 1},
                    {"table": [["sum", "way"], ["2", "x"]]},
                ]
            },
            "included": [{"id": "1", "type": "example", "attributes": {"data": ["1"]}}],
        },
    ]


def test_a_directory_of_features_is_a_tree(put, tmp_path: Path) -> None:
    """A folder and the file of its name are one suite; other files are none of ours."""
    put("f/Shop/Cart.feature", "Feature: The cart\n  Scenario: a\n    * b\n")
    put("f/Shop.feature", "Feature: The shop\n  Scenario: c\n    * d\n    Then e\n")
    put("f/README.md", "x")
    found = fields("gherkin", tmp_path / "f")
    assert [one["title"] for one in found] == ["The shop", "The cart", "a", "c"]
    assert found[-1]["description"] == "### Steps\n\n* d  \n  *Expected result*: e"


def test_cells_of_a_spreadsheet_may_be_no_text(tmp_path: Path) -> None:
    """The suffix of the file says nothing, a formula is what it says."""
    book = Workbook()
    book.active.append(["Title", "Folder", "Number", "Formula"])
    book.active.append(["A", "/S", 5, "=1+1"])
    book.save(tmp_path / "a")
    assert fields("testomatio-xlsx", tmp_path / "a")[1] == {
        "title": "A",
        "imported": {"Number": "5", "Formula": "=1+1"},
    }
