"""Imports with a project's token: nothing is lost, nothing doubled, whatever goes wrong."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.clock import FastClock
from support.crawling import take

from crawler.config.settings import Settings
from crawler.demo import (
    PROJECT_TOKEN,
    SLUG,
    DemoProject,
    DemoServer,
    Fault,
    FaultKind,
    FaultPlan,
    sample_world,
    world_of,
)
from crawler.errors import CredentialsError, LocalError, SnapshotError, UsageError
from crawler.jobs.import_pages import Imported, ImportOptions, import_pages, plan_import
from crawler.progress import NoProgress
from crawler.redaction import Secret
from crawler.snapshot.formats import Format
from crawler.snapshot.saving import save

pytestmark = pytest.mark.anyio

CREATE = ImportOptions(create=True)
#: What of a test the Markdown carries.
CARRIED = ("title", "state", "priority", "description", "tags", "labels", "params")


def empty() -> DemoProject:
    """A project with nothing in it, and the token of the sample's."""
    return DemoProject(SLUG, "Demo web shop", api_key=PROJECT_TOKEN)


def settings(server: DemoServer, key: str = PROJECT_TOKEN) -> Settings:
    """Only the project's token is given."""
    return Settings(url=server.url, project_token=Secret(key), rate=1000)


async def send(
    server: DemoServer, source: Path | str, options: ImportOptions = CREATE, **more: Any
) -> Imported:
    """Import it."""
    return await import_pages(
        settings(server, **more), str(source), options, progress=NoProgress(), clock=FastClock()
    )


def stored(server: DemoServer) -> Mapping[str, Any]:
    """What the server has."""
    return server.world.project.tests


