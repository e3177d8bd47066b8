"""From one format to another, nothing lost."""

from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crawler import __version__
from crawler.errors import SnapshotError, UsageError
from crawler.snapshot.attachment_store import store_of
from crawler.snapshot.converted import Conversion, converted_manifest
from crawler.snapshot.document import Head
from crawler.snapshot.formats import DIRECTORIES, Format
from crawler.snapshot.linking import linking
from crawler.snapshot.manifest import recorded
from crawler.snapshot.manifest_place import manifest_beside, stored_manifest, without_manifest
from crawler.snapshot.reading import STANDARD_INPUT, opened
from crawler.snapshot.saving import check_place, saved
from crawler.snapshot.writer import write
from crawler.snapshot.written import Written

__all__ = ("Converted", "convert", "convert_linked")


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
        with ExitStack() as around, saved(document, output, format) as written:
            _check(source, original, written)
            made = Converted(document.head, format, written)
            data = _manifest(source, original, output, made) if manifest else None
            around.enter_context(_beside(output, data))
        return made


def convert_linked(source: Path, output: Path, format: Format) -> Converted:  # noqa: A002
    """As `convert`, to a directory whose texts link to the files of the attachments of `source`.

    It is a copy to read and gets no manifest: its texts are not the server's any more.

    Raises:
        UsageError: if the format is none of a directory, or if there are no such files.
        LocalError, SnapshotError: as `convert` does.
    """
    store = store_of(source)
    if format not in DIRECTORIES:
        raise UsageError(
            "--link-attachments needs a directory to write.", hint="Use --format tree or markdown."
        )
    if store is None:
        raise UsageError(
            f"There are no files of attachments beside {source}.",
            hint="'testomat-crawler snapshot --with attachments' downloads them.",
        )
    check_place(output, format)
    with opened(source) as document:
        links = linking(document, store, output)
        linked = links.document(document)
        with (
            saved(linked, output, format, links.placed) as written,
            without_manifest(output),
        ):
            return Converted(document.head, format, written)


def _manifest(source: Path | str, original: bytes | None, output: Path, made: Converted) -> bytes:
    name = Path(source).name
    made_of = Conversion(__version__, name, output.name, made.format, made.head, made.written)
    return converted_manifest(made_of, original)


def _beside(output: Path, data: bytes | None) -> AbstractContextManager[None]:
    return without_manifest(output) if data is None else manifest_beside(output, data)


def _check(source: Path | str, original: bytes | None, written: Written) -> None:
    if original is not None and recorded(original).content_sha256 != written.content_sha256:
        raise SnapshotError(
            f"{source} is not what its manifest describes, so it was not converted.",
            hint=f"See 'testomat-crawler verify {source}'.",
        )
