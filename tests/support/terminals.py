"""The program on a terminal: keys go in, and what a person would see comes out."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pexpect
import pyte

__all__ = ("TerminalSession",)


class TerminalSession:
    """One run of the program on a pseudo-terminal, with the screen that it draws."""

    def __init__(
        self,
        *arguments: str,
        folder: Path,
        environment: Mapping[str, str],
        columns: int = 80,
        rows: int = 40,
    ) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        self.raw = ""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self._child = pexpect.spawn(
            sys.executable,
            ["-m", "crawler", *arguments],
            cwd=str(folder),
            env={**kept, "HOME": str(folder), "TERM": "xterm-256color", **environment},
            dimensions=(rows, columns),
            encoding="utf-8",
            codec_errors="replace",
            timeout=60,
        )

    def answer(self, question: str, keys: str) -> None:
        """Wait for the question, then type the keys and Enter."""
        self.wait_for(question)
        self._child.sendline(keys)

    def wait_for(self, text: str) -> None:
        """Until the text is shown; fails after a minute."""
        self._child.expect_exact(text)
        self._take(self._child.before + text)

    def press(self, control: str) -> None:
        """A key together with Control, such as `c`."""
        self._child.sendcontrol(control)

    def interrupt(self) -> None:
        """Ctrl-C, and like a person once more if nothing happens.

        Python looks for signals between its instructions, and a read that waits is ended by one. A
        signal in the instant between the last look and the read is only seen after the next key
        (PEP 475 speaks of signals during a call).
        """
        for _ in range(3):
            self.press("c")
            if self._child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=8) == 0:
                break
        self._take(self._child.before)

    def end(self) -> int:
        """Wait for the end; returns the exit code, or 128 and the signal that ended it."""
        if not self._child.flag_eof:
            self._child.expect(pexpect.EOF)
            self._take(self._child.before)
        self._child.close()
        if self._child.signalstatus is not None:
            return 128 + int(self._child.signalstatus)
        return int(self._child.exitstatus)

    def shown(self) -> str:
        """What stands on the screen, without the spaces at the ends of lines."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def _take(self, text: str) -> None:
        self.raw += text
        self._stream.feed(text)
