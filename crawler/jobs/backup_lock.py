"""One backup at a time for each place."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from crawler.errors import LocalError

__all__ = ("locked",)


@contextmanager
def locked(path: Path, place: Path) -> Iterator[None]:
    """Hold the lock file at `path` on behalf of `place`; it is let go however the process ends.

    Raises `LocalError` if another run holds it, or if the file cannot be made.
    """
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LocalError(
            f"Another backup is running in {place}.", hint="This one did nothing; try again later."
        ) from None
    except (OSError, NotImplementedError) as error:
        reason = error if isinstance(error, OSError) else OSError("the file system has no locks")
        raise LocalError.from_os_error("lock", path, reason) from error
    try:
        yield
    finally:
        lock.release()
