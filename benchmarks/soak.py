"""The command line of a soak: rounds by seed, within a time, with what they broke and a table."""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Protocol, TypeVar

__all__ = ("Row", "kill_rows", "soak")


class Broken(Protocol):
    """A round, with the signals that it sent and the promises that were broken in it."""

    kills: Counter[str]
    broken: list[str]


R = TypeVar("R", bound=Broken)
Row = tuple[str, object]


def kill_rows(found: Sequence[Broken]) -> list[Row]:
    """What every soak of kills tells first."""
    kills = sum((each.kills for each in found), Counter[str]())
    named = ", ".join(f"{count} {name}" for name, count in sorted(kills.items()))
    return [("rounds", len(found)), ("kills", named), ("kills in all", kills.total())]


def soak(
    description: str,
    rounds: int,
    run: Callable[[int, int, float], Coroutine[Any, Any, list[R]]],
    rows: Callable[[list[R]], Iterable[Row]],
) -> int:
    """Run (rounds, seed, seconds), print what broke and the table; 1 if anything broke."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    started = time.monotonic()
    found = asyncio.run(run(options.rounds, options.seed, options.seconds))
    for number, each in enumerate(found):
        for promise in each.broken:
            print(f"round {number} of seed {options.seed}: {promise}", file=sys.stderr)
    lasted: Row = ("seconds", f"{time.monotonic() - started:.0f}")
    print("| what | result |\n|---|---|")
    print("\n".join(f"| {what} | {result} |" for what, result in (*rows(found), lasted)))
    return int(any(each.broken for each in found))
