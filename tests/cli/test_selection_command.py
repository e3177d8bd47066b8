"""A part of a project, by the real command: what it says, costs, and refuses."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.processes import call, left_behind

from crawler.demo import SLUG, DemoServer, sample_project, world_of
from crawler.snapshot.reading import read

pytestmark = pytest.mark.anyio

TAXES = "30bf2cac"
QUICK = ("snapshot", SLUG, "--rate", "1000")


@pytest.fixture
async def server() -> AsyncIterator[DemoServer]:
    """The sample project, served."""
    async with DemoServer(world_of(sample_project())) as server:
        yield server


def content(name: str) -> bytes:
    """The bytes of a file here."""
    return Path(name).read_bytes()


def configure(text: str) -> None:
    """Put a configuration file here."""
    Path("testomat-crawler.toml").write_text(text, "utf-8")


async def test_a_part_says_which_part_it_is(server: DemoServer) -> None:
    """In the document, the summary, the manifest, `show` and `verify`."""
    taken = await call(*QUICK, "--suite", "Checkout / payment", "-o", "a.yaml", url=server.url)
    assert taken.code == 0
    (identity,) = read("a.yaml").head.selection.suites
    assert f"  suite {identity} with all below" in taken.err.splitlines()
    assert "9 suites, 58 tests, complete" in taken.err
    manifest = json.loads(content("a.yaml.manifest.json"))
    assert manifest["selection"] == {"suites": [identity]}
    shown = await call("show", "a.yaml", "--depth", "2")
    assert shown.out.decode().splitlines()[:3] == [
        "Demo web shop (9 suites, 58 tests)",
        f"Only a part: suite {identity} with all below",
        "└── Checkout (8 suites, 58 tests)",
    ]
    verified = await call("verify", "a.yaml")
    assert verified.code == 0
    assert f"a part of the project: suite {identity} with all below" in verified.out.decode()
    told = json.loads((await call("verify", "a.yaml", "--json")).out)
    assert told["selection"] == {"suites": [identity]}


async def test_a_part_survives_every_format(server: DemoServer) -> None:
    """And comes back the same."""
    flags = ("--exclude", "Checkout", "--state", "manual", "--tag", "@smoke", "--tag", "a11y")
    await call(*QUICK, *flags, "-o", "a.json", url=server.url)
    head = read("a.json").head
    assert (head.selection.state, head.selection.tags) == ("manual", ("a11y", "smoke"))
    assert 0 < head.tests < 234
    for source, form, target in (
        ("a.json", "tree", "tree/"),
        ("tree", "markdown", "markdown/"),
        ("markdown", "yaml", "b.yaml"),
        ("b.yaml", "json", "b.json"),
    ):
        assert (await call("convert", source, "-o", target, "--format", form)).code == 0
        assert (await call("verify", target)).code == 0
    assert content("b.json") == content("a.json")


async def test_a_part_and_the_whole_are_compared_and_said_to_be_that(server: DemoServer) -> None:
    """What seems removed may be what was not selected."""
    await call(*QUICK, "-o", "a.json", url=server.url)
    await call(*QUICK, "--no-tests", "-o", "b.json", url=server.url)
    found = await call("diff", "a.json", "b.json", "--stat")
    assert "different parts of the project, OLD of all of it, NEW of no tests" in found.err
    assert "357 tests removed; 1 field of the project changed" in found.out.decode()


async def test_one_flag_is_for_tests_and_for_progress(server: DemoServer, home: Path) -> None:
    """Its value tells which."""
    flags = ("--state", "automated", "--state", str(home / "progress"))
    taken = await call(*QUICK, *flags, "-o", "a.json", url=server.url)
    assert taken.code == 0
    assert {node.fields.get("state") for node in read("a.json").nodes} == {None, "automated"}
    taken_place = home / "progress"
    taken_place.touch()
    failed = await call(*QUICK, "--state", "automated", "--state", str(taken_place), url=server.url)
    assert failed.code == 6
    assert str(taken_place) in failed.error
    twice = await call(*QUICK, "--state", "automated", "--state", "manual", url=server.url)
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
async def test_a_part_that_there_is_not_is_wrong_usage(
    server: DemoServer, flags: tuple[str, ...], said: str
) -> None:
    """Nothing is written, and the nearest names are told."""
    refused = await call(*QUICK, *flags, "-o", "a.json", url=server.url)
    assert (refused.code, refused.out) == (2, b"")
    assert said in refused.error
    assert left_behind(Path()) == []


async def test_a_part_without_any_test_says_so(server: DemoServer) -> None:
    """In a sentence: it is complete, and most likely not what was meant."""
    taken = await call(*QUICK, "--tag", "nobody-has-this", "-o", "a.json", url=server.url)
    assert taken.code == 0
    assert "! no test is selected by: tests tagged @nobody-has-this only" in taken.err


async def test_an_unfinished_part_goes_on_and_the_whole_does_not_use_it(home: Path) -> None:
    """Each has progress of its own."""
    part = (*QUICK, "--suite", "Checkout", "--state", str(home / "state"))
    async with DemoServer(world_of(sample_project())) as server:
        server.world.project.edit_suite(TAXES, {"test-count": 99})
        late = await call(*part, "-o", "a.json", url=server.url)
        assert late.code == 4
        whole = await call(*QUICK, "--state", str(home / "state"), "-o", "b.json", url=server.url)
        assert (whole.code, "from an earlier run" in whole.err) == (4, False)
        server.world.project.edit_suite(TAXES, {"test-count": 0})
        taken = await call(*part, "-o", "a.json", url=server.url)
    assert taken.code == 0
    assert "suites from an earlier run" in taken.err
    assert len(left_behind(home / "state")) == 1


async def test_the_configuration_may_name_the_part(server: DemoServer) -> None:
    """For a backup or a repository that holds one part of a project."""
    configure('only_suites = ["Account"]\nexclude = ["Account/Nothing"]\n')
    assert (await call(*QUICK, "-o", "a.json", url=server.url)).code == 2
    configure('only_suites = ["Account"]\ntests = false\n')
    assert (await call(*QUICK, "-o", "a.json", url=server.url)).code == 0
    head = read("a.json").head
    assert (head.tests, head.selection.tests, len(head.selection.suites)) == (0, False, 1)
