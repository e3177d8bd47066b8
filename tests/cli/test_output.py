"""The log: its two forms, its levels, and what never gets into it."""

import json
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli.output import Scrubber, json_line, logging_to_stderr
from crawler.cli.progress_log import LoggingProgress
from crawler.config.settings import LogFormat
from crawler.progress import NoProgress, Requested, Retried, Slowed, Warned
from crawler.redaction import printable

LOGGER = logging.getLogger("crawler.test")
EVENTS = (
    Requested("GET /suites", 200, 0.25, 12345, attempt=2, trace="request abc"),
    Retried("GET /suites", "HTTP 502", attempt=1, wait=1.5),
    Slowed(rate=5.0, pause=2.0, reason="HTTP 429"),
    Warned("3 orphans"),
)


def logged(
    capsys: pytest.CaptureFixture[str], verbosity: int, form: LogFormat = LogFormat.TEXT
) -> list[str]:
    """The lines that all events leave at a verbosity."""
    with logging_to_stderr(verbosity, form, Scrubber()):
        progress = LoggingProgress(NoProgress())
        for event in EVENTS:
            progress.report(event)
    streams = capsys.readouterr()
    assert streams.out == ""
    return streams.err.splitlines()


def test_without_v_only_warnings_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """And with -q not even those."""
    assert logged(capsys, 0) == ["Warning: 3 orphans"]
    assert logged(capsys, -1) == []


def test_with_v_retries_and_pauses_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines for people, with the time of day."""
    retried, slowed, warned = (line.split(maxsplit=2) for line in logged(capsys, 1))
    assert retried[1:] == ["INFO", "GET /suites: HTTP 502, attempt 2 in 1.5 s"]
    assert slowed[1:] == ["INFO", "HTTP 429: pause of 2.0 s, then 5.0 requests/s"]
    assert warned[1:] == ["WARNING", "3 orphans"]


def test_with_vv_each_request_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Status, size, time, attempt, and the server's own identifier."""
    line = logged(capsys, 2)[0]
    assert "DEBUG" in line
    assert line.endswith("GET /suites: 200, 12,345 bytes, 0.250 s, attempt 2, request abc")


def test_json_lines_have_time_level_event_and_the_facts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One object a line, each of them whole."""
    records = [json.loads(line) for line in logged(capsys, 2, LogFormat.JSON)]
    assert [record["event"] for record in records] == ["requested", "retried", "slowed", "warned"]
    assert all(record["time"].endswith("Z") for record in records)
    assert records[0]["level"] == "debug"
    assert records[0]["body_bytes"] == 12345
    assert records[1]["wait"] == 1.5


@pytest.mark.parametrize("form", list(LogFormat))
def test_secrets_are_scrubbed_from_message_facts_and_traceback(
    form: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    """Known values, addresses with credentials, and text that would move the cursor."""
    with logging_to_stderr(2, form, Scrubber(["hunter22"])):
        try:
            raise ValueError("hunter22 in a traceback\x1b[2J")  # noqa: TRY301
        except ValueError:
            LOGGER.exception(
                "%s at %s",
                "hunter22",
                "http://me:word@x/?api_key=key1",
                extra={"facts": {"a": "hunter22"}},
            )
    err = capsys.readouterr().err
    for hidden in ("hunter22", "word", "key1", "\x1b"):
        assert hidden not in err
    assert "Traceback" in err


def test_other_libraries_are_heard_only_when_they_warn(capsys: pytest.CaptureFixture[str]) -> None:
    """Their debugging is for their developers, whatever our verbosity."""
    with logging_to_stderr(2, LogFormat.TEXT, Scrubber()):
        logging.getLogger("asyncio").debug("selector")
        logging.getLogger("aiohttp").warning("unclosed")
    assert capsys.readouterr().err.splitlines()[0].endswith("unclosed")


def test_the_log_ends_with_its_context(capsys: pytest.CaptureFixture[str]) -> None:
    """A second call in the same process does not write every line twice."""
    levels = logging.getLogger().level, logging.getLogger("crawler").level
    for _ in range(2):
        with logging_to_stderr(1, LogFormat.TEXT, Scrubber()):
            LOGGER.info("once")
        assert capsys.readouterr().err.count("once") == 1
    assert levels == (logging.getLogger().level, logging.getLogger("crawler").level)


def test_the_log_goes_to_standard_error_as_it_is_now(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, terminal: object
) -> None:
    """A live progress line puts itself before the stream, after the log was set up."""
    with logging_to_stderr(0, LogFormat.TEXT, Scrubber()):
        monkeypatch.setattr(sys, "stderr", terminal)
        LOGGER.warning("moved")
    assert capsys.readouterr().err == ""
    assert "moved" in terminal.getvalue()  # type: ignore[attr-defined]


TEXTS = st.text(min_size=4, max_size=12)


@given(st.lists(TEXTS, min_size=1, max_size=3), TEXTS, TEXTS)
def test_no_secret_survives_whatever_surrounds_it(
    secrets: list[str], before: str, after: str
) -> None:
    """One secret may hold another, or begin where another ends."""
    kept = [secret for secret in secrets if "*" not in secret and "\\" not in secret]
    scrub = Scrubber(kept)
    for secret in kept:
        shown = scrub(before + secret + after)
        assert secret not in shown


@given(st.text() | st.text('\x9b\u202e\x1b\\"a'))
def test_a_json_line_obeys_no_terminal_and_reads_to_the_same(text: str) -> None:
    """Results of `--format json` are printed on terminals too."""
    line = json_line({"title": text})
    assert json.loads(line) == {"title": text}
    assert printable(line) == line
