"""Where the snapshots of several projects go, and the command that writes them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from support.nights import grown

from crawler.cli.several_places import several_places
from crawler.demo import API_TOKEN, Account, DemoServer, World
from crawler.errors import LocalError, UsageError
from crawler.snapshot.formats import Format

Call = Callable[..., Any]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("output", "form", "path", "chosen"),
    [
        (None, None, "shop.yaml", Format.YAML),
        (None, "tree", "shop", Format.TREE),
        ("out", None, "out/shop.yaml", Format.YAML),
        ("out/", "json", "out/shop.json", Format.JSON),
        ("nights.2024", None, "nights.2024/shop.yaml", Format.YAML),
        ("{project}.json", None, "shop.json", Format.JSON),
        ("out/{project}/all.yml", None, "out/shop/all.yml", Format.YAML),
        ("out/{project}", None, "out/shop", Format.TREE),
        ("{project}/{project}.json", "yaml", "shop/shop.json", Format.YAML),
    ],
)
def test_a_folder_or_a_pattern_says_where(
    output: str | None, form: str | None, path: str, chosen: Format
) -> None:
    """The folders of it are made, but not those above."""
    place, found = several_places(output, form)
    assert (place("shop"), found) == (Path(path), chosen)
    assert place("shop").parent.is_dir()


def test_no_name_of_a_project_leads_out_or_to_the_place_of_another(tmp_path: Path) -> None:
    """Nor into trouble on a system with names of its own."""
    place, _ = several_places(str(tmp_path), "json")
    names = ["shop", "Shop", "../shop", "con", "a/b", ".", "ü"]
    found = [place(name) for name in names]
    assert {path.parent for path in found} == {tmp_path}
    assert len({path.name.lower() for path in found}) == len(names)


@pytest.mark.parametrize("output", ["all.json", "all.YAML", "-"])
def test_several_snapshots_do_not_go_into_one_file(output: str) -> None:
    """The sentence says what to name instead."""
    with pytest.raises(UsageError, match="one file") as caught:
        several_places(output, None)
    assert "{project}" in str(caught.value)


def test_a_folder_whose_parent_is_missing_is_not_made(tmp_path: Path) -> None:
    """A disk that is not mounted is not filled from below."""
    place, _ = several_places(str(tmp_path / "none" / "out"), None)
    with pytest.raises(LocalError, match="Could not make"):
        place("shop")


def test_the_command_saves_several_projects_and_tells_of_each(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line on each, those that failed with their reason, and the worst exit code."""
    world = World([grown("shop"), grown("blog")], [Account("a@example.com", "x", API_TOKEN)])
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(portal.call(DemoServer, world)) as server,
    ):
        monkeypatch.setenv("TESTOMATIO_URL", server.url)
        monkeypatch.setenv("TESTOMATIO_API_TOKEN", API_TOKEN)
        outcome = call("snapshot", "--all-projects", "-o", "out", "--rate", "1000")
        assert (outcome.code, outcome.out) == (0, "")
        told = outcome.err.replace(os.sep, "/").splitlines()
        assert "out/blog.yaml: 4 suites, 20 tests, complete" in told
        assert told[-1].startswith("2 of 2 projects in ")
        more = ("--project", "b*", "--project", "gone", "--rate", "1000", "-q")
        outcome = call("snapshot", *more, "-o", "{project}.json")
        assert outcome.code == 3
        assert "gone: FAILED" in outcome.err
        assert Path("blog.json").exists()
    for wrong in (("shop", "--all-projects"), ("--all-projects", "--project", "x")):
        assert call("snapshot", *wrong).code == 2
    outcome = call("snapshot", "--all-projects", "--profile")
    assert (outcome.code, outcome.err.strip()) == (2, "Error: --profile is for one project.")
