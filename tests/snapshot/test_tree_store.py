"""A directory changes as one, only where it has to, and never what is not ours."""

import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.documents import HEAD, case, in_memory, suite
from support.trees import files_in, tree_of

from crawler.errors import LocalError, SnapshotError
from crawler.snapshot.document import Document
from crawler.snapshot.formats import Format
from crawler.snapshot.reading import read
from crawler.snapshot.saving import check_place, measured, save, saved
from crawler.snapshot.tree_journal import JOURNAL, STAGE

OLD = Document(
    replace(HEAD, suites=4, tests=2),
    [
        suite(0, "aa", title="Checkout"),
        suite(1, "bb", title="Payment"),
        case(2, "t1", title="Card"),
        suite(1, "cc", title="Basket"),
        case(2, "t2", title="Empty"),
        suite(0, "dd", title="Start page"),
    ],
)
NEW = Document(
    replace(HEAD, suites=4, tests=2),
    [
        suite(0, "aa", title="Checkout"),
        suite(1, "bb", title="Payment"),
        case(2, "t1", title="Credit card"),
        suite(0, "dd", title="Start page"),
        suite(1, "ee", title="Header"),
        case(2, "t3", title="Logo"),
    ],
)


#: Calls that change the disk when OLD becomes NEW, besides those that write a staged file.
STEPS = 13


class CrashError(BaseException):
    """The power goes."""


def write(root: Path, document: Document) -> None:
    save(document, root, Format.TREE)


def test_a_tree_on_the_disk_is_the_one_that_was_dumped(tmp_path: Path) -> None:
    """And nothing else is left anywhere."""
    root = tmp_path / "tests"
    write(root, OLD)
    assert files_in(tmp_path) == {f"tests/{path}": data for path, data in tree_of(OLD).items()}
    assert in_memory(read(root)) == in_memory(OLD)


def test_only_files_whose_bytes_change_are_written(tmp_path: Path) -> None:
    """What is gone goes with its folder; the rest keeps even its time."""
    write(tmp_path, OLD)
    for path in files_in(tmp_path):
        os.utime(tmp_path / path, (1, 1))
    write(tmp_path, NEW)
    assert files_in(tmp_path) == tree_of(NEW)
    old, new = tree_of(OLD), tree_of(NEW)
    for path in new:
        untouched = (tmp_path / path).stat().st_mtime == 1
        assert untouched == (old.get(path) == new[path])
    write(tmp_path, Document(replace(HEAD, suites=0), []))
    assert [*tmp_path.iterdir()] == [tmp_path / "snapshot.yaml"]


def test_what_is_not_ours_is_never_touched(tmp_path: Path) -> None:
    """Not even in a folder of ours that goes."""
    write(tmp_path, OLD)
    foreign = {
        "README.md": b"# Ours",
        ".git/HEAD": b"ref",
        "checkout-aa/notes.txt": b"x",
        "checkout-aa/copy-of-payment-bb.yaml": b"id: bb\n",
        "deep.yaml": b"",
    }
    for path, data in foreign.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(data)
    write(tmp_path, NEW)
    assert files_in(tmp_path) == tree_of(NEW) | foreign
    write(tmp_path, Document(replace(HEAD, suites=0), []))
    assert foreign.items() <= files_in(tmp_path).items()


@pytest.mark.parametrize(
    "make",
    [
        lambda place: place.write_bytes(b"mine"),
        lambda place: place.mkdir(),
        lambda place: place.symlink_to("../snapshot.yaml"),
    ],
)
def test_a_foreign_file_in_our_place_is_an_error(
    tmp_path: Path, make: Callable[[Path], Any]
) -> None:
    """And nothing is changed."""
    write(tmp_path, OLD)
    (tmp_path / "start-page-dd").mkdir()
    make(tmp_path / "start-page-dd" / "header-ee.yaml")
    before = files_in(tmp_path)
    with pytest.raises(LocalError, match=r"header-ee\.yaml: something that is not of the snapshot"):
        write(tmp_path, NEW)
    assert files_in(tmp_path) == before
    assert not (tmp_path / STAGE).exists()


def test_a_link_in_the_place_of_a_folder_is_an_error(tmp_path: Path) -> None:
    """It could lead anywhere."""
    root, elsewhere = tmp_path / "tests", tmp_path / "elsewhere"
    write(root, OLD)
    elsewhere.mkdir()
    (root / "start-page-dd").symlink_to(elsewhere)
    with pytest.raises(LocalError, match="start-page-dd: something that is not of the snapshot"):
        write(root, NEW)
    assert files_in(elsewhere) == {}


def test_the_same_bytes_in_our_place_are_ours(tmp_path: Path) -> None:
    """For example after a file came back from version control."""
    write(tmp_path, OLD)
    place = tmp_path / "start-page-dd" / "header-ee.yaml"
    place.parent.mkdir()
    place.write_bytes(tree_of(NEW)["start-page-dd/header-ee.yaml"])
    write(tmp_path, NEW)
    assert files_in(tmp_path) == tree_of(NEW)


def test_a_snapshot_yaml_that_is_none_is_an_error(tmp_path: Path) -> None:
    """Before anything is fetched."""
    (tmp_path / "snapshot.yaml").write_text("mine: 1\n")
    for attempt in (check_place, lambda path, _: write(path, OLD)):
        with pytest.raises(SnapshotError, match=r"its snapshot\.yaml is not that of a snapshot"):
            attempt(tmp_path, Format.TREE)
    assert files_in(tmp_path) == {"snapshot.yaml": b"mine: 1\n"}


