"""Nothing that a verbose run leaves behind holds a secret, in whatever spelling."""

import base64
import os
import stat
import sys
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, quote_plus

import anyio
import pytest
from support.proxies import proxy

from crawler.demo import (
    API_TOKEN,
    EMAIL,
    DemoServer,
    Fault,
    FaultKind,
    FaultPlan,
    ServerOptions,
    World,
    generate,
)
from crawler.demo.keyed import Keyed
from crawler.demo.replies import failure
from crawler.demo.world import Account

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="modes and /proc"),
]

ROOT = Path(__file__).parents[2]
PASSWORD = "p4ss/w0rd+%&\"'<ü>"
PROXY_PASSWORD = "pr0xy-s3cret"
WRONG_PROXY_PASSWORD = "n0t-that-pr0xy-s3cret"
PROJECT_TOKEN = "tstmt_s3cretProjectToken0000"
API_KEY = "tstmt_k3yOfTheProject00000000"
READY_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzM2NyZXQifQ.c2lnbmF0dXJlLW9mLXMzY3JldA"
ESCAPE = "Evil\x1b[2J\x1b]0;owned\x07 title\u202e"


def spellings(secret: str) -> set[bytes]:
    """The forms in which a secret may hide."""
    raw = secret.encode()
    found = {raw, quote(secret, safe="").encode(), quote_plus(secret).encode(), raw.hex().encode()}
    for prefix in (b"", b"a", b"ab"):  # base64 of a text around it depends on where it begins
        whole = base64.b64encode(prefix + raw)
        found.add(whole[2 if prefix else 0 :].rstrip(b"=")[2:-3])
    found.add(secret.encode("unicode_escape"))
    return {form for form in found if len(form) > 4}


def world() -> World:
    """A project with hostile titles and a key that the API shows."""
    project = generate(4, 12, 2)
    project.api_key = API_KEY
    project.title = ESCAPE
    for suite in list(project.suites):
        project.rename_suite(suite, ESCAPE)
    return World([project], [Account(EMAIL, PASSWORD, API_TOKEN)])


CREDENTIALS = {
    "token": {"TESTOMATIO_API_TOKEN": API_TOKEN},
    "password": {"TESTOMATIO_EMAIL": EMAIL, "TESTOMATIO_PASSWORD": PASSWORD},
    "wrong password": {"TESTOMATIO_EMAIL": EMAIL, "TESTOMATIO_PASSWORD": PASSWORD + "x"},
    "jwt": {"TESTOMATIO_JWT": READY_JWT},
    "project token": {"TESTOMATIO_PROJECT_TOKEN": PROJECT_TOKEN},
    "project token too": {"TESTOMATIO_API_TOKEN": API_TOKEN, "TESTOMATIO": PROJECT_TOKEN},
    "proxy": {
        "TESTOMATIO_API_TOKEN": API_TOKEN,
        "HTTP_PROXY": f"http://someone:{PROXY_PASSWORD}@127.0.0.1:1",
    },
}
FAULTS = {
    "none": [],
    "500": [Fault(FaultKind.ERROR_500, "/suites/", None)],
    "login 500": [Fault(FaultKind.ERROR_500, "/api/login", None)],
    "redirects": [
        Fault(FaultKind.ELSEWHERE, "/suites/[^?]*1", None, location="http://127.0.0.1:1/?token=x"),
        Fault(FaultKind.SIGN_IN, "/suites/[^?]*2", 3),
    ],
}


def contents(folder: Path) -> list[bytes]:
    """All files below a folder."""
    return [each.read_bytes() for each in folder.rglob("*") if each.is_file()]


