"""The comparisons as one picture."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure

__all__ = ("draw",)


def draw(found: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """Bars for requests a second, the latency-bound run, and the speed of the formats."""
    import matplotlib as mpl  # noqa: PLC0415  slow to load, and an extra

    mpl.use("agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    charts = [
        (title, bars)
        for title, bars in (
            ("Requests a second, server at memory speed", _rates(found.get("throughput", {}))),
            ("Seconds, server as slow as recorded", _seconds(found.get("latency", {}))),
            ("Speed beside orjson and PyYAML in C", _speeds(found.get("formats", {}))),
        )
        if bars
    ]
    if not charts:
        return
    figure, axes = plt.subplots(
        len(charts), 1, figsize=(8, 3.2 * len(charts)), squeeze=False, layout="constrained"
    )
    for axis, (title, bars) in zip(axes[:, 0], charts, strict=True):
        names, values = list(bars), list(bars.values())
        spread = [
            [each.median - each.least for each in values],
            [each.most - each.median for each in values],
        ]
        colours = ["#1f6f54" if "crawl" in n.split(" ")[0] else "#9aa5b1" for n in names]
        middles = [each.median for each in values]
        axis.barh(names, middles, xerr=spread, color=colours, ecolor="#333333")
        axis.invert_yaxis()
        axis.set_title(title, loc="left", fontsize=10)
    figure.savefig(path)
    plt.close(figure)


def _rates(found: Mapping[str, Any]) -> dict[str, Figure]:
    return {
        name: each["requests a second"] for name, each in found.items() if isinstance(each, dict)
    }


def _seconds(found: Mapping[str, Any]) -> dict[str, Figure]:
    if not found:
        return {}
    best = found["greedy"]
    return {"ideal schedule": Figure(best, best, best), **found["seconds"]}


def _speeds(found: Mapping[str, Any]) -> dict[str, Figure]:
    return {name: each["speed"] for name, each in found.items() if "speed" in each}
