"""The real command as a process, against a demo server over real HTTP."""

import json
import os
import signal
import ssl
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
import trustme
from anyio.abc import Process
from support.processes import Ended, call, command, environment, left_behind
from support.projects import small_project
from support.servers import answering, refusing
from support.truths import assert_is_truth

from crawler.config.settings import DEFAULTS
from crawler.demo import (
    PROJECT_TOKEN,
    SLUG,
    DemoProject,
    DemoServer,
    FaultKind,
    FaultPlan,
    demo_account,
    sample_project,
    world_of,
)
from crawler.demo import World as DemoWorld
from crawler.snapshot.reading import read

pytestmark = pytest.mark.anyio

FAST = ("--rate", "1000")
#: Seconds in which a person should know that something cannot work, Python's start included.
SOON = 20.0
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="there signals are something else")


@pytest.fixture(autouse=True)
def own_temporary_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process leaves in its temporary folder shows as well."""
    folder = home / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)


@pytest.fixture
async def server() -> AsyncIterator[DemoServer]:
    """The sample project, served."""
    async with DemoServer(world_of(sample_project())) as server:
        yield server


async def test_the_demo_shows_everything_at_once(home: Path) -> None:
    """The README's first command: a snapshot, a picture of it, and what to try next."""
    ended = await call("demo", *FAST)
    assert ended.code == 0
    out = ended.out.decode()
    assert out.startswith("Demo web shop\n")
    assert "The snapshot is demo-project.yaml. What next:" in out
    assert "demo-project.yaml: 76 suites, 357 tests, complete" in ended.err
    assert left_behind(home) == ["here/demo-project.yaml", "here/demo-project.yaml.manifest.json"]
    assert_is_truth(read(Path("demo-project.yaml")), sample_project())


async def test_the_demo_serves_what_its_lines_say(home: Path) -> None:
    """`demo --serve` prints what to export; with that the second command works; Ctrl-C ends it."""
    async with await anyio.open_process(
        command("demo", "--serve"), env=environment(), stderr=subprocess.PIPE
    ) as serving:
        assert serving.stdout is not None
        text = b""
        with anyio.fail_after(60):
            while text.count(b"\n") < 3:
                text += await serving.stdout.receive()
        exported = dict(
            line.removeprefix("export ").split("=", 1) for line in text.decode().splitlines()
        )
        ended = await call("snapshot", *FAST, **exported)
        serving.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGINT)
        with anyio.fail_after(60):
            assert await serving.wait() == 130
    assert ended.code == 0
    assert left_behind(home) == ["here/demo-project.yaml", "here/demo-project.yaml.manifest.json"]


async def test_a_snapshot_goes_to_a_file_named_like_the_project(
    server: DemoServer, home: Path
) -> None:
    """With its manifest; nothing goes to standard output, and no progress line is lost on us."""
    ended = await call("snapshot", SLUG, *FAST, url=server.url)
    assert (ended.code, ended.out) == (0, b"")
    assert left_behind(home) == ["here/demo-project.yaml", "here/demo-project.yaml.manifest.json"]
    assert_is_truth(read(Path("demo-project.yaml")), sample_project())
    manifest = json.loads(content("demo-project.yaml.manifest.json"))
    assert manifest["requests"] == len(server.requests)
    assert "\x1b" not in ended.err
    assert len(ended.err.splitlines()) <= 7


@pytest.mark.parametrize("form", ["yaml", "json"])
async def test_standard_output_holds_the_snapshot_and_nothing_else(
    server: DemoServer, home: Path, form: str
) -> None:
    """The same bytes that a file holds; the rest goes to standard error; no file is made."""
    ended = await call("snapshot", SLUG, *FAST, "-o", "-", "--format", form, url=server.url)
    assert ended.code == 0
    assert left_behind(home) == []
    assert (await call("snapshot", SLUG, *FAST, "--format", form, url=server.url)).code == 0
    assert content(f"demo-project.{form}") == ended.out
    assert "standard output: 76 suites, 357 tests, complete" in ended.err


async def test_progress_as_json_is_one_object_a_line(server: DemoServer) -> None:
    """Every line of standard error but the summary parses."""
    ended = await call(
        "snapshot", SLUG, *FAST, "--progress", "json", "--log-format", "json", "-q", url=server.url
    )
    events = [json.loads(line) for line in ended.err.splitlines()]
    assert ended.code == 0
    assert len(events) >= 2
    assert all(isinstance(event, dict) for event in events)


async def test_quiet_says_nothing_when_all_is_well(server: DemoServer) -> None:
    """As cron wants it."""
    ended = await call("snapshot", SLUG, *FAST, "-q", url=server.url)
    assert (ended.code, ended.out, ended.err) == (0, b"", "")