async def leave_behind(
    folder: Path, env: dict[str, str], faults: list[Fault], *flags: str, attempts: int = 1
):
    """Everything that a run leaves: (text of all streams and files, exit code, secrets in play)."""
    secrets = {API_TOKEN, PASSWORD, PROXY_PASSWORD, PROJECT_TOKEN, API_KEY, READY_JWT}
    secrets.add(WRONG_PROXY_PASSWORD)
    found: list[bytes] = []

    def look(_target: str, _number: int) -> None:
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = process.read_bytes()
            except OSError:
                continue
            if str(folder).encode() in command:
                found.append(command)
        found.extend(each.read_bytes() for each in (folder / "state").glob("*"))

    plan = FaultPlan(1, 0.1, kinds=[FaultKind.ERROR_502, FaultKind.RESET, FaultKind.HTML])
    options = ServerOptions(jwt_requests=15)
    async with DemoServer(world(), options, plan=plan, on_request=look) as server:
        server.fault(*faults)
        config = folder / "config.toml"
        config.write_text(f'url = "{server.url}"\nrate = 1000.0\nattempts = {attempts}\n')
        command = [sys.executable, "-m", "crawler", "snapshot", "generated", "-vv"]
        arguments = ["-o", str(folder / "out.yaml"), "--state", str(folder / "state")]
        clean = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        done = await anyio.run_process(
            [*command, *arguments, "--config", str(config), "--allow-partial", *flags],
            check=False,
            env={**clean, **env},
        )
        secrets |= set(server._logins._issued)
    found += [done.stdout, done.stderr]
    found += contents(folder)
    return b"\n".join(found), done, secrets


@pytest.mark.parametrize("faults", FAULTS)
@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_no_secret_is_left_behind_whatever_goes_wrong(tmp_path, faults, log_format):
    """The streams, the log, the state with its write-ahead log, the snapshot, the process list."""
    names = ["token", "password"] if faults != "none" else list(CREDENTIALS)
    for number, name in enumerate(names):
        folder = tmp_path / str(number)
        folder.mkdir()
        env = CREDENTIALS[name]
        left, done, secrets = await leave_behind(
            folder, env, FAULTS[faults], "--log-format", log_format
        )
        for secret in secrets:
            for form in spellings(secret):
                assert form not in left, f"{name}: {form!r}"
        # The file may hold escapes: as escapes of its format. The terminal never does.
        assert b"\x1b" not in done.stdout + done.stderr
        assert "\u202e".encode() not in done.stderr
        assert b"snapshot" in left
        assert done.returncode in {0, 2, 3, 4, 5}


@pytest.mark.parametrize("password", [PROXY_PASSWORD, WRONG_PROXY_PASSWORD])
@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_a_proxy_that_works_or_refuses_leaves_no_password_behind(
    tmp_path, password, log_format
):
    """It carries every request, gets its password, and passes neither it nor its name on."""
    async with proxy("someone", PROXY_PASSWORD) as between:
        address = f"http://someone:{password}@127.0.0.1:{between.port}"
        env = {"TESTOMATIO_API_TOKEN": API_TOKEN, "HTTP_PROXY": address}
        left, done, secrets = await leave_behind(tmp_path, env, [], "--log-format", log_format)
    found = {form for each in secrets for form in spellings(each) if form in left}
    assert found == set()
    assert between.asked[0].endswith("/api/login")
    if password == PROXY_PASSWORD:
        assert done.returncode in {0, 4}
        assert len(between.passed_on) == len(between.asked) > 12
        assert PROXY_PASSWORD.encode() not in b"".join(between.passed_on)
    else:
        assert done.returncode == 5
        assert b"roxy" in done.stderr.splitlines()[-1]
        assert between.passed_on == []


KEYED = {
    "pull": ("pull", "-o", "pages"),
    "import": ("import", "a.test.md", "--yes", "--create"),
    "report-run": ("report-run", "a.xml", "--yes", "--create"),
}
KEYED_FAULTS = {
    "none": ([], False),
    # Each shows the token back, as an error page or a careless proxy may.
    "redirect": (
        [
            Fault(
                FaultKind.ELSEWHERE,
                "/api/",
                None,
                location=f"http://127.0.0.1:1/{API_KEY}?api_key={API_KEY}",
            )
        ],
        False,
    ),
    "500": ([Fault(FaultKind.ERROR_500, "/api/", None)], False),
    "echo": ([], True),
}


