"""The vendor's description of v2 and what is served here, held against each other both ways.

The description and the two programs that read it are not part of this repository: the environment
tells where they are, `API_DESCRIPTION`, `SCHEMATHESIS` and `PRISM`; without them nothing is tested.
"""

import os
import socket
from collections.abc import Awaitable
from pathlib import Path

import anyio
import pytest

from crawler.api.client import Client, ClientOptions
from crawler.api.credentials import Credentials
from crawler.demo import PROJECT_TOKEN, DemoServer, sample_world
from crawler.errors import ServerError
from crawler.model import SuiteAnswer, TestRecord
from crawler.redaction import Secret

DESCRIPTION = os.environ.get("API_DESCRIPTION", "")
SCHEMATHESIS = os.environ.get("SCHEMATHESIS", "")
PRISM = os.environ.get("PRISM", "")

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not DESCRIPTION, reason="API_DESCRIPTION is not set"),
]

SERVED = (
    *("listSuites", "getSuite", "listTests", "getTest", "listRuns", "listTestruns", "listPlans"),
    *("listRungroups", "listSteps", "listLabels", "listMilestones"),
)
KNOWN = """
[parameters]
"path.project_id" = "demo-project"
[[operations]]
include-operation-id = "getSuite"
parameters = { "path.id" = "952010f5" }
[[operations]]
include-operation-id = "getTest"
parameters = { "path.id" = "6269b52b" }
"""
#: IDs that nobody knows, for the answers that say so.
UNKNOWN = KNOWN.partition("[[")[0]


@pytest.mark.skipif(not SCHEMATHESIS, reason="SCHEMATHESIS is not set")
@pytest.mark.parametrize("told", [KNOWN, UNKNOWN], ids=["known", "unknown"])
async def test_what_is_served_is_what_the_description_says(tmp_path: Path, told: str) -> None:
    """Whatever is asked for within its rules: statuses, types, and every value of every answer."""
    (tmp_path / "config.toml").write_text(told, "utf-8")
    async with DemoServer(sample_world()) as server:
        done = await anyio.run_process(
            [
                *(SCHEMATHESIS, "--config-file", str(tmp_path / "config.toml")),
                *("run", DESCRIPTION, "--url", server.url, "--no-color", "--seed", "1"),
                *(part for each in SERVED for part in ("--include-operation-id", each)),
                *("--header", f"Authorization: Bearer {PROJECT_TOKEN}", "--mode", "positive"),
                *("--phases", "examples,coverage,fuzzing", "--max-examples", "100"),
            ],
            check=False,
            cwd=tmp_path,
        )
    assert done.returncode == 0, done.stdout.decode()
    assert f"Tested: {len(SERVED)}".encode() in done.stdout


@pytest.mark.skipif(not PRISM, reason="PRISM is not set")
async def test_a_server_made_of_the_description_is_read() -> None:
    """Each named read gets a record or a plain error, never an answer that it takes for another."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [PRISM, "mock", DESCRIPTION, "--host", "127.0.0.1", "--port", str(port), "-d"]
    async with await anyio.open_process(command) as mock:
        try:
            await _listening(port)
            await _read_all(f"http://127.0.0.1:{port}")
        finally:
            mock.terminate()


async def _listening(port: int) -> None:
    with anyio.fail_after(60):
        while True:
            try:
                async with await anyio.connect_tcp("127.0.0.1", port):
                    return
            except OSError:
                await anyio.sleep(0.2)


async def _read_all(url: str) -> None:
    credentials = Credentials(project_token=Secret(PROJECT_TOKEN))
    options = ClientOptions(url=url, credentials=credentials, rate=1e9, attempts=1)
    read = 0
    async with Client(options) as client:
        source = client.flat_source("p")
        for _ in range(20):  # it makes up another answer each time
            assert (await source.project()).id == "p"
            for answer in (await source.suites_page(1)).answers:
                read += 1
                assert answer.record.resource.id
            for record in (await source.tests_page(1)).records:
                read += 1
                assert record.resource.id
            for single in (source.suite("a"), source.test("a")):
                # It does not know what it was asked for.
                assert await _refusal(single) in {"", "is not about"}
    assert read > 0


async def _refusal(single: Awaitable[SuiteAnswer | TestRecord | None]) -> str:
    """Why an answer was not taken, in the words that are known; empty if it was."""
    try:
        assert await single is not None
    except ServerError as error:
        known = "is not about"
        return known if known in str(error) else str(error)
    return ""
