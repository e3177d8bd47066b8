"""What is said of a snapshot that was written."""

from dataclasses import dataclass

__all__ = ("Written",)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: `size` in bytes, `sha256` of them, and that of the content alone."""

    size: int
    sha256: str
    content_sha256: str