async def test_no_colour_is_used_where_nobody_wants_it(server: DemoServer) -> None:
    """Not even if a bar is asked for by name."""
    ended = await call(
        "snapshot", SLUG, *FAST, "--progress", "bar", url=server.url, NO_COLOR="1", TERM="dumb"
    )
    assert ended.code == 0
    assert "\x1b[3" not in ended.err
    assert "\x1b[1m" not in ended.err


async def test_an_empty_project_is_a_complete_snapshot(home: Path) -> None:
    """Without suites, and with exit code 0."""
    project = DemoProject("empty", "Nothing yet", api_key=PROJECT_TOKEN)
    async with DemoServer(world_of(project)) as server:
        ended = await call("snapshot", "empty", *FAST, "-o", "empty.json", url=server.url)
    assert ended.code == 0
    document = read(Path("empty.json"))
    assert (document.head.complete, document.nodes, document.orphans) == (True, (), ())
    assert left_behind(home) == ["here/empty.json", "here/empty.json.manifest.json"]


async def test_an_incomplete_crawl_writes_nothing_unless_it_is_told_to(home: Path) -> None:
    """Exit code 4 either way; the progress is kept, or the snapshot names the gap."""
    plan = FaultPlan(1, 1.0, (FaultKind.ELSEWHERE,), attempts=None, only="/suites/aaaaaaaa$")
    async with DemoServer(world_of(small_project()), plan=plan) as server:
        ended = await call("snapshot", "small", *FAST, url=server.url)
        assert ended.code == 4
        assert "suite aaaaaaaa: the server's answer is not usable" in ended.error
        assert [Path(name).suffix for name in left_behind(home)] == [".sqlite3"]
        partial = await call("snapshot", "small", *FAST, "--allow-partial", url=server.url)
        assert partial.code == 4
        assert "INCOMPLETE" in partial.err
        assert not read(Path("small.yaml")).head.complete
        server.faults.plan = None
        whole = await call("snapshot", "small", *FAST, url=server.url)
    assert whole.code == 0
    assert_is_truth(read(Path("small.yaml")), small_project())
    assert left_behind(home) == ["here/small.yaml", "here/small.yaml.manifest.json"]


def content(name: str) -> bytes:
    """The bytes of a file here."""
    return Path(name).read_bytes()


def make_folder(name: str) -> None:
    """A folder here."""
    Path(name).mkdir()


def assert_refused(ended: Ended, code: int, *words: str) -> None:
    """The exit code, one sentence with these words, and both of them soon."""
    assert ended.code == code, ended.err
    for word in words:
        assert word in ended.error
    assert ended.out == b""
    assert ended.seconds < SOON, f"{ended.seconds} seconds until: {ended.error}"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["p", "--rate", "0"], 2, ["rate", "0"]),
        (["p", "--rate", "-1"], 2, ["rate"]),
        (["p", "--rate", "nan"], 2, ["rate"]),
        (["p", "--workers", "-1"], 2, ["workers"]),
        (["p", "--workers", "0"], 2, ["workers"]),
        (["p", "--workers", "x"], 2, ["workers"]),
        (["p", "--url", "ftp://a.example"], 2, ["ftp"]),
        (["p", "--url", "http://"], 2, ["url"]),
        (["p", "--url", "http://127.0.0.1:99999"], 2, ["99999"]),
        (["p", "--url", "http://no-such-host.invalid"], 5, ["no-such-host.invalid", "address"]),
        (["p", "-o", "folder.yaml"], 6, ["folder.yaml", "directory"]),
        (["p", "-o", "missing/a.yaml"], 6, ["missing", "does not exist", "Create it"]),
        (["p", "-o", "x" * 300 + ".yaml"], 6, ["File name too long"]),
        (["p", "-o", "a.txt"], 2, [".txt", ".yaml"]),
        (["../../etc"], 2, []),
        ([""], 2, []),
        ([], 2, ["project"]),
        (["p", "--config", "missing.toml"], 2, ["missing.toml"]),
        (["p", "--token-file", "missing"], 2, ["missing"]),
    ],
    ids=str,
)
async def test_bad_input_is_refused_in_one_sentence(
    home: Path, arguments: list[str], code: int, words: list[str]
) -> None:
    """With its exit code, without a traceback, soon, and without leaving anything behind."""
    make_folder("folder.yaml")
    with refusing() as url:
        ended = await call("snapshot", *arguments, url=url)
    assert_refused(ended, code, *words)
    assert left_behind(home) == []
    assert not (home / ".local").exists()


