"""Exports on a disk that is full, and exports that are interrupted: all as it was before."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from support.documents import siblings
from support.processes import command
from support.trees import files_in

from crawler.export.registry import BUILT_IN, target_called
from crawler.snapshot.formats import Format
from crawler.snapshot.saving import save

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="limits of this kind"),
]

#: The largest file in bytes; smaller than what any target makes of all tests.
LIMIT = 40 * 512


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Many tests, so that an export of them takes a while."""
    path = tmp_path_factory.mktemp("many") / "many.json"
    save(siblings(30_000), path, Format.JSON)
    return path


@pytest.fixture(scope="module")
def enough(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough tests for a file of every target to grow beyond the limit."""
    path = tmp_path_factory.mktemp("enough") / "enough.json"
    save(siblings(5000), path, Format.JSON)
    return path


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """An empty folder."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


async def limited(arguments: list[str]) -> tuple[int, str]:
    """(exit code, standard error) of the real command, whose files may not grow beyond a limit."""
    script = f'ulimit -f {LIMIT // 512}; exec "$@"'
    done = await anyio.run_process(["sh", "-c", script, "sh", *arguments], check=False)
    return done.returncode, done.stderr.decode()


@pytest.mark.anyio
@pytest.mark.parametrize("name", [name for name in BUILT_IN if target_called(name).suffix])
async def test_a_full_disk_leaves_the_old_export(name: str, enough: Path, place: Path) -> None:
    """Exit code 6, one sentence, nothing beside it, whichever library writes."""
    out = place / f"old{target_called(name).suffix}"
    out.write_bytes(b"old")
    code, errors = await limited(command("export", str(enough), "--to", name, "-o", str(out)))
    assert (code, errors.count("\n")) == (6, 1), errors
    assert "Traceback" not in errors
    assert files_in(place) == {out.name: b"old"}


@pytest.mark.parametrize("name", ["csv", "gherkin", "sqlite"])
def test_an_interrupted_export_leaves_nothing(name: str, source: Path, place: Path) -> None:
    """Ctrl-C in the middle."""
    arguments = command("export", str(source), "--to", name, "-o", str(place / "new"))
    with subprocess.Popen(arguments, stderr=subprocess.PIPE) as process:
        while not list(place.iterdir()):
            assert process.poll() is None
            time.sleep(0.01)  # the process is not ours to wake
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130, errors.decode()
    assert files_in(place) == {}
    assert list(place.iterdir()) == []
