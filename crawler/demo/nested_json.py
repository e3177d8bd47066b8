"""Trees of suites as JSON, written piece by piece: 400 levels are deeper than the libraries go."""

from collections.abc import Callable, Sequence

__all__ = ("nested",)


def nested(
    roots: Sequence[str],
    children_of: Callable[[str], Sequence[str]],
    opened: Callable[[str], bytes],
) -> bytes:
    """Suites with all below them, as a JSON array; a leaf has no ``children``.

    `opened` gives one suite as an object that still lacks its closing brace.
    """
    pieces: list[bytes] = [b"["]
    pending: list[bytes | str] = [b"]", *_with_commas(roots)]
    while pending:
        next_one = pending.pop()
        if isinstance(next_one, bytes):
            pieces.append(next_one)
            continue
        pieces.append(opened(next_one))
        children = children_of(next_one)
        if children:
            pieces.append(b',"children":[')
            pending += [b"]}", *_with_commas(children)]
        else:
            pieces.append(b"}")
    return b"".join(pieces)


def _with_commas(ids: Sequence[str]) -> list[bytes | str]:
    """IDs in reverse, for a stack, with a comma between each two."""
    spread: list[bytes | str] = []
    for each in reversed(ids):
        spread += [each, b","]
    return spread[:-1]
