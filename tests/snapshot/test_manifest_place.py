"""Snapshot and manifest change one after the other, and yet no instant leaves an unsound pair."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support.documents import siblings

from crawler.errors import LocalError
from crawler.jobs.convert import convert
from crawler.jobs.verify import verify
from crawler.snapshot.formats import Format
from crawler.snapshot.manifest import manifest_path
from crawler.snapshot.manifest_place import manifest_beside, stored_manifest, without_manifest
from crawler.snapshot.saving import save

# Writes a snapshot with its manifest, and dies instead of the rename number N.
SCRIPT = """
import os, pathlib, signal, sys
from crawler.jobs.convert import convert
from crawler.snapshot.formats import Format

source, output, form, last = sys.argv[1:]
rename, made = pathlib.Path.replace, []

def replace(self, target):
    made.append(target)
    if len(made) > int(last):
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)

pathlib.Path.replace = replace
convert(pathlib.Path(source), pathlib.Path(output), Format(form))
"""


def written(path: Path, title: str) -> Path:
    """A snapshot without a manifest."""
    document = siblings(len(title))
    head = replace(document.head, project_title=title)
    save(replace(document, head=head), path, Format.JSON)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind")
@pytest.mark.parametrize("name", ["a.json", "tree"])
@pytest.mark.parametrize("before", ["nothing", "a pair", "a snapshot alone"])
@pytest.mark.parametrize("renames", range(7))
def test_a_kill_at_any_rename_leaves_a_pair_that_is_sound(
    tmp_path: Path, name: str, before: str, renames: int
) -> None:
    """The old one or the new one; and the next run leaves nothing of the killed one behind."""
    old, new = written(tmp_path / "old.json", "Older"), written(tmp_path / "new.json", "New")
    (tmp_path / "out").mkdir()
    output, form = tmp_path / "out" / name, Format.TREE if name == "tree" else Format.JSON
    if before != "nothing":
        convert(old, output, form, manifest=before == "a pair")
    command = [sys.executable, "-c", SCRIPT, str(new), str(output), form, str(renames)]
    killed = subprocess.run(command, check=False, capture_output=True).returncode
    assert killed in {0, -9}
    if output.exists():
        found = verify(output)
        assert found.sound, found.faults
        assert found.head is not None
        assert found.head.project_title in {"Older", "New"}
        assert found.has_manifest or before != "a pair"
    else:
        assert before == "nothing"
    convert(new, output, form)
    assert verify(output).sound
    left = {each.name for each in output.parent.iterdir()}
    assert left == {name, f"{name}.manifest.json"}


def test_until_the_snapshot_has_its_place_the_old_manifest_counts(tmp_path: Path) -> None:
    """And an error meanwhile leaves it for good."""
    path = written(tmp_path / "a.json", "Older")
    convert(path, path, Format.JSON)
    before = stored_manifest(path)

    def fail() -> None:
        with manifest_beside(path, b"{}"):
            assert stored_manifest(path) == before
            raise KeyError("x")

    with pytest.raises(KeyError):
        fail()
    assert stored_manifest(path) == before
    assert len(list(tmp_path.iterdir())) == 2


def test_the_mode_and_the_link_of_the_old_manifest_stay(tmp_path: Path) -> None:
    """As those of the snapshot do."""
    path, elsewhere = written(tmp_path / "a.json", "Older"), tmp_path / "elsewhere"
    elsewhere.write_bytes(b"old")
    elsewhere.chmod(0o600)
    manifest_path(path).symlink_to(elsewhere)
    with manifest_beside(path, b"new"):
        pass
    assert manifest_path(path).is_symlink()
    assert elsewhere.read_bytes() == b"new"
    assert os.name == "nt" or elsewhere.stat().st_mode & 0o777 == 0o600


def test_a_manifest_that_cannot_have_its_place_is_noticed_before(tmp_path: Path) -> None:
    """A directory stands there."""
    manifest_path(tmp_path / "a.json").mkdir()
    with pytest.raises(LocalError, match="directory"), manifest_beside(tmp_path / "a.json", b""):
        pytest.fail("too late")


def test_a_snapshot_without_manifest_does_not_stay_beside_an_older_ones(tmp_path: Path) -> None:
    """It would look like one that somebody altered; what is not ours is not removed."""
    path = written(tmp_path / "a.json", "Older")
    convert(path, path, Format.JSON)
    with without_manifest(path):
        written(path, "New")
    assert (verify(path).sound, verify(path).has_manifest) == (True, False)
    manifest_path(path).write_bytes(b"notes of somebody")
    with without_manifest(path):
        pass
    assert manifest_path(path).read_bytes() == b"notes of somebody"
