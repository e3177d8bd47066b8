"""Files of another tool, read into a snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from crawler import __version__
from crawler.errors import SnapshotError, UsageError
from crawler.importing.registry import source_called
from crawler.importing.tree import Tree
from crawler.jobs.apart import check_apart
from crawler.jobs.import_markdown import read_pages
from crawler.snapshot.as_tree import ROOT
from crawler.snapshot.assemble import assemble
from crawler.snapshot.converted import Conversion, converted_manifest
from crawler.snapshot.document import Document, Head
from crawler.snapshot.formats import Format
from crawler.snapshot.manifest import manifest_path
from crawler.snapshot.noise import Omission
from crawler.snapshot.reading import opened
from crawler.snapshot.saving import check_place, save
from crawler.snapshot.store import open_for_replace
from crawler.snapshot.writer import write

__all__ = ("MARKDOWN", "Imported", "import_from")

MARKDOWN: Final = "markdown"
"""The service's own Markdown; as this program writes it, it is a format of snapshots."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What was written; `unplaced` names what the files say of the whole, which has no place."""

    head: Head
    format: Format
    unplaced: tuple[str, ...]


def import_from(
    tool: str,
    files: Sequence[Path],
    output: Path | BinaryIO,
    format: Format,  # noqa: A002  the word that the command uses
    *,
    project: str = "",
    title: str = "",
    manifest: bool = True,
) -> Imported:
    """Write what `files` of `tool` hold as one snapshot to `output`, a place or an open stream.

    `project` and `title` are what the snapshot says of the project: without them the first file's
    name without its suffix, and `project`. No address is given: the tree comes from no server.
    `manifest` also writes a manifest beside the snapshot, which names the first file.

    Raises:
        LocalError: if something cannot be read or written; `output` is then as it was.
        SnapshotError: if a file is not one of `tool`.
        UsageError: if there is no such tool, it takes one file, or `output` is one of `files`.
    """
    if isinstance(output, Path):
        check_apart(output, files)
    if tool == MARKDOWN and any((each / ROOT).is_file() for each in files):
        return _converted(files, output, format, project, title, manifest=manifest)
    read = read_pages if tool == MARKDOWN else source_called(tool, (MARKDOWN,)).read
    if isinstance(output, Path):
        check_place(output, format)
    tree = Tree()
    for path in files:
        read(path, tree)
    suites, tests = _counts(tree, files[0])
    project = project or _name(files[0])
    head = Head(project, title or project, "", complete=True, suites=suites, tests=tests)
    document = assemble(head, tree.items(), (), Omission(()))
    _write(document, output, format, files[0], manifest=manifest)
    return Imported(head, format, tuple(tree.root.imported))


def _counts(tree: Tree, path: Path) -> tuple[int, int]:
    try:
        return tree.counts()
    except SnapshotError as error:
        raise SnapshotError(f"{path}: {error.message}", hint=error.hint) from error


def _converted(
    files: Sequence[Path],
    output: Path | BinaryIO,
    form: Format,
    project: str,
    title: str,
    *,
    manifest: bool,
) -> Imported:
    """A snapshot, with other words on its project if there are any."""
    if len(files) > 1:
        raise UsageError(f"Of directories of pages with a {ROOT} one is read at a time.")
    if isinstance(output, Path):
        check_place(output, form)
    with opened(files[0]) as document:
        old = document.head
        head = replace(
            old,
            project_id=project or old.project_id,
            project_title=title or project or old.project_title,
        )
        renamed = replace(document, head=head)
        _write(renamed, output, form, files[0], manifest=manifest)
    return Imported(head, form, ())


def _write(
    document: Document, output: Path | BinaryIO, form: Format, source: Path, *, manifest: bool
) -> None:
    if not isinstance(output, Path):
        write(document, output, form)
        return
    written = save(document, output, form)
    if manifest:
        made = Conversion(__version__, source.name, output.name, form, document.head, written)
        with open_for_replace(manifest_path(output)) as out:
            out.write(converted_manifest(made, None))


def _name(path: Path) -> str:
    return path.resolve().stem
