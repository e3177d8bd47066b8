"""The program works whatever became of its standard streams; tested on real processes."""

import os
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from support.processes import call, command, environment, left_behind
from support.projects import small_project

from crawler.demo import DemoServer, world_of

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="streams of this kind"),
]

CLOSED = """
import os, sys
for number in map(int, sys.argv[1].split(",")):
    os.close(number)
os.execv(sys.argv[2], sys.argv[2:])
"""


def closing(streams: str, *arguments: str) -> list[str]:
    """The command line that closes these streams first."""
    return [sys.executable, "-c", CLOSED, streams, *command(*arguments)]


@pytest.mark.parametrize("streams", ["0", "1", "2", "0,1,2"])
async def test_a_snapshot_is_written_with_closed_streams(streams: str, home: Path) -> None:
    """No file or connection takes their numbers."""
    async with DemoServer(world_of(small_project())) as server:
        ended = await anyio.run_process(
            closing(streams, "snapshot", "small", "--rate", "1000", "--progress", "none"),
            env=environment(server.url),
            check=False,
        )
    assert (ended.returncode, ended.stdout) == (0, b"")
    assert left_behind(home) == ["here/small.yaml", "here/small.yaml.manifest.json"]
    assert (await call("verify", "small.yaml")).code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
async def test_a_full_standard_error_changes_nothing(home: Path) -> None:
    """What is said there is for people; the snapshot stands, and so the code is 0."""
    line = command("snapshot", "small", "--rate", "1000", "-v", "--progress", "plain")
    async with DemoServer(world_of(small_project())) as server:
        ended = await anyio.run_process(
            ["sh", "-c", 'exec "$@" 2>/dev/full', "sh", *line],
            env=environment(server.url),
            check=False,
        )
    assert ended.returncode == 0
    assert left_behind(home) == ["here/small.yaml", "here/small.yaml.manifest.json"]


@pytest.mark.parametrize("trouble", ["closed", "full"])
def test_a_snapshot_that_standard_output_does_not_take_is_an_error(
    trouble: str, tmp_path: Path
) -> None:
    """It names standard output, whatever wrote there."""
    if trouble == "full" and not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    (tmp_path / "a.json").write_text(
        '{"format": "testomat-snapshot/1", "project": {"id": "p", "title": "P", "url": "u"},'
        ' "complete": true, "counts": {"suites": 0, "tests": 0}, "suites": []}'
    )
    convert = ("convert", str(tmp_path / "a.json"), "-o", "-")
    line = closing("1", *convert) if trouble == "closed" else command(*convert)
    with Path("/dev/full" if trouble == "full" else os.devnull).open("wb") as out:
        ended = subprocess.run(line, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 6, ended.stderr
    assert ended.stderr.startswith("Error: Could not write to standard output: ")


@pytest.mark.parametrize("files", [8, 14, 20])
async def test_a_process_that_may_open_few_files_says_so(files: int, home: Path) -> None:
    """One sentence, whether the event loop cannot be made or the tenth connection.

    How many connections there are at once, and what each event loop needs, is not told: more than
    eight files may suffice, and then all is there.
    """
    limited = ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh"]
    async with DemoServer(world_of(small_project())) as server:
        ended = await anyio.run_process(
            [*limited, *command("snapshot", "small", "--rate", "1000", "--progress", "none")],
            env=environment(server.url),
            check=False,
        )
    if files == 8 or ended.returncode != 0:
        assert ended.returncode == 6, ended.stderr
        assert ended.stderr.count(b"\n") == 1, ended.stderr
    else:
        assert b"complete" in ended.stderr


def test_a_result_that_nobody_takes_is_an_error() -> None:
    """It is not lost in silence."""
    ended = subprocess.run(
        closing("1", "completion", "bash"), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 6, ended.stderr
    assert ended.stderr == "Error: Could not write to standard output: Bad file descriptor.\n"


def test_a_locale_without_letters_stops_nothing() -> None:
    """Whatever a terminal cannot show is written in another way."""
    locale = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    document = (
        "format: testomat-snapshot/1\nproject: {id: p, title: P\u00e9, url: u}\ncomplete: true\n"
        "counts: {suites: 0, tests: 0}\nsuites: []\n"
    )
    shown = {}
    for name, more in {"utf-8": {}, "latin-1": {"PYTHONIOENCODING": "latin-1"}}.items():
        ended = subprocess.run(
            command("show", "-"),
            input=document.encode(),
            capture_output=True,
            env={**environment(), **locale, **more},
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        shown[name] = ended.stdout.decode(name)
    assert set(shown.values()) == {"P\u00e9 (nothing)\n"}
