"""A file is replaced whole or not at all, whatever goes wrong."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.errors import LocalError
from crawler.snapshot.store import check_writable, open_for_replace

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A file that holds something already."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"old")
    return path


def write(path: Path, data: bytes = b"new") -> None:
    """Replace the file at `path`."""
    with open_for_replace(path) as out:
        out.write(data)


def only(path: Path) -> bool:
    """Whether nothing but `path` is left in its folder."""
    return list(path.parent.iterdir()) == [path]


def test_the_new_file_takes_the_place_of_the_old(target: Path) -> None:
    """And leaves nothing else behind."""
    write(target)
    assert target.read_bytes() == b"new"
    assert only(target)


def test_a_file_that_was_not_there_is_made(tmp_path: Path) -> None:
    """With a name of any script and length that the system allows."""
    path = tmp_path / ("\U0001f600" * 60 + ".yaml")
    write(path)
    assert path.read_bytes() == b"new"


def test_until_the_end_the_old_file_is_there(target: Path) -> None:
    """Written data is hidden beside it, under a name made from its own."""
    with open_for_replace(target) as out:
        out.write(b"new" * 1_000_000)
        assert target.read_bytes() == b"old"
        (hidden,) = (path for path in target.parent.iterdir() if path != target)
        assert hidden.name.startswith(".a.yaml.")


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, GeneratorExit, OSError])
def test_an_error_of_the_block_leaves_all_as_it_was(
    target: Path, error: type[BaseException]
) -> None:
    """It passes unchanged, an interrupt or an error of another file too."""

    def fail() -> None:
        with open_for_replace(target) as out:
            out.write(b"new")
            raise error("mine")

    with pytest.raises(error, match="mine"):
        fail()
    assert target.read_bytes() == b"old"
    assert only(target)


@posix_only
@pytest.mark.parametrize("bits", [0o600, 0o644, 0o440, 0o755])
def test_the_mode_of_the_old_file_stays(target: Path, bits: int) -> None:
    """A private snapshot does not become readable by others."""
    target.chmod(bits)
    write(target)
    assert target.stat().st_mode & 0o7777 == bits


@posix_only
def test_a_given_mode_is_the_mode(target: Path) -> None:
    """From the first byte on: the hidden file is no more readable."""
    with open_for_replace(target, mode=0o600):
        (hidden,) = (path for path in target.parent.iterdir() if path != target)
        assert hidden.stat().st_mode & 0o7777 == 0o600
    assert target.stat().st_mode & 0o7777 == 0o600


@posix_only
def test_a_new_file_has_the_mode_that_the_umask_allows(tmp_path: Path) -> None:
    """As if it were written directly."""
    (tmp_path / "plain").touch()
    write(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


@posix_only
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path, exists: bool) -> None:
    """Also where the target does not exist yet."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if exists:
        (folder / "real").write_bytes(b"old")
    link = tmp_path / "link.yaml"
    link.symlink_to(folder / "real")
    write(link)
    assert link.is_symlink()
    assert (folder / "real").read_bytes() == b"new"
    assert only(folder / "real")


@pytest.mark.parametrize("attempt", [write, check_writable])
def test_a_directory_is_refused(tmp_path: Path, attempt: object) -> None:
    """Before anything is written."""
    assert callable(attempt)
    with pytest.raises(LocalError, match="it is a directory"):
        attempt(tmp_path)


@pytest.mark.parametrize("attempt", [write, check_writable])
def test_a_folder_that_is_missing_is_named(tmp_path: Path, attempt: object) -> None:
    """It is not made: a slip in a path should show."""
    assert callable(attempt)
    with pytest.raises(LocalError, match=r"the folder .*no does not exist\. Create it first"):
        attempt(tmp_path / "no" / "a.yaml")


