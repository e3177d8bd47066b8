"""How long it takes to begin: from the process's start to its first request, and to its help."""

import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from benchmarks.figures import Comparison, Measured, figure, interleaved

__all__ = ("start",)

_CALL = "import socket; socket.create_connection(('127.0.0.1', {port})).send(b'G')"
_UNCOMPILED = "PYTHONDONTWRITEBYTECODE"
_REQUEST_GOAL, _HELP_GOAL = 250, 120


def start(rounds: int) -> Comparison:
    """Both, over what a bare interpreter takes that only connects, or only starts."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with tempfile.TemporaryDirectory() as folder:
            environment = {
                **{name: value for name, value in os.environ.items() if name != _UNCOMPILED},
                # Compiled once, as an installed package is, whatever this machine forbids.
                "PYTHONPYCACHEPREFIX": f"{folder}/compiled",
                "TESTOMATIO_URL": f"http://127.0.0.1:{port}",
                "TESTOMATIO_API_TOKEN": "testomat_benchmark",
                "XDG_CONFIG_HOME": folder,
            }
            command = ("-m", "crawler", "snapshot", "shop", "-o", f"{folder}/a.json")
            options = ("--state", folder, "--progress", "none")
            first = partial(_until_first_byte, server, environment)
            whole = partial(_whole, environment)
            subjects: dict[str, Callable[[], Measured]] = {
                "bare, connecting": partial(first, ("-c", _CALL.format(port=port))),
                "first request": partial(first, (*command, *options)),
                "bare": partial(whole, ("-c", "pass")),
                "import of aiohttp alone": partial(whole, ("-c", "import aiohttp")),
                "--help": partial(whole, ("-m", "crawler", "--help")),
                "snapshot --help": partial(whole, ("-m", "crawler", "snapshot", "--help")),
            }
            interleaved(subjects, 1)  # compiles what was not yet
            found = interleaved(subjects, rounds)
    return _compared(found, rounds)


def _until_first_byte(
    server: socket.socket, environment: Mapping[str, str], arguments: Sequence[str]
) -> Measured:
    """Wall time alone: the processor's is only known when the process is over."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], env=environment, stderr=subprocess.DEVNULL
    )
    connection, _ = server.accept()
    with connection:
        connection.recv(1)
        seconds = time.perf_counter() - begun
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        process.kill()
        process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Measured(seconds, _processor(after) - _processor(before), 0)


def _whole(environment: Mapping[str, str], arguments: Sequence[str]) -> Measured:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL, check=True
    )
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Measured(seconds, _processor(after) - _processor(before), 0)


def _processor(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def _compared(found: Mapping[str, list[Measured]], rounds: int) -> Comparison:
    rows, figures = [], {}
    for name, bare, goal in (
        ("first request", "bare, connecting", _REQUEST_GOAL),
        ("import of aiohttp alone", "bare", 0),
        ("--help", "bare", _HELP_GOAL),
        ("snapshot --help", "bare", _HELP_GOAL),
    ):
        pairs = list(zip(found[name], found[bare], strict=True))
        over = figure([1000 * (one.seconds - base.seconds) for one, base in pairs])
        work = figure([1000 * (one.processor - base.processor) for one, base in pairs])
        rows.append((name, f"at most {goal}" if goal else "", str(over), str(work)))
        figures[name] = {"ms over bare": over, "ms of processor time over bare": work}
    return Comparison(
        "start",
        "The start",
        f"Over a bare interpreter that does the same in Python alone; {rounds} rounds.",
        ("what", "goal, ms", "ms over bare", "ms of processor time over bare"),
        tuple(rows),
        figures,
    )
