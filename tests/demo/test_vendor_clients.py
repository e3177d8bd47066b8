"""Clients that others wrote do their usual job against the demo server.

They are looked for in the folders that `CHECK_TESTS`, `TESTOMATIO_REPORTER` and `PYTESTOMATIO`
name, as `.ci/run` installs them: ``npm install --prefix DIR --no-save --ignore-scripts
check-tests@0.21.0``, the same of ``@testomatio/reporter@2.17.0``, and a virtual environment with
``pytestomatio==2.13.0``. Nothing in this file reaches a network.
"""

import os
import re
import shutil
from pathlib import Path
from typing import Any, Final

import anyio
import pytest
from support.clock import FastClock
from support.crawling import Taken, take

from crawler.config.settings import Settings
from crawler.demo import PROJECT_TOKEN, SLUG, DemoServer, DemoTestrun, sample_world
from crawler.jobs.report_run import ReportOrder, RunAbout, report_run
from crawler.progress import NoProgress
from crawler.redaction import Secret

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

NODE: Final = shutil.which("node")
ROOT: Final = Path(__file__).parents[2]


def home(variable: str) -> Path:
    """Where a client is, or would be."""
    return Path(os.environ.get(variable, ROOT / ".cache" / variable.lower().replace("_", "-")))


CHECK_TESTS: Final = home("CHECK_TESTS") / "node_modules/check-tests/bin/check.js"
REPORTER: Final = home("TESTOMATIO_REPORTER") / "node_modules/@testomatio/reporter/lib/bin"
PYTESTOMATIO: Final = home("PYTESTOMATIO") / "bin/python"


def needs(path: Path, *, node: bool = True) -> pytest.MarkDecorator:
    """Skips where a client is not installed."""
    missing = not path.exists() or (node and NODE is None)
    return pytest.mark.skipif(missing, reason=f"{path.name} is not here; see the head of this file")


async def run(server: DemoServer, folder: Path, *command: str, code: int = 0, **env: str) -> str:
    """Run a client as a person would; what it printed."""
    (folder / "tmp").mkdir(exist_ok=True)
    inherited = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder / "tmp")}
    told = {"TESTOMATIO_URL": server.url, "TESTOMATIO": PROJECT_TOKEN, "CI": "true"}
    with anyio.fail_after(60):
        done = await anyio.run_process(
            command, check=False, cwd=folder, env={**inherited, **told, **env}
        )
    printed = (done.stdout + done.stderr).decode()
    assert done.returncode == code, printed
    return printed


def titles(taken: Taken) -> dict[str, dict[str, Any]]:
    """The tests of a snapshot by title."""
    return {node.fields["title"]: dict(node.fields) for node in taken.document.nodes}


def results(taken: Taken, run_title: str) -> list[dict[str, Any]]:
    """The results of the run of that title in a snapshot."""
    sections = {each.name: list(each.items) for each in taken.document.sections}
    (uid,) = [each["id"] for each in sections["runs"] if each.get("title") == run_title]
    return [dict(each) for each in sections["testruns"] if each["run_id"] == uid]


def stored(server: DemoServer) -> list[DemoTestrun]:
    """All results that the server has."""
    return list(server.world.project.extras.testruns.values())


@needs(CHECK_TESTS)
async def test_check_tests_pulls_pushes_and_writes_new_ids(tmp_path: Path) -> None:
    """An edit and a new test on a page are in the next crawl; over 100 tests go in chunks."""
    async with DemoServer(sample_world()) as server:
        await run(server, tmp_path, str(NODE), str(CHECK_TESTS), "pull", "-d", "pages", "--force")
        pages = tmp_path / "pages"
        page = next(iter(sorted(pages.rglob("*.test.md"))))
        text = page.read_text("utf-8")
        test_id = re.findall(r"^id: @T(\w+)$", text, re.MULTILINE)[0]
        edited = re.sub(r"(id: @T(?:.|\n)*?\n## .*\n)", r"\1\nEdited by hand.\n", text, count=1)
        page.write_text(f"{edited}\n<!-- test -->\n## Opens a new door\n\n* knock\n", "utf-8")
        push = await run(server, pages, str(NODE), str(CHECK_TESTS), "push")
        taken = await take(server, SLUG)
        loads = server.counts["/api/load"]
    found = titles(taken)
    assert "Chunked upload completed" in push
    assert loads == 3
    assert found["Opens a new door"]["description"] == "* knock"
    assert f"id: @T{found['Opens a new door']['id']}" in page.read_text("utf-8")
    (by_id,) = [each for each in found.values() if each["id"] == test_id]
    assert by_id["description"].startswith("Edited by hand.")
    assert taken.document.head.tests == 358