def test_a_damaged_file_of_ours_is_written_anew(tmp_path: Path) -> None:
    """Such as one with the marks of a merge."""
    write(tmp_path, OLD)
    place = tmp_path / "checkout-aa" / "payment-bb.yaml"
    place.write_bytes(b"<<<<<<< HEAD\n" + place.read_bytes())
    write(tmp_path, OLD)
    assert files_in(tmp_path) == tree_of(OLD)


@pytest.mark.parametrize("start", [None, OLD])
def test_an_error_in_the_block_changes_nothing(tmp_path: Path, start: Document | None) -> None:
    """Neither a new directory nor an old one."""
    root = tmp_path / "tests"
    if start:
        write(root, start)
    before = files_in(tmp_path)

    def refuse() -> None:
        with saved(NEW, root, Format.TREE):
            raise CrashError

    with pytest.raises(CrashError):
        refuse()
    assert files_in(tmp_path) == before
    assert root.exists() == bool(start)


@pytest.mark.parametrize("step", range(STEPS + 1))
def test_a_crash_leaves_the_old_tree_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """At every step; and the next run tidies up, whatever it writes."""
    root, crashed = tmp_path / "tests", tmp_path / "crashed"
    write(root, OLD)
    (root / "README.md").write_text("mine")
    left = step

    def counting(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Path, *arguments: Any, **more: Any) -> Any:
            nonlocal left
            left -= 1
            if left == -1:  # a copy is what a power cut leaves: nothing is cleaned up in it
                shutil.copytree(root, crashed)
            if left < 0:
                raise CrashError
            return real(path, *arguments, **more)

        return call

    with monkeypatch.context() as patch:
        for name in ("replace", "unlink", "rmdir", "mkdir", "chmod"):
            patch.setattr(Path, name, counting(getattr(Path, name)))
        if step == STEPS:
            write(root, NEW)  # there are no more steps
            return
        with pytest.raises(CrashError):
            write(root, NEW)
    assert in_memory(read(crashed)) in (in_memory(OLD), in_memory(NEW))
    assert measured(crashed)[1] == measured_of(tmp_path / "fresh", in_memory(read(crashed)))
    write(crashed, OLD)
    assert files_in(crashed) == tree_of(OLD) | {"README.md": b"mine"}


def test_every_file_is_durable_before_the_change_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal that outlives a power cut must not lead to files that did not."""
    write(tmp_path, OLD)
    really, durable, staged = os.fsync, set[int](), set[int]()

    def watch(descriptor: int) -> None:
        stage = tmp_path / STAGE
        if not (stage / JOURNAL).exists():
            durable.add(os.fstat(descriptor).st_ino)
            staged.update(each.stat().st_ino for each in stage.glob("0*"))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    write(tmp_path, NEW)
    assert len(staged) > 1
    assert staged <= durable


def test_a_disk_that_refuses_in_the_end_leaves_the_old_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file systems find out only then that they are full; the block learns it."""
    write(tmp_path, OLD)
    reached = False

    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def refused() -> None:
        nonlocal reached
        with saved(NEW, tmp_path, Format.TREE):
            reached = True

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(LocalError, match="No space left"):
        refused()
    assert not reached
    assert files_in(tmp_path) == tree_of(OLD)


def measured_of(place: Path, document: Document) -> str:
    write(place, document)
    return measured(place)[1]


def test_a_journal_of_another_version_is_an_error(tmp_path: Path) -> None:
    """Which says what to do."""
    write(tmp_path, OLD)
    (tmp_path / STAGE).mkdir()
    (tmp_path / STAGE / "journal.json").write_text('{"format": "x/2"}')
    for attempt in (lambda: read(tmp_path), lambda: write(tmp_path, NEW)):
        with pytest.raises(SnapshotError, match=r"another version.*Remove that folder"):
            attempt()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such lock")
def test_two_writers_are_kept_apart(tmp_path: Path) -> None:
    """The second one is told."""
    write(tmp_path, OLD)
    with (
        saved(NEW, tmp_path, Format.TREE),
        pytest.raises(LocalError, match="another process is writing it"),
    ):
        write(tmp_path, OLD)
    assert files_in(tmp_path) == tree_of(NEW)


def test_a_place_where_no_tree_can_be_is_refused_early(tmp_path: Path) -> None:
    """A file, or a folder in a folder that is missing."""
    (tmp_path / "a").write_text("x")
    with pytest.raises(LocalError, match="it is a file, and a tree is a directory"):
        check_place(tmp_path / "a", Format.TREE)
    with pytest.raises(LocalError, match="does not exist"):
        check_place(tmp_path / "b" / "c", Format.TREE)
    check_place(tmp_path / "b", Format.TREE)
    assert [*tmp_path.iterdir()] == [tmp_path / "a"]


def test_the_sum_is_that_of_the_lines_of_sha256sum(tmp_path: Path) -> None:
    """So it can be checked without this tool, and foreign files do not count."""
    write(tmp_path, OLD)
    (tmp_path / "README.md").write_text("mine")
    files = tree_of(OLD)
    lines = [f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files)]
    expected = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert measured(tmp_path) == (sum(map(len, files.values())), expected)
