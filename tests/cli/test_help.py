"""The help of every command: whole, and fit for a small window."""

from collections.abc import Callable, Iterator
from typing import Any

import click
import pytest

from crawler.cli.help import EXIT_CODES
from crawler.cli.main import cli
from crawler.errors import CrawlerError


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every command below a group, and of the group."""
    yield path
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def error_codes(error: type[CrawlerError]) -> Iterator[int]:
    """The exit codes of an error class and of all below it."""
    for below in error.__subclasses__():
        yield below.exit_code
        yield from error_codes(below)


@pytest.mark.parametrize("path", list(commands(cli)), ids=" ".join)
def test_every_help_has_an_example_and_exit_codes_in_80_columns(
    path: tuple[str, ...], call: Callable[..., Any]
) -> None:
    """The example is a call of that very command."""
    outcome = call(*path, "--help")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.strip() in {"Example:", "Examples:"} for line in lines)
    assert any(line.strip().startswith(" ".join(["testomat-crawler", *path])) for line in lines[1:])
    assert "Exit codes:" in outcome.out
    assert "  0  done and complete" in outcome.out


def test_only_commands_that_keep_progress_promise_to_resume(call: Callable[..., Any]) -> None:
    """The others are short, or keep nothing."""
    promising = [path for path in commands(cli) if "resumes" in call(*path, "--help").out]
    assert promising == [(), ("snapshot",), ("restore",), ("backup",)]


def test_every_option_has_help() -> None:
    """An option without a word is a riddle."""
    for path in commands(cli):
        command: click.Command = cli
        for name in path:
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), name)
            assert found is not None
            command = found
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{path}: {parameter.opts}"


def test_the_table_of_exit_codes_has_those_of_all_errors() -> None:
    """No error ends with a code that the help does not explain."""
    assert set(error_codes(CrawlerError)) <= set(EXIT_CODES)


def test_a_command_that_can_be_refused_says_so(call: Callable[..., Any]) -> None:
    """Whoever scripts `check` looks for these codes in its help."""
    help_text = call("check", "--help").out
    for code in (2, 3, 5, 130, 143):
        assert f"{code:>3}  {EXIT_CODES[code].partition(';')[0]}" in help_text
