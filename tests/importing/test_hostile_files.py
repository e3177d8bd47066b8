"""A file that is damaged, or meant to do damage, ends with a sentence."""

import io
import sys
import zipfile
from pathlib import Path

import pytest
from support.imports import fields

from crawler.errors import LocalError, SnapshotError
from crawler.importing.registry import BUILT_IN, source_called
from crawler.importing.tree import Tree

SECTION = "<sections><section><name>{}</name></section></sections>"


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


DAMAGED = {
    "laughs": (
        "testrail-xml",
        '<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + SECTION.format("&b;"),
        "declares entities",
    ),
    "file": (
        "testrail-xml",
        '<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SECTION.format("&a;"),
        "declares entities",
    ),
    "outside": (
        "testlink-xml",
        '<!DOCTYPE s SYSTEM "file:///etc/passwd"><testsuite><details>&a;</details></testsuite>',
        "needs those of another file",
    ),
    "deep": ("testrail-xml", "<sections><section>" * 100_000, "deeper than 400 levels"),
    "deep fields": (
        "testlink-xml",
        f'<testsuite name="s">{"<x>" * 200}y{"</x>" * 200}</testsuite>',
        "nests over 100 levels",
    ),
    "encoding": ("testrail-xml", '<?xml version="1.0" encoding="xx"?><sections/>', "encoding"),
    "null": ("testrail-xml", b"<sections>\0</sections>", "not XML"),
    "other root": ("testrail-xml", "<html/>", "<html> at its top, not <sections> or <suite>"),
    "cut": ("testlink-xml", "<testsuite>", "not XML"),
    "no xml": ("testlink-xml", "", "not XML"),
    "deep json": ("qase", '{"suites": ' + "[" * 100_000, "nested too deeply"),
    "deep suites": (
        "qase",
        '{"suites": [' * 410 + "]}" * 410,
        "deeper than 400 levels",
    ),
    "deep value": (
        "qase",
        '{"suites": [{"title": "s", "x": ' + "[" * 300 + "1" + "]" * 300 + "}]}",
        "nests over 100 levels",
    ),
    "half": ("qase", '{"suites": [{"title": "\\ud800"}]}', "half of a character"),
    "cut json": ("qase", '{"suites": [', "not JSON"),
    "list": ("qase", "[]", "no 'suites'"),
    "number": ("qase", '{"suites": [1]}', "'suites' is no list of objects"),
    "no head": ("testrail-csv", "Foo,Bar\n1,2\n", "no column 'Title'"),
    "nothing": ("testomatio-csv", "", "is empty"),
    "quote": ("testrail-csv", 'Title\n"abc\n', "not CSV"),
    "latin": ("testomatio-csv", b"Title\ncaf\xe9\n", "not in UTF-8 .byte 9."),
    "untitled": ("testomatio-csv", "Title,Folder\n,/S\n", "row 2: the test has no title"),
    "unsummed": ("xray", "Summary,Labels\n,x\n", "row 2: the test has no summary"),
    "stepless": ("testrail-csv", "Title,Steps\n,x\n", "row 2: the case has no title"),
    "twice": ("testomatio-csv", "ID,Title\nC1,a\nC1,b\n", "Two tests have the ID 'C1'"),
    "zip": ("testomatio-xlsx", archive(a=b"b"), "not a spreadsheet"),
    "no zip": ("testomatio-xlsx", b"PK\3\4junk", "not a spreadsheet"),
    "zipped laughs": (
        "testomatio-xlsx",
        archive(workbook=b'<!DOCTYPE s [<!ENTITY a "ha">]><a/>'),
        "declares entities",
    ),
    "no feature": ("gherkin", "nonsense", "no feature file: .1:1.: expected"),
    "no language": ("gherkin", "# language: xx\nFeature: x", "Language not supported: xx"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_it_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    """Which says what is wrong with it."""
    tool, data, problem = DAMAGED[name]
    path = tmp_path / "file"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(SnapshotError, match=problem):
        fields(tool, path)


@pytest.mark.parametrize("tool", BUILT_IN)
def test_a_file_that_is_not_there_is_local_trouble(tool: str, tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(LocalError, match=r"Could not read .*none: No such file"):
        source_called(tool).read(tmp_path / "none", Tree())


def test_a_spreadsheet_that_would_grow_beyond_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it does."""
    monkeypatch.setattr("crawler.importing.tables._LARGEST", 1000)
    (tmp_path / "a").write_bytes(archive(a=b" " * 1001))
    with pytest.raises(SnapshotError, match="1,001 bytes when unpacked"):
        fields("testomatio-xlsx", tmp_path / "a")


@pytest.mark.parametrize(
    ("tool", "module", "extra"),
    [("testomatio-xlsx", "openpyxl", "xlsx"), ("gherkin", "gherkin.parser", "gherkin")],
)
def test_a_missing_extra_is_named(
    tool: str, module: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what installs it."""
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "a").write_bytes(archive(a=b"b"))
    with pytest.raises(LocalError, match=rf"pip install 'testomat-crawler\[{extra}\]'"):
        source_called(tool).read(tmp_path / "a", Tree())


def test_a_directory_without_features_is_refused(tmp_path: Path) -> None:
    """It was surely meant to be another."""
    with pytest.raises(SnapshotError, match=r"no file whose name ends in \.feature"):
        fields("gherkin", tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_of_every_office_are_read(encoding: str, separator: str, tmp_path: Path) -> None:
    """Marks of the byte order, line ends, cells of any length, separators."""
    text = 'Title|Folder\r\n"a\r\nb"|/S\r\n' + "x" * 1_000_000 + "|/S\r\n"
    (tmp_path / "a").write_bytes(text.replace("|", separator).encode(encoding))
    titles = [one["title"] for one in fields("testomatio-csv", tmp_path / "a")]
    assert titles == ["S", "a\r\nb", "x" * 1_000_000]
