"""Names of files and folders made of titles: readable, safe on Linux, macOS and Windows."""

import re
import unicodedata
from typing import Final

__all__ = ("FolderNames",)

# "Naming Files, Paths, and Namespaces", Microsoft Learn.
_RESERVED: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff]+')
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LONGEST: Final = 40  # characters of a name
_LONGEST_BYTES: Final = 120  # of a name in UTF-8
_LONGEST_FOLDER: Final = 150  # characters of a folder's path; what is deeper lies beside it
_NAMELESS: Final = "suite"


class FolderNames:
    """The names on the way down a tree; no two in one folder differ only in case or accents."""

    def __init__(self) -> None:
        self._way: list[tuple[str, dict[str, int]]] = [("", {})]

    def enter(self, title: str) -> tuple[str, bool]:
        """(the path of what is called so in the present folder, whether it ends in the title)."""
        folder, taken = self._way[-1]
        name = _safe(title)
        key = unicodedata.normalize("NFC", name).casefold()
        count = taken[key] = taken.get(key, 0) + 1
        unique = name if count == 1 else f"{name} ~{count}"
        path = f"{folder}{unique}"
        deep = len(path) > _LONGEST_FOLDER
        self._way.append((folder, taken) if deep else (f"{path}/", {}))
        return path, unique == title and not deep

    def leave(self) -> None:
        """Go back up."""
        self._way.pop()


def _safe(title: str) -> str:
    name = _RESERVED.sub("-", title)
    name = "".join(sign for sign in name if unicodedata.category(sign) not in {"Cf", "Cn", "Co"})
    name = " ".join(name.split())[:_LONGEST]
    name = name.encode()[:_LONGEST_BYTES].decode("utf-8", "ignore").strip(" .~")
    if not name or _DEVICES.fullmatch(name):
        return f"{_NAMELESS} {name}".strip()
    return name