@on_posix
async def test_a_folder_that_cannot_be_written_is_named(home: Path) -> None:
    """Before anything is fetched."""
    folder = Path("/proc") if os.geteuid() == 0 else home / "closed"
    if os.geteuid() != 0:
        folder.mkdir(mode=0o500)
    with refusing() as url:
        ended = await call("snapshot", "p", "-o", f"{folder}/a.yaml", url=url)
    assert_refused(ended, 6, "Could not write", f"{folder}/a.yaml")
    assert left_behind(home) == []


async def test_a_port_where_nobody_listens_is_told_soon(home: Path) -> None:
    """Who mistyped it does not wait for six attempts."""
    with refusing() as url:
        ended = await call("snapshot", "p", url=url)
    assert_refused(ended, 5, url, "could not be reached", "Check the address")
    assert left_behind(home) == []


async def test_https_at_a_plain_port_is_told_at_once(server: DemoServer, home: Path) -> None:
    """And the sentence says what to write instead."""
    ended = await call("snapshot", SLUG, url=server.url.replace("http:", "https:"))
    assert_refused(ended, 5, "No secure connection", "write http://")
    assert "retr" not in ended.err
    assert left_behind(home) == []


async def test_http_at_a_port_with_tls_is_told_soon(home: Path) -> None:
    """Whatever the server says to that."""
    async with answering(200, "ok", trust=_trust(trustme.CA())) as url:
        ended = await call("snapshot", "p", url=url.replace("https:", "http:"))
    assert_refused(ended, 5)
    assert left_behind(home) == []


async def test_a_certificate_of_nobody_we_trust_is_told_at_once(home: Path) -> None:
    """And the sentence names the setting."""
    async with answering(200, "ok", trust=_trust(trustme.CA())) as url:
        ended = await call("snapshot", "p", url=url)
    assert_refused(ended, 5, "certificate", "not trusted", "ca_file")
    assert "retr" not in ended.err
    assert left_behind(home) == []


def _trust(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ((200, "<h1>Welcome</h1>", "text/html"), 5, ["does not look like a Testomat.io server"]),
        ((404, "nothing here", "text/plain"), 5, ["does not look like a Testomat.io server"]),
        ((404, "<h1>404</h1>", "text/html"), 5, ["does not look like a Testomat.io server"]),
        ((405, "", "text/plain"), 5, ["does not look like a Testomat.io server"]),
        ((403, "<h1>Blocked</h1>", "text/html"), 3, ["CDN or firewall"]),
        ((401, '{"error": "no"}', "application/json"), 3, ["refused", "TESTOMATIO_API_TOKEN"]),
        ((302, "", "text/plain"), 5, ["redirect"]),
        ((200, "{}", "application/json"), 3, ["refused"]),
    ],
)
async def test_a_server_that_is_something_else_is_recognised(
    home: Path, answer: tuple[int, str, str], code: int, words: list[str]
) -> None:
    """A web site, nothing at all, a CDN's page; each in its own words."""
    async with answering(*answer) as url:
        ended = await call("snapshot", "p", url=url)
    assert_refused(ended, code, *words)
    assert left_behind(home) == []


async def test_an_unknown_project_is_told_from_none_we_may_see(
    server: DemoServer, home: Path
) -> None:
    """As far as the server lets one: it answers both alike, and the sentence says so."""
    unknown = await call("snapshot", "no-such-project", *FAST, url=server.url)
    assert_refused(unknown, 3, "'no-such-project'", "no right", "testomat-crawler projects")
    world = DemoWorld([small_project()], [demo_account("other")])
    async with DemoServer(world) as closed:
        forbidden = await call("snapshot", "small", *FAST, url=closed.url)
    assert_refused(forbidden, 3, "'small'", "no right")
    assert left_behind(home) == []
    assert not (home / ".local").exists()


#: Over v2 a project token is enough.
ONLY_V1 = {"TESTOMATIO_API_VERSION": "v1"}


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"TESTOMATIO_API_TOKEN": ""}, ["No credentials", "TESTOMATIO_API_TOKEN"]),
        (
            {"TESTOMATIO_API_TOKEN": "", "TESTOMATIO": PROJECT_TOKEN, **ONLY_V1},
            ["Only a project token", "TESTOMATIO_API_TOKEN"],
        ),
        ({"TESTOMATIO_API_TOKEN": PROJECT_TOKEN, **ONLY_V1}, ["Only a project token"]),
        ({"TESTOMATIO_API_TOKEN": "testomat_wrong"}, ["refused the general token"]),
        (
            {"TESTOMATIO_API_TOKEN": "", "TESTOMATIO_EMAIL": "a@b.example"},
            ["only one was given"],
        ),
        ({"TESTOMATIO_API_TOKEN": "", "TESTOMATIO_JWT": "a.b.c"}, ["TESTOMATIO_JWT"]),
    ],
)
async def test_credentials_that_do_not_do_end_the_run_at_once(
    server: DemoServer, home: Path, variables: dict[str, str], words: list[str]
) -> None:
    """Exit code 3, at most two tries, and no secret in what is said."""
    ended = await call("snapshot", SLUG, *FAST, url=server.url, **variables)
    assert_refused(ended, 3, *words)
    assert len(server.requests) <= 2
    assert not [value for value in variables.values() if value and value in ended.err]
    assert left_behind(home) == []
    assert not (home / ".local").exists()


