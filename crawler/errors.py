"""The error tree: what failed, on what, what to do, and what the process should return.

::

    CrawlerError                     exit code of the class, one or two plain sentences
    ├── UsageError            2      a flag, a value or a combination that makes no sense
    │   └── ConfigError       2      the configuration file or the environment is wrong
    ├── AccessError           3      the server will not let us
    │   ├── CredentialsError  3      the credentials were refused or are missing
    │   ├── ProjectError      3      no such project, or no right to it (they look alike)
    │   └── BlockedError      3      a CDN in front of the server refused us, not the server
    ├── IncompleteError       4      something could not be fetched or does not add up
    ├── ServerError           5      one request failed for good, or the server as a whole
    │   ├── OutageError       5      the server as a whole does not serve us now: stop, resume later
    │   │   └── UnreachableError 5   no connection: refused, unknown host, TLS
    │   ├── TransientError    5      worth another try: cut, timed out, 5xx, a wrong document
    │   │   └── ThrottledError 5     429 or 503: the whole pool should slow down
    │   └── RefusedError      5      an answer that trying again does not change (4xx, redirect)
    │       └── MalformedError 5     an ID or an answer that can never be used
    └── LocalError            6      this machine: disk, permission, damaged or locked state
        └── SnapshotError     6      a snapshot that cannot be read

``SnapshotError`` is a fault (1) where a command is asked to find faults.

What a crawl does next follows from the class: ``AccessError`` and ``OutageError`` end the
run, ``TransientError`` is retried, and a ``ServerError`` that remains is a gap of that item.
"""

from http import HTTPStatus
from pathlib import Path

__all__ = (
    "AccessError",
    "BlockedError",
    "ConfigError",
    "CrawlerError",
    "CredentialsError",
    "IncompleteError",
    "LocalError",
    "MalformedError",
    "OutageError",
    "ProjectError",
    "RefusedError",
    "ServerError",
    "SnapshotError",
    "ThrottledError",
    "TransientError",
    "UncertainError",
    "UnreachableError",
    "UsageError",
)


class CrawlerError(Exception):
    """Base of everything this package raises on purpose."""

    exit_code = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(CrawlerError):
    """The command was given something that makes no sense."""

    exit_code = 2


class ConfigError(UsageError):
    """A value of the configuration is unknown, of the wrong type or out of range."""

    def __init__(self, message: str, *, origin: str = "", hint: str = "") -> None:
        super().__init__(f"{origin}: {message}" if origin else message, hint=hint)
        self.origin = origin


class AccessError(CrawlerError):
    """The server will not let us read; asking again changes nothing."""

    exit_code = 3


class CredentialsError(AccessError):
    """The credentials are missing or were refused."""


class ProjectError(AccessError):
    """The server answers alike for a project that is missing and one we may not see."""

    def __init__(self, project: str, server: str) -> None:
        super().__init__(
            f"Project {project!r} was not found on {server}, or this account has no right to it"
            " (the server answers both alike).",
            hint="See 'testomat-crawler projects' for those that the account reaches.",
        )
        self.project = project
        self.server = server


class BlockedError(AccessError):
    """A CDN or firewall in front of the server refused the request with a page of its own."""


class IncompleteError(CrawlerError):
    """The crawl ended, but something is missing or does not add up."""

    exit_code = 4


class ServerError(CrawlerError):
    """A request failed; `request` is its method and path, `trace` the server's own identifiers.

    `cause` is one or two stable words for counting, such as `timeout` or `HTTP 502`.
    """

    exit_code = 5

    def __init__(
        self,
        problem: str,
        *,
        request: str = "",
        status: HTTPStatus | int | None = None,
        trace: str = "",
        hint: str = "",
        cause: str = "",
    ) -> None:
        facts = ", ".join(part for part in (request, trace) if part)
        super().__init__(f"{problem} ({facts})." if facts else f"{problem}.", hint=hint)
        self.problem = problem
        self.request = request
        self.status = status
        self.trace = trace
        self.cause = cause


class OutageError(ServerError):
    """The server as a whole does not serve us now; what was fetched is kept for the next run."""


class UnreachableError(OutageError):
    """No connection could be made, or not with this server's certificate.

    `passing` is true if it may well work in a moment (a refused connection, not a certificate).
    """

    def __init__(
        self,
        problem: str,
        *,
        passing: bool = False,
        request: str = "",
        trace: str = "",
        hint: str = "",
        cause: str = "no connection",
    ) -> None:
        super().__init__(problem, request=request, trace=trace, hint=hint, cause=cause)
        self.passing = passing


class TransientError(ServerError):
    """This attempt failed in a way that another attempt may not."""


class ThrottledError(TransientError):
    """429 or 503; `retry_after` is the wait in seconds that the server asks for, if it does."""

    def __init__(
        self,
        problem: str,
        *,
        retry_after: float | None = None,
        request: str = "",
        status: HTTPStatus | int | None = None,
        trace: str = "",
        hint: str = "",
        cause: str = "",
    ) -> None:
        super().__init__(
            problem, request=request, status=status, trace=trace, hint=hint, cause=cause
        )
        self.retry_after = retry_after


class UncertainError(ServerError):
    """No usable answer came to a request that may all the same have written something."""


class RefusedError(ServerError):
    """An answer that another attempt does not change."""


class MalformedError(RefusedError):
    """An ID that cannot be asked for, or an answer that no further attempt makes usable."""


class LocalError(CrawlerError):
    """This machine stands in the way: disk, permission, state.

    `missing` is the path that was to be read, if nothing is there.
    """

    exit_code = 6
    missing: Path | None = None

    @classmethod
    def from_os_error(cls, action: str, path: Path | str, error: OSError) -> "LocalError":
        """Writes the sentence for an operating-system error met while doing `action` on `path`."""
        reason = error.strerror or type(error).__name__
        made = cls(f"Could not {action} {path}: {reason}.")
        if action == "read" and isinstance(error, FileNotFoundError):
            made.missing = Path(path)
        return made


class SnapshotError(LocalError):
    """A file that should be a snapshot is not one that this version can read."""
