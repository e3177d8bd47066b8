"""What all tests share."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """The crawler runs on asyncio alone: aiohttp does."""
    return "asyncio"
