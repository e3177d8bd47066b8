"""A copy to read, whose texts link to the files beside the snapshot."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from support.attachments import PNG, SLUG, STORED, files_world, sum_of, told_world

from crawler.config.settings import Settings
from crawler.demo import API_TOKEN, DemoServer, ServerOptions, World
from crawler.errors import UsageError
from crawler.jobs.convert import convert_linked
from crawler.jobs.snapshot import take_snapshot
from crawler.redaction import Secret
from crawler.snapshot.formats import Format
from crawler.snapshot.reading import read

pytestmark = pytest.mark.anyio

LINK = re.compile(r"\]\(([^)]*)\)")


def path_of(content: bytes) -> str:
    return f"{sum_of(content)[:2]}/{sum_of(content)}"


async def snapshot(
    world: World, output: Path, form: Format = Format.YAML, *, sections: str = "attachments"
) -> None:
    async with DemoServer(world, ServerOptions(lean_testruns=False)) as server:
        settings = Settings(
            url=server.url,
            api_token=Secret(API_TOKEN),
            rate=1000.0,
            sections=sections,  # type: ignore[arg-type]
            state=output.parent / "state",
        )
        await take_snapshot(settings, project=SLUG, output=output, format=form)


def nested_world() -> World:
    """A text two folders deep, with every way to write the address of a file."""
    world = files_world()
    project = world.project
    project.edit_suite("5a000001", {"file-type": "folder"})
    project.add_suite("5a000002", "Deep", "5a000001")
    text = "![a](/attachments/shot.png) and ![b](/attachments/shot.png?x=1), [c](/projects/x)"
    project.add_test("7e000002", "Below", "5a000002", own={"description": text})
    return world


@pytest.mark.parametrize("form", [Format.TREE, Format.MARKDOWN])
async def test_links_lead_to_the_files_from_wherever_their_text_stands(
    tmp_path: Path, form: Format
) -> None:
    """Also where names on the way have spaces; other links are as they were."""
    source = tmp_path / "a folder" / "shop.yaml"
    source.parent.mkdir()
    await snapshot(nested_world(), source)
    before = source.read_bytes()
    output = tmp_path / "copy" if form is Format.TREE else tmp_path / "pages"
    convert_linked(source, output, form)
    found: dict[bytes, int] = {}
    kept = set()
    for path in output.rglob("*"):
        for link in LINK.findall(path.read_text("utf-8")) if path.is_file() else ():
            target = (path.parent / unquote(link)).resolve()
            if target.is_file():
                content = target.read_bytes()
                found[content] = found.get(content, 0) + 1
            else:
                kept.add(link)
    assert found == {STORED: 1, PNG: 2}
    assert kept == {"/projects/x", "https://example.com/x"}
    assert source.read_bytes() == before
    assert not output.with_name(f"{output.name}.manifest.json").exists()
    assert read(output).head.suites == 2
    assert sum_of(PNG) in "".join(
        each.read_text("utf-8") for each in output.rglob("*") if each.is_file()
    )


async def test_texts_of_results_and_comments_are_linked_too(tmp_path: Path) -> None:
    """Their addresses for programs stay."""
    source = tmp_path / "shop.yaml"
    await snapshot(told_world(), source, sections="attachments,testruns,comments")
    convert_linked(source, tmp_path / "copy", Format.TREE)
    (results,) = (tmp_path / "copy" / "testruns").iterdir()
    assert f"![log](../../shop.yaml.attachments/{path_of(b'log.txt')})" in results.read_text()
    assert "url: /attachments/failure.png" in results.read_text()
    (comments,) = (tmp_path / "copy" / "comments").iterdir()
    reply = f"<img src='../../shop.yaml.attachments/{path_of(b'reply.png')}'>"
    assert reply in comments.read_text()


async def test_it_needs_a_directory_and_files(tmp_path: Path) -> None:
    """Wrong usage, told before anything is written."""
    source = tmp_path / "shop.yaml"
    await snapshot(files_world(), source)
    with pytest.raises(UsageError, match="directory"):
        convert_linked(source, tmp_path / "x.json", Format.JSON)
    other = tmp_path / "elsewhere" / "shop.yaml"
    other.parent.mkdir()
    other.write_bytes(source.read_bytes())
    with pytest.raises(UsageError, match="no files"):
        convert_linked(other, tmp_path / "out", Format.TREE)
    assert not (tmp_path / "out").exists()
