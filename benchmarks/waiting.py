"""The server is the limit: by its rate, and by the time that it takes to answer."""

import shutil
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.figures import Comparison, Measured, figure, interleaved, run_module
from benchmarks.schedule import ideal
from benchmarks.served import Shape, write_answers
from benchmarks.slow_server import Behaviour, Seen, SlowServer, delay, slow_server

__all__ = ("latency", "rate")

WORKERS = 16
_PEERS = ("httpx", "scrapy", "crawlee")


def rate(shape: Shape, per_second: int, rounds: int) -> Comparison:
    """At the pace that the server allows, against one that refuses at 1.2 of it."""
    behaviour = Behaviour(refuse_above=round(1.2 * per_second))
    seen: list[Seen] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_answers(shape, folder / "answers")
        with slow_server(folder / "answers", behaviour) as server:
            for _ in range(rounds):
                _crawl(server, folder, str(per_second))
                seen.append(server.look())
    ratios = [_over(each.moments, per_second) for each in seen]
    over, refused = figure(ratios), sum(each.refused for each in seen)
    busiest = max(_busiest(each.moments) for each in seen)
    requests = len(seen[0].moments)
    rows = (
        ("time / (requests / rate), from the second second on", "at most 1.02", str(over)),
        ("refused", "0", str(refused)),
        ("most in any sliding second", f"{behaviour.refuse_above}", str(busiest)),
    )
    return Comparison(
        "rate",
        "The rate is the limit",
        f"{requests:,} requests at {per_second} a second, {WORKERS} connections, {rounds} rounds;"
        f" the server refuses what goes beyond {behaviour.refuse_above} in any sliding second.",
        ("what", "goal", "measured"),
        rows,
        {"ratio": over, "refused": refused, "busiest second": busiest},
    )


def _over(moments: tuple[float, ...], per_second: int) -> float:
    """How much longer than at exactly this rate it took, after the first second."""
    begin = moments[0] + 1.0
    later = [moment for moment in moments if moment >= begin]
    return (later[-1] - begin) / (len(later) / per_second)


def _busiest(moments: tuple[float, ...]) -> int:
    most = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def latency(shape: Shape, scale: float, rounds: int, peer_rounds: int) -> Comparison:
    """While the server thinks, as long as was recorded from the live one, scaled down."""
    behaviour = Behaviour(scale=scale)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        targets = write_answers(shape, folder / "answers")
        best = ideal(targets, WORKERS, partial(delay, behaviour))
        with slow_server(folder / "answers", behaviour) as server:
            crawls = {
                "crawl": partial(_crawl, server, folder, "1e6"),
                "crawl, hedging": partial(_crawl, server, folder, "1e6", "hedge"),
            }
            found = interleaved(crawls, rounds)
            peers = {each: partial(_peer, each, server, folder) for each in _PEERS}
            found |= interleaved(peers, peer_rounds)
    for each in ("crawl", "crawl, hedging"):
        found[f"{each}, until all is fetched"] = [
            replace(one, seconds=(one.more or {})["fetched"]) for one in found[each]
        ]
    times = {each: figure([one.seconds for one in passes]) for each, passes in found.items()}
    rows = [
        ("bound: max(all waits / workers, longest chain)", f"{best.bound:.2f}", "", ""),
        ("ideal greedy schedule", f"{best.greedy:.2f}", "1.00", f"{len(targets) + 2:,}"),
        *(
            (
                name,
                str(times[name]),
                str(figure([one.seconds / best.greedy for one in passes])),
                f"{figure([one.requests for one in passes]).median:,.0f}",
            )
            for name, passes in found.items()
        ),
    ]
    return Comparison(
        "latency",
        "The server's answers are the limit",
        f"{shape.suites:,} suites, {len(targets):,} requests, {WORKERS} connections, waits drawn"
        f" from the recorded distribution times {scale:g}; {rounds} rounds ({peer_rounds} for the"
        " peers). The schedule on paper has the crawl's requests, the second look at the skeleton"
        " included, which no peer takes; computing costs it nothing.",
        ("subject", "s", "of the ideal schedule", "requests"),
        tuple(rows),
        {"seconds": times, "greedy": best.greedy, "bound": best.bound},
    )


def _crawl(server: SlowServer, folder: Path, per_second: str, mode: str = "whole") -> Measured:
    state = folder / "state"
    state.mkdir()
    try:
        arguments = (server.url, str(WORKERS), "uvloop", str(state), "json", per_second, mode)
        found = run_module("ours", *arguments)
        # Those that the server saw: a request that lost its race is no answer.
        return found if per_second != "1e6" else replace(found, requests=server.count())
    finally:
        shutil.rmtree(state)


def _peer(name: str, server: SlowServer, folder: Path) -> Measured:
    server.look()  # so that it meets the same waits as all others
    arguments = (name, server.url, str(WORKERS), "uvloop", str(folder / "peer.json"))
    return run_module("peers", *arguments)
