"""Names of files in a tree: readable, the same from snapshot to snapshot, safe on every system.

A name is made of the title and the ID: ``payment-0d7ebf39``. It depends on that suite alone (and,
in one folder, on siblings with the same ID, which a sound snapshot does not have). What is safe:

- Windows ("Naming Files, Paths, and Namespaces", Microsoft Learn): no reserved characters, no
  trailing dot or blank, no device name (``con``, ``nul``, ``com1`` …): every name holds a hyphen
  and at least two parts, and no device name does. A path has at most 260 characters, of which a
  tree takes at most 200.
- Names that differ only in case, or in how an accent is composed, are one file on macOS and
  Windows: everything is case-folded and in NFC, and the end of the name, which is ASCII, tells
  suites apart.
- Linux and macOS: 255 bytes a name, of which we take at most half, since some encrypting file
  systems allow 143.
"""

import hashlib
import re
import unicodedata
from typing import Any, Final

__all__ = ("DEEP", "LONGEST_FOLDER", "LONGEST_PATH", "Names", "name_of", "tag_of")

#: Characters of a path below the root.
LONGEST_PATH: Final = 200
#: Characters of a folder's path; below a longer one the children move to `DEEP`.
LONGEST_FOLDER: Final = 110
#: The folder at the root for what lies too deep.
DEEP: Final = "deep"

_SLUG_CHARACTERS: Final = 36
_SLUG_BYTES: Final = 72
_PLAIN_ID: Final = re.compile(r"[0-9a-z]{1,32}")
_NAMELESS: Final = "suite"

# The database of Unicode 3.2, which every Python carries and which never changes: with a newer one
# a name could change with the version of Python.
_UNICODE: Final = unicodedata.ucd_3_2_0
_KEPT: Final = ("L", "M", "Nd")
_LAST_OF_PLANE: Final = "\uffff"


class Names:
    """The names that are taken in one folder."""

    __slots__ = ("_taken",)

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def take(self, name: str) -> str:
        """`name`, or for the second of that name ``name+2``: no name of ours has a plus."""
        count = self._taken[name] = self._taken.get(name, 0) + 1
        return name if count == 1 else f"{name}+{count}"


def name_of(identity: Any, title: Any) -> str:
    """The name of a suite's file, without suffix, in NFC and case-folded."""
    return f"{_slug(title) or _NAMELESS}-{tag_of(identity)}"


def tag_of(identity: Any) -> str:
    """The ID where it is one as the service gives them; else an underscore and its digest."""
    text = identity if isinstance(identity, str) else repr(identity)
    if _PLAIN_ID.fullmatch(text):
        return text
    return f"_{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _slug(title: Any) -> str:
    """Letters, marks and digits of any script; all between them is one hyphen."""
    if not isinstance(title, str):
        return ""
    # The first characters are enough, and a hostile title may be long.
    text = _UNICODE.normalize("NFKC", title[: 4 * _SLUG_CHARACTERS]).casefold()
    text = _UNICODE.normalize("NFC", "".join(map(_readable, text)))
    words = [word for part in text.split() if (word := _without_leading_marks(part))]
    slug = _cut("-".join(words))
    return slug.rstrip("-")


def _readable(character: str) -> str:
    """The character itself, nothing for an invisible one, a blank for what parts words."""
    category = _UNICODE.category(character)
    if character <= _LAST_OF_PLANE and category.startswith(_KEPT):
        return character
    return "" if category == "Cf" else " "


def _without_leading_marks(word: str) -> str:
    for index, character in enumerate(word):
        if not _UNICODE.category(character).startswith("M"):
            return word[index:]
    return ""


def _cut(slug: str) -> str:
    """At most so many characters and bytes, without cutting a character in two."""
    short = slug[:_SLUG_CHARACTERS].encode()[:_SLUG_BYTES]
    return short.decode("utf-8", "ignore")
