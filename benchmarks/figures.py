"""What all comparisons share: processes that are measured, figures over rounds, tables, machine."""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.served import nginx_version

__all__ = (
    "Comparison",
    "Figure",
    "Measured",
    "figure",
    "interleaved",
    "loop_factory",
    "machine",
    "measured",
    "run_module",
    "table",
)

ROOT = Path(__file__).parents[1]
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of several rounds, and their spread."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        if self.least == self.most:
            return _short(self.median)
        return f"{_short(self.median)} ({_short(self.least)} to {_short(self.most)})"


def _short(value: float) -> str:
    if abs(value) >= 100:  # noqa: PLR2004  three figures are all that a round can tell
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}"


def figure(values: Sequence[float]) -> Figure:
    """Median, least and most of what the rounds gave."""
    return Figure(statistics.median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Measured:
    """One pass of one subject; times in seconds, `peak` in MiB, `processor` of its process."""

    seconds: float
    processor: float
    peak: float
    requests: int = 0
    more: Mapping[str, float] | None = None

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    def print(self) -> None:
        """For the process that started this one."""
        print(json.dumps(asdict(self)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One table: a title, what was done, a head, rows, and what follows from it."""

    name: str
    title: str
    what: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: Mapping[str, Any]
    verdict: tuple[str, ...] = ()


def table(found: Comparison) -> Iterator[str]:
    """The comparison in Markdown."""
    yield f"### {found.title}"
    yield ""
    yield found.what
    yield ""
    yield f"| {' | '.join(found.head)} |"
    yield f"|{'---|' * len(found.head)}"
    for row in found.rows:
        yield f"| {' | '.join(row)} |"
    if found.verdict:
        yield ""
        yield from (f"- {line}" for line in found.verdict)
    yield ""


@contextmanager
def measured(requests: Callable[[], int] = lambda: 0) -> Iterator[dict[str, float]]:
    """Measure the block and print it as the result of this process; the block may add figures."""
    more: dict[str, float] = {}
    begun, processor = time.perf_counter(), time.process_time()
    yield more
    seconds, processor = time.perf_counter() - begun, time.process_time() - processor
    Measured(seconds, processor, _peak(), requests(), more).print()


def _peak() -> float:
    """MiB that were resident at most, of this process alone: `ru_maxrss` has its parent's too."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / _MIB
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def run_module(name: str, *arguments: str) -> Measured:
    """Run a module of this folder in a process of its own; it prints what it measured."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def interleaved(
    subjects: Mapping[str, Callable[[], Measured]], rounds: int
) -> dict[str, list[Measured]]:
    """Every subject once a round, so that a slow moment of the machine meets all of them."""
    found: dict[str, list[Measured]] = {name: [] for name in subjects}
    for number in range(rounds):
        for name, run in subjects.items():
            one = run()
            found[name].append(one)
            note = f"round {number + 1}/{rounds}: {name} {one.seconds:.2f} s"
            print(f"{note}, {one.processor:.2f} s of processor time", file=sys.stderr)
    return found


def loop_factory(*, fast: bool) -> Callable[[], Any] | None:
    """That of uvloop if wanted and installed; `None` is the one that Python has."""
    if not fast or find_spec("uvloop") is None:
        return None
    import uvloop  # noqa: PLC0415  an extra

    factory: Callable[[], Any] = uvloop.new_event_loop
    return factory


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    names = ("aiohttp", "uvloop", "orjson", "PyYAML", "httpx", "requests", "scrapy", "crawlee")
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "nginx": nginx_version(),
        "load before": round(os.getloadavg()[0], 1),
        **{name: found for name in names if (found := _version(name)) is not None},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")
