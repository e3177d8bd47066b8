"""The progress displays: what they show, how often, and what they leave behind."""

import io
import json
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from crawler.cli.figures import Figures, duration
from crawler.cli.progress_bar import BarProgress, progress_line
from crawler.cli.progress_json import JsonProgress
from crawler.cli.progress_plain import PlainProgress
from crawler.cli.running import open_progress, progress_mode
from crawler.config.settings import ProgressMode, Settings
from crawler.progress import (
    Advanced,
    Began,
    Event,
    PhaseChanged,
    Requested,
    Retried,
    Slowed,
    Warned,
)
from crawler.redaction import printable

BEGAN = Began("shop", "https://app.testomat.io", resumed=100)
REQUESTED = Requested("GET /suites", 200, 0.1, 1000)
RETRIED = Retried("GET /suites", "HTTP 502", 1, 0.5)


def fill(report: Callable[[Event], None], clock: Any) -> None:
    """Half of a large project, in a minute and a bit, with some trouble."""
    report(BEGAN)
    report(PhaseChanged("reconciling"))
    clock.now = 75.0
    for _ in range(600):
        report(REQUESTED)
    for _ in range(12):
        report(RETRIED)
    report(Advanced(suites_done=1350, suites_known=2600, tests=21500))


def drawn(clock: Any, width: int) -> str:
    """The last line that a bar draws on a console of that width."""
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=True, legacy_windows=False)
    bar = BarProgress(clock, console=console, redraw_by_itself=False)
    fill(bar.report, clock)
    console.print(bar)
    return re.sub(r"\x1b\[[\d;]*m", "", stream.getvalue().splitlines()[-1])


def test_the_bar_shows_everything_at_120_columns(clock: Any) -> None:
    """Phase, bar, suites, tests, speed, retries, time, and an estimate of the rest."""
    line = drawn(clock, 120)
    assert len(line) <= 120
    assert line.startswith("reconciling  ━")
    for part in (
        "1,350/2,600 suites",
        "21,500 tests",
        "8.0 requests/s",
        "12 retries",
        "1:15",
        "about 1:15 left",
    ):
        assert part in line
    filled, empty = line.count("━"), line.count("─")
    assert filled == int(1350 / 2600 * (filled + empty))


def test_the_bar_keeps_the_main_figures_at_80_columns(clock: Any) -> None:
    """What weighs least gives way, and no figure is cut in the middle."""
    line = drawn(clock, 80)
    assert len(line) <= 80
    for part in ("reconciling", "1,350/2,600 suites", "21,500 tests", "1:15", "about 1:15 left"):
        assert part in line
    assert "…" not in line
    assert "━━━━━─────" in line


def test_the_bar_is_of_letters_where_a_terminal_has_no_lines(clock: Any) -> None:
    """And there is none before it is known how much there is."""
    figures = Figures(clock)
    assert "#" not in progress_line(figures, 80, ascii_only=True).plain
    fill(figures.add, clock)
    assert "#####-----" in progress_line(figures, 80, ascii_only=True).plain


