"""Snapshots by name: a path, ``-``, or ``REV:PATH`` of the git repository around this folder.

What exists as a file is that file, whatever its name; only then is a name with a colon looked up in
git, by git itself. A file or directory of a revision is copied beside the system's temporary files
while it is read, so memory stays flat.
"""

import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from crawler.errors import LocalError, SnapshotError, UsageError
from crawler.snapshot.document import Document
from crawler.snapshot.reading import STANDARD_INPUT, opened

__all__ = ("located",)

# Bytes as they were committed: no conversion of line breaks on the way out.
_VERBATIM: Final = ("-c", "core.autocrlf=false", "-c", "core.eol=lf")
_SUFFIXES: Final = 2  # that of the format, and that of the packing
_HINT: Final = "After ':' a path counts from the top of the repository, and ./PATH from here."


@contextmanager
def located(
    name: str, *, stdin: BinaryIO | None = None, folder: Path | None = None
) -> Iterator[Document]:
    """The snapshot called `name`, whose nodes can be walked again inside the block.

    With a `folder` it is always one of a revision, of the repository around that folder.

    Raises:
        LocalError: if there is none, or it cannot be read, or git cannot be asked.
        SnapshotError: if it is not a snapshot that this version reads.
        UsageError: if the name is ``-`` and there is no `stdin`, or begins like an option of git.
    """
    is_here = name == STANDARD_INPUT or Path(name).exists() or not _is_in_git(name)
    if folder is None and is_here:
        with opened(name, stdin=stdin) as document:
            yield document
        return
    git = _Git(folder, name)
    make = _unpack_tree if _kind(git) == "tree" else _copy_file
    with tempfile.TemporaryDirectory() as copies, _opened_as(name, make(git, Path(copies))) as it:
        yield it


@contextmanager
def _opened_as(name: str, copy: Path) -> Iterator[Document]:
    """The snapshot in `copy`, called `name` in errors."""
    with ExitStack() as stack:
        try:
            document = stack.enter_context(opened(copy))
        except SnapshotError as error:
            said = error.message.replace(str(copy), name)
            raise SnapshotError(said, hint=error.hint) from error
        yield document


def _is_in_git(name: str) -> bool:
    """Whether it has the form ``REV:PATH``; a drive of Windows is no revision."""
    revision, colon, path = name.partition(":")
    is_drive = os.name == "nt" and len(revision) == 1 and path[:1] in {"/", "\\"}
    return bool(colon and path and not is_drive)


def _kind(git: "_Git") -> str:
    """`blob` or `tree`."""
    name = git.about
    if name.startswith("-"):
        raise UsageError(f"{name} is no revision of git.", hint="A revision begins with no '-'.")
    return git.said("cat-file", "-t", name)


def _copy_file(git: "_Git", folder: Path) -> Path:
    """A file of a revision, put into `folder` under a name that ends as its own does."""
    suffixes = PurePosixPath(git.about.partition(":")[2]).suffixes[-_SUFFIXES:]
    copy = folder / "".join(("copy", *(each for each in suffixes if each[1:].isalnum())))
    with copy.open("wb") as out:
        git.run("cat-file", "blob", git.about, out=out)
    return copy


def _unpack_tree(git: "_Git", folder: Path) -> Path:
    """A directory of a revision, put into `folder`."""
    archive = folder / "archive.tar"
    # By its own number and from the repository itself, since `archive` cuts to the current folder.
    repository = git.said("rev-parse", "--absolute-git-dir")
    number = git.said("rev-parse", "--verify", git.about)
    with archive.open("wb") as out:
        git.run(f"--git-dir={repository}", *_VERBATIM, "archive", number, out=out)
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "tree", filter="data")
    return folder / "tree"


@dataclass(frozen=True, slots=True)
class _Git:
    """Git in a folder, here if it is `None`; `about` is the snapshot that it is asked for."""

    folder: Path | None
    about: str

    def said(self, *arguments: str) -> str:
        """The one line that git answers; raises as `run` does."""
        with tempfile.TemporaryFile() as out:
            self.run(*arguments, out=out)
            out.seek(0)
            return os.fsdecode(out.read()).rstrip("\n")

    def run(self, *arguments: str, out: BinaryIO) -> None:
        """Run git, its output to `out`.

        Raises:
            LocalError: if git is not there, or what it says if it fails.
        """
        missing = f"There is no file {self.about}, and git"
        try:
            done = subprocess.run(  # noqa: S603  no shell; the name of a revision is one argument
                ("git", *arguments),  # noqa: S607  whichever git the user has
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                check=False,
            )
        except FileNotFoundError as error:
            raise LocalError(f"{missing}, to look for it in a revision, was not found.") from error
        except OSError as error:
            raise LocalError.from_os_error("run", "git", error) from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            reason = said[0].removeprefix("fatal: ").rstrip(".") if said else "it failed"
            raise LocalError(f"{missing} cannot read it: {reason}.", hint=_HINT)
