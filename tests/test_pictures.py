"""The pictures of the README show what the program shows today."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / ".github/pictures"
MOST = 200_000  # bytes of one, so that a page with them loads at once

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")


@pytest.fixture(scope="module")
def making() -> ModuleType:
    """The script that makes them."""
    spec = importlib.util.spec_from_file_location("making", PICTURES / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_terminal_in_a_picture_shows_what_the_commands_print(making: ModuleType) -> None:
    """To the letter; if not, the script wants to be run again."""
    with making.sample() as (folder, url):
        for name, arguments in making.SHOWN.items():
            kept = (PICTURES / f"{name}.svg").read_text("utf-8")
            fresh = making.drawn(folder, url, *arguments)
            assert making.texts_of(kept) == making.texts_of(fresh), "make the pictures again"


def test_every_picture_is_small_shown_and_asks_for_nothing() -> None:
    """And the README shows no other."""
    shown = re.findall(r"\]\(\.github/pictures/([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    kept = [path for path in PICTURES.iterdir() if path.suffix in {".svg", ".png"}]
    assert sorted(shown) == sorted(path.name for path in kept)
    for path in kept:
        data = path.read_bytes()
        assert len(data) < MOST, path.name
        if path.suffix == ".svg":
            assert not re.search(rb"url\(\"?http|@font-face|href", data), path.name