@posix_only
@pytest.mark.parametrize("attempt", [write, check_writable])
def test_a_device_is_refused(attempt: object) -> None:
    """A rename over it would remove it for the whole machine, if root does it."""
    assert callable(attempt)
    with pytest.raises(LocalError, match="not a regular file"):
        attempt(Path(os.devnull))


@posix_only
@pytest.mark.parametrize("attempt", [write, check_writable])
def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path, attempt: object) -> None:
    """One that leads to itself."""
    assert callable(attempt)
    link = tmp_path / "a.yaml"
    link.symlink_to(link)
    with pytest.raises(LocalError, match=r"Could not write .*a\.yaml"):
        attempt(link)


@posix_only
@pytest.mark.parametrize("attempt", [write, check_writable])
def test_a_folder_without_permission_is_refused(
    target: Path, attempt: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Really where the tests do not run as root, whom nothing stops; else as if."""
    assert callable(attempt)
    if os.geteuid() == 0:
        _deny(monkeypatch)
    else:
        target.parent.chmod(0o500)
    try:
        with pytest.raises(LocalError, match=r"Could not write .*a\.yaml: Permission denied"):
            attempt(target)
    finally:
        target.parent.chmod(0o700)
    assert target.read_bytes() == b"old"
    assert only(target)


def _deny(monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.open

    def denied(path: object, flags: int, *rest: int) -> int:
        if flags & os.O_CREAT or flags & os.O_RDWR:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return really(path, flags, *rest)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(os, "open", denied)


def test_a_place_that_is_fine_stays_untouched(target: Path) -> None:
    """The check leaves no trace, whether the file is there or not."""
    check_writable(target)
    check_writable(target.with_name("b.yaml"))
    assert target.read_bytes() == b"old"
    assert only(target)


FULL_DISK = """
import resource, signal, sys
from crawler.errors import LocalError
from crawler.snapshot.store import open_for_replace
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with open_for_replace(sys.argv[1]) as out:
        out.write(b"x" * int(sys.argv[2]))
except LocalError as error:
    print(error)
"""


@posix_only
@pytest.mark.parametrize("size", [150_000, 1_000_000])
def test_a_full_disk_leaves_the_old_file(target: Path, size: int) -> None:
    """Whether it is found while the block writes, or when the last bytes go out."""
    command = [sys.executable, "-W", "error", "-c", FULL_DISK, str(target), str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"Could not write {target}: ")
    assert done.stderr == ""
    assert target.read_bytes() == b"old"
    assert only(target)


def test_a_rename_that_fails_leaves_the_old_file(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows while another program has it open."""

    def refuse(self: Path, other: Path) -> Path:
        raise PermissionError(errno.EACCES, "The file is in use", str(other))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(LocalError, match="The file is in use"):
        write(target)
    assert target.read_bytes() == b"old"
    assert only(target)


def test_data_and_rename_are_made_durable(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file before the rename, the folder after it."""
    synced: list[tuple[bool, bytes]] = []
    really = os.fsync

    def watch(descriptor: int) -> None:
        is_folder = Path(f"/proc/self/fd/{descriptor}").is_dir()
        synced.append((is_folder, target.read_bytes()))
        really(descriptor)

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")
    monkeypatch.setattr(os, "fsync", watch)
    write(target)
    assert synced == [(False, b"old"), (True, b"new")]


def test_what_a_killed_writer_left_goes_with_the_next_write(tmp_path: Path) -> None:
    """What another file or a living writer has there stays."""
    path = tmp_path / "shop.yaml"
    for name in (".shop.yaml.0123abcd.tmp", ".shop.json.0123abcd.tmp", ".shop.yaml.tmp"):
        (tmp_path / name).write_bytes(b"half")
    with open_for_replace(path) as first, open_for_replace(path) as second:
        first.write(b"1")
        second.write(b"2")
    assert path.read_bytes() == b"1"
    left = sorted(each.name for each in tmp_path.iterdir())
    assert left == [".shop.json.0123abcd.tmp", ".shop.yaml.tmp", "shop.yaml"]
