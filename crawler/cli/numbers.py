"""Numbers on the command line, and what is said of a word that is none."""

from typing import Any

import click

__all__ = ("NUMBER", "WHOLE", "WholeNumber")


class _Number(click.types.FloatParamType):
    name = "number"


class WholeNumber(click.types.IntParamType):
    """A whole number from `least` to `most`; `None` is no bound."""

    name = "whole number"

    def __init__(self, least: int | None = None, most: int | None = None) -> None:
        self._least = least
        self._most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number, or a refusal in plain words."""
        number = int(super().convert(value, param, ctx))
        if self._least is not None and number < self._least:
            self.fail(f"It has to be {self._least} at least, not {number}.", param, ctx)
        if self._most is not None and number > self._most:
            self.fail(f"It has to be {self._most} at most, not {number}.", param, ctx)
        return number


NUMBER = _Number()
WHOLE = WholeNumber()
