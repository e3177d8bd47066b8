"""From one format to another, nothing lost."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crawler import __version__
from crawler.errors import SnapshotError
from crawler.snapshot.converted import Conversion, converted_manifest
from crawler.snapshot.document import Document, Head
from crawler.snapshot.formats import Format
from crawler.snapshot.manifest import manifest_path, recorded, stored_manifest
from crawler.snapshot.reading import STANDARD_INPUT, opened
from crawler.snapshot.saving import check_place, saved
from crawler.snapshot.store import open_for_replace
from crawler.snapshot.writer import Written, write

__all__ = ("Converted", "convert")


@dataclass(frozen=True, slots=True)
class Converted:
    """What was written."""

    head: Head
    format: Format
    written: Written


def convert(
    source: Path | str,
    output: Path | BinaryIO,
    format: Format,  # noqa: A002  the word that the command uses
    *,
    stdin: BinaryIO | None = None,
    manifest: bool = True,
) -> Converted:
    """Write the snapshot at `source`, ``-`` for `stdin`, to `output`, a place or an open stream.

    `manifest` also writes a manifest beside the new one, which carries over what the old one tells.

    Raises:
        LocalError: if something cannot be read or written; `output` is then as it was.
        SnapshotError: if the original is no snapshot, or is not what its manifest describes: what
            is damaged should not get a manifest that calls it sound. A stream then holds it.
    """
    original = None if str(source) == STANDARD_INPUT else stored_manifest(source)
    if isinstance(output, Path):
        check_place(output, format)
    with opened(source, stdin=stdin) as document:
        if not isinstance(output, Path):
            written = write(document, output, format)
            _check(source, original, written)
            return Converted(document.head, format, written)
        written = _save(document, output, format, source, original)
        head = document.head
    if manifest:
        made = Conversion(__version__, Path(source).name, output.name, format, head, written)
        with open_for_replace(manifest_path(output)) as out:
            out.write(converted_manifest(made, original))
    return Converted(head, format, written)


def _save(
    document: Document, output: Path, form: Format, source: Path | str, original: bytes | None
) -> Written:
    with saved(document, output, form) as written:
        _check(source, original, written)
    return written


def _check(source: Path | str, original: bytes | None, written: Written) -> None:
    if original is not None and recorded(original).content_sha256 != written.content_sha256:
        raise SnapshotError(
            f"{source} is not what its manifest describes, so it was not converted.",
            hint=f"See 'testomat-crawler verify {source}'.",
        )
