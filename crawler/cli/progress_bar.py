"""Progress as one live line of a terminal, wiped when the job ends, however it ends."""

from types import TracebackType
from typing import Final, Self

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from crawler.cli.figures import Fact, Figures, facts
from crawler.clock import Clock
from crawler.progress import Event
from crawler.redaction import printable

__all__ = ("BarProgress", "progress_line")

_BETWEEN: Final = "  "
_SMALLEST_BAR: Final = 8
_USUAL_BAR: Final = 16
_WEIGHT_OF_BAR: Final = 6  # between the rate and the time
_LARGEST_BAR: Final = 30
_LONGEST_PHASE: Final = 16


class BarProgress:
    """Draws while its context lasts; what is logged meanwhile appears above the line."""

    def __init__(
        self, clock: Clock, *, console: Console | None = None, redraw_by_itself: bool = True
    ) -> None:
        self._figures = Figures(clock)
        self._redraw = not redraw_by_itself
        self._live = Live(
            self,
            console=console or Console(stderr=True),
            auto_refresh=redraw_by_itself,
            transient=True,
            redirect_stdout=False,
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def report(self, event: Event) -> None:
        """Take note; the line is drawn by a clock of its own, for events come by the hundred."""
        self._figures.add(event)
        if self._redraw:
            self._live.refresh()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = progress_line(
            self._figures, options.max_width, ascii_only=not options.encoding.startswith("utf")
        )
        line.no_wrap, line.overflow = True, "ellipsis"
        yield line


def progress_line(figures: Figures, width: int, *, ascii_only: bool = False) -> Text:
    """The figures in at most `width` columns: the lightest facts give way first.

    The bar is of lines, or of letters where the terminal has nothing else.
    """
    phase = printable(figures.phase)[:_LONGEST_PHASE]
    shown = list(facts(figures))
    while len(shown) > 1 and _room(phase, shown, width) < _wanted(shown):
        shown.remove(min(shown, key=lambda fact: fact.weight))
    bar = min(_room(phase, shown, width), _LARGEST_BAR)
    parts = [Text(phase, "bold")]
    if bar >= _SMALLEST_BAR and figures.suites_known:
        parts.append(_bar(figures, bar, "#-" if ascii_only else "━─"))
    parts += [Text(fact.text) for fact in shown]
    return Text(_BETWEEN).join(parts)[:width]


def _room(phase: str, shown: list[Fact], width: int) -> int:
    """The columns that are left for a bar."""
    return width - len(_joined(phase, shown)) - len(_BETWEEN)


def _wanted(shown: list[Fact]) -> int:
    """The columns that a bar is given before the lightest fact: a bar says more than the rate."""
    return _USUAL_BAR if min(fact.weight for fact in shown) < _WEIGHT_OF_BAR else -len(_BETWEEN)


def _joined(head: str, shown: list[Fact]) -> str:
    return _BETWEEN.join([head, *(fact.text for fact in shown)])


def _bar(figures: Figures, width: int, signs: str) -> Text:
    share = figures.suites_done / figures.suites_known if figures.suites_known else 0.0
    filled = int(min(1.0, share) * width)
    return Text.assemble((signs[0] * filled, "cyan"), (signs[1] * (width - filled), "dim"))