def page(path: Path, *titles: str, suite: str = "Door", ids: Mapping[str, str] | None = None):
    """Write a page with these tests; `ids` by title."""
    blocks = [f"<!-- suite -->\n# {suite}\n"]
    for title in titles:
        identity = (ids or {}).get(title)
        meta = f"<!-- test\nid: @T{identity}\n-->" if identity else "<!-- test -->"
        blocks.append(f"{meta}\n## {title}\n\n* do it\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(blocks), "utf-8")
    return path


def edit_one(pages: Path) -> None:
    """Change the title of one test on one page."""
    for place in sorted(pages.rglob("*.test.md")):
        text = place.read_text("utf-8")
        if "\n## " in text:
            place.write_text(text.replace("\n## ", "\n## Edited: ", 1), "utf-8")
            return


def carried(document: Any) -> dict[str, Any]:
    """Of each test of a snapshot, by ID, what the Markdown carries, with its rows and suite."""
    found, way = {}, []
    for node in document.nodes:
        del way[node.depth :]
        if node.kind.value == "suite":
            way.append(node.fields["title"])
            continue
        rows = [
            list(map(str, each["attributes"]["data"]))
            for each in node.fields.get("included", ())
            if each["type"] == "example"
        ]
        fields = {name: node.fields.get(name) or None for name in CARRIED}
        fields["description"] = (fields["description"] or "").replace("\r\n", "\n").strip("\n")
        fields["state"] = {"detached": "automated"}.get(fields["state"], fields["state"])
        fields["tags"] = sorted(fields["tags"] or ())
        found[node.fields["id"]] = (*way, fields, rows)
    return found


async def test_a_snapshot_goes_into_an_empty_project(tmp_path: Path) -> None:
    """All its tests with all that Markdown has of them, whatever the server does meanwhile."""
    async with DemoServer(sample_world()) as server:
        before = await take(server, SLUG)
    (tmp_path / "a.json").write_bytes(before.json)
    faults = FaultPlan(
        3, 0.3, kinds=[FaultKind.ERROR_502, FaultKind.RESET, FaultKind.HTML, FaultKind.CUT]
    )
    async with DemoServer(world_of(empty()), plan=faults) as server:
        done = await send(server, tmp_path / "a.json")
        server.faults.plan = None
        after = await take(server, SLUG)
    assert (done.tests, done.missing) == (357, ())
    assert carried(after.document) == carried(before.document)


async def test_the_same_import_again_changes_nothing(tmp_path: Path) -> None:
    """With IDs and without; in chunks, of which answers get lost after they were carried out."""
    for number in range(5):
        page(
            tmp_path / f"{number}" / "a.test.md",
            *(f"T{each}" for each in range(60)),
            suite=f"Suite {number}",
        )
    async with DemoServer(world_of(empty())) as server:
        for _ in range(2):
            server.fault(Fault(FaultKind.ERROR_502, "/api/load", 2))
            done = await send(server, tmp_path, ImportOptions())
            assert (done.pages, done.tests, done.requests, done.missing) == (5, 300, 3, ())
            assert len(stored(server)) == 300
            assert len(server.world.project.suites) == 5


async def test_unknown_ids_are_refused_before_anything_is_sent(tmp_path: Path) -> None:
    """The server would pass them over without a word."""
    page(tmp_path / "a.test.md", "Known", "Foreign", ids={"Foreign": "eeeeeeee"})
    async with DemoServer(world_of(empty())) as server:
        plan = await plan_import(
            settings(server),
            str(tmp_path),
            ImportOptions(),
            progress=NoProgress(),
            clock=FastClock(),
        )
        assert (plan.tests, plan.new, plan.requests) == (2, 2, 1)
        assert plan.foreign == ("'Foreign' (a.test.md:12)",)
        with pytest.raises(UsageError, match=r"1 test by ID.*'Foreign' \(a\.test\.md:12\)"):
            await send(server, tmp_path, ImportOptions())
        assert server.counts["/api/load"] == 0
        assert (await send(server, tmp_path)).missing == ()
        assert "eeeeeeee" in stored(server)


async def test_tests_of_one_title_are_known_by_their_ids(tmp_path: Path) -> None:
    """The server's list by title has one of them alone."""
    project = empty()
    project.add_suite("aaaaaaaa", "Door")
    for each in ("bbbbbbbb", "cccccccc"):
        project.add_test(each, "Twin", "aaaaaaaa")
    for name, identity in (("a", "bbbbbbbb"), ("b", "cccccccc")):
        page(tmp_path / f"{name}.test.md", "Twin", ids={"Twin": identity})
    async with DemoServer(world_of(project)) as server:
        assert (await send(server, tmp_path, ImportOptions())).missing == ()
    assert len(project.tests) == 2


async def test_what_the_server_did_not_take_is_named(tmp_path: Path) -> None:
    """It is asked afterwards what it has."""
    page(tmp_path / "a.test.md", "Stays", "Goes")

    def lose(target: str, _number: int) -> None:
        project = server.world.project
        for each in [*project.tests.values()] if "test_data" in target else ():
            if each.title == "Goes":
                project.delete_test(each.id)

    async with DemoServer(world_of(empty()), on_request=lose) as server:
        done = await send(server, tmp_path)
    assert done.missing == ("'Goes' (a.test.md:10)",)


async def test_only_what_is_told_moves_tests(tmp_path: Path) -> None:
    """A test that is there already stays where people put it."""
    project = empty()
    project.add_suite("aaaaaaaa", "Window")
    project.add_test("bbbbbbbb", "Old title", "aaaaaaaa")
    page(tmp_path / "a.test.md", "New title", ids={"New title": "bbbbbbbb"})
    async with DemoServer(world_of(project)) as server:
        await send(server, tmp_path)
        test = stored(server)["bbbbbbbb"]
        assert (test.title, test.suite_id) == ("New title", "aaaaaaaa")
        await send(server, tmp_path, ImportOptions(structure=True))
        assert project.suites[stored(server)["bbbbbbbb"].suite_id].title == "Door"


@pytest.mark.parametrize(
    ("titles", "ids", "words"),
    [
        (("Same", "Same"), {}, "same title but for tags"),
        (("Same @smoke", "Same @slow"), {}, "same title but for tags"),
        (("Same", "Same "), {"Same": "aaaaaaaa"}, "same title but for tags"),
        (("One", "Two"), {"One": "aaaaaaaa", "Two": "aaaaaaaa"}, "have the same ID"),
        (("@smoke",), {}, "no title besides tags"),
    ],
)
async def test_tests_that_the_server_cannot_tell_apart_are_refused(
    tmp_path: Path, titles: tuple[str, ...], ids: dict[str, str], words: str
) -> None:
    """One of them would be lost."""
    page(tmp_path / "a.test.md", *titles, ids=ids)
    async with DemoServer(world_of(empty())) as server:
        with pytest.raises(UsageError, match=words):
            await send(server, tmp_path)
        assert server.counts["/api/load"] == 0


@pytest.mark.parametrize(
    ("name", "text", "kind", "words"),
    [
        ("a.txt", "", LocalError, "holds no page"),
        ("a.test.md", "<!-- test\nid: @T1\n## Never ends", SnapshotError, r"a\.test\.md: The comm"),
        ("a.test.md", b"\xff\xfe", SnapshotError, "not UTF-8"),
        ("a.test.md", "<!-- test -->\n# Long\n\n" + "x" * 1_100_000, UsageError, "too large"),
    ],
)
async def test_pages_that_cannot_be_sent_are_named(
    tmp_path: Path, name: str, text: str | bytes, kind: type[Exception], words: str
) -> None:
    """Before anything is sent."""
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    async with DemoServer(world_of(empty())) as server:
        with pytest.raises(kind, match=words):
            await send(server, tmp_path)
        assert server.counts["/api/load"] == 0


async def test_a_wrong_token_ends_it_at_once(tmp_path: Path) -> None:
    """After one request."""
    page(tmp_path / "a.test.md", "One")
    async with DemoServer(world_of(empty())) as server:
        with pytest.raises(CredentialsError):
            await send(server, tmp_path, key="tstmt_wrong")
        assert len(server.requests) == 1


async def test_pages_that_we_wrote_are_imported_as_a_snapshot(tmp_path: Path) -> None:
    """With what was edited on them."""
    async with DemoServer(sample_world()) as server:
        taken = await take(server, SLUG, only_suites=("Checkout/Payment",))
    save(taken.document, tmp_path / "pages", Format.MARKDOWN)
    edit_one(tmp_path / "pages")
    async with DemoServer(world_of(empty())) as server:
        done = await send(server, tmp_path / "pages")
        titles = [each.title for each in stored(server).values()]
    assert done.tests == taken.document.head.tests == len(titles)
    assert sum(title.startswith("Edited: ") for title in titles) == 1
