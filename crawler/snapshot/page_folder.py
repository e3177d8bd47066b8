"""Pages that a server names, written into a folder that none of the names can leave.

A name is a path with slashes that ends in ``.md``. Refused is what leads out (``..``, an absolute
path, a drive), what some system cannot write or takes for something else, a folder of git, and of
two names that are one file on macOS and Windows the second. Links in the folder are not followed.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from crawler.errors import LocalError, UsageError
from crawler.redaction import printable
from crawler.snapshot.store import in_words, open_for_replace

__all__ = ("PageChange", "plan_pages", "unusable_names", "write_pages")

_SUFFIX: Final = ".md"
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_DEVICE: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")
_LONGEST_NAME: Final = 255  # bytes
_LONGEST_PATH: Final = 1000
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class PageChange:
    """What writing would do: the names of pages that are new, that change, and that stay."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]


def unusable_names(names: Iterable[str]) -> list[str]:
    """Those that are not written, in their order."""
    taken: set[str] = set()
    found = []
    for name in names:
        alike = unicodedata.normalize("NFC", name).casefold()
        if not _usable(name) or alike in taken:
            found.append(name)
        taken.add(alike)
    return found


def _usable(name: str) -> bool:
    parts = name.split("/")
    return (
        name.lower().endswith(_SUFFIX)
        and len(name) <= _LONGEST_PATH
        and all(map(_usable_part, parts))
        and not any(part.casefold() == ".git" for part in parts)
    )


def _usable_part(part: str) -> bool:
    try:
        size = len(part.encode())
    except UnicodeEncodeError:
        return False
    return (
        0 < size <= _LONGEST_NAME
        and part not in {".", ".."}
        and not part.endswith((".", " "))
        and not _FORBIDDEN.search(part)
        and not _DEVICE.fullmatch(part)
    )


def plan_pages(folder: Path, pages: Mapping[str, str]) -> PageChange:
    """What `write_pages` would do; the names have to be usable.

    Raises:
        LocalError: if a link stands in the way, or a page cannot be read.
    """
    new, changed, same = [], [], []
    with in_words(folder, "read"):
        for name, text in pages.items():
            place = folder / PurePosixPath(name)
            _refuse_links(folder, place)
            if not place.exists():
                new.append(name)
            elif place.is_file() and place.read_bytes() == text.encode():
                same.append(name)
            else:
                changed.append(name)
    return PageChange(tuple(new), tuple(changed), tuple(same))


def _refuse_links(folder: Path, place: Path) -> None:
    for each in (place, *place.parents):
        if each == folder:
            return
        if each.is_symlink():
            raise LocalError(
                f"{printable(str(each))} is a link, which a page would be written through.",
                hint="Remove it, or name another folder.",
            )


def write_pages(folder: Path, pages: Mapping[str, str], *, overwrite: bool) -> PageChange:
    """Write the pages that are not there as they are; others in the folder are left alone.

    Raises:
        LocalError: if something cannot be written.
        UsageError: if pages there have other content and `overwrite` is not set; then nothing is
            written.
    """
    change = plan_pages(folder, pages)
    if change.changed and not overwrite:
        names = ", ".join(printable(each) for each in change.changed[:_SHOWN])
        more = f" and {len(change.changed) - _SHOWN} more" if change.changed[_SHOWN:] else ""
        raise UsageError(
            f"{folder} holds other content in {names}{more}, so nothing was written.",
            hint="--force overwrites it.",
        )
    for name in (*change.new, *change.changed):
        place = folder / PurePosixPath(name)
        with in_words(place):
            place.parent.mkdir(parents=True, exist_ok=True)
        with open_for_replace(place) as out:
            out.write(pages[name].encode())
    return change
