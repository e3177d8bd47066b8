"""The bytes of exports, kept as files that people can hold against the documentation.

A target whose files hold the time or are packed is kept as its independent reader gives it. After a
change that is meant, ``UPDATE_GOLDEN=1 pytest tests/export/test_golden.py`` writes them anew; look
at what `git diff` says of them before it goes in.
"""

import json
import os
from pathlib import Path

import pytest
from support.exports import made, shop
from support.readback import READERS

from crawler.export.registry import BUILT_IN, target_called

GOLDEN = Path(__file__).parents[1] / "golden" / "exports"
#: These hold the time, or are packed by a library.
BINARY = ("xlsx", "testomatio-xlsx", "parquet", "sqlite")


def told(name: str, folder: Path) -> dict[str, bytes]:
    """What a target makes of the shop: each file by its place in the folder of golden files."""
    target = target_called(name)
    files = made(target, shop(), folder).files
    if name in BINARY:
        read = json.dumps(READERS[name](files), indent=1, ensure_ascii=False)
        return {f"{name}.json": f"{read}\n".encode()}
    if target.suffix:
        return {f"{name}{target.suffix}": path.read_bytes() for path in files}
    out = folder / "out"
    return {f"{name}/{path.relative_to(out).as_posix()}": path.read_bytes() for path in files}


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_bytes_are_those_of_the_golden_files(name: str, tmp_path: Path) -> None:
    """So every change of a form is seen."""
    found = told(name, tmp_path)
    if os.environ.get("UPDATE_GOLDEN"):
        for place, content in found.items():
            (GOLDEN / place).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / place).write_bytes(content)
    kept = {place: (GOLDEN / place).read_bytes() for place in found if (GOLDEN / place).is_file()}
    assert found == kept


def test_no_golden_file_is_left_without_its_target() -> None:
    """It would be held against nothing."""
    names = {path.name.partition(".")[0] for path in GOLDEN.iterdir()}
    assert names == set(BUILT_IN)
