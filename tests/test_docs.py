"""What is written for people agrees with the program, so that it cannot go stale unseen."""

import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import anyio
import click
import pytest
import yaml

from crawler import __version__
from crawler.cli.help import EXIT_CODES
from crawler.cli.main import COMMANDS, cli
from crawler.config.settings import ABOUT
from crawler.config.template import template
from crawler.export.registry import BUILT_IN
from crawler.importing.registry import BUILT_IN as SOURCES
from crawler.jobs.import_from import MARKDOWN
from crawler.restore.fields import SENT
from crawler.server_made import MADE_BY_SERVER
from crawler.snapshot.canonical import OWN_KEYS
from crawler.snapshot.formats import Format
from crawler.snapshot.noise import VOLATILE
from crawler.snapshot.reading import read_stream

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob(".github/*.md"), *ROOT.glob("benchmarks/*.md")],
    key=lambda path: path.name,
)


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name; also a group that does something by itself."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield " ".join((*path, name)), command


ALL_COMMANDS = dict(commands(cli))


def section(title: str) -> str:
    """The text of the README below a title, up to the next of the same rank or a higher one."""
    begin = re.search(rf"^(#+) {re.escape(title)}$", README, re.MULTILINE)
    assert begin, title
    rest = README[begin.end() :]
    end = re.search(rf"^#{{1,{len(begin[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(text: str) -> list[list[str]]:
    """The cells of the tables in a text, without their heads."""
    bodies = re.findall(r"^\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    lines = [line for body in bodies for line in body.splitlines()]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def blocks(text: str, kind: str) -> list[str]:
    """The fenced blocks of a kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def variables(text: str) -> set[str]:
    """The names of environment variables that are ours."""
    return set(re.findall(r"\bTESTOMATIO[A-Z_]*\b", text))


def test_every_command_is_in_the_readme() -> None:
    """In the table of commands, and nothing is in it that there is not."""
    first_cells = [row[0] for row in rows(section("Commands")) if not row[0].isdigit()]
    named = {
        re.sub(r" \[?(?:-|[A-Z]).*", "", each)
        for each in re.findall(r"`([^`]+)`", " ".join(first_cells))
    }
    assert named == set(ALL_COMMANDS)
    assert {name.split()[0] for name in named} == set(COMMANDS)


def test_every_command_that_is_shown_exists() -> None:
    """Wherever a document shows how to call the program."""
    for path in DOCUMENTS:
        text = path.read_text("utf-8")
        for call in re.findall(r"testomat-crawler ([a-z][a-z-]*(?: [a-z]+)?)", text):
            first, _, second = call.partition(" ")
            known = first in ALL_COMMANDS or f"{first} {second}" in ALL_COMMANDS
            assert known, f"{path.name}: testomat-crawler {call}"


def test_every_option_that_is_named_exists() -> None:
    """A flag that was renamed must not live on in the text."""
    known = {
        option
        for command in ALL_COMMANDS.values()
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    assert named - known - {"--help"} == set()


def test_the_exit_codes_are_those_of_the_program() -> None:
    """Word for word, in order."""
    table = [(int(code), meaning) for code, meaning in rows(section("Exit codes"))]
    assert table == list(EXIT_CODES.items())


def test_every_variable_is_explained_and_every_explained_one_is_read() -> None:
    """Those of the settings, no more and no fewer."""
    known = {name for about in ABOUT.values() for name in about.env}
    table = {name for row in rows(section("With your own account")) for name in variables(row[0])}
    assert table == known
    for path in DOCUMENTS:
        assert variables(path.read_text("utf-8")) <= known, path.name


def test_the_settings_that_the_readme_names_exist() -> None:
    """`stable = true` and the like."""
    named = re.findall(r"`([a-z_]+) = [^`]+`", README) + re.findall(r"setting `([a-z_]+)`", README)
    assert named
    assert set(named) <= set(ABOUT)


def test_the_example_of_the_configuration_is_what_init_writes() -> None:
    """The README says that they are the same file."""
    assert (ROOT / "config.example.toml").read_text("utf-8") == template()


def shown_helps() -> list[tuple[str, str]]:
    """The helps that the README shows, with the names of their commands."""
    return re.findall(
        r"^<!-- help: (.+) -->\n```text\n(.*?)^```$", README, re.MULTILINE | re.DOTALL
    )


@pytest.mark.parametrize(("name", "shown"), shown_helps(), ids=lambda each: each.split("\n")[0])
async def test_a_help_that_is_shown_is_the_one_of_the_command(name: str, shown: str) -> None:
    """At 80 columns; the message of a failure holds what to paste."""
    done = await anyio.run_process(
        [sys.executable, "-m", "crawler", *name.split(), "--help"],
        env={**os.environ, "COLUMNS": "80"},
    )
    lines = [line.rstrip() for line in done.stdout.decode().splitlines()]
    assert shown.splitlines() == lines


async def test_the_first_screen_shows_what_the_demo_prints(tmp_path: Path) -> None:
    """But for the time that it took."""
    (shown,) = [each for each in blocks(README, "console") if "testomat-crawler demo\n" in each]
    done = await anyio.run_process(
        [sys.executable, "-m", "crawler", "demo", "--rate", "1000", "--progress", "none"],
        env={**os.environ, "COLUMNS": "80"},
        cwd=tmp_path,
    )
    printed = done.stderr.decode() + done.stdout.decode()
    lines = shown.splitlines()[1:]
    assert [without_time(line) for line in lines] == list(map(without_time, printed.splitlines()))


def without_time(line: str) -> str:
    """The line with any duration made the same."""
    return re.sub(r"\b\d+:\d\d\b", "0:00", line)


def test_the_places_that_stable_leaves_out_are_listed() -> None:
    """All of them, as the document would name them."""
    assert any(block.split() == list(VOLATILE) for block in blocks(README, "text"))


@pytest.mark.parametrize("name", sorted(OWN_KEYS))
def test_a_key_that_the_format_takes_for_itself_is_explained(name: str) -> None:
    """An attribute of that name gives way."""
    assert f"`{name}`" in section("The snapshot")


def test_every_format_is_in_the_readme() -> None:
    """By the name that `--format` takes."""
    (option,) = (each for each in ALL_COMMANDS["snapshot"].params if "--format" in each.opts)
    assert isinstance(option.type, click.Choice)
    missing = [form for form in option.type.choices if f"`{form}`" not in section("The snapshot")]
    assert missing == []


def test_every_target_of_export_is_in_the_readme() -> None:
    """With what it carries, what it does not, and how that was checked."""
    table = README.partition("<!-- targets -->\n")[2].partition("\n\n")[0]
    named = re.findall(r"`([\w-]+)`", " ".join(row[0] for row in rows(f"{table}\n")))
    assert sorted(named) == sorted(BUILT_IN)
    assert all(all(row) for row in rows(f"{table}\n"))


def test_every_tool_to_import_from_is_in_the_readme() -> None:
    """With what is read of its files, and where IDs come from."""
    table = README.partition("<!-- tools -->\n")[2].partition("\n\n")[0]
    named = re.findall(r"`([\w-]+)`", " ".join(row[0] for row in rows(f"{table}\n")))
    assert sorted(named) == sorted([*SOURCES, MARKDOWN])
    assert all(all(row) for row in rows(f"{table}\n"))


def test_the_snapshot_that_the_readme_shows_is_one(tmp_path: Path) -> None:
    """It can be read, and its counts are right."""
    shown, *_recipes = blocks(README, "yaml")
    path = tmp_path / "a.yaml"
    path.write_text(shown, "utf-8")
    with path.open("rb") as stream:
        document = read_stream(stream, "README", Format.YAML)
        kinds = [str(node.kind) for node in document.nodes]
    assert (kinds.count("suite"), kinds.count("test")) == (
        document.head.suites,
        document.head.tests,
    )


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    """From where the document stands."""
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(path: Path) -> None:
    """Paths of the repository in code spans."""
    text = path.read_text("utf-8")
    for name in re.findall(r"`((?:crawler|tests|benchmarks|\.ci|\.github)/[\w./-]+)`", text):
        assert (ROOT / name).exists(), name


def test_the_changelog_tells_of_this_version() -> None:
    """Released or not."""
    assert __version__ in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_oldest_dependencies_are_the_lower_bounds() -> None:
    """What CI tests is what the package promises, extras included but for the tools."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"]]
    needed += [each for name in extras if name not in ("dev", "bench") for each in extras[name]]
    bounds = [each.partition(";")[0].strip().replace(">=", "==") for each in needed]
    lines = (ROOT / ".ci" / "oldest.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == bounds


def test_ci_covers_every_version_of_python_that_is_promised() -> None:
    """The classifiers and the matrix name the same."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    assert workflow["jobs"]["run"]["strategy"]["matrix"]["python"] == promised


def test_what_a_restore_writes_and_what_it_cannot_is_listed() -> None:
    """Every field that is sent, and every place that is the server's, in order."""
    text = section("Into another project")
    (places,) = blocks(text, "text")
    assert places.split() == [
        f"{kind}.{name}" for kind, names in MADE_BY_SERVER.items() for name in names
    ]
    missing = [name for names in SENT.values() for name in names if f"`{name}`" not in text]
    assert missing == []
