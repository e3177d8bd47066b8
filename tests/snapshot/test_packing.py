"""Packed snapshots: the same bytes each time, read back as they were, and damage is found."""

import hashlib
import io
import sys
from pathlib import Path

import pytest
from support.documents import chain

from crawler.errors import LocalError, SnapshotError, UsageError
from crawler.snapshot.formats import STREAMED, Format
from crawler.snapshot.packing import Packing, check_packing, unpacked, write_packed
from crawler.snapshot.reading import read

PACKED = [packing for packing in Packing if packing]


def written(packing: Packing, form: Format = Format.JSON) -> bytes:
    """A document, packed."""
    out = io.BytesIO()
    write_packed(chain(300), out, form, packing)
    return out.getvalue()


@pytest.mark.parametrize("form", STREAMED)
@pytest.mark.parametrize("packing", Packing)
def test_a_packed_snapshot_reads_back(packing: Packing, form: Format, tmp_path: Path) -> None:
    """By the suffix that says how it is packed; the format shows in the content."""
    path = tmp_path / f"a.{form}{packing}"
    path.write_bytes(written(packing, form))
    document = read(path)
    assert (document.head, list(document.nodes)) == (chain(300).head, chain(300).nodes)


@pytest.mark.parametrize("packing", Packing)
def test_the_sums_are_those_of_the_file(packing: Packing) -> None:
    """What stands on the disk is what `sha256sum` sees; the content has the same sum in all."""
    out = io.BytesIO()
    sums = write_packed(chain(300), out, Format.JSON, packing)
    data = out.getvalue()
    assert (sums.size, sums.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    plain = write_packed(chain(300), io.BytesIO(), Format.JSON)
    assert sums.content_sha256 == plain.content_sha256
    assert packing is Packing.NONE or sums.size < plain.size / 4


@pytest.mark.parametrize("packing", PACKED)
def test_the_same_content_gives_the_same_bytes(packing: Packing) -> None:
    """No time and no name is in them."""
    assert written(packing) == written(packing)


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("damage", [lambda data: data[:-20], lambda data: b"{" + data[1:]])
def test_a_damaged_file_is_refused(packing: Packing, damage: object, tmp_path: Path) -> None:
    """Cut off, or not packed at all, whatever its name says."""
    path = tmp_path / f"a.json{packing}"
    path.write_bytes(damage(written(packing)))  # type: ignore[operator]
    with pytest.raises(SnapshotError, match=r"is damaged|is not|ends"):
        read(path)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    """As for any other file."""
    with pytest.raises(LocalError, match="Could not read"), unpacked(tmp_path / "a.json.gz"):
        pass


def test_without_its_package_zstd_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra; the sentence says how to get it."""
    monkeypatch.setitem(sys.modules, "zstandard", None)
    check_packing(Packing.GZIP)
    with pytest.raises(UsageError, match="pip install"):
        check_packing(Packing.ZSTD)
