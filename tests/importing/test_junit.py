"""JUnit XML as test runners write it, and as attackers do."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from crawler.errors import LocalError, SnapshotError
from crawler.importing.junit import read_results
from crawler.sending import CaseResult, CaseStatus

TWO_SUITES = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="all" tests="7">
 <testsuite name="Checkout" file="checkout.spec.ts">
  <properties><property name="ID" value="@Tffffffff"/></properties>
  <testcase classname="Pay" name="Pays by card @Taaaaaaaa" time="1,201.25"/>
  <testcase classname="Pay" name="Pays twice" time="0.5" file="twice.ts">
   <failure message="expected 200" type="AssertionError"><![CDATA[at pay.ts:12
<&> at pay.ts:13]]></failure>
   <system-out>a line</system-out><system-err>an error</system-err>
  </testcase>
  <testcase name="Breaks"><error>boom
 at x</error></testcase>
  <testsuite name="">
   <testcase name="Rests(admin, 2)" time="-1"><skipped message="not today"/></testcase>
  </testsuite>
  <testcase name="Rests too" status="notrun" time="NaN"/>
  <system-out>what the suite printed</system-out>
 </testsuite>
 <testsuite name="pytest">
  <testcase classname="tests.test_login.TestLogin" name="test_in[1]">
   <properties><property name="ID" value="T12345678"/></properties>
  </testcase>
  <testcase classname="tests.test_login.TestLogin" name="test_out()">
   <system-out>see tid://login/@Tbbbbbbbb</system-out>
  </testcase>
 </testsuite>
</testsuites>
"""


def read(path: Path, text: str | bytes) -> list[CaseResult]:
    """The results in a file with this content."""
    place = path / "report.xml"
    place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_results(place))


def test_several_suites_with_all_kinds_of_results(tmp_path: Path) -> None:
    """Names, IDs, times, messages and outputs; what a suite printed goes with what failed in it."""
    found = {each.title: each for each in read(tmp_path, TWO_SUITES)}
    assert {title: each.status.value for title, each in found.items()} == {
        "Pays by card @Taaaaaaaa": "passed",
        "Pays twice": "failed",
        "Breaks": "failed",
        "Rests": "skipped",
        "Rests too": "skipped",
        "test_in[1]": "passed",
        "test_out": "passed",
    }
    ids = [each.test_id for each in found.values() if each.test_id]
    assert ids == ["aaaaaaaa", "12345678", "bbbbbbbb"]
    twice = found["Pays twice"]
    assert (twice.suite, twice.file, twice.seconds) == ("Checkout", "twice.ts", 0.5)
    assert twice.message == "expected 200"
    assert twice.stack == (
        "at pay.ts:12\n<&> at pay.ts:13\n\na line\n\nan error\n\nwhat the suite printed"
    )
    assert (found["Breaks"].message, found["Breaks"].file) == ("boom", "checkout.spec.ts")
    assert (found["Rests"].message, found["Rests"].values) == ("not today", ("admin", "2"))
    assert [each.seconds for each in found.values()].count(None) == 5
    assert found["Pays by card @Taaaaaaaa"].seconds == 1201.25
    assert found["Pays by card @Taaaaaaaa"].stack == ""
    assert found["test_in[1]"].suite == "tests.test_login.TestLogin"