@pytest.mark.parametrize("fault", KEYED_FAULTS)
@pytest.mark.parametrize("name", KEYED)
async def test_a_token_that_goes_into_the_address_is_left_nowhere(
    tmp_path, name, fault, monkeypatch
):
    """Neither in a log, an error, a file, the process list, nor at another host."""
    faults, echo = KEYED_FAULTS[fault]
    (tmp_path / "a.test.md").write_text("<!-- suite -->\n# A\n\n<!-- test -->\n## B\n")
    (tmp_path / "a.xml").write_text("<testsuite name='A'><testcase name='B'/></testsuite>")
    found: list[bytes] = []

    def look(target: str, _number: int) -> None:
        assert target.count(API_KEY) == 1
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                found.append(process.read_bytes())

    if echo:
        told = failure(HTTPStatus.UNPROCESSABLE_ENTITY, f"{API_KEY} may not {ESCAPE}")
        monkeypatch.setattr(Keyed, "answer", lambda *_: told)
    async with DemoServer(world(), on_request=look) as server:
        server.fault(*faults)
        kind = "json" if fault in {"none", "echo"} else "text"
        clean = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        done = await anyio.run_process(
            [
                *(sys.executable, "-m", "crawler", *KEYED[name], "-vv", "--log-format", kind),
                *("--url", server.url, "--rate", "1000", "--config", str(config(tmp_path))),
            ],
            cwd=tmp_path,
            check=False,
            env={**clean, "TESTOMATIO": API_KEY, "PYTHONPATH": str(ROOT)},
        )
        assert server.requests
    left = b"\n".join([done.stdout, done.stderr, *found, *contents(tmp_path)])
    assert [form for form in spellings(API_KEY) if form in left] == []
    assert b"\x1b" not in done.stdout + done.stderr
    assert (done.returncode == 0) == (fault == "none")


def config(folder):
    """A configuration that is quick to give up."""
    place = folder / "config.toml"
    place.write_text("attempts = 1\n")
    return place


async def test_state_is_for_its_owner_alone(tmp_path):
    """The file 0600, a folder that the run makes 0700."""
    _, done, _ = await leave_behind(
        tmp_path, CREDENTIALS["token"], [Fault(FaultKind.SIGN_IN, "/suites/", None)]
    )
    state = tmp_path / "state"
    assert done.returncode != 0
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in state.iterdir()} <= {0o600}


async def test_a_configuration_that_others_can_read_is_warned_of(tmp_path):
    """If it holds a secret; the warning does not repeat it."""
    config = tmp_path / "config.toml"
    config.write_text(f'url = "http://127.0.0.1:1"\nattempts = 1\napi_token = "{API_TOKEN}"\n')
    command = [sys.executable, "-m", "crawler", "check", "--config", str(config)]
    warned = {}
    for mode in (0o644, 0o600):
        config.chmod(mode)
        done = await anyio.run_process(command, check=False)
        warned[mode] = b"other users of this machine can read it" in done.stderr
        assert API_TOKEN.encode() not in done.stdout + done.stderr
    assert warned == {0o644: True, 0o600: False}


async def test_the_log_for_programs_tells_request_attempt_wait_and_size(tmp_path):
    """One object a line, each with what a search in the server's own log needs."""
    import json  # noqa: PLC0415

    faults = [Fault(FaultKind.ERROR_500, "/suites/", 2)]
    _, done, _ = await leave_behind(
        tmp_path,
        CREDENTIALS["token"],
        faults,
        *("--log-format", "json", "--progress", "none"),
        attempts=2,
    )
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith(b"{")]
    requested = [line for line in lines if line["event"] == "requested"]
    retried = [line for line in lines if line["event"] == "retried"]
    assert requested
    assert retried
    for line in requested:
        assert {
            "time",
            "level",
            "text",
            "request",
            "status",
            "seconds",
            "body_bytes",
            "attempt",
            "trace",
        } <= line.keys()
    assert any("x-request-id 00000000" in line["trace"] for line in requested)
    for line in retried:
        assert {"request", "cause", "attempt", "wait", "trace"} <= line.keys()
    assert any("x-request-id 00000000" in line["trace"] for line in retried)
    assert any("x-request-id 00000000" in line["text"] for line in retried)
