"""An export is put in place as a whole, with its account, or not at all."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.documents import siblings
from support.exports import document, hostile, shop
from support.trees import files_in

from crawler.errors import ConfigError, LocalError, SnapshotError, UsageError
from crawler.export.as_csv import Csv
from crawler.export.case import Case
from crawler.export.interface import Job
from crawler.export.table import Column, Filled, Limits, TableTarget
from crawler.export.to_jsonl import JSONL
from crawler.jobs.export import export, report_path
from crawler.jobs.export_map import read_map
from crawler.jobs.export_output import MARKER, _claimed
from crawler.snapshot.document import Document
from crawler.snapshot.formats import Format
from crawler.snapshot.saving import save


def fill(case: Case, rules: object) -> Filled:
    return Filled([[case.title]], {"title": ""})


@dataclass
class Pages:
    """A target that writes a directory, or fails, or forgets something."""

    fails: bool = False
    forgets: bool = False
    one_file: bool = False
    loses: bool = False
    name: str = "pages"
    about: str = "for tests"
    suffix: str = ""

    def write(self, job: Job) -> None:
        if self.one_file:
            job.output.part().write(b"small")
        for item in job.items:
            if isinstance(item, Case) and not self.one_file:
                job.output.put(f"a/{item.number}.txt", item.title.encode())
            if not self.forgets:
                job.losses.settle(item, {} if self.loses else {"title": ""})
            if self.fails and isinstance(item, Case):
                raise OSError(28, "No space left on device")


def small(limits: Limits) -> TableTarget:
    return TableTarget("small", "for tests", Csv(), (Column("T", ("title",)),), fill, limits=limits)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Makes an object the target of every name."""

    def put(target: object) -> None:
        monkeypatch.setattr("crawler.jobs.export.target_called", lambda name: target)

    return put


@pytest.fixture
def source(tmp_path: Path) -> str:
    """The shop in a file."""
    return saved(shop(), tmp_path / "shop.json")


def saved(of: Document, path: Path) -> str:
    save(of, path, Format.JSON)
    return str(path)


def test_the_account_lies_beside_the_export(source: str, tmp_path: Path) -> None:
    """As JSON that says what became of every field; the sums add up."""
    done = export(source, "testomatio-csv", tmp_path / "a.csv")
    told = json.loads(report_path(tmp_path / "a.csv").read_bytes())
    assert (told["format"], told["target"]) == ("testomat-export-loss/1", "testomatio-csv")
    assert told["counts"]["tests"]["exported"] == 4
    assert told["files"] == ["a.csv"]
    by_id = {item["id"]: item for item in told["items"]}
    assert by_id["cccc0002"]["no_place"] == ["code"]
    assert by_id["cccc0002"]["changed"].keys() == {"params", "examples"}
    assert by_id["cccc0002"]["suite"] == ["Checkout", "Payment"]
    assert "cccc0003" not in by_id
    fields = told["fields"]["tests"]
    assert fields["title"] == {"carried": 4}
    assert fields["created_at"] == {"left_out": 1}
    for kind in ("tests", "suites"):
        lossy = [each for each in told["items"] if f"{each['kind']}s" == kind]
        assert told["counts"][kind]["with_losses"] == len(lossy)
        for verdict in ("changed", "no_place"):
            listed = sum(len(each.get(verdict, ())) for each in lossy)
            assert listed == sum(sums.get(verdict, 0) for sums in told["fields"][kind].values())
    assert done.losses.any


def test_an_export_without_losses_says_so(tmp_path: Path, use: object) -> None:
    """The report is there all the same, and is JSON."""
    use(JSONL)  # type: ignore[operator]
    done = export(saved(siblings(0), tmp_path / "a.json"), "x", tmp_path / "a.jsonl")
    told = json.loads(report_path(tmp_path / "a.jsonl").read_bytes())
    assert told["items"] == [
        {"kind": "suite", "id": "all", "title": "", "suite": [], "no_place": ["id", "title"]}
    ]
    empty = export(saved(document(), tmp_path / "b.json"), "x", tmp_path / "b.jsonl")
    assert json.loads(report_path(tmp_path / "b.jsonl").read_bytes())["items"] == []
    assert (done.losses.any, empty.losses.any) == (True, False)


@pytest.mark.parametrize(
    ("limits", "files"),
    [(Limits(rows=3), 4), (Limits(tests=4), 3), (Limits(size=30), 4), (Limits(), 1)],
)
def test_files_are_split_at_what_the_importer_takes(
    tmp_path: Path, use: object, limits: Limits, files: int
) -> None:
    """Each with a head; together they hold all tests in order."""
    use(small(limits))  # type: ignore[operator]
    done = export(saved(siblings(10), tmp_path / "a.json"), "x", tmp_path / "out.csv")
    names = ["out.csv", *(f"out.{n}.csv" for n in range(2, files + 1))]
    assert [path.name for path in done.files] == names
    texts = [path.read_bytes().decode() for path in done.files]
    assert all(text.startswith("T\r\n") for text in texts)
    assert "".join(text[3:] for text in texts) == "".join(f"Test {n}\r\n" for n in range(10))
    if limits.size:
        assert all(len(text) <= limits.size for text in texts)
    use(small(Limits()))  # type: ignore[operator]
    export(str(tmp_path / "a.json"), "x", tmp_path / "out.csv")
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["a.json", "out.csv", "out.csv.loss.json"]


