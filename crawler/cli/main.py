"""The entry: finds the command, and alone turns every way to fail into a sentence and a code."""

import errno
import importlib
import keyword
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import click

from crawler import __version__
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.output import write_error
from crawler.cli.session import Session
from crawler.cli.starting import Stopped, loaded
from crawler.config.settings import LogFormat
from crawler.errors import CrawlerError, LocalError
from crawler.near import did_you_mean, nearest

__all__ = ("COMMANDS", "cli", "main", "run")

NAME: Final = "testomat-crawler"

# The list in --help comes from here, so that it needs none of the modules.
COMMANDS: Final = {
    "demo": "See it work, against an embedded server.",
    "snapshot": "Crawl one project and write its snapshot.",
    "diff": "Show what changed between two snapshots.",
    "verify": "Check that a snapshot is whole and unaltered.",
    "convert": "Convert a snapshot to another format.",
    "export": "Write a snapshot as files for another tool.",
    "import-from": "Read files of another tool into a snapshot.",
    "show": "Show the tree of a snapshot.",
    "report": "Write one HTML page to browse and search a snapshot in.",
    "restore": "Write a snapshot into a project.",
    "import": "Send tests into a project, as the service's own importer does.",
    "pull": "Fetch the server's own Markdown of a project.",
    "backup": "Save all configured projects, for cron.",
    "check": "Try the configuration: address, credentials, projects.",
    "projects": "List the projects that the credentials reach.",
    "runs": "List the runs of a project, as the server filters them.",
    "run": "Show one run with its results.",
    "testruns": "List the results of a run.",
    "report-run": "Report results in JUnit XML as a run of a project.",
    "config": "Write a configuration file, or show what holds.",
    "completion": "Print the completion script of a shell.",
}

