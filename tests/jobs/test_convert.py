"""Every way through the formats ends with the same bytes, and a manifest that fits."""

import io
import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from support.documents import HEAD, case, chain, in_memory, suite
from support.trees import files_in

from crawler.errors import LocalError, SnapshotError
from crawler.jobs.convert import convert
from crawler.jobs.verify import verify
from crawler.snapshot.document import Document
from crawler.snapshot.formats import STREAMED, Format
from crawler.snapshot.manifest import manifest_path
from crawler.snapshot.reading import read
from crawler.snapshot.saving import save

DOCUMENT = Document(
    replace(HEAD, suites=2, tests=2),
    [suite(0, "aa", title="A"), case(1, "t", title="T", text="a\n b\n")],
    [suite(0, "bb", empty={}, number=1e16), case(0, "u", flag=False)],
)


def content(place: Path) -> dict[str, bytes]:
    """The bytes of a snapshot in any format."""
    return files_in(place) if place.is_dir() else {"": place.read_bytes()}


@pytest.mark.parametrize("way", list(permutations(Format)))
def test_every_way_ends_with_the_same_bytes(tmp_path: Path, way: tuple[Format, ...]) -> None:
    """And each stop on it is sound and verifiable."""
    place = tmp_path / "first"
    save(DOCUMENT, place, way[0])
    for number, chosen in enumerate((*way[1:], way[0])):
        target = tmp_path / str(number)
        convert(place, target, chosen)
        assert in_memory(read(target)) == in_memory(DOCUMENT)
        assert verify(target).sound
        assert verify(target).has_manifest
        place = target
    assert content(place) == content(tmp_path / "first")


@pytest.mark.parametrize("source", STREAMED)
@pytest.mark.parametrize("target", STREAMED)
def test_streams_are_converted(source: Format, target: Format, tmp_path: Path) -> None:
    """From standard input to standard output."""
    save(DOCUMENT, tmp_path / "in", source)
    save(DOCUMENT, tmp_path / "out", target)
    out = io.BytesIO()
    convert("-", out, target, stdin=io.BytesIO((tmp_path / "in").read_bytes()))
    assert out.getvalue() == (tmp_path / "out").read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("chosen", list(Format))
def test_a_snapshot_may_be_converted_in_its_place(tmp_path: Path, chosen: Format) -> None:
    """It is read to its end before it is replaced."""
    place = tmp_path / "x"
    save(chain(5), place, chosen)
    before = content(place)
    convert(place, place, chosen)
    assert content(place) == before


def test_the_manifest_is_carried_over(tmp_path: Path) -> None:
    """What it tells of the crawl stays; the sums are the new ones."""
    first, second, third = tmp_path / "a.json", tmp_path / "tests", tmp_path / "c.yaml"
    save(DOCUMENT, first, Format.JSON)
    convert(first, second, Format.TREE)
    place = manifest_path(second)
    mapping = {**json.loads(place.read_bytes()), "requests": 7, "started_at": "then"}
    place.write_text(json.dumps(mapping))
    convert(second, third, Format.YAML)
    told = json.loads(manifest_path(third).read_bytes())
    assert (told["requests"], told["started_at"]) == (7, "then")
    assert told["snapshot"]["file"] == "c.yaml"
    assert told["snapshot"]["format"] == "yaml"
    assert told["snapshot"]["size"] == third.stat().st_size
    assert told["converted_from"] == {"file": "tests", "sha256": mapping["snapshot"]["sha256"]}


def test_no_manifest_is_written_on_request(tmp_path: Path) -> None:
    """Nor is an older one removed."""
    save(DOCUMENT, tmp_path / "a.json", Format.JSON)
    convert(tmp_path / "a.json", tmp_path / "b.yaml", Format.YAML, manifest=False)
    assert not manifest_path(tmp_path / "b.yaml").exists()


@pytest.mark.parametrize("chosen", list(Format))
def test_an_altered_original_is_not_converted(tmp_path: Path, chosen: Format) -> None:
    """It would get a manifest that calls it sound; what was at the target stays."""
    first, second, third = (tmp_path / name for name in ("a.json", "b.json", "c"))
    save(DOCUMENT, first, Format.JSON)
    convert(first, second, Format.JSON)
    save(chain(3), third, chosen)
    before = content(third)
    second.write_bytes(second.read_bytes().replace(b'"T"', b'"X"'))
    with pytest.raises(SnapshotError, match="is not what its manifest describes"):
        convert(second, third, chosen)
    assert content(third) == before


def test_what_cannot_be_read_or_written_is_an_error(tmp_path: Path) -> None:
    """And nothing is left."""
    save(DOCUMENT, tmp_path / "a.json", Format.JSON)
    with pytest.raises(LocalError, match="does not exist"):
        convert(tmp_path / "a.json", tmp_path / "no" / "b", Format.TREE)
    with pytest.raises(LocalError, match="Could not read"):
        convert(tmp_path / "none", tmp_path / "b", Format.TREE)
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]
