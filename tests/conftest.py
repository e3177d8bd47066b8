"""What all tests share."""

import gc

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes, or its making, says more of the machine than of the program. And the
# examples are the same each time, so that a run fails for what was changed and not by chance;
# `--hypothesis-profile search` looks for others, and for more of them where a test says `examples`.
_ALWAYS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", _ALWAYS, derandomize=True)
settings.register_profile("search", _ALWAYS, derandomize=False, max_examples=1000)
settings.load_profile("same")

# As the program does it: collections look through thousands of modules and tests that all stay.
gc.set_threshold(20_000, 10, 10)


def pytest_collection_finish() -> None:
    """Spare the garbage collector whatever lives as long as the run."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def anyio_backend() -> str:
    """The crawler runs on asyncio alone: aiohttp does."""
    return "asyncio"
