"""The files of attachments at the command line."""

from pathlib import Path

from support.attachments import SLUG, STORED, attach, files_world, sum_of
from support.inside import call, serving


def names_in(folder: Path) -> list[str]:
    """Files alone, so that a store of files does not count."""
    return sorted(each.name for each in folder.iterdir() if each.is_file())


def test_a_snapshot_with_files_is_sound_and_as_the_project_is(tmp_path: Path) -> None:
    """The comparison with the server fetches no file, and finds no difference for that."""
    path = str(tmp_path / "shop.yaml")
    with serving(files_world()) as server:
        done = call("snapshot", SLUG, "-o", path, "--with", "attachments", url=server.url)
        assert done.code == 0, done.err
        assert f"with 3 attachments, files in {path}.attachments" in done.err
        before = len(server.storage.requests)
        done = call("verify", path, "--against-server", url=server.url)
        assert (done.code, len(server.storage.requests)) == (0, before), done.out
    assert b"as the project is now" in done.out


def test_a_file_that_is_gone_makes_the_snapshot_incomplete(tmp_path: Path) -> None:
    """It is named, and `--allow-partial` writes the rest."""
    world, path = files_world(), str(tmp_path / "shop.yaml")
    attach(world, "7e000001", "3", "/attachments/gone.png", None)
    with serving(world) as server:
        order = ("snapshot", SLUG, "-o", path, "--with", "attachments")
        done = call(*order, url=server.url)
        assert done.code == 4
        assert "attachment /attachments/gone.png" in done.err
        assert names_in(tmp_path) == []
        done = call(*order, "--allow-partial", url=server.url)
    assert done.code == 4
    assert names_in(tmp_path) == ["shop.yaml", "shop.yaml.manifest.json"]
    done = call("verify", path)
    assert b"incomplete: attachment /attachments/gone.png" in done.out


def test_where_there_is_no_place_for_files_that_is_said(tmp_path: Path) -> None:
    """Nor are they fetched if nobody wants them."""
    path = str(tmp_path / "shop.yaml")
    with serving(files_world()) as server:
        order = ("snapshot", SLUG, "--with", "attachments", "-o")
        done = call(*order, "-", url=server.url)
        assert done.code == 0
        assert "no place for the files" in done.err
        done = call(*order, path, "--no-attachment-files", url=server.url)
        assert done.code == 0
        assert server.storage.requests == []
        assert not server.counts["/attachments/shot.png"]
    assert names_in(tmp_path) == ["shop.yaml", "shop.yaml.manifest.json"]


def test_a_copy_to_read_links_to_the_files(tmp_path: Path) -> None:
    """As a directory; the snapshot that it is made of stays as it was."""
    path, copy = str(tmp_path / "shop.yaml"), tmp_path / "copy"
    with serving(files_world()) as server:
        call("snapshot", SLUG, "-o", path, "--with", "attachments", url=server.url)
    done = call("convert", path, "-o", str(copy), "--to", "tree", "--link-attachments")
    assert done.code == 0, done.err
    text = (copy / "pay-5a000001.yaml").read_text("utf-8")
    assert f"![a](../shop.yaml.attachments/{sum_of(STORED)[:2]}/{sum_of(STORED)})" in text
