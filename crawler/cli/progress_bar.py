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
        yield Text(
            progress_line(self._figures, options.max_width), no_wrap=True, overflow="ellipsis"
        )


def progress_line(figures: Figures, width: int) -> str:
    """The figures in at most `width` columns: the lightest facts give way first."""
    phase = printable(figures.phase)[:_LONGEST_PHASE]
    shown = list(facts(figures))
    while len(shown) > 1 and len(_joined(phase, shown)) > width:
        shown.remove(min(shown, key=lambda fact: fact.weight))
    line = _joined(phase, shown)
    # The bar takes what is left, with its brackets and the gap before it.
    room = min(width - len(line) - len(_BETWEEN) - 2, _LARGEST_BAR)
    if room < _SMALLEST_BAR:
        return line[:width]
    return _joined(f"{phase}{_BETWEEN}[{_bar(figures, room)}]", shown)


def _joined(head: str, shown: list[Fact]) -> str:
    return _BETWEEN.join([head, *(fact.text for fact in shown)])


def _bar(figures: Figures, width: int) -> str:
    share = figures.suites_done / figures.suites_known if figures.suites_known else 0.0
    filled = int(min(1.0, share) * width)
    return "#" * filled + "-" * (width - filled)
