"""Time, requests and memory as a project grows, by shape, and going on from a journal."""

import tempfile
from pathlib import Path

from benchmarks.figures import Comparison, Measured, run_module
from benchmarks.served import Shape, serving

__all__ = ("growth",)

WORKERS = "16"
_POLITE = 50
_MEMORY_GOAL = 200


def growth(sizes: tuple[int, ...], tests: int, text: int) -> Comparison:
    """Projects of these many suites, a chain, and a fan; one round, by the processor's time."""
    shapes = {f"{suites:,} suites": Shape(suites, tests, text) for suites in sizes}
    shapes["chain, 400 deep"] = Shape(400, tests, text, fan_out=1)
    shapes["fan, 20,000 wide"] = Shape(20_000, 0, text, fan_out=20_000)
    rows, figures, found = [], {}, {}
    for name, shape in shapes.items():
        kept, resumed = found[name] = _measure(shape)
        polite = kept.requests / _POLITE
        more = resumed.more or {}
        rows.append(
            (
                name,
                f"{shape.suites * shape.tests:,}",
                f"{kept.requests:,}",
                f"{1e6 * kept.processor / shape.suites:,.0f}",
                f"{1e6 * kept.processor / kept.requests:,.0f}",
                f"{kept.peak:,.0f}, {resumed.peak:,.0f}",
                _beside(more["begun"], polite),
                _beside(more["begun, processor"], polite),
                f"{more['fetched']:.1f} s",
            )
        )
        figures[name] = {"kept": kept, "resumed": resumed}
    most, before = (
        max(each.peak for each in found[f"{suites:,} suites"]) for suites in (sizes[-1], sizes[-2])
    )
    verdict = (
        f"Peak at {sizes[-1]:,} suites: {most:.0f} MiB (goal: {_MEMORY_GOAL}), which is"
        f" {most / before:.2f} of that at {sizes[-2]:,} (goal: 1.3)."
    )
    return Comparison(
        "growth",
        "Growth, memory and going on",
        f"{tests} tests of {text} bytes in each suite (none in the fan's), {WORKERS} connections,"
        " one round, in two runs: all is fetched, kept and audited; then a second one opens the"
        " journal, checks it, goes on, audits again and writes the snapshot. Going on: until it"
        f" asks for more, beside what fetching takes at {_POLITE} requests a second (goal: under 2"
        " %), by the clock and by the processor; audited: until it writes.",
        (
            "project",
            "tests",
            "requests",
            "µs of processor a suite",
            "a request",
            "peak MiB, first and second run",
            "going on",
            "of processor",
            "audited",
        ),
        tuple(rows),
        figures,
        (verdict,),
    )


def _beside(seconds: float, polite: float) -> str:
    return f"{seconds:.1f} s, {seconds / polite:.1%}"


def _measure(shape: Shape) -> tuple[Measured, Measured]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(shape, folder) as served:
            state = folder / "state"
            state.mkdir()
            arguments = (served.url, WORKERS, "uvloop", str(state), "json", "1e6")
            kept = run_module("ours", *arguments, "keep")
            return kept, run_module("ours", *arguments, "resume")
