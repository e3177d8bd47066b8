"""The processor is the limit: the crawl against the ceiling and the peers, at memory speed."""

import json
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.figures import Comparison, Measured, figure, interleaved, run_module
from benchmarks.peers import PEERS
from benchmarks.served import Served, Shape, serving

__all__ = ("throughput",)

WORKERS = 16
NO_LIMIT = "1e6"
_LOOPS = ("uvloop", "asyncio")
#: Those that choose their own loop are run once.
_LOOPLESS = ("requests", "scrapy")


def throughput(shape: Shape, rounds: int, peer_rounds: int) -> Comparison:
    """Measure all; the slow peers in `peer_rounds` rounds of the same run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(shape, folder) as served:
            targets = folder / "targets.json"
            targets.write_text(json.dumps(served.targets), "utf-8")
            fast = [f"{subject} on {loop}" for subject in ("flat", "crawl") for loop in _LOOPS]
            fast += ["flat, written on uvloop", "floor on uvloop"]
            runs = {each: _run(each, served, folder, targets) for each in fast}
            found = interleaved(runs, rounds)
            slow = [
                each if each in _LOOPLESS else f"{each} on uvloop"
                for each in PEERS
                if not each.startswith("flat")
            ]
            runs = {each: _run(each, served, folder, targets) for each in slow}
            found |= interleaved(runs, peer_rounds)
    return _compared(shape, found, rounds, peer_rounds)


def _run(subject: str, served: Served, folder: Path, targets: Path) -> Callable[[], Measured]:
    name, _, loop = subject.partition(" on ")
    if name == "crawl":
        return partial(_crawl, served.url, loop, folder)
    known = (str(targets),) if name.startswith(("flat", "floor")) else ()
    file = str(folder / "peer.json")
    arguments = (name, served.url, str(WORKERS), loop or "asyncio", file, *known)
    return partial(run_module, "peers", *arguments)


def _crawl(url: str, loop: str, folder: Path) -> Measured:
    state = folder / "state"
    state.mkdir()
    try:
        return run_module("ours", url, str(WORKERS), loop, str(state), "json", NO_LIMIT)
    finally:
        shutil.rmtree(state)


def _compared(
    shape: Shape, found: dict[str, list[Measured]], rounds: int, peer_rounds: int
) -> Comparison:
    ceilings = {loop: found[f"flat on {loop}"] for loop in _LOOPS}
    rows, figures = [], {}
    for name, passes in found.items():
        loop = name.partition(" on ")[2] or "uvloop"
        pairs = list(zip(passes, ceilings[loop], strict=False))
        rate = figure([each.rate for each in passes])
        of_ceiling = figure([each.rate / ceiling.rate for each, ceiling in pairs])
        by_work = figure([_by_work(each) / _by_work(ceiling) for each, ceiling in pairs])
        work = figure([each.processor for each in passes])
        peak = figure([each.peak for each in passes])
        rows.append((name, str(rate), str(of_ceiling), str(work), str(by_work), str(peak)))
        figures[name] = {
            "requests a second": rate,
            "of the ceiling": of_ceiling,
            "of the ceiling by processor time": by_work,
            "processor seconds": work,
            "peak MiB": peak,
            "requests": passes[0].requests,
        }
    crawl = figure([_by_work(each) for each in found["crawl on uvloop"]]).median
    fetch = [each.requests / (each.more or {})["fetched"] for each in found["crawl on uvloop"]]
    figures["crawl, fetched and kept only"] = figure(fetch)
    beside = [
        f"{name} {crawl / figure([_by_work(each) for each in passes]).median:.2f}"
        for name, passes in found.items()
        if not name.startswith(("crawl on", "flat on asyncio"))
    ]
    what = (
        f"{shape.suites:,} suites with {shape.tests} tests of {shape.text:,} bytes, {WORKERS}"
        f" connections, {rounds} rounds ({peer_rounds} for the slower peers). `flat` knows all"
        " addresses, parses each body and does nothing else; `flat, written` also collects the tree"
        " and writes it, as all other peers do; `floor` also keeps each answer on disk and takes"
        " both sums, without any check, which is the least that the crawl could do. The crawl keeps"
        " a journal on disk, reads the skeleton too, audits, and writes its snapshot with all sums."
    )
    return Comparison(
        "throughput",
        "The processor is the limit",
        what,
        (
            "subject",
            "requests/s",
            "of the flat loop",
            "s of processor time",
            "of the flat loop by that",
            "peak MiB",
        ),
        tuple(rows),
        figures,
        (
            f"Requests per second of processor time, divided by those of: {'; '.join(beside)}.",
            f"Until all is fetched, kept and audited the crawl makes {figure(fetch)} requests/s.",
        ),
    )


def _by_work(one: Measured) -> float:
    """Requests per second of processor time: what a busy machine changes least."""
    return one.requests / one.processor