_FIRST_STEPS: Final = {
    "demo": ("demo", "see it work, without an account"),
    "config": ("config init", "set up your own account and project"),
    "snapshot": ("snapshot PROJECT", "save a project"),
}
_TRACEBACK_FROM: Final = 2
_BUG: Final = 70
_DISK_TROUBLE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)
_SHORTAGE: Final = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class LazyGroup(click.Group):
    """Imports a command's module when the command is used, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        name += "_" if keyword.iskeyword(name) else ""
        module = importlib.import_module(f"crawler.cli.commands.{name}")
        command: click.Command = module.command
        loaded()
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name, or a `UsageError` that names the nearest one."""
        name = args[0]
        if name in COMMANDS or name.startswith("-"):
            return super().resolve_command(ctx, args)
        message = f"No such command {name!r}. {did_you_mean(name, COMMANDS)}"
        raise click.UsageError(message.rstrip(), ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that went away must not become click's exit code 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ReaderGoneError from None


class _ReaderGoneError(LocalError):
    """Whoever read our standard output went away, such as `head`; there is nobody to tell."""

    def __init__(self) -> None:
        super().__init__("")


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings=CONTEXT,
    epilog=epilog("testomat-crawler snapshot my-project -o my-project.yaml", resumes=True),
)
@click.version_option(__version__, "-V", "--version", message=f"{NAME} %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Save the suites and tests of a Testomat.io project as one snapshot."""
    if context.invoked_subcommand is None:
        click.echo(_welcome())


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and end the process."""
    code = run(arguments)
    try:
        sys.stdout.flush()
    except OSError:
        _forget_output()  # it was told of; a second time would change the exit code
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code; `None` takes the process's own arguments."""
    session = Session()
    try:
        code = _run_command(session, arguments)
    except click.UsageError as error:
        code = _refused(error, session)
    except click.ClickException as error:
        code = _ended(error.format_message(), 2, session)
    except click.Abort:
        click.echo(err=True)  # the question that was not answered keeps its line
        code = _ended("Interrupted.", 130, session)
    except BaseException as error:  # noqa: BLE001  the last place that can say a sentence
        code = _failed(_innermost(error), session)
    return code


def _run_command(session: Session, arguments: Sequence[str] | None) -> int:
    result = cli.main(
        None if arguments is None else list(arguments),
        prog_name=NAME,
        standalone_mode=False,
        obj=session,
    )
    _flush()
    return result if isinstance(result, int) else 0


def _flush() -> None:
    """Write out what standard output still holds: a full disk shows here and nowhere else."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise _ReaderGoneError from None
    except OSError as error:
        raise LocalError.from_os_error("write to", "standard output", error) from error


def _refused(error: click.UsageError, session: Session) -> int:
    path = error.ctx.command_path if error.ctx else NAME
    text = " ".join(_sentences(error).split())  # a list of choices has lines of its own
    end = "" if text.endswith((".", "?")) else "."
    return _ended(f"{text}{end} See '{path} --help'.", 2, session)


def _sentences(error: click.UsageError) -> str:
    """What was wrong, and what may have been meant."""
    if isinstance(error, click.NoSuchOption):
        near = did_you_mean(error.option_name, error.possibilities or ())
        return f"No such option {error.option_name!r}. {near}".rstrip()
    group = error.ctx.command if error.ctx else None
    if isinstance(group, click.Group) and error.message.startswith("Missing command"):
        return f"Missing command. Choose from: {', '.join(group.commands)}"
    return error.format_message()


def _failed(error: BaseException, session: Session) -> int:
    from crawler.cli.signals import Interrupted  # noqa: PLC0415  anyio is slow to load

    if isinstance(error, KeyboardInterrupt):
        return _ended("Interrupted.", 130, session)
    if isinstance(error, SystemExit):
        return _stopped(error, session)
    if isinstance(error, _ReaderGoneError):
        _forget_output()
        return error.exit_code
    if session.verbosity >= _TRACEBACK_FROM:
        lines = "".join(traceback.format_exception(error))
        sys.stderr.write(f"{session.scrub.lines(lines)}\n")
    if isinstance(error, Interrupted):
        kept = "; progress is kept, the same command goes on from there" if error.resumes else ""
        text = f"Interrupted{kept}."
        return _ended(text, error.exit_code, session)
    if isinstance(error, OSError) and (error.filename or error.errno in _DISK_TROUBLE):
        place = str(error.filename or "the disk")
        error = LocalError.from_os_error("use", place, error)
    if isinstance(error, OSError) and error.errno in _SHORTAGE:
        error = LocalError.from_os_error("get what is needed from", "the system", error)
    if isinstance(error, CrawlerError):
        return _ended(f"{error} {_near_file(error)}".rstrip(), error.exit_code, session)
    return _ended(_bug(error, session), _BUG, session)


def _near_file(error: CrawlerError) -> str:
    """The file beside it that may have been meant, where there is none of that name."""
    missing = error.missing if isinstance(error, LocalError) else None
    if missing is None:
        return ""
    try:
        beside = {each.stem: each for each in sorted(missing.parent.iterdir(), reverse=True)}
    except OSError:
        return ""
    near = nearest(missing.stem, beside)  # a suffix alone makes no two names alike
    return f"Did you mean {beside[near[0]]}?" if near else ""


def _stopped(error: SystemExit, session: Session) -> int:
    code = error.code if isinstance(error.code, int) else 1
    if not isinstance(error, Stopped):
        return code
    if sys.stderr.isatty():
        click.echo(err=True)  # what stands there, such as a question, keeps its line
    return _ended("Interrupted.", code, session)


def _bug(error: BaseException, session: Session) -> str:
    text = f"This is a bug in {NAME} {__version__}: {type(error).__name__}: {error}".rstrip(": .")
    hint = "" if session.verbosity >= _TRACEBACK_FROM else " With -vv it shows where."
    return f"{text}.{hint}"


def _innermost(error: BaseException) -> BaseException:
    """The error that a task group wrapped; of several, one that has a sentence of its own."""
    while isinstance(error, BaseExceptionGroup):
        ours = error.subgroup(CrawlerError)
        error = (ours or error).exceptions[0]
    return error


def _ended(text: str, code: int, session: Session) -> int:
    as_json = session.flags.get("log_format") == LogFormat.JSON
    form = LogFormat.JSON if as_json else session.log_format
    try:
        write_error(session.scrub(text), code, form)
    except OSError:
        # Standard error is gone as well; the code is all that is left to say.
        return code
    return code


def _forget_output() -> None:
    """Let the interpreter's own flush at exit go nowhere instead of failing once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _welcome() -> str:
    steps = [step for name, step in _FIRST_STEPS.items() if name in COMMANDS]
    shown = "\n".join(f"  {NAME} {command:18} {purpose}" for command, purpose in steps)
    return (
        f"{NAME} {__version__} saves the tests of a Testomat.io project as one file.\n\n"
        f"To start with:\n{shown}\n\n'{NAME} --help' lists all commands."
    )