REPORT = """<testsuites><testsuite name="Till">
 <testcase name="Pays @TID" time="1.5"/>
 <testcase name="Gives change" time="2"><failure message="short">at till.py:1</failure>
  <system-out>one coin</system-out></testcase>
 <testcase name="Closes" time="0"><skipped/></testcase>
 <testcase name="Counts(3, coins)" time="0.25"><error>broken drawer
at till.py:2</error></testcase>
</testsuite><testsuite name="Door"><testcase name="Opens"/></testsuite></testsuites>
"""


@needs(REPORTER)
async def test_the_reporter_sends_a_report_in_junit_xml_as_we_do(tmp_path: Path) -> None:
    """The same results of the same tests; only it capitalises titles, and counts milliseconds."""
    path = tmp_path / "report.xml"
    async with DemoServer(sample_world()) as server:
        test = next(iter(server.world.project.tests.values()))
        path.write_text(REPORT.replace("ID", test.id))
        command = (str(NODE), str(REPORTER / "reportXml.js"), "report.xml")
        await run(server, tmp_path, *command, TESTOMATIO_TITLE="Theirs")
        order = ReportOrder(files=[path], about=RunAbout(title="Ours"), create=True)
        settings = Settings(url=server.url, project_token=Secret(PROJECT_TOKEN))
        await report_run(settings, order, progress=NoProgress(), clock=FastClock())
        taken = await take(server, SLUG, sections=("runs", "testruns"))
        stacks = {each.id: each.own.get("stack") or "" for each in stored(server)}
    theirs, ours = results(taken, "Theirs"), results(taken, "Ours")
    assert [each["status"] for each in ours] == ["passed", "failed", "skipped", "failed", "passed"]
    assert theirs[0]["test"]["id"] == ours[0]["test"]["id"] == test.id
    assert [told(each, stacks) for each in theirs] == [told(each, stacks) for each in ours]
    assert [each["run_time"] for each in ours] == [1500, 2000, 0, 250, 0]
    assert {"Gives Change", "Gives change"} <= set(titles(taken))


def told(result: dict[str, Any], stacks: dict[str, str]) -> tuple[Any, ...]:
    """What both say of a result; the order within the output is each one's own."""
    names = ("status", "message", "example")
    known = [result.get(name) or None for name in names]
    return (result["title"].casefold(), *known, sorted(stacks[result["id"]].split()))


SHOP = """
import pytest

class TestShop:
    def test_sells(self):
        assert True

    @pytest.mark.parametrize("number", [1, 2])
    def test_counts(self, number):
        assert number < 2

    @pytest.mark.skip(reason="not today")
    def test_rests(self):
        pass
"""
#: Its look at whether there is an internet would leave this machine, and wait for it.
OFFLINE = """
from pytestomatio.connect.connector import Connector
Connector._test_proxy_connection = lambda *_, **__: True
"""


@needs(PYTESTOMATIO, node=False)
async def test_pytestomatio_imports_tests_and_reports_their_results(tmp_path: Path) -> None:
    """IDs come into the source, results into a run, one for each set of parameters."""
    source = tmp_path / "test_shop.py"
    source.write_text(SHOP)
    (tmp_path / "conftest.py").write_text(OFFLINE)
    command = (str(PYTESTOMATIO), "-m", "pytest", "-q", "-p", "no:cacheprovider")
    async with DemoServer(sample_world()) as server:
        # It ends the session by itself, which pytest counts as an interruption.
        await run(server, tmp_path, *command, "--testomatio", "sync", "--create", code=2)
        ids = re.findall(r'testomatio\("@T(\w+)"\)', source.read_text())
        ended = await run(
            server, tmp_path, *command, "--testomatio", "report", code=1, TESTOMATIO_TITLE="Shop"
        )
        taken = await take(server, SLUG, sections=("runs", "testruns"))
    assert "1 failed, 2 passed, 1 skipped" in ended
    found = titles(taken)
    assert ids == [found[each]["id"] for each in ("Sells", "Counts ${number}", "Rests")]
    assert found["Sells"]["state"] == "automated"
    statuses = [(each["test"]["id"], each["status"]) for each in results(taken, "Shop")]
    assert statuses == [
        (ids[0], "passed"),
        (ids[1], "passed"),
        (ids[1], "failed"),
        (ids[2], "skipped"),
    ]
