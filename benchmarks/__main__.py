"""Run the comparisons on this machine: ``python -m benchmarks``.

Each compares within one run, its subjects in turn, and prints a table; all figures go to JSON, the
main ones into a picture. Needs the extra `bench`, and nginx for those where the server must be
faster than any client.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from benchmarks.defaults import defaults
from benchmarks.figures import Comparison, machine, table
from benchmarks.formats import formats
from benchmarks.growth import growth
from benchmarks.nights import nights
from benchmarks.picture import draw
from benchmarks.served import Shape
from benchmarks.start import start
from benchmarks.throughput import throughput
from benchmarks.waiting import latency, rate

README = Path(__file__).with_name("README.md")
_BEGIN, _END = "<!-- last run: {name} -->", "<!-- end: {name} -->"

Run = Callable[[], Comparison]

#: By size: a few seconds to try it out, some minutes, or all that a goal speaks of.
SIZES: dict[str, dict[str, Run]] = {
    "small": {
        "start": lambda: start(3),
        "throughput": lambda: throughput(Shape(200, 10, 4000), 2, 1),
        "rate": lambda: rate(Shape(400, 1, 200), 100, 1),
        "latency": lambda: latency(Shape(300, 1, 200), 0.1, 1, 1),
        "formats": lambda: formats(2_000, 1_000, 1),
        "growth": lambda: growth((100, 200), 10, 500),
        "nights": lambda: nights(200, 5, 200),
        "defaults": defaults,
    },
    "usual": {
        "start": lambda: start(15),
        "throughput": lambda: throughput(Shape(500, 10, 4_000), 5, 3),
        "rate": lambda: rate(Shape(1_200, 1, 200), 100, 2),
        "latency": lambda: latency(Shape(2_000, 1, 200), 0.2, 2, 1),
        "formats": lambda: formats(10_000, 1_000, 3),
        "growth": lambda: growth((1_000, 4_000), 10, 500),
        "nights": lambda: nights(1_000, 10, 500),
        "defaults": defaults,
    },
    "full": {
        "start": lambda: start(25),
        "throughput": lambda: throughput(Shape(10_000, 10, 4_000), 5, 3),
        "rate": lambda: rate(Shape(3_000, 1, 200), 100, 3),
        "latency": lambda: latency(Shape(2_000, 1, 200), 0.5, 3, 2),
        "formats": lambda: formats(100_000, 1_000, 5),
        "growth": lambda: growth((1_000, 10_000, 100_000), 10, 500),
        "nights": lambda: nights(10_000, 10, 500),
        "defaults": defaults,
    },
}


def main() -> None:
    """Run what was asked for."""
    given = _options()
    about = machine()
    found: list[Comparison] = []
    begun = time.monotonic()
    for name in given.names or SIZES[given.size]:
        print(f"== {name}", file=sys.stderr)
        found.append(SIZES[given.size][name]())
        text = "\n".join(table(found[-1]))
        print(text)
        if given.write:
            _write(name, f"{text}\n{_taken(about, given.size)}\n")
    print(_taken(about, given.size))
    print(f"{time.monotonic() - begun:.0f} s in all", file=sys.stderr)
    figures = {each.name: each.figures for each in found}
    if given.json:
        report = {"machine": about, "size": given.size, "comparisons": figures}
        text = json.dumps(report, indent=2, default=_plain)
        given.json.write_text(f"{text}\n", "utf-8")
    if given.picture:
        draw(figures, given.picture)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(SIZES['small'])}")
    parser.add_argument("--size", choices=SIZES, default="usual")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the main ones there")
    parser.add_argument("--write", action="store_true", help="put the tables into the README")
    given = parser.parse_args()
    unknown = sorted(set(given.names).difference(SIZES["small"]))
    if unknown:
        parser.error(f"there is no comparison {unknown[0]!r}")
    return given


def _taken(about: dict[str, Any], size: str) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in about.items() if value is not None)
    return f"Taken with `--size {size}` on: {facts}."


def _write(name: str, text: str) -> None:
    """Replace what the README holds of the last run."""
    begin, end = _BEGIN.format(name=name), _END.format(name=name)
    held = README.read_text("utf-8")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(held):
        raise SystemExit(f"{README} has no place for {name}")
    README.write_text(pattern.sub(lambda _: f"{begin}\n{text}{end}", held), "utf-8")


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    main()
