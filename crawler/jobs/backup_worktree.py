"""A git working tree whose files change with one commit, or not at all.

Before the first file changes, a note of all names is put into a folder of ours inside the
repository's own one, and it is removed after the commit. Whatever ends the process in between, the
next one brings these files back to the last commit, and so never takes them for somebody else's.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from crawler.errors import LocalError
from crawler.jobs.git import Git, GitError
from crawler.snapshot.store import open_for_replace, sweep

__all__ = ("WorkTree", "git_folder")

_OWN: Final = "testomat-crawler"
_PENDING: Final = "pending"
_NAMED: Final = 3
_CHUNK: Final = 1 << 20


def git_folder(git: Git) -> Path:
    """The folder of ours inside the repository's own one, made if need be.

    Raises `LocalError` if the folder is in no working tree.
    """
    git.check()
    found = Path(git.text("rev-parse", "--absolute-git-dir")) / _OWN
    try:
        found.mkdir(exist_ok=True)
    except OSError as error:
        raise LocalError.from_os_error("make", found, error) from error
    return found


class WorkTree:
    """The folder of `git`, which may lie within its working tree; all names are relative to it."""

    def __init__(self, git: Git, own: Path) -> None:
        """Undo what a crash left. Raises `LocalError` if there are changes that are not ours."""
        self.root = git.folder
        self._git = git
        self._pending = own / _PENDING
        self._recover()
        self.refuse_foreign()

    def refuse_foreign(self) -> None:
        """Raise `LocalError` if a tracked file of the working tree is not as in the last commit."""
        told = ("status", "--porcelain", "-z", "--untracked-files=no", "--no-renames")
        found = self._git.names(*told)
        if not found:
            return
        named = ", ".join(each[3:] for each in found[:_NAMED])
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        raise LocalError(
            f"The working tree at {self.root} has changes that are not from a backup:"
            f" {named}{more}.",
            hint="Commit them or put them away (git stash); nothing was written.",
        )

    def commit(
        self, change: Mapping[str, Path | None], message: str, *, author: str, at: datetime
    ) -> str:
        """Put a copy of each file in its place, or remove what is there for `None`, and commit it.

        Returns the commit; empty if nothing changed. Raises `LocalError` if git or the disk
        refuses, or if a link stands in the way; the working tree is then as in the last commit.
        """
        if not change:
            return ""
        self.refuse_foreign()
        for name in change:
            self._refuse_link(name)
        names = _joined(change)
        with open_for_replace(self._pending) as out:
            out.write(names)
        try:
            for name, source in change.items():
                self._put(name, source)
            self._git.run("update-index", "--add", "--remove", "-z", "--stdin", input=names)
            commit = self._commit(message, author, at)
        except BaseException:
            self._recover()
            raise
        self._pending.unlink()
        return commit

    def push(self) -> None:
        """Push as the repository is configured to; raises `LocalError` if that fails."""
        self._git.run("push", "--quiet")

    def _put(self, name: str, source: Path | None) -> None:
        place = self.root / name
        if source is None:
            _remove(place, self.root)
            return
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LocalError.from_os_error("make", place.parent, error) from error
        # Not a rename: the repository's own folder may be on another disk.
        with source.open("rb") as file, open_for_replace(place) as out:
            while data := file.read(_CHUNK):
                out.write(data)

    def _commit(self, message: str, author: str, at: datetime) -> str:
        if not self._git.names("diff", "--cached", "--name-only", "-z"):
            return ""
        name, _, mail = author.rstrip(">").partition(" <")
        time = at.strftime("%Y-%m-%dT%H:%M:%S%z")
        who = {
            f"GIT_{role}_{fact}": value
            for role in ("AUTHOR", "COMMITTER")
            for fact, value in (("NAME", name), ("EMAIL", mail), ("DATE", time))
        }
        self._git.run(
            *("commit", "--quiet", "--cleanup=whitespace", "--file=-"),
            input=message.encode("utf-8", "backslashreplace"),
            **who,
        )
        return self._git.text("rev-parse", "HEAD")

    def _recover(self) -> None:
        """Bring the files of an interrupted change back to the last commit."""
        try:
            names = tuple(_split(self._pending.read_bytes()))
        except FileNotFoundError:
            return
        for name in names:
            sweep(self.root / name)
        committed = self._committed()
        back = [name for name in names if name in committed]
        gone = [name for name in names if name not in committed]
        for name in gone:
            self._refuse_link(name)
            _remove(self.root / name, self.root)
        self._git.run("update-index", "--force-remove", "-z", "--stdin", input=_joined(gone))
        if back:
            paths = ("--pathspec-from-file=-", "--pathspec-file-nul")
            told = ("--literal-pathspecs", "checkout", "--quiet", "HEAD", *paths)
            self._git.run(*told, input=_joined(back))
        self._pending.unlink()

    def _refuse_link(self, name: str) -> None:
        """A link could lead anywhere, and a folder may have become one since it was looked at."""
        place = self.root / name
        for each in (place, *place.parents):
            if each == self.root:
                return
            if each.is_symlink():
                raise LocalError(f"{each} is in the way: it is a link.", hint="Move it elsewhere.")

    def _committed(self) -> frozenset[str]:
        """The names of all files of the last commit; none before the first one."""
        try:
            return frozenset(self._git.names("ls-tree", "-r", "-z", "--name-only", "HEAD"))
        except GitError:
            return frozenset()


def _joined(names: Iterable[str]) -> bytes:
    return b"".join(name.encode("utf-8", "surrogateescape") + b"\0" for name in names)


def _split(data: bytes) -> Iterable[str]:
    return (each.decode("utf-8", "surrogateescape") for each in data.split(b"\0") if each)


def _remove(place: Path, root: Path) -> None:
    """Remove a file, and the folders above it as far as nothing is left in them."""
    try:
        place.unlink(missing_ok=True)
    except NotADirectoryError:
        return
    except OSError as error:
        raise LocalError.from_os_error("remove", place, error) from error
    for folder in place.parents:
        if folder == root:
            return
        try:
            folder.rmdir()
        except OSError:
            return
