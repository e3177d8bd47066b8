"""The one place that runs git."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from crawler.errors import LocalError
from crawler.redaction import mask_address, printable

__all__ = ("Git", "GitError", "without_secrets")

_SECONDS: Final = 900.0
"""Longest time for one command; a push over a slow line needs some."""
_OURS: Final = "TESTOMATIO"
#: These would lead git to another repository than the one of its folder.
_ELSEWHERE: Final = frozenset(
    ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE")
)


class GitError(LocalError):
    """A git command failed; `said` is what it wrote, fit to be shown."""

    def __init__(self, command: str, said: str) -> None:
        super().__init__(f"git {command} failed: {said or 'it said nothing'}.")
        self.said = said


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment that git gets: without our credentials, and never with a question."""
    kept = {
        name: value
        for name, value in environment.items()
        if not name.upper().startswith(_OURS) and name not in _ELSEWHERE
    }
    return {**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


class Git:
    """Runs git in a folder, with the given environment and no other."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._environment = dict(environment)

    def check(self) -> None:
        """Raise `LocalError` if the folder is in no working tree."""
        try:
            inside = self.text("rev-parse", "--is-inside-work-tree")
        except GitError as error:
            raise LocalError(
                f"{self.folder} is not in a git working tree ({error.said}).",
                hint=f"To make it one: git init {self.folder}",
            ) from None
        if inside != "true":
            raise LocalError(f"{self.folder} is not in a git working tree.")

    def run(self, *arguments: str, input: bytes = b"", **environment: str) -> bytes:  # noqa: A002
        """What the command writes; `input` is its standard input.

        Raises `GitError` if it fails, and `LocalError` if it cannot be started or hangs.
        """
        try:
            done = subprocess.run(  # noqa: S603  arguments of our own, and no shell
                ["git", *arguments],  # noqa: S607  whichever git the user has
                cwd=self.folder,
                env={**self._environment, **environment},
                input=input,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except FileNotFoundError:
            if not self.folder.is_dir():
                raise LocalError(f"There is no folder {self.folder}.") from None
            raise LocalError("git is not installed, or not in the PATH.") from None
        except subprocess.TimeoutExpired:
            raise LocalError(f"git {arguments[0]} did not end in {_SECONDS:g} seconds.") from None
        except OSError as error:
            raise LocalError.from_os_error("run git in", self.folder, error) from error
        if done.returncode:
            raise GitError(arguments[0], _last_line(done.stderr or done.stdout))
        return done.stdout

    def text(self, *arguments: str) -> str:
        """What the command writes, as one text without the line break at its end."""
        return self.run(*arguments).decode("utf-8", "replace").rstrip("\n")

    def names(self, *arguments: str) -> tuple[str, ...]:
        """What the command writes, as names that end with NUL."""
        found = self.run(*arguments).decode("utf-8", "surrogateescape").split("\0")
        return tuple(each for each in found if each)


def _last_line(output: bytes) -> str:
    """The line that says what is wrong: the first error, else the last line."""
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines()]
    told = [line for line in lines if line and not line.startswith("hint:")]
    wrong = [line for line in told if line.startswith(("fatal:", "error:", "!"))]
    return printable(mask_address((wrong or told or [""])[0 if wrong else -1])).rstrip(".")
