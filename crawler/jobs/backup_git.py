"""Backups in a git working tree: one YAML file a project, one commit a run.

What a run finds waits beside the repository's own files until the end; then all of it is put into
the working tree and committed at once. A note of the names stands there meanwhile, so that the next
run can undo what a crash left, and tell it from somebody else's changes.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from crawler.errors import LocalError
from crawler.jobs.backup_guard import Outcome
from crawler.jobs.backup_history import History
from crawler.jobs.backup_names import Mark, folder_name, folder_project
from crawler.jobs.backup_vault import Known, Place, known
from crawler.jobs.git import Git, GitError
from crawler.snapshot.formats import Format
from crawler.snapshot.packing import Packing
from crawler.snapshot.store import open_for_replace

__all__ = ("BackupTree", "git_folder")

_OWN: Final = "testomat-crawler"
_PENDING: Final = "pending"
_SUFFIX: Final = ".yaml"
_FORMAT_LINE: Final = b"format: testomat-snapshot/"
_NAMED: Final = 3


def git_folder(git: Git) -> Path:
    """The folder of ours inside the repository's own one, made if need be.

    Raises `LocalError` if the folder is in no working tree.
    """
    try:
        inside = git.text("rev-parse", "--is-inside-work-tree")
        found = Path(git.text("rev-parse", "--absolute-git-dir")) / _OWN
    except GitError as error:
        raise LocalError(
            f"{git.folder} is not in a git working tree ({error.said}).",
            hint=f"To make it one: git init {git.folder}",
        ) from None
    if inside != "true":
        raise LocalError(f"{git.folder} is not in a git working tree.")
    try:
        found.mkdir(exist_ok=True)
    except OSError as error:
        raise LocalError.from_os_error("make", found, error) from error
    return found


class BackupTree:
    """The snapshots in the working tree of `git`; the lock of `own` must be held."""

    def __init__(self, git: Git, own: Path) -> None:
        """Undo what a crash left. Raises `LocalError` if there are changes that are not ours."""
        self.root = git.folder
        self._git = git
        self._own = own
        self._stage = own / "stage"
        self._gone: set[str] = set()
        self._recover()
        self._refuse_foreign()
        self._clear_stage()

    def projects(self) -> tuple[str, ...]:
        """Those of which there is a snapshot."""
        names = self._git.names("ls-files", "-z", "--", f":(glob)*{_SUFFIX}")
        found = ((name, folder_project(name.removesuffix(_SUFFIX))) for name in names)
        return tuple(each for name, each in found if each and self._is_snapshot(name))

    def good(self, project: str) -> Known | None:
        """The snapshot in the tree; raises `LocalError` if it is there and cannot be read."""
        name = _name(project, Mark.GOOD)
        found = self.marked(project, Mark.GOOD)
        if found is None and self._is_snapshot(name):
            raise LocalError(
                f"{self.root / name} cannot be read, so nothing can be held against it.",
                hint="Restore it from an earlier commit, or remove it and commit that.",
            )
        return found

    def marked(self, project: str, mark: Mark) -> Known | None:
        """The snapshot with this mark, which the next good one takes away."""
        name = _name(project, mark)
        return known(self.root / name) if self._is_snapshot(name) else None

    def history(self, project: str) -> History:
        """What the nights came to; it stays with this clone."""
        return History(self._own / "history" / f"{folder_name(project)}.jsonl")

    def place(self, project: str, at: datetime, mark: Mark) -> Place:  # noqa: ARG002
        """Beside the repository's files, for the commit at the end."""
        name = _name(project, mark)
        target = self.root / name
        if target.exists() and not self._is_snapshot(name):
            raise LocalError(
                f"{target} is in the way: it is not a snapshot.", hint="Move it elsewhere."
            )
        return Place(self._stage / name, Format.YAML, Packing.NONE, target, manifest=False)

    def settle(self, project: str, outcome: Outcome) -> tuple[str, ...]:
        """After a good night no marked snapshot stays; history keeps it."""
        if not outcome.is_good:
            return ()
        names = (_name(project, mark) for mark in (Mark.SUSPECT, Mark.PARTIAL))
        gone = tuple(name for name in names if self._is_snapshot(name))
        self._gone.update(gone)
        return gone

    def accept(self, project: str) -> Path | None:
        """Put the suspect snapshot in the place of the good one; `None` if there is none."""
        name = _name(project, Mark.SUSPECT)
        if not self._is_snapshot(name):
            return None
        good = _name(project, Mark.GOOD)
        _copy(self.root / name, self._stage / good)
        self._gone.add(name)
        return self.root / good

    def commit(self, message: str, *, author: str, at: datetime) -> str:
        """Commit what this run found and return the commit; empty if nothing changed.

        Raises `LocalError` if git or the disk refuses; the working tree is then as it was.
        """
        staged = sorted(path.name for path in self._stage.iterdir())
        names = (*staged, *sorted(self._gone))
        if not names:
            return ""
        self._refuse_foreign()
        pending = self._own / _PENDING
        with open_for_replace(pending) as out:
            out.write("\n".join(names).encode())
        try:
            self._put(staged)
            self._git.run("add", "--all", "--force", "--", *map(_literal, names))
            commit = self._commit(message, names, author, at)
        except BaseException:
            self._recover()
            raise
        pending.unlink()
        return commit

    def push(self) -> None:
        """Push as the repository is configured to; raises `LocalError` if that fails."""
        self._git.run("push", "--quiet")

    def _put(self, staged: Iterable[str]) -> None:
        for name in staged:
            _copy(self._stage / name, self.root / name)
        for name in self._gone:
            (self.root / name).unlink(missing_ok=True)

    def _commit(self, message: str, names: Iterable[str], author: str, at: datetime) -> str:
        paths = tuple(map(_literal, names))
        if not self._git.names("diff", "--cached", "--name-only", "-z", "--", *paths):
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
        """Bring the files of an interrupted commit back to the last one."""
        pending = self._own / _PENDING
        if not pending.exists():
            return
        for name in pending.read_text("utf-8").splitlines():
            self._git.run("rm", "--cached", "--quiet", "--force", "--ignore-unmatch", "--", name)
            (self.root / name).unlink(missing_ok=True)
            if self._is_committed(name):
                self._git.run("checkout", "--quiet", "HEAD", "--", name)
        pending.unlink()

    def _is_committed(self, name: str) -> bool:
        try:
            self._git.run("cat-file", "-e", f"HEAD:./{name}")
        except GitError:
            return False
        return True

    def _refuse_foreign(self) -> None:
        found = self._git.names("status", "--porcelain", "-z", "--untracked-files=no")
        if not found:
            return
        named = ", ".join(each[3:] for each in found[:_NAMED])
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        raise LocalError(
            f"The working tree at {self.root} has changes that are not from a backup:"
            f" {named}{more}.",
            hint="Commit them or put them away (git stash); nothing was written.",
        )

    def _clear_stage(self) -> None:
        try:
            self._stage.mkdir(exist_ok=True)
            for path in self._stage.iterdir():
                path.unlink()
        except OSError as error:
            raise LocalError.from_os_error("clear", self._stage, error) from error

    def _is_snapshot(self, name: str) -> bool:
        try:
            with (self.root / name).open("rb") as file:
                return file.read(len(_FORMAT_LINE)) == _FORMAT_LINE
        except OSError:
            return False


def _name(project: str, mark: Mark) -> str:
    return f"{folder_name(project)}{f'.{mark}' if mark else ''}{_SUFFIX}"


def _literal(name: str) -> str:
    return f":(literal){name}"


def _copy(source: Path, target: Path) -> None:
    """Not a rename: the repository's own folder may be on another disk."""
    with source.open("rb") as file, open_for_replace(target) as out:
        while data := file.read(1 << 20):
            out.write(data)
