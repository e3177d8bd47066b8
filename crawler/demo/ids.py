"""IDs as the service makes them, and numbers that follow from a seed.

An ID is a string of 8 characters, usually lowercase hex. It is never a number, even where it
looks like one (``00000123``, ``0123e456``): seen in the vendor's clients.
"""

from hashlib import blake2b

__all__ = ("AWKWARD", "make_id", "share_of", "whole_of")

AWKWARD = ("00000123", "0123e456", "tc000001")
"""IDs that a careless reader takes for numbers, or that are not hex at all."""

_WORD = 0xFFFF_FFFF


def make_id(seed: int, number: int) -> str:
    """The ID of the ``number``-th thing of a seed.

    Every step is a bijection of 32-bit words, so no two numbers of a seed share an ID: a random
    choice would, in a project of a million tests.
    """
    word = (number + seed * 0x9E37_79B1) & _WORD
    word = (word * 0x85EB_CA6B) & _WORD
    word ^= word >> 13
    word = (word * 0xC2B2_AE35) & _WORD
    word ^= word >> 16
    return f"{word:08x}"


def whole_of(seed: int, *parts: object) -> int:
    """A 64-bit number that depends on the seed and the parts and on nothing else."""
    text = "\0".join([str(seed), *map(str, parts)])
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def share_of(seed: int, *parts: object) -> float:
    """A number from 0 up to, but not including, 1, made as in ``whole_of``."""
    return (whole_of(seed, *parts) >> 11) / (1 << 53)
