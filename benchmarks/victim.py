"""The real command against a demo server, killed when that has seen a number of requests."""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from crawler.demo import API_TOKEN, DemoServer, FaultPlan, ServerOptions, World

__all__ = ("CODES", "Ended", "Killing", "Victim")

CODES: Final = {signal.SIGKILL: -signal.SIGKILL, signal.SIGTERM: 143, signal.SIGINT: 130}
"""How the command ends by each signal."""


@dataclass(frozen=True)
class Killing:
    """One kill: which signal, and after how many requests of the run.

    `late` seconds pass between; only where the moment is past all requests.
    """

    signum: signal.Signals
    after: int
    late: float = 0.0


class Ended(NamedTuple):
    """How a run ended: its code, what it wrote to standard error, whether the signal was sent."""

    code: int
    errors: str
    sent: bool


class Victim:
    """The command, run in `folder` against a server of its own; open while that is."""

    def __init__(
        self, folder: Path, world: World, options: ServerOptions, plan: FaultPlan | None = None
    ) -> None:
        self.folder = folder
        self.server = DemoServer(world, options, plan=plan, on_request=self._on_request)
        self.requests = 0
        """Of the last run."""
        self._kill: Killing | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._sent = False

    def seen(self, target: str) -> None:
        """What a round notes of a request; nothing unless told otherwise."""

    def _on_request(self, target: str, _number: int) -> None:
        self.requests += 1
        self.seen(target)
        kill = self._kill
        if kill is None or self.requests != kill.after:
            return
        if kill.late:
            asyncio.get_running_loop().call_later(kill.late, self._send, self._process, kill)
        else:
            self._send(self._process, kill)

    def _send(self, process: asyncio.subprocess.Process | None, kill: Killing) -> None:
        if process is not None and process.returncode is None:
            self._sent = True
            process.send_signal(kill.signum)

    async def command(self, *arguments: str, kill: Killing | None = None) -> Ended:
        """One run of the command."""
        self._kill, self.requests, self._sent = kill, 0, False
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "crawler", *arguments),
            *("--progress", "none", "--rate", "1000"),
            env={
                **os.environ,
                "TESTOMATIO_URL": self.server.url,
                "TESTOMATIO_API_TOKEN": API_TOKEN,
            },
            cwd=self.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _, errors = await self._process.communicate()
        return Ended(self._process.returncode or 0, errors.decode(), self._sent)
