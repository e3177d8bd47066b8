"""Snapshots by name, with a real git where the name is of a revision."""

import gzip
import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.documents import dumped, siblings

from crawler.errors import LocalError, SnapshotError, UsageError
from crawler.snapshot.formats import DIRECTORIES, Format
from crawler.snapshot.locate import located
from crawler.snapshot.saving import save

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Runs git in a repository of its own, which is the current folder."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.chdir(tmp_path)

    def git(*arguments: str) -> str:
        identity = ("-c", "user.name=N", "-c", "user.email=n@a.example")
        done = subprocess.run(["git", *identity, *arguments], capture_output=True, check=True)
        return done.stdout.decode()

    git("init", "--quiet")
    return git


def names(name: str, **more: Any) -> list[str]:
    """The IDs of all nodes, walked twice."""
    with located(name, **more) as document:
        first, second = ([node.fields["id"] for node in document.nodes] for _ in range(2))
        assert first == second
        return first


@pytest.mark.parametrize("suffix", ["json", "yaml", "txt"])
def test_a_file_of_a_revision_is_read_as_it_was_committed(
    suffix: str, git: Git, tmp_path: Path
) -> None:
    """In any format, from a folder below the top too, with line breaks untouched."""
    form = Format.YAML if suffix == "yaml" else Format.JSON
    folder = tmp_path / "ü folder"
    folder.mkdir()
    file = folder / f"a b.{suffix}"
    file.write_bytes(dumped(siblings(2), form))
    git("config", "core.autocrlf", "true")
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    file.write_bytes(dumped(siblings(3), form))
    assert len(names(f"HEAD:ü folder/a b.{suffix}")) == 3
    assert len(names(f":./ü folder/a b.{suffix}")) == 3
    assert len(names(str(file))) == 4


def test_a_file_that_exists_wins(git: Git, tmp_path: Path) -> None:
    """Even if its name could be one of a revision."""
    odd = tmp_path / "HEAD:x.json"
    odd.write_bytes(dumped(siblings(1), Format.JSON))
    assert len(names("HEAD:x.json")) == 2


def test_standard_input_is_read_if_there_is_one() -> None:
    """It is kept, so that it can be walked again."""
    data = dumped(siblings(1), Format.YAML)
    assert len(names("-", stdin=io.BytesIO(data))) == 2
    with pytest.raises(UsageError), located("-"):
        pass


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("HEAD:none.json", "There is no file HEAD:none.json, and git cannot read it"),
        ("none:a.json", "git cannot read it"),
        ("none.json", "Could not read none.json: No such file or directory"),
        ("HEAD:", "Could not read HEAD:"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(name: str, sentence: str, git: Git) -> None:
    """With git's own reason, and the exit code of local trouble."""
    git("commit", "--quiet", "--allow-empty", "-m", "one")
    with pytest.raises(LocalError, match=sentence) as caught, located(name):
        pass
    assert caught.value.exit_code == 6


def test_outside_of_a_repository_git_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no hint about paths in a repository follows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(LocalError, match="git cannot read it"), located("HEAD:a.json"):
        pass


def test_a_name_that_looks_like_an_option_never_reaches_git() -> None:
    """It could do anything there."""
    with pytest.raises(UsageError, match="no revision of git"), located("--output=x:y"):
        pass


def test_without_git_only_files_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which the sentence says."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LocalError, match="git, to look for it in a revision, was not found"):
        names("HEAD:a.json")


def test_what_is_no_snapshot_is_said_with_the_name_of_the_revision(
    git: Git, tmp_path: Path
) -> None:
    """Not with that of the copy."""
    (tmp_path / "a.json").write_text("{}")
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    with pytest.raises(SnapshotError, match=r"^HEAD:a\.json: "):
        names("HEAD:a.json")


@pytest.mark.parametrize("form", DIRECTORIES)
def test_a_directory_of_a_revision_is_read_as_it_was_committed(
    form: Format, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With line breaks untouched, from a folder below the top too."""
    (tmp_path / "other").mkdir()
    git("config", "core.autocrlf", "true")
    save(siblings(1), tmp_path / "saved", form)
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    save(siblings(2), tmp_path / "saved", form)
    monkeypatch.chdir(tmp_path / "other")
    assert len(names("HEAD:saved")) == 2
    assert len(names(str(tmp_path / "saved"))) == 3


def test_a_packed_file_of_a_revision_is_unpacked(git: Git, tmp_path: Path) -> None:
    """By its suffix, as a file here is."""
    data = gzip.compress(dumped(siblings(1), Format.JSON))
    (tmp_path / "2024.05.01.json.gz").write_bytes(data)
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    assert len(names("HEAD:2024.05.01.json.gz")) == 2
