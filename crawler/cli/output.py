"""What goes where: results to standard output; the log and all else to standard error, scrubbed."""

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, TextIO
from urllib.parse import quote

import click

from crawler.cli.colour import emphasised, style_for
from crawler.config.settings import LogFormat
from crawler.errors import LocalError
from crawler.redaction import MASK, mask_address, printable, printable_json

__all__ = (
    "Scrubber",
    "json_line",
    "logging_to_stderr",
    "write_error",
    "write_line",
    "write_note",
    "write_text",
)

_LEVELS: Final = {
    -1: logging.ERROR,
    0: logging.WARNING,
    1: logging.INFO,
    2: logging.DEBUG,
}
# A shorter secret would blacken half of every line, and give itself away by what it hides.
_SHORTEST_SECRET: Final = 4
_HANGING: Final = 2  # columns by which the rest of a line that was wrapped stands to the right


class Scrubber:
    """Makes text fit to be shown: known secrets masked, control characters visible."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for each in secrets for form in (each, quote(each, safe=""))}
        kept = [form for form in forms if len(form) >= _SHORTEST_SECRET]
        # The longest first: one secret may be a part of another.
        self._forms = sorted(kept, key=lambda form: (-len(form), form))

    def __call__(self, text: str) -> str:
        """One line of text, fit to be shown."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return printable(mask_address(text))

    def lines(self, text: str) -> str:
        """Text whose line breaks are our own, such as a traceback."""
        return "\n".join(map(self, text.splitlines()))

    def values(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Facts with their texts scrubbed."""
        return {
            name: self(value) if isinstance(value, str) else value for name, value in facts.items()
        }


class _ScrubbingFilter(logging.Filter):
    """Rewrites each record before any formatter sees it."""

    def __init__(self, scrub: Scrubber) -> None:
        super().__init__()
        self._scrub = scrub

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._scrub(record.getMessage()), ()
        record.__dict__["facts"] = self._scrub.values(record.__dict__.get("facts", {}))
        if record.exc_info:
            # The formatters take a text that is there already for the one they would make.
            trace = logging.Formatter().formatException(record.exc_info)
            record.exc_text = self._scrub.lines(trace)
        return True


class _StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is at the moment: a progress line puts itself before it."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # an attribute there
        """Standard error as it is now."""
        return sys.stderr


class _TextFormatter(logging.Formatter):
    """Lines for people; the time only where somebody asked to look closely."""

    def __init__(self, *, timed: bool) -> None:
        super().__init__(datefmt="%H:%M:%S")
        self._timed = timed

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  named by logging
        if self._timed:
            return f"{self.formatTime(record, self.datefmt)} {record.levelname:7} {record.message}"
        return emphasised(f"{record.levelname.capitalize()}: {record.message}", sys.stderr)


class _JsonFormatter(logging.Formatter):
    """One object a line: time, level, event, then the facts."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "time": _iso(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "event": record.__dict__.get("event") or record.name.removeprefix("crawler."),
            "text": record.getMessage(),
            **record.__dict__.get("facts", {}),
        }
        if record.exc_text:
            fields["traceback"] = record.exc_text
        return json_line(fields)


@contextmanager
def logging_to_stderr(verbosity: int, log_format: LogFormat, scrub: Scrubber) -> Iterator[None]:
    """Log to standard error while the context lasts; the levels before are restored after it."""
    handler = _StderrHandler()
    handler.addFilter(_ScrubbingFilter(scrub))
    timed = verbosity > 0
    as_json = log_format is LogFormat.JSON
    handler.setFormatter(_JsonFormatter() if as_json else _TextFormatter(timed=timed))
    root, ours = logging.getLogger(), logging.getLogger("crawler")
    before = root.level, ours.level
    root.addHandler(handler)
    # Libraries log for their own developers; only their warnings are of use here.
    root.setLevel(max(_LEVELS[verbosity], logging.WARNING))
    ours.setLevel(_LEVELS[verbosity])
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before[0])
        ours.setLevel(before[1])


def write_line(text: str) -> None:
    """One line of a result, to standard output; raises `LocalError` if that is full."""
    write_text(f"{text}\n")


def write_text(text: str) -> None:
    """A piece of a result, to standard output; raises `LocalError` if that is full."""
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise LocalError.from_os_error("write to", "standard output", error) from error


def write_note(text: str) -> None:
    """Lines for people, to standard error; on a terminal no word is cut at its edge."""
    shown = "\n".join(map(_wrapped, text.split("\n")))
    click.echo(emphasised(shown, sys.stderr), err=True)


def _wrapped(line: str) -> str:
    hanging = " " * (len(line) - len(line.lstrip(" !")) or _HANGING)
    return "\n".join(style_for(sys.stderr).rows(line, hanging))


def write_error(text: str, code: int, log_format: LogFormat) -> None:
    """The last word before the process ends with `code`, to standard error."""
    line = _wrapped(f"Error: {text}") if text else ""
    if log_format is LogFormat.JSON:
        facts = {"level": "error", "event": "failed", "text": text, "exit_code": code}
        line = json_line({"time": _iso(datetime.now(UTC)), **facts})
    else:
        line = emphasised(line, sys.stderr)
    if line:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def json_line(fields: Mapping[str, Any]) -> str:
    """One JSON object on one line, fit to be shown; it reads to what it was made of."""
    return printable_json(json.dumps(fields, ensure_ascii=False, default=str))


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
