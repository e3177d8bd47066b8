"""What an import writes is a snapshot like any other, and says no more than the file does."""

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.exports import hostile, shop
from support.imports import KEEPS_IDS

from crawler.errors import LocalError, SnapshotError, UsageError
from crawler.importing.registry import BUILT_IN
from crawler.jobs.export import export
from crawler.jobs.import_from import MARKDOWN, import_from
from crawler.jobs.verify import verify
from crawler.snapshot.document import Document, Section
from crawler.snapshot.formats import Format
from crawler.snapshot.markdown_fields import merged, split
from crawler.snapshot.reading import read
from crawler.snapshot.saving import save


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """A small file."""
    path = tmp_path / "cases.csv"
    path.write_text("ID,Title,Folder\nT1,A,/S\n", "utf-8")
    return path


@pytest.mark.parametrize("tool", BUILT_IN)
@pytest.mark.parametrize("form", Format)
def test_every_format_holds_what_every_tool_wrote(tool: str, form: Format, tmp_path: Path) -> None:
    """Whatever it is, and it is sound."""
    save(hostile(), tmp_path / "a.json", Format.JSON)
    export(str(tmp_path / "a.json"), tool, tmp_path / "out")
    done = import_from(tool, [tmp_path / "out"], tmp_path / "b", form)
    assert verify(str(tmp_path / "b")).faults == ()
    found = read(tmp_path / "b")
    assert (found.head, done.unplaced) == (done.head, ())
    assert found.head.tests == hostile().head.tests


def test_the_head_says_what_is_known(cases: Path, tmp_path: Path) -> None:
    """The name of the file, no address; all that is in the file is there."""
    import_from("testomatio-csv", [cases], tmp_path / "a.json", Format.JSON)
    head = json.loads((tmp_path / "a.json").read_bytes())
    assert head["project"] == {"id": "cases", "title": "cases", "url": ""}
    assert (head["complete"], head["counts"]) == (True, {"suites": 1, "tests": 1})
    manifest = json.loads((tmp_path / "a.json.manifest.json").read_bytes())
    assert manifest["converted_from"] == {"file": "cases.csv"}


def test_the_project_is_named_by_the_user(cases: Path) -> None:
    """Its title is its ID if no other is given."""
    for title, shown in (("The shop", "The shop"), ("", "shop")):
        done = import_from(
            "testomatio-csv", [cases], io.BytesIO(), Format.YAML, project="shop", title=title
        )
        assert (done.head.project_id, done.head.project_title) == ("shop", shown)


def test_nothing_is_written_if_a_file_is_damaged(cases: Path, tmp_path: Path) -> None:
    """Nor if two files name the same test."""
    with pytest.raises(SnapshotError, match=r"cases\.csv: Two tests have the ID 'T1'"):
        import_from("testomatio-csv", [cases, cases], tmp_path / "a.json", Format.JSON)
    assert list(tmp_path.iterdir()) == [cases]


def test_a_place_that_cannot_be_written_is_met_first(cases: Path, tmp_path: Path) -> None:
    """Before any file is read."""
    with pytest.raises(LocalError, match="does not exist"):
        import_from("testomatio-csv", [cases], tmp_path / "no" / "a.json", Format.JSON)


def test_no_manifest_is_written_unless_wanted(cases: Path, tmp_path: Path) -> None:
    """As with other commands."""
    import_from("testomatio-csv", [cases], tmp_path / "a.json", Format.JSON, manifest=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "cases.csv"]


def test_what_is_said_of_the_whole_is_named(tmp_path: Path) -> None:
    """It has no place in a snapshot."""
    path = tmp_path / "a.json"
    path.write_text('{"suites": [], "version": 2}', "utf-8")
    assert import_from("qase", [path], io.BytesIO(), Format.YAML).unplaced == ("version",)


def test_markdown_of_our_own_is_converted(tmp_path: Path) -> None:
    """With all that it holds."""
    save(shop(), tmp_path / "pages", Format.MARKDOWN)
    import_from(MARKDOWN, [tmp_path / "pages"], tmp_path / "a.json", Format.JSON)
    save(shop(), tmp_path / "b.json", Format.JSON)
    assert read(tmp_path / "a.json") == read(tmp_path / "b.json")
    done = import_from(
        MARKDOWN, [tmp_path / "pages"], tmp_path / "c.json", Format.JSON, project="other"
    )
    assert done.head == replace(shop().head, project_id="other", project_title="other")


def test_markdown_of_our_own_keeps_what_stands_beside_the_tree(tmp_path: Path) -> None:
    """Its head counts it, so without it the snapshot would be damaged."""
    labels = Section("labels", [{"id": "1", "title": "A"}])
    full = replace(shop(), head=replace(shop().head, sections=(("labels", 1),)), sections=(labels,))
    save(full, tmp_path / "pages", Format.MARKDOWN)
    import_from(MARKDOWN, [tmp_path / "pages"], tmp_path / "a.json", Format.JSON)
    assert [list(each.items) for each in read(tmp_path / "a.json").sections] == [labels.items]


