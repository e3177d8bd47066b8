"""A part of a project, by the real command: what it says, costs, and refuses."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.inside import call, serving
from support.processes import left_behind

from crawler.demo import SLUG, DemoServer, sample_project, world_of
from crawler.snapshot.reading import read

TAXES = "30bf2cac"
QUICK = ("snapshot", SLUG, "--rate", "1000")


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """The sample project, served."""
    with serving(world_of(sample_project())) as server:
        yield server


def content(name: str) -> bytes:
    """The bytes of a file here."""
    return Path(name).read_bytes()


def configure(text: str) -> None:
    """Put a configuration file here."""
    Path("testomat-crawler.toml").write_text(text, "utf-8")


def test_a_part_says_which_part_it_is(server: DemoServer) -> None:
    """In the document, the summary, the manifest, `show` and `verify`."""
    taken = call(*QUICK, "--suite", "Checkout / payment", "-o", "a.yaml", url=server.url)
    assert taken.code == 0
    (identity,) = read("a.yaml").head.selection.suites
    assert f"  suite {identity} with all below" in taken.err.splitlines()
    assert "9 suites, 58 tests, complete" in taken.err
    manifest = json.loads(content("a.yaml.manifest.json"))
    assert manifest["selection"] == {"suites": [identity]}
    shown = call("show", "a.yaml", "--depth", "2")
    assert shown.out.decode().splitlines()[:3] == [
        "Demo web shop (9 suites, 58 tests)",
        f"Only a part: suite {identity} with all below",
        "└── Checkout (8 suites, 58 tests)",
    ]
    verified = call("verify", "a.yaml")
    assert verified.code == 0
    assert f"a part of the project: suite {identity} with all below" in verified.out.decode()
    told = json.loads((call("verify", "a.yaml", "--json")).out)
    assert told["selection"] == {"suites": [identity]}


def test_a_part_survives_every_format(server: DemoServer) -> None:
    """And comes back the same."""
    flags = ("--exclude", "Checkout", "--state", "manual", "--tag", "@smoke", "--tag", "a11y")
    call(*QUICK, *flags, "-o", "a.json", url=server.url)
    head = read("a.json").head
    assert (head.selection.state, head.selection.tags) == ("manual", ("a11y", "smoke"))
    assert 0 < head.tests < 234
    for source, form, target in (
        ("a.json", "tree", "tree/"),
        ("tree", "markdown", "markdown/"),
        ("markdown", "yaml", "b.yaml"),
        ("b.yaml", "json", "b.json"),
    ):
        assert (call("convert", source, "-o", target, "--format", form)).code == 0
        assert (call("verify", target)).code == 0
    assert content("b.json") == content("a.json")


def test_a_part_and_the_whole_are_compared_and_said_to_be_that(server: DemoServer) -> None:
    """What seems removed may be what was not selected."""
    call(*QUICK, "-o", "a.json", url=server.url)
    call(*QUICK, "--no-tests", "-o", "b.json", url=server.url)
    found = call("diff", "a.json", "b.json", "--stat")
    assert "different parts of the project, OLD of all of it, NEW of no tests" in found.err
    assert "357 tests removed; 1 field of the project changed" in found.out.decode()


def test_one_flag_is_for_tests_and_for_progress(server: DemoServer, home: Path) -> None:
    """Its value tells which."""
    flags = ("--state", "automated", "--state", str(home / "progress"))
    taken = call(*QUICK, *flags, "-o", "a.json", url=server.url)
    assert taken.code == 0
    assert {node.fields.get("state") for node in read("a.json").nodes} == {None, "automated"}
    taken_place = home / "progress"
    taken_place.touch()
    failed = call(*QUICK, "--state", "automated", "--state", str(taken_place), url=server.url)
    assert failed.code == 6
    assert str(taken_place) in failed.error
    twice = call(*QUICK, "--state", "automated", "--state", "manual", url=server.url)
    assert twice.code == 2
    assert "--state is automated already, not manual too" in twice.err


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--suite", "Chekout"), "no suite with the ID or the path 'Chekout'. Did you mean 'Check"),
        (("--exclude", "Payment"), "Did you mean 'Checkout/Payment'"),
        (("--suite", ""), "--suite"),
        (("--suite", "Checkout", "--exclude", "checkout"), "Nothing is selected"),
        (("--no-tests", "--tag", "a"), "Without tests"),
        (("--no-tests", "--state", "manual"), "Without tests"),
    ],
)
def test_a_part_that_there_is_not_is_wrong_usage(
    server: DemoServer, flags: tuple[str, ...], said: str
) -> None:
    """Nothing is written, and the nearest names are told."""
    refused = call(*QUICK, *flags, "-o", "a.json", url=server.url)
    assert (refused.code, refused.out) == (2, b"")
    assert said in refused.error
    assert left_behind(Path()) == []


def test_a_part_without_any_test_says_so(server: DemoServer) -> None:
    """In a sentence: it is complete, and most likely not what was meant."""
    taken = call(*QUICK, "--tag", "nobody-has-this", "-o", "a.json", url=server.url)
    assert taken.code == 0
    assert "! no test is selected by: tests tagged @nobody-has-this only" in taken.err


def test_an_unfinished_part_goes_on_and_the_whole_does_not_use_it(home: Path) -> None:
    """Each has progress of its own."""
    part = (*QUICK, "--suite", "Checkout", "--state", str(home / "state"))
    with serving(world_of(sample_project())) as server:
        server.world.project.edit_suite(TAXES, {"test-count": 99})
        late = call(*part, "-o", "a.json", url=server.url)
        assert late.code == 4
        whole = call(*QUICK, "--state", str(home / "state"), "-o", "b.json", url=server.url)
        assert (whole.code, "from an earlier run" in whole.err) == (4, False)
        server.world.project.edit_suite(TAXES, {"test-count": 0})
        taken = call(*part, "-o", "a.json", url=server.url)
    assert taken.code == 0
    assert "suites from an earlier run" in taken.err
    assert len(left_behind(home / "state")) == 1


def test_the_configuration_may_name_the_part(server: DemoServer) -> None:
    """For a backup or a repository that holds one part of a project."""
    configure('only_suites = ["Account"]\nexclude = ["Account/Nothing"]\n')
    assert (call(*QUICK, "-o", "a.json", url=server.url)).code == 2
    configure('only_suites = ["Account"]\ntests = false\n')
    assert (call(*QUICK, "-o", "a.json", url=server.url)).code == 0
    head = read("a.json").head
    assert (head.tests, head.selection.tests, len(head.selection.suites)) == (0, False, 1)
