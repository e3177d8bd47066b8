"""What is read has to outlast what is written."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from crawler.errors import UsageError

__all__ = ("check_apart",)


def check_apart(output: Path, sources: Iterable[str | Path]) -> None:
    """Refuse to put another form of something in its own place.

    Raises:
        UsageError: if `output` is one of the `sources`, whatever it is called.
    """
    for each in sources:
        with suppress(OSError, ValueError):  # one of them is not there, or is no path
            if output.samefile(each):
                raise UsageError(
                    f"{output} is what would be read, so it cannot be written.",
                    hint="Name another place with -o.",
                )