def test_a_snapshot_does_not_take_the_place_of_the_file_it_comes_from(cases: Path) -> None:
    """Qase's files end in .json as well."""
    before = cases.read_bytes()
    with pytest.raises(UsageError, match="is what would be read"):
        import_from("testomatio-csv", [cases], cases, Format.JSON)
    assert cases.read_bytes() == before


def test_an_unknown_tool_is_refused_with_the_nearest(tmp_path: Path) -> None:
    """Markdown among them, which is read elsewhere."""
    with pytest.raises(UsageError, match="Did you mean 'markdown'"):
        import_from("markdwn", [tmp_path], tmp_path / "a.json", Format.JSON)


def test_pages_of_the_service_itself_are_read(tmp_path: Path) -> None:
    """In any folders, several suites a page, with lines that only the service knows."""
    (tmp_path / "p" / "deep").mkdir(parents=True)
    (tmp_path / "p" / "a.test.md").write_bytes(
        b"<!-- test -->\r\n# Alone\r\n\r\n<!-- suite\r\nid: @S52e6b438\r\n-->\r\n"
        b"# Checkout\r\n\r\nText\r\n\r\n<!-- suite -->\r\n# Checkout > Payment\r\n"
        b"<!-- test\r\nid: @Td2c4a1f0\r\ntype: manual\r\ncreator: anna\r\n-->\r\n## Pays @smoke\r\n"
        b"\r\n* Open\r\n\r\n<!-- example -->\r\n\r\n| sum |\r\n| --- |\r\n| 5 |\r\n"
    )
    (tmp_path / "p" / "deep" / "b.md").write_text("no page\n")
    done = import_from(MARKDOWN, [tmp_path / "p"], tmp_path / "a.json", Format.JSON)
    found = [(node.depth, dict(node.fields)) for node in read(tmp_path / "a.json").nodes]
    assert (done.head.suites, done.head.tests) == (3, 2)
    ids = [fields.pop("id") for _, fields in found]
    assert (ids[0], ids[2]) == ("52e6b438", "d2c4a1f0")
    (test,) = [fields for _, fields in found if fields["title"] == "Pays @smoke"]
    assert test.pop("included")[0]["attributes"] == {"data": ["5"]}
    assert test == {
        "title": "Pays @smoke",
        "state": "manual",
        "description": "* Open",
        "params": ["sum"],
        "tags": ["smoke"],
        "imported": {"creator": "anna"},
    }
    assert [(depth, fields["title"]) for depth, fields in found] == [
        *((0, "Checkout"), (1, "Payment"), (2, "Pays @smoke"), (0, "Tests"), (1, "Alone")),
    ]


@pytest.mark.parametrize("project", [shop, hostile])
def test_pages_alone_lose_only_what_stands_beside_them(
    project: Callable[[], Document], tmp_path: Path
) -> None:
    """IDs, titles, ways and texts of our own pages come back without the file of the whole."""
    save(project(), tmp_path / "pages", Format.MARKDOWN)
    (tmp_path / "pages" / "snapshot.yaml").unlink()
    shutil.rmtree(tmp_path / "pages" / "extra")
    import_from(MARKDOWN, [tmp_path / "pages"], tmp_path / "a.json", Format.JSON)
    found = {node.fields["id"]: node.fields for node in read(tmp_path / "a.json").nodes}
    for node in project().nodes:
        block, _ = split(node.kind, node.fields)
        alone = merged(block, {})
        kept = {name: value for name, value in alone.items() if name != "included"}
        assert {name: found[node.fields["id"]].get(name) for name in kept} == kept


def test_other_markdown_is_refused(tmp_path: Path) -> None:
    """And two directories of our own at once."""
    (tmp_path / "p").mkdir()
    for name, match in (("none", "holds no file"), ("README.md", "no page of suites and tests")):
        (tmp_path / "p" / name).write_text("# Hello\n")
        with pytest.raises(SnapshotError, match=match):
            import_from(MARKDOWN, [tmp_path / "p"], tmp_path / "a.json", Format.JSON)
    (tmp_path / "p" / "README.md").write_bytes(b"<!-- test\n")
    with pytest.raises(SnapshotError, match=r"README\.md: The comment that opens in line 1"):
        import_from(MARKDOWN, [tmp_path / "p"], tmp_path / "a.json", Format.JSON)
    (tmp_path / "p" / "README.md").write_bytes(b"\xff")
    with pytest.raises(SnapshotError, match="not UTF-8"):
        import_from(MARKDOWN, [tmp_path / "p"], tmp_path / "a.json", Format.JSON)
    with pytest.raises(LocalError, match="Could not read"):
        import_from(MARKDOWN, [tmp_path / "missing"], tmp_path / "a.json", Format.JSON)
    save(shop(), tmp_path / "pages", Format.MARKDOWN)
    with pytest.raises(UsageError, match="one is read at a time"):
        import_from(MARKDOWN, [tmp_path / "pages"] * 2, tmp_path / "a.json", Format.JSON)


def test_the_tools_that_keep_ids_can_be_imported_from() -> None:
    """The list of the tests names no others."""
    assert set(KEEPS_IDS) <= set(BUILT_IN)
