"""The real command, as a process of its own."""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import anyio

from crawler.demo import API_TOKEN


@dataclass(frozen=True)
class Ended:
    """How a process ended, and after how many seconds."""

    code: int
    out: bytes
    err: str
    seconds: float

    @property
    def error(self) -> str:
        """The one line that says what failed, and there is no more than one."""
        lines = [line for line in self.err.splitlines() if line.startswith("Error:")]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0]


def command(*arguments: str) -> list[str]:
    """The command line; a warning of Python's would be an error."""
    return [sys.executable, "-W", "error", "-m", "crawler", *arguments]


def environment(url: str | None = None, **more: str) -> Mapping[str, str]:
    """This process's environment, with a server and the credentials of the demo's account."""
    found = {**os.environ, "TESTOMATIO_API_TOKEN": API_TOKEN, **more}
    if url is not None:
        found["TESTOMATIO_URL"] = url
    return {name: value for name, value in found.items() if value}


async def call(*arguments: str, url: str | None = None, **more: str) -> Ended:
    """Run the command to its end; `more` goes into the environment, empty values out of it."""
    started = time.monotonic()
    ended = await anyio.run_process(
        command(*arguments), check=False, input=b"", env=environment(url, **more)
    )
    seconds = time.monotonic() - started
    return Ended(ended.returncode, ended.stdout, ended.stderr.decode(), seconds)


def left_behind(folder: Path) -> list[str]:
    """Every file below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
