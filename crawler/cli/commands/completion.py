"""`completion`: the script with which a shell completes our commands, options and projects."""

from typing import Final

import click
from click.shell_completion import get_completion_class

from crawler.cli.help import CONTEXT, epilog
from crawler.cli.output import write_line

__all__ = ("command",)

_NAME: Final = "testomat-crawler"
_VARIABLE: Final = "_TESTOMAT_CRAWLER_COMPLETE"


@click.command(
    "completion",
    context_settings=CONTEXT,
    epilog=epilog(
        'eval "$(testomat-crawler completion bash)"   # in ~/.bashrc',
        'eval "$(testomat-crawler completion zsh)"    # in ~/.zshrc',
        "testomat-crawler completion fish | source    # in config.fish",
        codes=(0, 2),
    ),
)
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    SHELL is bash, zsh or fish. The script completes commands, options and their values, paths, and
    the projects that 'projects' last listed.
    """
    script = get_completion_class(shell)
    assert script is not None  # noqa: S101  the three are click's own
    write_line(script(context.find_root().command, {}, _NAME, _VARIABLE).source())
