"""The files of attachments that go with the backups that a policy removes.

Only files that a removed backup names are looked at, and one that any other backup names stays. So
nothing that another project or an unfinished run has just stored is ever in question.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler.errors import CrawlerError
from crawler.jobs.backup_names import parse_name
from crawler.model import SectionName
from crawler.snapshot.attachment_store import AttachmentStore, file_in
from crawler.snapshot.reading import opened

__all__ = ("named_files", "remove_files")


def named_files(paths: Iterable[Path]) -> set[str]:
    """The sums of the files that these backups name; one that cannot be read names none."""
    found: set[str] = set()
    for path in paths:
        try:
            found |= set(_named(path))
        except CrawlerError:
            continue
    return found


def remove_files(store: AttachmentStore, candidates: set[str], root: Path) -> str:
    """Remove those of the files that no backup below `root` names; returns what kept us from it.

    If one cannot be read, nothing is removed. Raises `LocalError` if the disk refuses.
    """
    spare = set(candidates)
    for path in _backups(root):
        if not spare:
            return ""
        try:
            spare.difference_update(_named(path))
        except CrawlerError as error:
            return f"Files of removed backups stay, for they may belong to {path.name}: {error}"
    for sha256 in sorted(spare):
        store.remove(sha256)
    return ""


def _backups(root: Path) -> list[Path]:
    """Of all projects, the newest first: it names what was not changed for long."""
    found = [path for path in root.glob("*/*") if parse_name(path.name) is not None]
    return sorted(found, key=lambda path: (path.name, path), reverse=True)


def _named(path: Path) -> Iterator[str]:
    with opened(path) as document:
        for section in document.sections:
            if section.name == SectionName.ATTACHMENTS:
                for fields in section.items:
                    file = file_in(fields)
                    if file is not None:
                        yield file.sha256
