"""The entry: what it says first, and how every way to fail becomes a sentence and a code."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from crawler import __version__
from crawler.cli.main import COMMANDS, cli
from crawler.errors import (
    ConfigError,
    CredentialsError,
    IncompleteError,
    LocalError,
    ProjectError,
    UnreachableError,
)


@pytest.fixture
def fail(job: Callable[[str, Any], None], call: Callable[..., Any]) -> Callable[..., Any]:
    """Calls `check` with a job that raises the given error."""

    def fail(error: BaseException, *arguments: str) -> Any:
        async def check(*args: object, **more: object) -> None:
            raise error

        job("check.check", check)
        return call("check", *arguments)

    return fail


def test_without_arguments_it_says_what_it_is_and_how_to_start(call: Callable[..., Any]) -> None:
    """Three commands, each of which exists."""
    outcome = call()
    assert outcome.code == 0
    steps = [line.split()[1] for line in outcome.out.splitlines() if line.startswith("  ")]
    assert len(steps) == 3
    assert set(steps) <= set(COMMANDS)
    assert max(map(len, outcome.out.splitlines())) <= 88


def test_the_version_is_told(call: Callable[..., Any]) -> None:
    """Name and number, on standard output."""
    outcome = call("--version")
    assert (outcome.code, outcome.out) == (0, f"testomat-crawler {__version__}\n")


def test_a_module_of_the_package_runs_the_same_program() -> None:
    """`python -m crawler` is the console script by another name."""
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"testomat-crawler {__version__}\n"


def test_the_table_of_commands_says_what_each_command_says_of_itself() -> None:
    """The list in the help is a table, so that no module is needed for it."""
    context = click.Context(cli)
    for name, purpose in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert (command.help or "").splitlines()[0] == purpose


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["snapshto"], "No such command 'snapshto'. Did you mean 'snapshot'? See"),
        (["zzz"], "No such command 'zzz'. See 'testomat-crawler --help'."),
        (["config", "shwo"], "See 'testomat-crawler config --help'."),
        (["config"], "Missing command. Choose from: init, show. See 'testomat-crawler config --h"),
        (["check", "--worker", "2"], "'--worker'. Did you mean '--workers'? See 'testomat-craw"),
        (["check", "--zzz"], "No such option '--zzz'. See 'testomat-crawler check --help'."),
        (["check", "shop", "x"], "unexpected extra argument (x). See 'testomat-crawler check"),
        (
            ["check", "--rate", "fast"],
            "Invalid value for '--rate': 'fast' is not a valid number. See",
        ),
        (["check", "--workers", "2.5"], "'--workers': '2.5' is not a valid whole number. See"),
        (["demo", "--port", "70000"], "'--port': It has to be 65535 at most, not 70000. See"),
        (["show", "x", "--depth", "0"], "'--depth': It has to be 1 at least, not 0. See"),
        (["check", "--progress", "dots"], "Invalid value for '--progress'"),
        (["check", "--rate", "0"], "--rate: must be above 0 and at most 1000 requests a second"),
        (["check", "--rate", "nan"], "--rate: must be above 0"),
        (["check", "--workers", "-1"], "--workers: must be from 1 to 256, not -1."),
        (["check", "-v", "-q"], "-v and -q contradict each other."),
        (["check", "--url", "ftp://x"], "--url: must begin with https:// or http://, not ftp://."),
        (["check", "--config", "none.toml"], "Could not read none.toml: No such file"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_exit_code_2(
    arguments: list[str],
    sentence: str,
    call: Callable[..., Any],
    job: Callable[[str, Any], None],
) -> None:
    """It names the flag, or says where the help is."""
    job("check.check", None)
    outcome = call(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.startswith("Error: ")
    assert sentence in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_file_that_is_not_there_brings_its_neighbour_to_mind(
    call: Callable[..., Any], tmp_path: Path
) -> None:
    """Where one has a name like it, be it only without its suffix."""
    (tmp_path / "my-shop.yaml").touch()
    for name in ("my-shop.yml", "my-shop", "My-Shoop.yaml"):
        outcome = call("show", str(tmp_path / name))
        assert outcome.code == 6
        assert outcome.err.endswith(f"directory. Did you mean {tmp_path / 'my-shop.yaml'}?\n")
    for name in ("big.yaml", "none/my-shop.yaml"):
        assert call("show", str(tmp_path / name)).err.endswith("No such file or directory.\n")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("x."), 2),
        (CredentialsError("x."), 3),
        (ProjectError("shop", "https://a.example"), 3),
        (IncompleteError("x."), 4),
        (UnreachableError("x"), 5),
        (LocalError("x."), 6),
        (OSError(errno.ENOSPC, "No space left on device"), 6),
        (OSError(errno.EMFILE, "Too many open files"), 6),
        (PermissionError(errno.EACCES, "Permission denied", "place"), 6),
        (ExceptionGroup("g", [ValueError("other"), ExceptionGroup("h", [LocalError("x.")])]), 6),
        (KeyError("x"), 70),
        (ExceptionGroup("g", [ValueError("x")]), 70),
    ],
)
def test_every_failure_has_its_exit_code(
    error: Exception, code: int, fail: Callable[..., Any]
) -> None:
    """One line of plain words and no traceback."""
    outcome = fail(error)
    assert outcome.code == code
    assert outcome.err.startswith("Error: ")
    assert outcome.err.count("\n") == 1


def test_a_bug_is_called_one(fail: Callable[..., Any]) -> None:
    """The sentence says so, and how to see more."""
    outcome = fail(ZeroDivisionError("division by zero"))
    assert outcome.err == (
        f"Error: This is a bug in testomat-crawler {__version__}: ZeroDivisionError:"
        " division by zero. With -vv it shows where.\n"
    )


@pytest.mark.parametrize("error", [ZeroDivisionError("x"), LocalError("x.")])
def test_a_traceback_is_shown_with_vv_only(error: Exception, fail: Callable[..., Any]) -> None:
    """For a bug as for an error of the plain kind."""
    assert "Traceback" not in fail(error, "-v").err
    assert "Traceback" in fail(error, "-vv").err


def test_an_error_shows_no_secret_and_no_control_character(
    fail: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even if a library put them into its message."""
    monkeypatch.setenv("TESTOMATIO_PASSWORD", "hunter22 / ä")
    error = RuntimeError("hunter22 / ä hunter22%20%2F%20%C3%A4 \x1b[2J ?api_key=abc")
    for arguments in ([], ["-vv"]):
        err = fail(error, *arguments).err
        assert "hunter22" not in err
        assert "abc" not in err
        assert "\x1b" not in err


