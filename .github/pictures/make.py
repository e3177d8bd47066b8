"""Makes the pictures of the README from the real program: `python .github/pictures/make.py`.

What is seen of a terminal is what the command drew on one; the pages are opened in Chromium.
"""

import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import anyio.from_thread
import pyte
from rich.console import Console
from rich.style import Style
from rich.text import Text

HERE: Final = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))

from support.browser import launched, opened  # noqa: E402
from support.terminals import TerminalSession  # noqa: E402

from crawler.demo import API_TOKEN, SLUG, DemoServer, sample_world  # noqa: E402

_COLUMNS: Final = 80
#: A picture must not call for fonts from elsewhere.
_FONTS: Final = re.compile(r" *@font-face \{.*?\}\n", re.DOTALL)
_COLOURS: Final = {"brown": "yellow", "brightblack": "bright_black"}  # pyte's names, and rich's
#: Text that is faint, which pyte does not know, is drawn in grey.
_FAINT: Final = "\x1b[2m"
_GREY: Final = "\x1b[90m"
_WINDOW: Final = {"width": 1200, "height": 760}
SHOWN: Final = {
    "show": ("show", "new.json", "--suite", "Article page", "--tests"),
    "diff": ("diff", "old.json", "new.json"),
}


@contextmanager
def sample() -> Iterator[tuple[Path, str]]:
    """A folder with two snapshots of the sample project, and the address of its server."""
    with TemporaryDirectory() as name, anyio.from_thread.start_blocking_portal() as portal:
        server = portal.call(_server)
        with portal.wrap_async_context_manager(server):
            folder = Path(name)
            fast = ("--rate", "1000", "--with", "runs,testruns")
            _end(_started(folder, server.url, "snapshot", "-o", "old.json", *fast))
            document = json.loads((folder / "old.json").read_text("utf-8"))
            _edit(document)
            (folder / "new.json").write_text(json.dumps(document), "utf-8")
            yield folder, server.url


async def _server() -> DemoServer:
    return DemoServer(sample_world())


def drawn(folder: Path, url: str, *arguments: str) -> str:
    """The screen after a command, as SVG."""
    terminal = _started(folder, url, *arguments)
    _end(terminal)
    return _svg(terminal, arguments)


def progress(folder: Path, url: str) -> str:
    """The screen in the middle of a crawl, as SVG."""
    arguments = ("snapshot", SLUG)
    terminal = _started(folder, url, *arguments, "--rate", "15")
    terminal.wait_for(" left")
    picture = _svg(terminal, arguments)
    _end(terminal)
    return picture


def texts_of(svg: str) -> list[str]:
    """The texts of a picture, in order."""
    return re.findall(r"<text [^>]*>([^<]*)</text>", svg)


def _edit(document: Any) -> None:
    """What a person may do in a day."""
    suites = {each["title"]: each for each in _suites(document["suites"])}
    typing, pictures, variants, contents = (
        suites[title]["tests"] for title in ("Typing", "Pictures", "Variants", "Contents")
    )
    changed = typing[1]
    changed["description"] = changed["description"].replace("the", "every", 1)
    changed["priority"] = "high"
    pictures.append(variants.pop(0))
    contents.pop(0)
    document["counts"]["tests"] -= 1
    suites["Contents"]["title"] = "In the basket"


def _suites(suites: list[Any]) -> Iterator[Any]:
    for each in suites:
        yield each
        yield from _suites(each.get("suites", []))


def _started(folder: Path, url: str, *arguments: str) -> TerminalSession:
    secrets = {"TESTOMATIO_URL": url, "TESTOMATIO_API_TOKEN": API_TOKEN}
    return TerminalSession(
        *arguments,
        folder=folder,
        environment={**secrets, "TESTOMATIO_PROJECT_ID": SLUG, "LESS": "FRX"},
        columns=_COLUMNS,
    )


def _end(terminal: TerminalSession) -> None:
    if terminal.end():
        raise SystemExit(terminal.shown())


def _svg(terminal: TerminalSession, arguments: tuple[str, ...]) -> str:
    console = Console(
        record=True,
        width=terminal.screen.columns,
        file=io.StringIO(),
        force_terminal=True,
        legacy_windows=False,
    )
    shown = " ".join(f"'{each}'" if " " in each else each for each in arguments)
    console.print(Text(f"$ testomat-crawler {shown}", "bold"))
    screen = pyte.Screen(terminal.screen.columns, terminal.screen.lines)
    pyte.Stream(screen).feed(terminal.raw.replace(_FAINT, _GREY))
    for row in range(len(terminal.shown().splitlines())):
        console.print(_line(screen, row), soft_wrap=True)
    return _FONTS.sub("", console.export_svg(title="testomat-crawler", unique_id="terminal"))


def _line(screen: pyte.Screen, row: int) -> Text:
    cells = [screen.buffer[row][column] for column in range(screen.columns)]
    line = Text()
    for look, group in groupby(cells, lambda cell: (cell.fg, cell.bold, cell.reverse)):
        colour = None if look[0] == "default" else _COLOURS.get(look[0], look[0])
        style = Style(color=colour, bold=look[1], reverse=look[2])
        line.append("".join(cell.data for cell in group), style)
    line.rstrip()
    return line


def _photograph(folder: Path) -> None:
    pages = {
        "report": (("report", "new.json", "-o", "report.html"), "#tree .row:not(.suite)"),
        "changes": (("diff", "old.json", "new.json", "--format", "html", "-o", "changes.html"), ""),
    }
    with launched() as browser:
        for name, (arguments, clicked) in pages.items():
            _end(_started(folder, "", *arguments))
            with opened(browser, folder / f"{name}.html", viewport=_WINDOW) as seen:
                if clicked:
                    seen.page.wait_for_selector("html[data-ready=searchable]")
                    seen.page.locator("#query").fill("price")
                    seen.page.locator(clicked).first.click()
                else:
                    seen.page.locator("#beside").check()
                    seen.page.mouse.move(0, 0)
                seen.page.screenshot(path=HERE / f"{name}.png", animations="disabled")
                if clicked:
                    _photograph_run(seen.page)


def _photograph_run(page: Any) -> None:
    """A run with what failed in it, the first of it opened."""
    page.locator("#clear").click()
    page.keyboard.press("Escape")
    page.locator("#to-runs").click()
    page.locator(".run", has_text="Nightly 3").locator("a").click()
    page.locator(".statuses button", has_text="failed").click()
    page.locator(".result .opener").first.click()
    page.locator(".panel .fields").first.wait_for()
    page.mouse.move(0, 0)
    page.screenshot(path=HERE / "run.png", animations="disabled")


def main() -> None:
    """Write all of them."""
    with sample() as (folder, url):
        (HERE / "progress.svg").write_text(progress(folder, url), "utf-8")
        for name, arguments in SHOWN.items():
            (HERE / f"{name}.svg").write_text(drawn(folder, url, *arguments), "utf-8")
        _photograph(folder)


if __name__ == "__main__":
    main()
