"""How a scalar is spelled so that YAML 1.1 and YAML 1.2 parsers load the same value.

Sources of the rules: YAML 1.2.2 chapters 5 (characters, escapes), 7.3 (flow scalars), 8.1 (block
scalars) and 10.3 (core schema); YAML 1.1's type repository (bool, float, int, merge, null,
timestamp, value), as PyYAML's resolver reads it. Where another known parser is wider (Ruby's takes
``1,000`` as a number) its reading counts too: a pair of quotes too many costs nothing.
"""

import re
from functools import lru_cache
from json import JSONEncoder
from math import isfinite
from typing import Any, Final

__all__ = ("is_plain", "is_printable", "literal", "resolve", "spell", "spell_key", "spell_text")

_LONGEST_KEY: Final = 120
"""Characters of a key that may stand before its colon; YAML allows 1,024 (YAML 1.2.2, 7.4.2)."""

# What may not stand raw in a scalar: outside nb-char, or a line break to YAML 1.1 only (NEL, LS,
# PS), or a byte order mark. Lone surrogates are no text: they stay, and fail to be encoded.
_HARD: Final = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff"
_NOT_LITERAL: Final = re.compile(f"[{_HARD}]")
_ASCII: Final = bytes([0x09, 0x0A, *range(0x20, 0x7F)])
_NOT_ON_ONE_LINE: Final = re.compile(f"[{_HARD}\t\n]")

_JSON: Final = JSONEncoder(ensure_ascii=False).encode
_WORDS: Final = {None: "null", True: "true", False: "false"}

# The first character is a letter, a digit or one of the few signs that mean nothing to YAML.
_PLAIN_START: Final = re.compile(
    r"""
    (?!(?i:y|n|yes|no|on|off|true|false|null)\Z)
    (?![0-9][0-9_,.:]*(?:[eE][-+]?[0-9_]*)?\Z)   # numbers, and base 60 with its colons
    (?!0[xX][0-9a-fA-F_]*\Z)
    (?!0[oO][0-7_]*\Z)
    (?!0[bB][01_]*\Z)
    (?![0-9]{4}-[0-9])                           # timestamps
    [A-Za-z0-9_/($\u00a1-\U0010ffff]
    """,
    re.VERBOSE,
)

_LONGEST_WHOLE: Final = 64  # characters, leading zeros and all
# The core schema of YAML 1.2.2, 10.3.2.
_RESOLVED: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_DECIMAL: Final = re.compile(r"[-+]?[0-9]+")
_BASED: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER_START: Final = frozenset("0123456789+-.")


def spell(value: Any) -> str:
    """One line for a scalar, an empty list or an empty mapping."""
    if isinstance(value, str):
        return spell_text(value)
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _spell_float(value)
    return "[]" if isinstance(value, (list, tuple)) else "{}"


def spell_text(text: str) -> str:
    """One line for a text: plain where every parser loads it as this text, else quoted."""
    return text if is_plain(text) else _quote(text)


@lru_cache(maxsize=4096)
def spell_key(key: str) -> tuple[bytes, bytes]:
    """What stands before a key's value: all of its line, and of the line after for a long key.

    The second part is empty for all but the long keys, which need the explicit form ``? key``.
    """
    spelled = spell_text(key)
    if len(spelled) > _LONGEST_KEY:
        return f"? {spelled}\n".encode(), b":"
    return f"{spelled}:".encode(), b""


def literal(text: str, pad: bytes) -> bytes | None:
    """A literal block, indented by `pad`, from its ``|`` to its last line break.

    For a text with line breaks; `None` if it has a character that only an escape can hold.
    """
    if not is_printable(text):
        return None
    # Without the indicator, a parser takes the first line's own spaces for indentation.
    indicator = b"2" if text[0] in " \t\n" else b""
    if not text.endswith("\n"):
        return b"|%b-%b\n" % (indicator, _indent(text, pad))
    chomping = b"+" if text.endswith("\n\n") or text == "\n" else b""
    return b"|%b%b%b\n" % (indicator, chomping, _indent(text[:-1], pad))


def is_printable(text: str) -> bool:
    """Whether a literal block can hold every character; the usual ASCII is answered quickly."""
    if text.isascii():
        return not text.encode().translate(None, _ASCII)
    return not _NOT_LITERAL.search(text)


def _indent(text: str, pad: bytes) -> bytes:
    """Begin every line with a line break and `pad`, but an empty one with the line break alone."""
    line, empty = b"\n%b" % pad, b"\n%b\n" % pad
    data = b"\n%b\n" % text.encode()
    data = data.replace(b"\n", line)
    if empty in data:
        data = data.replace(empty, b"\n\n")
        # Neighbours share a line break, so one pass finds only every second of a run.
        if empty in data:
            data = data.replace(empty, b"\n\n")
    return data[: -len(line)]


def is_plain(text: str) -> bool:
    """Whether the text may stand without quotes, in a block context, on one line."""
    return (
        _PLAIN_START.match(text) is not None
        and ": " not in text
        and " #" not in text
        and text[-1] not in ": "
        # Printable is the quick answer, and excludes every space but the ASCII one. What is not may
        # still be allowed, so as not to depend on the Unicode version that this Python knows.
        and (text.isprintable() or _is_allowed(text))
    )


def _is_allowed(text: str) -> bool:
    """Whether every character may stand on one line without quotes."""
    return (
        _NOT_ON_ONE_LINE.search(text) is None and not text[0].isspace() and not text[-1].isspace()
    )


def _quote(text: str) -> str:
    """JSON's spelling, which is YAML's too, less what YAML may not hold raw."""
    quoted = _JSON(text)
    if quoted.isprintable():
        return quoted
    return _NOT_LITERAL.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _spell_float(value: float) -> str:
    """A dot and a signed exponent are what YAML 1.1 asks for; neither form of JSON has NaN."""
    if not isfinite(value):
        return "null"
    mantissa, exponent, power = repr(value).partition("e")
    return f"{mantissa}{'' if '.' in mantissa else '.0'}{exponent}{power}"


def resolve(text: str) -> Any:
    """The value of a plain scalar by the core schema of YAML 1.2.

    A whole number beyond 64 bits becomes a float, as the JSON reader has it.

    Raises:
        ValueError: if it is a number that JSON cannot hold.
    """
    if text in _RESOLVED:
        return _RESOLVED[text]
    if text[0] not in _NUMBER_START:
        return text
    if _DECIMAL.fullmatch(text):
        # Python refuses to convert thousands of digits at once.
        return _whole(int(text)) if len(text) <= _LONGEST_WHOLE else _finite(text)
    if _BASED.fullmatch(text):
        return _whole(int(text, 0)) if len(text) <= _LONGEST_WHOLE else text
    if _FLOAT.fullmatch(text):
        return _finite(text)
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"{text} is no number that a snapshot can hold")
    return text


def _whole(number: int) -> int | float:
    return number if -(1 << 63) <= number < 1 << 64 else float(number)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text[:40]} is too large a number")
    return number