def test_with_json_logs_the_error_is_a_record_too(fail: Callable[..., Any]) -> None:
    """Whoever reads the stream by program learns the end from it."""
    outcome = fail(LocalError("Disk full."), "--log-format", "json")
    record = json.loads(outcome.err)
    assert record["level"] == "error"
    assert (record["text"], record["exit_code"]) == ("Disk full.", 6)


def test_json_is_kept_even_for_a_mistake_in_another_flag(call: Callable[..., Any]) -> None:
    """The format was given, so it holds from then on."""
    outcome = call("config", "show", "--log-format", "json", "--rate", "0")
    assert json.loads(outcome.err)["exit_code"] == 2


def test_ctrl_c_outside_of_a_job_is_130(fail: Callable[..., Any]) -> None:
    """Wherever Python raises it."""
    outcome = fail(KeyboardInterrupt())
    assert outcome.code == 130
    assert "Traceback" not in outcome.err


@pytest.mark.skipif(os.name != "posix", reason="pipes of this kind")
def test_a_reader_that_goes_away_is_no_traceback() -> None:
    """`config show | head -0`: nobody is left to tell, but it was not complete either."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "crawler", "config", "show"],
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (6, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a disk that is always full")  # noqa: PTH110
def test_a_full_disk_behind_standard_output_is_noticed() -> None:
    """Whether a line meets it or the buffer that is written out at the end."""
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "crawler", "config", "show"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 6
    assert "standard output: No space left on device." in done.stderr
