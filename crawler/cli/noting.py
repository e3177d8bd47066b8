"""How options are made that note what was given in the `Session`, and say what its setting says.

A command takes the groups that it needs and asks the session for the settings that result, so no
function has to pass on twenty arguments.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeVar

import click

from crawler.cli.session import Session
from crawler.config.settings import ABOUT, DEFAULTS

__all__ = ("option", "several", "stacked", "switch")

F = TypeVar("F", bound=Callable[..., Any])


def _note(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Note a flag that was given; one that was not must not hide the weaker sources."""
    if value is not None:
        context.ensure_object(Session).flags[str(parameter.name)] = value


def _note_several(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> None:
    _note(context, parameter, values or None)


def option(flag: str, name: str, *, metavar: str | None = None, **more: Any) -> Callable[[F], F]:
    """An option for a setting, described as the setting itself is."""
    default = DEFAULTS.get(name)
    shown = f"  [default: {default:g}]" if type(default) in {int, float} else ""
    more.setdefault("help", f"{ABOUT[name].help}{shown}" if name in ABOUT else None)
    return click.option(
        flag, name, metavar=metavar, default=None, expose_value=False, callback=_note, **more
    )


def switch(flag: str, name: str, *, value: bool = True, **more: Any) -> Callable[[F], F]:
    """An option without a value, which sets a setting to `value`."""
    return option(flag, name, is_flag=True, flag_value=value, type=bool, **more)


def several(flag: str, name: str, metavar: str, text: str) -> Callable[[F], F]:
    """An option that may be given again."""
    return click.option(
        flag,
        name,
        metavar=metavar,
        multiple=True,
        expose_value=False,
        callback=_note_several,
        help=text,
    )


def stacked(function: F, options: tuple[Callable[[Any], Any], ...]) -> F:
    """The function under all these options, which its help lists in this order."""
    # Decorators apply from the inside out, the help lists from the outside in.
    return reduce(lambda wrapped, option: option(wrapped), reversed(options), function)
