"""The backups that a git repository holds: every commit that changed a snapshot is one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from crawler.errors import UsageError
from crawler.jobs.backup_git import PEEK, SIGN, SUFFIXES, base, stem, top
from crawler.jobs.backup_guard import Figures
from crawler.jobs.backup_message import CONTENT, SUITES, TESTS, figures_in
from crawler.jobs.backup_names import Mark, folder_project
from crawler.jobs.git import Git, GitError
from crawler.snapshot.as_tree import ROOT
from crawler.snapshot.document import Document
from crawler.snapshot.locate import located

__all__ = ("Revision", "at_revision", "opened_revision", "revisions", "size_of")

_TRAILERS: Final = "%x00".join(
    f"%(trailers:key={key},valueonly,separator=%x20)" for key in (SUITES, TESTS, CONTENT)
)
_FORMAT: Final = f"%x01%H%x00%at%x00{_TRAILERS}%x00"
_DELETED: Final = "D"
_SHORT: Final = 12


@dataclass(frozen=True, slots=True)
class Revision:
    """A snapshot in a commit; `name` is that in the folder, `figures` are what the commit says."""

    commit: str
    at: datetime
    project: str
    mark: Mark
    name: str
    figures: Figures | None = None

    @property
    def place(self) -> str:
        """As ``REV:PATH``, which is looked up from the folder."""
        return f"{self.commit[:_SHORT]}:./{self.name}"


def revisions(git: Git, project: str | None = None) -> tuple[Revision, ...]:
    """The snapshots in the history of the current branch, by project, the oldest first.

    Raises `LocalError` if git refuses; a repository without commits has none.
    """
    try:
        git.run("rev-parse", "--verify", "--quiet", "HEAD")
    except GitError:
        return ()
    told = ("log", "-z", f"--format={_FORMAT}", "--name-status", "--no-renames", "--relative")
    # The files of a tree change without its root, so all that lies in the folder is looked at.
    paths = (".",) if project is None else _names(project, *Mark)
    output = git.run(*told, "--", *paths).decode("utf-8", "surrogateescape")
    newest_first = [each for entry in output.split("\x01")[1:] for each in _in_commit(entry)]
    newest = {each.name: each for each in reversed(newest_first)}
    ours = {name for name, revision in newest.items() if _is_snapshot(git, revision)}
    found = (each for each in reversed(newest_first) if each.name in ours)
    return tuple(sorted(found, key=lambda each: each.project))


def at_revision(git: Git, project: str, revision: str) -> Revision:
    """The good snapshot of a project as it was at a commit, or whatever else names one.

    Raises `UsageError` if there is no such commit, or no such snapshot in it.
    """
    try:
        commit = git.text("rev-parse", "--verify", f"{revision}^{{commit}}")
        names = git.names("ls-tree", "-z", "--name-only", commit, "--", *_names(project, Mark.GOOD))
        seconds = int(git.text("show", "--no-patch", "--format=%at", commit))
    except GitError as error:
        raise UsageError(
            f"{revision!r} is neither the beginning of a time nor a revision of git.",
            hint="'testomat-crawler backup list --git' shows what there is.",
        ) from error
    if not names:
        raise UsageError(f"There is no backup of {project!r} at the revision {revision}.")
    return Revision(commit, _moment(seconds), project, Mark.GOOD, names[0])


@contextmanager
def opened_revision(git: Git, revision: Revision) -> Iterator[Document]:
    """The snapshot, as `located` gives it; raises as that does."""
    with located(f"{revision.commit}:./{revision.name}", folder=git.folder) as document:
        yield document


def size_of(git: Git, revision: Revision) -> int:
    """The bytes of all its files."""
    told = ("ls-tree", "-r", "-z", "-l", revision.commit, "--", revision.name)
    sizes = (entry.partition("\t")[0].split()[-1] for entry in git.names(*told))
    return sum(int(size) for size in sizes if size.isdecimal())


def _in_commit(entry: str) -> Iterator[Revision]:
    commit, seconds, suites, tests, content, *changed = entry.split("\0")
    pairs = [each.strip("\n") for each in changed if each.strip("\n")]
    at, figures = _moment(int(seconds)), figures_in(suites, tests, content)
    touched = {
        top(path): status
        for status, path in zip(pairs[::2], pairs[1::2], strict=False)
        if status != _DELETED
    }
    for name in touched:
        project, mark = _named(name)
        if project is not None:
            yield Revision(commit, at, project, mark, name, figures)


def _named(name: str) -> tuple[str | None, Mark]:
    bare = stem(name)
    for mark in (Mark.SUSPECT, Mark.PARTIAL):
        if bare.endswith(f".{mark}"):
            return folder_project(bare.removesuffix(f".{mark}")), mark
    return folder_project(bare), Mark.GOOD


def _is_snapshot(git: Git, revision: Revision) -> bool:
    """Whether it is one of ours: other files and folders may have such a name too."""
    is_file = revision.name != stem(revision.name)
    path = revision.name if is_file else f"{revision.name}/{ROOT}"
    try:
        return SIGN in git.run("cat-file", "blob", f"{revision.commit}:./{path}")[:PEEK]
    except GitError:
        return False


def _names(project: str, *marks: Mark) -> tuple[str, ...]:
    names = (f"{base(project, mark)}{end}" for mark in marks for end in SUFFIXES.values())
    return tuple(dict.fromkeys(names))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
