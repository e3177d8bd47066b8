"""Signals: the first asks, the second ends; tested on real processes."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import pytest

from crawler.cli.signals import run_interruptibly

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind")

# `check` with a job that waits for ever; `CLEANUP` is what it does when it is told to stop.
SCRIPT = """
import sys, types, anyio
from crawler.cli.main import run

async def check(settings, *, progress, clock):
    try:
        print("ready", flush=True)
        await anyio.sleep_forever()
    finally:
        CLEANUP

module = types.ModuleType("crawler.jobs.check")
module.check = check
sys.modules[module.__name__] = module
sys.exit(run(["check"]))
"""
TIDY = 'print("tidied", flush=True)'
STUBBORN = """
        with anyio.CancelScope(shield=True):
            print("stopping", flush=True)
            await anyio.sleep_forever()
"""


@contextmanager
def running(cleanup: str) -> Iterator["subprocess.Popen[str]"]:
    """A process whose job is under way; it does not outlive the test."""
    command = [sys.executable, "-c", SCRIPT.replace("CLEANUP", cleanup)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_lets_the_job_tidy_up(signum: int, code: int) -> None:
    """Then one sentence, which promises nothing that `check` keeps, and the signal's exit code."""
    with running(TIDY) as process:
        process.send_signal(signum)
        out, err = process.communicate()
    assert (process.returncode, out) == (code, "tidied\n")
    assert err == "Error: Interrupted.\n"


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_second_signal_ends_at_once(signum: int, code: int) -> None:
    """Even while the job's cleanup hangs."""
    with running(STUBBORN) as process:
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert process.stdout.readline() == "stopping\n"
        process.send_signal(signum)
        process.communicate()
    assert process.returncode == code


def test_the_result_of_a_job_comes_back() -> None:
    """Without a signal nothing is different."""

    async def job() -> int:
        await anyio.lowlevel.checkpoint()
        return 7

    assert run_interruptibly(job) == 7


def test_the_error_of_a_job_comes_out_unwrapped() -> None:
    """A task group would make a group of it."""

    async def job() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        run_interruptibly(job)


def test_the_handlers_are_as_before_afterwards() -> None:
    """Outside of a job Ctrl-C is Python's own again."""

    async def job() -> None:
        await anyio.lowlevel.checkpoint()

    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    run_interruptibly(job)
    assert before == (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT))
