"""The command in this process, its server in a thread: a real run but for the start of Python."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from typing import Any
from unittest import mock

from anyio.from_thread import start_blocking_portal

from crawler.cli.main import run
from crawler.demo import DemoServer, ServerOptions, World
from support.processes import Ended, environment


@contextmanager
def serving(
    world: World, options: ServerOptions | None = None, **more: Any
) -> Iterator[DemoServer]:
    """A server over real HTTP while the block lasts; `more` is for the server as well."""
    made = partial(DemoServer, world, options, **more)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(portal.call(made)) as server,
    ):
        yield server


def call(*arguments: str, url: str | None = None, **more: str) -> Ended:
    """Run the command to its end, with the streams and the environment of a process of its own."""
    nothing, out, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(3))
    with (
        mock.patch.dict(os.environ, environment(url, **more), clear=True),
        mock.patch.object(sys, "stdin", nothing),
        redirect_stdout(out),
        redirect_stderr(errors),
    ):
        code = run(arguments)
        out.flush()
        errors.flush()
    return Ended(code, out.buffer.getvalue(), errors.buffer.getvalue().decode(), 0.0)
