"""A command line to call, in an environment that nothing of this machine reaches."""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from crawler.cli.main import run

START = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Outcome:
    """How a call ended: its exit code and what it wrote to the two streams."""

    code: int
    out: str
    err: str


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """Seconds moved so far."""
        return self.now

    def utc_now(self) -> datetime:
        """Noon of a day in May, moved likewise."""
        return START + timedelta(seconds=self.now)

    async def sleep(self, seconds: float) -> None:
        """Move instead of waiting."""
        self.now += seconds

    def random(self) -> float:
        """No chance at all."""
        return 0.5


class Terminal(io.StringIO):
    """A stream that says that a person watches it."""

    def isatty(self) -> bool:
        """Always."""
        return True


@pytest.fixture
def clock() -> FakeClock:
    """Time in the hand of the test."""
    return FakeClock()


@pytest.fixture
def terminal() -> Terminal:
    """A stream in the place of a terminal."""
    return Terminal()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder; the current one is an empty folder in it."""
    for name in list(os.environ):
        if name.startswith(("TESTOMATIO", "XDG_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("CI", "NO_COLOR", "TERM", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return tmp_path


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Calls the program as the console script does, without a process of its own."""

    def call(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = run(arguments)
        streams = capsys.readouterr()
        return Outcome(code, streams.out, streams.err)

    return call


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Any], None]:
    """Puts a function in the place of a job: `job("check.check", function)`."""

    def put(name: str, function: Any) -> None:
        module_name, _, attribute = name.partition(".")
        # The commands look their job up when they are called.
        monkeypatch.setattr(import_module(f"crawler.jobs.{module_name}"), attribute, function)

    return put
