"""What the server does not know (404), where that is an answer and no error."""

from collections.abc import Awaitable
from http import HTTPStatus
from typing import TypeVar

from crawler.errors import RefusedError

__all__ = ("is_absent", "or_none")

T = TypeVar("T")


def is_absent(error: RefusedError) -> bool:
    """Whether the server refused because it knows no such thing."""
    return error.status == HTTPStatus.NOT_FOUND


async def or_none(answer: Awaitable[T]) -> T | None:
    """The answer; `None` if the server knows no such thing."""
    try:
        return await answer
    except RefusedError as error:
        if is_absent(error):
            return None
        raise
