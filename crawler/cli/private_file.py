"""Files that only their owner can read, for a secret stands in them or may be put there."""

import os
import sys
from pathlib import Path

from crawler.errors import LocalError, UsageError

__all__ = ("already_there", "write_private")


def write_private(path: Path, text: str, *, replace: bool) -> None:
    """Write a file that only its owner can read.

    Raises `UsageError` if it is there already and may not be replaced, `LocalError` if it cannot
    be written.
    """
    try:
        _write(path, text, replace=replace)
    except FileExistsError:
        raise already_there(path) from None
    except OSError as error:
        raise LocalError.from_os_error("write", path, error) from error


def already_there(path: Path) -> UsageError:
    """The error for a file that is not to be replaced unasked."""
    return UsageError(f"{path} is there already.", hint="--force replaces it.")


def _write(path: Path, text: str, *, replace: bool) -> None:
    mode = os.O_TRUNC if replace else os.O_EXCL
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | mode, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        if sys.platform != "win32":
            os.fchmod(handle, 0o600)
        file.write(text)