def test_files_of_others_that_look_like_parts_stay(tmp_path: Path, use: object) -> None:
    """Only those that the account of last time names are ours."""
    use(small(Limits()))  # type: ignore[operator]
    (tmp_path / "out.2.csv").write_text("mine")
    source = saved(siblings(2), tmp_path / "a.json")
    for _ in range(2):
        export(source, "x", tmp_path / "out.csv")
    assert (tmp_path / "out.2.csv").read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
@pytest.mark.parametrize("suffix", ["", ".csv"])
def test_a_disk_that_is_full_for_the_account_keeps_the_export_back(
    tmp_path: Path, use: object, suffix: str
) -> None:
    """Though that would have fitted, and the account was nearly written."""
    import resource  # noqa: PLC0415  not on Windows

    source = saved(siblings(900), tmp_path / "a.json")
    before = files_in(tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    use(Pages(one_file=bool(suffix), loses=True, suffix=suffix))  # type: ignore[operator]
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(LocalError, match=r"loss\.json"):
            export(source, "x", tmp_path / f"out{suffix}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("suffix", ["", ".csv"])
def test_a_failure_leaves_everything_as_it_was(
    source: str, tmp_path: Path, use: object, suffix: str
) -> None:
    """The old export, its account, and nothing half beside them."""
    use(Pages())  # type: ignore[operator]
    export(source, "x", tmp_path / "out")
    before = files_in(tmp_path)
    use(Pages(fails=True, suffix=suffix))  # type: ignore[operator]
    with pytest.raises((OSError, UsageError)):
        export(source, "x", tmp_path / ("out" + suffix))
    use(Pages(forgets=True))  # type: ignore[operator]
    with pytest.raises(LocalError, match="accounted for 0 of 4 tests and 0 of 5 suites"):
        export(source, "x", tmp_path / "out")
    assert files_in(tmp_path) == before


def test_a_directory_is_replaced_only_if_an_export_wrote_it(
    source: str, tmp_path: Path, use: object
) -> None:
    """Whatever else stands there is kept."""
    use(Pages())  # type: ignore[operator]
    (tmp_path / "out").mkdir()
    export(source, "x", tmp_path / "out")
    assert sorted(files_in(tmp_path / "out")) == [MARKER, *(f"a/{n}.txt" for n in (1, 2, 3, 4))]
    export(saved(siblings(1), tmp_path / "b.json"), "x", tmp_path / "out")
    assert sorted(files_in(tmp_path / "out")) == [MARKER, "a/1.txt"]
    (tmp_path / "out" / "a" / "notes.txt").touch()
    with pytest.raises(LocalError, match=r"no export wrote, such as a/notes\.txt"):
        export(source, "x", tmp_path / "out")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    with pytest.raises(LocalError, match="files that no export wrote"):
        export(source, "x", tmp_path / "mine")
    with pytest.raises(LocalError, match="it is a file"):
        export(source, "x", tmp_path / "b.json")
    with pytest.raises(LocalError, match="does not exist"):
        export(source, "x", tmp_path / "no" / "out")


def test_an_export_does_not_take_the_place_of_its_snapshot(source: str, tmp_path: Path) -> None:
    """Whatever the path is called: a backup would be lost."""
    before = Path(source).read_bytes()
    (tmp_path / "link.csv").symlink_to(source)
    for place in (Path(source), tmp_path / "link.csv"):
        with pytest.raises(UsageError, match="is what would be read"):
            export(source, "csv", place)
    assert Path(source).read_bytes() == before


def test_what_a_kill_left_is_taken_back_or_cleared_away(
    source: str, tmp_path: Path, use: object
) -> None:
    """The only copy of the old directory is never deleted, nor what a running export writes."""
    use(Pages())  # type: ignore[operator]
    out, left = tmp_path / "out", tmp_path / ".out.abc.export.tmp"
    export(source, "x", out)
    left.mkdir()
    out.rename(left / "old")
    use(Pages(fails=True))  # type: ignore[operator]
    with pytest.raises(OSError, match="No space"):
        export(source, "x", out)
    assert len(files_in(out)) == 5
    assert not left.exists()
    (left / "new").mkdir(parents=True)
    with _claimed(left):
        use(Pages())  # type: ignore[operator]
        export(source, "x", out)
        assert left.exists() == (sys.platform != "win32")
    export(source, "x", out)
    assert not left.exists()


def test_a_stream_gets_one_file(source: str, tmp_path: Path, use: object) -> None:
    """The same bytes as a file would; what is more than one file is refused."""
    out = io.BytesIO()
    done = export(source, "testomatio-csv", out)
    export(source, "testomatio-csv", tmp_path / "a.csv")
    assert out.getvalue() == (tmp_path / "a.csv").read_bytes()
    assert (done.report, done.files) == (None, ())
    for target, word in ((Pages(), "directory"), (small(Limits(rows=1)), "more than one file")):
        use(target)  # type: ignore[operator]
        again = io.BytesIO()
        with pytest.raises(UsageError, match=word):
            export(source, "x", again)
        assert again.getvalue() == b""


def test_a_snapshot_may_come_from_anywhere(source: str, tmp_path: Path) -> None:
    """A pipe, a tree, a revision."""
    export(source, "jsonl", tmp_path / "a")
    export("-", "jsonl", tmp_path / "b", stdin=io.BytesIO(Path(source).read_bytes()))
    save(shop(), tmp_path / "tree", Format.TREE)
    export(str(tmp_path / "tree"), "jsonl", tmp_path / "c")
    assert len({(tmp_path / name).read_bytes() for name in "abc"}) == 1
    (tmp_path / "odd").write_text("no snapshot")
    with pytest.raises(SnapshotError):
        export(str(tmp_path / "odd"), "jsonl", tmp_path / "d")
    assert not (tmp_path / "d").exists()


MAP = """
[priority]
high = "P1"
important = "P1"
[state]
manual = "by hand"
[users]
"anna@example.com" = "anna"
[fields]
code = "Source"
emoji = false
[headings]
steps = ["Ablauf"]
[cells]
formulas = "keep"
"""


def test_a_map_changes_words_and_places(source: str, tmp_path: Path) -> None:
    """Two values that fall together are a loss, a field that is left out on purpose is none."""
    path = tmp_path / "map.toml"
    path.write_text(MAP)
    export(source, "csv", tmp_path / "a.csv", mapping=path)
    text = (tmp_path / "a.csv").read_text("utf-8-sig")
    assert text.partition("\n")[0].endswith("Other fields,Source")
    assert "by hand,P1," in text
    assert ",anna," in text
    told = json.loads(report_path(tmp_path / "a.csv").read_bytes())
    (first,) = [each for each in told["items"] if each["id"] == "cccc0001"]
    assert first["changed"] == {"priority": "high became P1, as important would"}
    assert told["fields"]["suites"]["emoji"] == {"left_out": 1}
    assert told["fields"]["tests"]["code"] == {"carried": 1}


def test_formulas_are_kept_on_request(tmp_path: Path) -> None:
    """For importers that are no spreadsheet."""
    path = tmp_path / "map.toml"
    path.write_text('[cells]\nformulas = "keep"\n')
    source = saved(hostile(), tmp_path / "a.json")
    export(source, "testomatio-csv", tmp_path / "kept.csv", mapping=path)
    export(source, "testomatio-csv", tmp_path / "armed.csv")
    assert "t0000000,=1+1," in (tmp_path / "kept.csv").read_text()
    assert "t0000000,'=1+1," in (tmp_path / "armed.csv").read_text()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("\n[priorty]\n", ":2: unknown table 'priorty'. Did you mean 'priority'?"),
        ("priority = 1\n", ":1: priority must be a [table]."),
        ("[priority]\na = 'b'\nhigh = 1\n", ":3: high must be text in quotes."),
        ("[state]\n\nmanul = 'x'\n", ":3: unknown state 'manul'. Did you mean 'manual'?"),
        ("[fields]\n'a b' = true\n", ":2: a b must be the target's name in quotes, or false"),
        (
            "[headings]\nstep = []\n",
            ":2: unknown part 'step' of a description. Did you mean 'steps'?",
        ),
        ("[headings]\nsteps = 'x'\n", ":2: steps must be a list of texts"),
        ("[cells]\nformula = 'keep'\n", ":2: unknown key 'formula'. Did you mean 'formulas'?"),
        ("[cells]\nformulas = 'no'\n", ":2: formulas must be 'escape' or 'keep'."),
        ("[priority\n", ":1: "),
    ],
)
def test_a_slip_in_a_map_is_shown_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    """And the nearest name."""
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_map(path)
    assert f"{path}{problem}" in str(caught.value)


def test_a_map_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """Missing, or no text."""
    with pytest.raises(ConfigError, match="Could not read"):
        read_map(tmp_path / "none")
    (tmp_path / "odd").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_map(tmp_path / "odd")


def test_suites_count_like_those_of_the_snapshot(source: str, tmp_path: Path) -> None:
    """The one that we make for orphans is not among them."""
    done = export(source, "csv", tmp_path / "a.csv")
    assert (done.losses.tests.items, done.losses.suites.items) == (4, 5)