def test_the_bar_tells_done_from_open_without_its_colours(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With NO_COLOR no colour is sent."""
    monkeypatch.setenv("NO_COLOR", "1")
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=True, legacy_windows=False)
    figures = Figures(clock)
    fill(figures.add, clock)
    console.print(progress_line(figures, 80))
    assert "\x1b[3" not in stream.getvalue()
    assert "━─" in stream.getvalue().replace("\x1b[0m", "").replace("\x1b[2m", "")


@given(st.integers(10, 200), st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_line_never_exceeds_the_terminal(width: int, done: int, known: int) -> None:
    """Whatever the figures are; a longer line would wrap and scroll."""

    class Still:
        def monotonic(self) -> float:
            return 50.0

    figures = Figures(Still())  # type: ignore[arg-type]
    figures.add(PhaseChanged("a phase with a long name"))
    figures.add(Advanced(done, known, done))
    assert len(progress_line(figures, width)) <= width


@pytest.mark.parametrize("error", [None, KeyboardInterrupt, ValueError])
def test_the_bar_leaves_nothing_behind(error: type[BaseException] | None, clock: Any) -> None:
    """The line is wiped and the cursor is back, however the job ends."""
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=True, legacy_windows=False)
    before = sys.stderr
    try:
        with BarProgress(clock, console=console, redraw_by_itself=False) as bar:
            fill(bar.report, clock)
            if error:
                raise error
    except (KeyboardInterrupt, ValueError):
        pass
    text = stream.getvalue()
    assert "1,350/2,600 suites" in text
    wiped = text.rpartition("suites")[2]
    assert "\x1b[2K" in wiped
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")
    assert sys.stderr is before


def test_what_is_printed_meanwhile_stands_above_the_bar(clock: Any) -> None:
    """A warning neither tears the line nor is wiped with it."""
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=True, legacy_windows=False)
    with BarProgress(clock, console=console, redraw_by_itself=False):
        sys.stderr.write("Warning: [bold]3 orphans\n")
    assert "Warning: [bold]3 orphans\n" in stream.getvalue()


def test_plain_writes_at_the_start_at_phases_and_every_ten_seconds(clock: Any) -> None:
    """A thousand requests within a second are no line at all."""
    stream = io.StringIO()
    with PlainProgress(clock, stream=stream) as plain:
        plain.report(BEGAN)
        plain.report(PhaseChanged("walking"))
        for second in range(25):
            clock.now = float(second)
            for _ in range(100):
                plain.report(REQUESTED)
            plain.report(Advanced(100 + second, 200, second * 10))
        plain.report(PhaseChanged("writing"))
    lines = stream.getvalue().splitlines()
    assert lines[0] == (
        "reading shop from https://app.testomat.io, going on after 100 suites of an earlier run"
    )
    assert [line.partition(":")[0] for line in lines[1:]] == ["walking"] * 3 + ["writing"]
    assert "100.1 requests/s" in lines[2]
    assert lines[-1].startswith("writing: 124/200 suites, 240 tests, ")
    assert max(map(len, lines)) <= 100


def test_json_writes_one_object_a_line(clock: Any) -> None:
    """The frequent events become one line a second; the last figures are never lost."""
    stream = io.StringIO()
    with JsonProgress(clock, stream=stream) as progress:
        progress.report(BEGAN)
        progress.report(PhaseChanged("walking"))
        progress.report(RETRIED)
        progress.report(Slowed(5.0, 1.0, "HTTP 429"))
        for tenth in range(31):
            clock.now = tenth / 10
            progress.report(REQUESTED)
            progress.report(Advanced(100 + tenth, 200, tenth))
        progress.report(Warned("in the log already"))
    records = [json.loads(line) for line in stream.getvalue().splitlines()]
    events = [record["event"] for record in records]
    assert events == ["began", "phase", "retried", "slowed"] + ["advanced"] * 4
    assert all(record["time"].startswith("2024-05-01T12:00:0") for record in records)
    assert records[0]["project"] == "shop"
    assert records[2]["cause"] == "HTTP 502"
    last = records[-1]
    assert (last["suites_done"], last["suites_known"], last["tests"]) == (130, 200, 30)
    assert (last["requests"], last["retries"]) == (31, 1)
    assert (last["elapsed_seconds"], last["remaining_seconds"]) == (3.0, 7)


@pytest.mark.parametrize("kind", [PlainProgress, JsonProgress])
def test_no_display_repeats_control_characters_or_credentials(kind: Any, clock: Any) -> None:
    """Names come from the server, addresses from the user."""
    stream = io.StringIO()
    with kind(clock, stream=stream) as progress:
        progress.report(Began("\x1b[2J\u202e", "https://me:hidden@example.com"))
        progress.report(PhaseChanged("\x9bA\nB"))
    text = stream.getvalue()
    for character in ("\x1b", "\u202e", "\x9b", "hidden"):
        assert character not in text
    assert text.count("\n") == 2


@pytest.mark.parametrize("kind", [PlainProgress, JsonProgress])
def test_a_stream_that_is_gone_does_not_end_the_job(kind: Any, clock: Any) -> None:
    """Somebody closed the terminal; the crawl has its own work to finish."""
    stream = io.StringIO()
    stream.close()
    with kind(clock, stream=stream) as progress:
        fill(progress.report, clock)


def test_an_estimate_waits_until_it_means_something(clock: Any) -> None:
    """Suites that were resumed took no time, so they do not count."""
    figures = Figures(clock)
    figures.add(BEGAN)
    figures.add(Advanced(100, 200, 0))
    clock.now = 10.0
    assert figures.remaining is None
    figures.add(Advanced(110, 200, 0))
    assert figures.remaining == pytest.approx(90.0)
    figures.add(Advanced(200, 200, 0))
    assert figures.remaining is None


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0:00"),
        (59.6, "1:00"),
        (75, "1:15"),
        (3599.6, "1:00:00"),
        (36_001, "10:00:01"),
        (-1, "0:00"),
    ],
)
def test_durations_are_written_as_on_a_clock(seconds: float, shown: str) -> None:
    """Rounded before they are split, so no minute has sixty seconds."""
    assert duration(seconds) == shown


def test_auto_is_a_bar_only_where_a_person_watches(
    monkeypatch: pytest.MonkeyPatch, terminal: Any
) -> None:
    """A pipe, CI and a terminal that cannot redraw get plain lines."""
    assert progress_mode(Settings()) is ProgressMode.PLAIN
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert progress_mode(Settings()) is ProgressMode.BAR
    monkeypatch.setenv("CI", "true")
    assert progress_mode(Settings()) is ProgressMode.PLAIN
    monkeypatch.delenv("CI")
    monkeypatch.setenv("TERM", "dumb")
    assert progress_mode(Settings()) is ProgressMode.PLAIN


def test_auto_is_nothing_when_quiet_and_json_when_the_log_is(
    monkeypatch: pytest.MonkeyPatch, terminal: Any
) -> None:
    """A line for people would spoil the stream; what was asked for by name always holds."""
    monkeypatch.setattr(sys, "stderr", terminal)
    assert progress_mode(Settings(verbosity=-1)) is ProgressMode.NONE
    assert progress_mode(Settings(log_format="json")) is ProgressMode.JSON  # type: ignore[arg-type]
    asked = Settings(verbosity=-1, progress="bar")  # type: ignore[arg-type]
    assert progress_mode(asked) is ProgressMode.BAR


@pytest.mark.parametrize("mode", list(ProgressMode))
def test_every_mode_has_a_display_that_takes_every_event(
    mode: ProgressMode, clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """None of them raises, and none of them writes to standard output."""
    with open_progress(Settings(progress=mode), clock) as display:
        fill(display.report, clock)
        display.report(Slowed(1.0, 0.0, "HTTP 429"))
        display.report(Warned("x"))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("mode", list(ProgressMode))
def test_no_display_lets_a_terminal_obey_a_title(
    mode: ProgressMode, clock: Any, terminal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the server sends is text: escapes in it are shown and do nothing."""
    evil = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eevil[bold]"
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    with open_progress(Settings(progress=mode), clock) as display:
        for event in (
            Began(evil, f"https://{evil}"),
            PhaseChanged(evil),
            Retried(f"GET /{evil}", evil, 1, 0.5, evil),
            Slowed(1.0, 2.0, evil),
            Warned(evil),
            Advanced(1, 2, 3),
        ):
            clock.now += 20.0
            display.report(event)
    shown = terminal.getvalue()
    assert "\x1b]0;" not in shown
    assert "\x1b[2J" not in shown
    assert not {"\x07", "\x9b", "\u202e"} & set(shown)


@pytest.mark.parametrize("width", [20, 80, 200])
def test_the_bar_shows_an_escape_instead_of_obeying_it(clock: Any, width: int) -> None:
    """The phase is the only text on it that is not ours to the letter."""
    figures = Figures(clock)
    figures.add(PhaseChanged("\x1b[2J\x07"))
    line = progress_line(figures, width).plain
    assert printable(line) == line


def test_before_any_suite_is_known_none_are_counted(clock: Any) -> None:
    """While projects are listed there is nothing to count yet."""
    stream = io.StringIO()
    plain = PlainProgress(clock, stream=stream)
    plain.report(PhaseChanged("listing projects"))
    assert stream.getvalue() == "listing projects: 0.0 requests/s, 0:00\n"