def test_each_result_has_a_key_of_its_own_that_stays(tmp_path: Path) -> None:
    """Also of cases that are alike: they are two results."""
    alike = '<testsuite name="S"><testcase name="a"/><testcase name="a"/></testsuite>'
    first = [each.key for each in read(tmp_path, alike)]
    assert len(set(first)) == 2
    assert [each.key for each in read(tmp_path, alike)] == first


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
NAME = TEXT.filter(lambda text: text.strip() == text and "(" not in text and text != "")
CASE = st.tuples(NAME, st.sampled_from(CaseStatus), TEXT, TEXT, st.floats(0, 1e6))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
# The writer puts suites of one name together.
@given(
    suites=st.lists(
        st.tuples(NAME, st.lists(CASE, max_size=3)), max_size=3, unique_by=lambda suite: suite[0]
    )
)
def test_what_another_program_writes_is_read_back(
    tmp_path: Path, suites: list[tuple[str, list[tuple[str, CaseStatus, str, str, float]]]]
) -> None:
    """Every case with its name, suite, status, message and time."""
    report, expected = JUnitXml(), []
    for name, cases in suites:
        suite = TestSuite(name)
        for title, status, message, text, seconds in cases:
            case = TestCase(title, time=seconds)
            kind = {CaseStatus.FAILED: Failure, CaseStatus.SKIPPED: Skipped}.get(status)
            if kind:
                result = kind(message)
                result.text = text
                case.result = [result]
            suite.add_testcase(case)
            expected.append((title, name, status, round(seconds, 3)))
        report.add_testsuite(suite)
    report.write(str(tmp_path / "report.xml"))
    found = list(read_results(tmp_path / "report.xml"))
    told = [(each.title, each.suite, each.status, round(each.seconds or 0, 3)) for each in found]
    assert told == expected


def test_an_error_counts_as_a_failure(tmp_path: Path) -> None:
    """As every reporter has it."""
    case = TestCase("a")
    case.result = [Error("boom", "ValueError")]
    suite = TestSuite("S")
    suite.add_testcase(case)
    report = JUnitXml()
    report.add_testsuite(suite)
    report.write(str(tmp_path / "report.xml"))
    (found,) = read_results(tmp_path / "report.xml")
    assert (found.status, found.message) == (CaseStatus.FAILED, "boom")


BOMB = (
    '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<testsuite><testcase name='&b;'/></testsuite>"
)
OUTSIDE = (
    '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    "<testsuite><testcase name='x'>&a;</testcase></testsuite>"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "declares entities"),
        (OUTSIDE, "declares entities"),
        ("<testsuite>" * 500, "nested deeper"),
        ("<html><body/></html>", "<html> at its top"),
        ("{}", "not XML"),
        ("", "not XML"),
        (b"\xff\xfe\x00", "not XML"),
        ("<testsuite><testcase name='a'/>", "not XML"),
        ('<?xml version="1.0" encoding="klingon"?><testsuite/>', "encoding"),
        ("<testsuite>&undefined;</testsuite>", "not XML"),
    ],
)
def test_what_is_no_report_or_a_trap_is_refused(
    tmp_path: Path, text: str | bytes, words: str
) -> None:
    """In one sentence, with the file's name."""
    with pytest.raises(SnapshotError, match=rf"report\.xml.*{words}"):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Of this machine, so exit code 6."""
    with pytest.raises(LocalError, match=r"none\.xml"):
        list(read_results(tmp_path / "none.xml"))


def test_reports_in_other_encodings_and_with_prefixes_are_read(tmp_path: Path) -> None:
    """UTF-16 and a namespace."""
    text = '<?xml version="1.0"?><j:testsuite xmlns:j="urn:j" name="Tür"><j:testcase name="ä"/>'
    (found,) = read(tmp_path, f"{text}</j:testsuite>".encode("utf-16"))
    assert (found.suite, found.title) == ("Tür", "ä")


def test_a_huge_report_takes_little_memory(tmp_path: Path) -> None:
    """Long outputs are cut as they are read, and long names too."""
    place = tmp_path / "report.xml"
    with place.open("w") as out:
        out.write("<testsuites>")
        for number in range(40):
            out.write(f'<testsuite name="S{number}"><testcase name="{"n" * 20_000}"><failure>')
            out.writelines("x" * 99 + "\n" for _ in range(5_000))
            out.write("</failure></testcase></testsuite>")
        out.write("</testsuites>")
    assert place.stat().st_size > 20_000_000
    tracemalloc.start()
    lengths = {(len(each.title), len(each.stack)) for each in read_results(place)}
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert lengths == {(1_000, 9_999)}
    assert peak < 4_000_000
