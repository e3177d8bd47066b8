"""Real shells on a pseudo-terminal, with the program's completion in them."""

import os
import shutil
from pathlib import Path
from typing import Final

import pexpect
import pyte

from support.processes import command

__all__ = ("SHELLS", "Shell")

#: How each starts without anybody's settings, and what stands in its own before ours.
SHELLS: Final = {
    "bash": (["--norc", "--noprofile"], 'eval "$(testomat-crawler completion bash)"'),
    "zsh": (
        ["-f"],
        'autoload -Uz compinit; compinit -u -D; eval "$(testomat-crawler completion zsh)"',
    ),
    "fish": (["--no-config"], "testomat-crawler completion fish | source"),
}
_PATIENCE: Final = 60  # seconds, on a machine that has much else to do


class Shell:
    """One shell, with the program under its name on the path, in a folder."""

    def __init__(self, name: str, folder: Path, environment: dict[str, str]) -> None:
        flags, setup = SHELLS[name]
        self.screen = pyte.Screen(100, 30)
        self._stream = pyte.Stream(self.screen)
        self._child = pexpect.spawn(
            str(shutil.which(name)),
            flags,
            cwd=str(folder),
            env={
                "PATH": f"{_program(folder.parent / 'bin')}:{os.environ['PATH']}",
                "HOME": str(folder),
                "TERM": "xterm-256color",
                "LANG": "C.UTF-8",
                **environment,
            },
            dimensions=(30, 100),
            encoding="utf-8",
            codec_errors="replace",
            timeout=_PATIENCE,
        )
        # The quotation marks keep the echo of the line from looking like its result.
        self._child.sendline(f"{setup}; echo rea''dy")
        self.wait_for("ready")

    def offers(self, typed: str, expected: str, *, tabs: int = 1) -> None:
        """Type, press Tab, and wait until the line or the list below it has the text."""
        self._child.send(typed + "\t" * tabs)
        self.wait_for(expected)
        self._child.sendcontrol("u")
        self._child.sendline("clear")

    def wait_for(self, text: str) -> None:
        """Until the text is on the screen."""
        while text not in "\n".join(self.screen.display):
            try:
                self._child.expect(r"(?s).+")
            except pexpect.TIMEOUT:
                shown = "\n".join(line.rstrip() for line in self.screen.display).strip()
                raise AssertionError(f"{text!r} was not shown, but:\n{shown}") from None
            self._stream.feed(self._child.after)

    def close(self) -> None:
        """End it."""
        self._child.close(force=True)


def _program(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    program = folder / "testomat-crawler"
    program.write_text(f'#!/bin/sh\nexec {" ".join(command())} "$@"\n')
    program.chmod(0o755)
    return folder