class Holding:
    """Holds back every answer from request number 60 on, until it is told not to.

    `reached` is set once all that the workers can have under way are `held`; `asked` are all
    requests, answered or not.
    """

    def __init__(self) -> None:
        self.reached, self.released = anyio.Event(), anyio.Event()
        self.asked, self.held = list[str](), list[str]()

    async def __call__(self, target: str, number: int) -> None:
        """Asked by the server before it answers."""
        self.asked.append(target)
        if number >= 60 and not self.released.is_set():
            self.held.append(target)
            if len(self.held) == DEFAULTS["workers"]:
                self.reached.set()
            await self.released.wait()


async def said(process: Process, until: str) -> str:
    """What a process writes to standard error, up to and with a text."""
    text = ""
    assert process.stderr is not None
    with anyio.fail_after(60):
        while until not in text:
            text += (await process.stderr.receive()).decode()
    return text


@asynccontextmanager
async def held_up(holding: Holding, server: DemoServer, *arguments: str) -> AsyncIterator[Process]:
    """The command, at the moment when all its workers wait for the server."""
    async with await anyio.open_process(
        command(*arguments), env=environment(server.url), stdin=subprocess.DEVNULL
    ) as process:
        with anyio.fail_after(60):
            await holding.reached.wait()
        yield process


INTERRUPTED = "Interrupted; progress is kept, the same command goes on from there."


@on_posix
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
async def test_an_interrupted_crawl_goes_on_where_it_was(home: Path, signum: int) -> None:
    """Nothing new is asked for, what is answered yet is kept, and the bytes are the same."""
    holding = Holding()
    async with DemoServer(world_of(sample_project()), on_request=holding) as server:
        async with held_up(holding, server, "snapshot", SLUG, *FAST) as process:
            process.send_signal(signum)
            errors = await said(process, "to be answered. A second signal ends the run at once.")
            before = len(holding.asked)
            holding.released.set()
            errors += await said(process, INTERRUPTED)
            with anyio.fail_after(60):
                assert await process.wait() == 128 + signum
        assert "Traceback" not in errors
        assert len(holding.asked) == before
        kept = left_behind(home)
        assert len(kept) == 1
        assert kept[0].endswith(".sqlite3")
        ended = await call("snapshot", SLUG, *FAST, url=server.url)
        asked = holding.asked[before:]
        fresh = await call("snapshot", SLUG, *FAST, "-o", "fresh.yaml", url=server.url)
    assert (ended.code, fresh.code) == (0, 0)
    assert "suites from an earlier run" in ended.err
    suites = {target for target in holding.held if "/suites/" in target}
    assert suites
    assert not suites & set(asked)
    assert len(asked) < 60
    assert content("demo-project.yaml") == content("fresh.yaml")
    assert len(left_behind(home)) == 4


@on_posix
async def test_a_backup_keeps_what_is_answered_after_the_signal(home: Path) -> None:
    """As a snapshot does: the next run does not ask again."""
    holding = Holding()
    backup = ("backup", "--project", SLUG, "-o", "kept", *FAST)
    async with DemoServer(world_of(sample_project()), on_request=holding) as server:
        async with held_up(holding, server, *backup) as process:
            process.send_signal(signal.SIGTERM)
            await said(process, "to be answered.")
            before = len(holding.asked)
            holding.released.set()
            with anyio.fail_after(60):
                assert await process.wait() == 143
        assert len(holding.asked) == before
        assert (await call(*backup, url=server.url)).code == 0
        asked = set(holding.asked[before:])
    assert not {target for target in holding.held if "/suites/" in target} & asked


@on_posix
async def test_a_second_signal_does_not_wait_for_the_server(home: Path) -> None:
    """What was answered before is kept all the same."""
    holding = Holding()
    async with DemoServer(world_of(sample_project()), on_request=holding) as server:
        async with held_up(holding, server, "snapshot", SLUG, *FAST) as process:
            process.send_signal(signal.SIGINT)
            await said(process, "A second signal")
            process.send_signal(signal.SIGTERM)
            with anyio.fail_after(60):
                assert await process.wait() == 143
        holding.released.set()
        ended = await call("snapshot", SLUG, *FAST, url=server.url)
    assert ended.code == 0
    assert "suites from an earlier run" in ended.err
    assert left_behind(home) == ["here/demo-project.yaml", "here/demo-project.yaml.manifest.json"]
