"""Signals that come when there is no job yet, or none at all; tested on real processes."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.documents import case, suite
from support.processes import left_behind

from crawler.snapshot.document import Document, Head
from crawler.snapshot.formats import Format
from crawler.snapshot.saving import save

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind")

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]

# A process that sends itself a signal when it imports a module for the first time.
IMPORTING = """
import os, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == NAME:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), SIGNUM)

from crawler.__main__ import main
sys.meta_path.insert(0, Finder())
main()
"""
# And one that does so while the file that it has written is on its way to the disk.
WRITING = """
import os
from crawler.__main__ import main

os.fsync = lambda file: os.kill(os.getpid(), SIGNUM)
main()
"""
# Python drops an exception that is raised in here.
LOST = """
import os
from crawler.__main__ import main

class Forgotten:
    def __del__(self):
        os.kill(os.getpid(), SIGNUM)
        len("")  # the handler runs between two instructions

import crawler.cli.starting as starting
def late(take=starting.loaded):
    take()
    Forgotten()
import crawler.cli.main
crawler.cli.main.loaded = late
main()
"""


def run(script: str, signum: int, *arguments: str, name: str = "") -> tuple[int, str, str]:
    """The exit code, standard output and standard error."""
    script = script.replace("SIGNUM", str(int(signum))).replace("NAME", repr(name))
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize(("signum", "code"), SIGNALS)
@pytest.mark.parametrize(
    "name",
    [
        "crawler.cli.main",
        "click",
        "crawler.config.settings",
        "crawler.cli.commands.snapshot",
        "anyio",
        "crawler.jobs.snapshot",
        "aiohttp",
    ],
)
def test_a_signal_while_modules_are_imported_is_one_sentence(
    name: str, signum: int, code: int
) -> None:
    """From the first of them to the last."""
    assert run(IMPORTING, signum, "snapshot", "p", name=name) == (code, "", "Error: Interrupted.\n")


@pytest.mark.parametrize(("signum", "code"), SIGNALS)
def test_a_signal_while_a_snapshot_is_converted_leaves_no_file(
    tmp_path: Path, signum: int, code: int
) -> None:
    """There is no job that could be stopped; what is half-written is tidied away."""
    document = Document(
        Head("p", "P", "", complete=True, suites=1, tests=1), [suite(0, "s"), case(1, "t")]
    )
    save(document, tmp_path / "a.json", Format.JSON)
    arguments = ("convert", str(tmp_path / "a.json"), "-o", str(tmp_path / "b.yaml"))
    assert run(WRITING, signum, *arguments) == (code, "", "Error: Interrupted.\n")
    assert left_behind(tmp_path) == ["a.json"]


@pytest.mark.parametrize(("signum", "code"), SIGNALS)
def test_a_signal_that_python_loses_is_not_forgotten(signum: int, code: int) -> None:
    """The job does not begin."""
    ended, out, err = run(LOST, signum, "demo")
    assert (ended, out) == (code, "")
    assert err.splitlines()[-1] == "Error: Interrupted."


def test_a_signal_that_was_ignored_counts_all_the_same() -> None:
    """Shells ignore SIGINT for what they start in the background, and with it whole runs of CI."""
    script = "import signal; signal.signal(SIGNUM, signal.SIG_IGN)\n" + IMPORTING
    ended, out, err = run(script, signal.SIGINT, "--version", name="click")
    assert (ended, out, err) == (130, "", "Error: Interrupted.\n")
