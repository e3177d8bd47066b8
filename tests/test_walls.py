"""Who may import what: each wall stands here with its reason, and the sources are held to it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "crawler"

#: From the top down. Imports point down only, so that a lower level can be read, tested and used
#: without the ones above it.
LEVELS = (
    ("cli",),
    ("jobs",),
    (
        "api",
        "engine",
        "snapshot",
        "diff",
        "export",
        "views",
        "report",
        "restore",
        "demo",
        "importing",
    ),
    ("config", "progress", "private_database"),
    (
        *("model", "sending", "selection", "errors", "redaction", "clock", "plural"),
        *("stopping", "pages"),
        *("addresses", "edition", "formulas", "style", "server_made", "near"),
    ),
    ("sections",),
)
LEVEL_OF = {name: number for number, names in enumerate(LEVELS) for name in names}
SIBLINGS = LEVELS[2]

#: The one way from sibling to sibling: these work on the data of a snapshot, never on its files.
READERS_OF_DOCUMENTS = ("diff", "export", "views", "report", "restore")
DOCUMENT = "crawler.snapshot.document"


@dataclass(frozen=True)
class Wall:
    """Modules that only some files may import, and why."""

    modules: tuple[str, ...]
    allowed: tuple[str, ...]
    reason: str


WALLS = (
    Wall(
        ("aiohttp", "yarl"),
        ("api/*transport.py", "demo/*"),
        "what it raises is mapped to our errors in one place, and nowhere else can it leak",
    ),
    Wall(("aiolimiter",), ("api/pacing.py",), "there is one pace for all requests"),
    Wall(("tenacity",), ("api/retrying.py",), "what is retried is decided in one place"),
    Wall(
        ("sqlite3",),
        (
            *("private_database.py", "engine/journal*.py", "engine/*recording.py"),
            "restore/ledger*.py",
            *("restore/matching.py", "export/to_sqlite.py"),
        ),
        "journal and ledger alone know where they are kept, the others name a type of theirs; an"
        " export as a database is one",
    ),
    Wall(
        ("yaml",),
        ("snapshot/yaml_reader.py",),
        "YAML is written by an emitter of our own and read as events, never as Python objects",
    ),
    Wall(
        ("orjson",),
        (
            *("api/wire*.py", "engine/journal_schema.py", "*/as_json.py", "snapshot/tree_*.py"),
            "snapshot/yaml_values.py",
            *("snapshot/digest.py", "snapshot/manifest.py", "diff/sums.py", "demo/*"),
        ),
        "JSON is read, written and summed at the borders; between them there are values",
    ),
    Wall(
        ("click", "rich", "platformdirs"),
        ("cli/*",),
        "the faces of the program are the command line's business; a library has none",
    ),
    Wall(("uvloop",), (), "anyio starts it where it is installed; nothing may need it"),
    Wall(
        ("asyncio",),
        ("demo/*",),
        "tasks live in task groups of anyio, which lose neither an error nor a cancellation",
    ),
    Wall(
        ("time", "random"),
        ("clock.py", "demo/*"),
        "time and chance are handed in, so that no test waits or is lucky",
    ),
    Wall(
        ("signal", "logging"),
        ("cli/*",),
        "a library neither takes signals nor writes to logs that nobody asked for",
    ),
    Wall(
        ("subprocess",),
        ("jobs/git.py", "snapshot/locate.py"),
        "git is all that is started, with an environment that is decided there",
    ),
    Wall(("filelock",), ("jobs/backup_lock.py",), "a lock that is taken twice is no lock"),
    Wall(("zstandard",), ("snapshot/packing.py",), "it is an extra, so all else does without it"),
    Wall(("pyarrow",), ("export/to_parquet.py",), "it is an extra, so all else does without it"),
    Wall(("xlsxwriter",), ("export/as_xlsx.py",), "it is an extra, so all else does without it"),
    Wall(
        ("markdown_it",),
        ("export/steps.py", "export/blocks.py", "snapshot/markdown_links.py"),
        "what a description says is decided in one place, the same for every target, and what it"
        " links to in another",
    ),
    Wall(("openpyxl",), ("importing/tables.py",), "it is an extra, so all else does without it"),
    Wall(
        ("gherkin",), ("importing/from_gherkin.py",), "it is an extra, so all else does without it"
    ),
    Wall(
        ("xml.etree", "xml.sax", "xml.dom", "xml.parsers"),
        ("importing/elements.py", "importing/from_*.py", "export/as_xml.py"),
        "XML of others is parsed in one place, which refuses entities",
    ),
    Wall(("requests", "httpx", "urllib.request", "http.client"), (), "there is one HTTP client"),
    Wall(("pickle", "marshal", "shelve"), (), "a file that is read must not be able to run code"),
)

#: Calls and names, by what they do; the reason is that of the level that may.
BELOW_CLI = {
    "print": "only the command line prints",
    "input": "only the command line asks",
    "exit": "only the command line ends the process",
    "quit": "only the command line ends the process",
    "sys.exit": "only the command line ends the process",
    "os._exit": "only the command line ends the process",
    "os.abort": "only the command line ends the process",
    "SystemExit": "only the command line ends the process",
    "os.environ": "only the command line reads the environment",
    "os.getenv": "only the command line reads the environment",
    "os.environb": "only the command line reads the environment",
    "sys.argv": "only the command line knows its arguments",
    "sys.stdin": "only the command line knows the standard streams",
    "sys.stdout": "only the command line knows the standard streams",
    "sys.stderr": "only the command line knows the standard streams",
}
NOWHERE = {
    "asyncio.create_task": "a task without a group can be lost with its error",
    "asyncio.ensure_future": "a task without a group can be lost with its error",
    "asyncio.gather": "it leaves the others running when one fails",
    "create_task": "a task without a group can be lost with its error",
    "ensure_future": "a task without a group can be lost with its error",
    "eval": "nothing that is read may run",
    "exec": "nothing that is read may run",
    "breakpoint": "a leftover",
}


@cache
def source(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def place(path: Path) -> str:
    """The path within the package, with forward slashes."""
    return path.relative_to(PACKAGE).as_posix()


SOURCES = sorted(PACKAGE.rglob("*.py"))
INNER = [path for path in SOURCES if place(path) not in ("__init__.py", "__main__.py")]


@cache
def imports(path: Path) -> tuple[str, ...]:
    """The modules that a file imports, wherever in it, for type checkers too."""
    found: list[str] = []
    for node in ast.walk(source(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            module = str(node.module)
            for alias in node.names:
                name = f"{module}.{alias.name}"
                found.append(name if is_module(name) else module)
    return tuple(dict.fromkeys(found))


def is_module(name: str) -> bool:
    """Whether a dotted name is a module of ours, not something in one."""
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def part(path: Path) -> str:
    """The part of the package that a file belongs to: a folder, or a module at the top."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def used(path: Path) -> Iterator[str]:
    """Every name that is called or raised in a file, and every dotted or imported one."""
    for node in ast.walk(source(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
            yield node.exc.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def by_place(paths: list[Path]) -> pytest.MarkDecorator:
    """One test for each file."""
    return pytest.mark.parametrize("path", paths, ids=place)


@by_place(INNER)
def test_every_part_has_a_level(path: Path) -> None:
    """A new one is put into the table, with thought."""
    assert part(path) in LEVEL_OF


@by_place(INNER)
def test_imports_point_down_only(path: Path) -> None:
    """Within a part they may point anywhere; from part to part only to a lower level."""
    own = part(path)
    for name in imports(path):
        if not name.startswith("crawler."):
            continue
        target = name.split(".")[1]
        if target == own or (own in READERS_OF_DOCUMENTS and name == DOCUMENT):
            continue
        assert LEVEL_OF[own] < LEVEL_OF[target], f"{place(path)} imports {name}"


@by_place(INNER)
def test_nobody_imports_the_package_itself_but_for_its_version(path: Path) -> None:
    """Its public names are for others, and lead back up."""
    for node in ast.walk(source(path)):
        if isinstance(node, ast.ImportFrom) and node.module == "crawler":
            names = {alias.name for alias in node.names}
            assert all(name == "__version__" or is_module(f"crawler.{name}") for name in names)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.value.id != "crawler" or node.attr == "__version__"


@by_place([path for path in INNER if part(path) not in ("cli", "jobs", "config")])
def test_the_configuration_is_read_by_the_command_line_and_the_jobs_only(path: Path) -> None:
    """What lies below gets plain values, so it can be used with no configuration at all."""
    assert [name for name in imports(path) if name.startswith("crawler.config")] == []


@by_place([path for path in INNER if part(path) == "demo"])
def test_the_demo_shares_nothing_with_the_crawler(path: Path) -> None:
    """A second reading of the API that shared the first one's code would share its bugs."""
    ours = [name for name in imports(path) if name.split(".")[0] == "crawler"]
    assert all(name == "crawler.demo" or name.startswith("crawler.demo.") for name in ours)


@by_place([path for path in INNER if part(path) == "engine"])
def test_the_engine_knows_no_server_and_no_file_of_the_user(path: Path) -> None:
    """It is handed a source, and `jobs` alone knows that this is the API's client."""
    parts = {name.split(".")[1] for name in imports(path) if name.startswith("crawler.")}
    assert not parts & {"api", "snapshot", "config"}


@by_place([path for path in INNER if part(path) == "restore"])
def test_a_restore_knows_no_server_and_no_file_of_the_user(path: Path) -> None:
    """It is handed a target and a document, and `jobs` alone knows where they come from."""
    names = [name for name in imports(path) if name.startswith("crawler.")]
    assert not {name.split(".")[1] for name in names if name != DOCUMENT} & {"api", "snapshot"}


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.modules[0])
def test_a_wall_stands(wall: Wall) -> None:
    """Only the files that it lets through import what is behind it."""
    for path in SOURCES:
        if any(fnmatch(place(path), pattern) for pattern in wall.allowed):
            continue
        for name in imports(path):
            behind = any(name == each or name.startswith(f"{each}.") for each in wall.modules)
            assert not behind, f"{place(path)} imports {name}, but {wall.reason}"


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.modules[0])
def test_a_wall_has_no_gate_that_nobody_uses(wall: Wall) -> None:
    """A gate that stays open after its user left lets the next one in unseen."""
    for pattern in wall.allowed:
        through = [path for path in SOURCES if fnmatch(place(path), pattern)]
        names = {name.split(".")[0] for path in through for name in imports(path)}
        assert names & {each.split(".")[0] for each in wall.modules}, pattern


@by_place([path for path in SOURCES if part(path) not in ("cli", "__main__")])
def test_nothing_below_the_command_line_talks_to_the_process(path: Path) -> None:
    """It neither prints nor exits nor reads the environment."""
    for name in used(path):
        assert name not in BELOW_CLI, f"{place(path)} uses {name}: {BELOW_CLI[name]}"


@by_place(SOURCES)
def test_no_task_is_started_without_a_group(path: Path) -> None:
    """And nothing that is read is run."""
    for name in used(path):
        assert name not in NOWHERE, f"{place(path)} uses {name}: {NOWHERE[name]}"


def test_no_module_is_left_that_nothing_uses() -> None:
    """Each is imported, or it is a command, or a registry names it as `module:object`.

    The README tells users of a few that the program itself has no use for.
    """
    readme = (ROOT / "README.md").read_text("utf-8")
    texts = [
        str(node.value).partition(":")[0]
        for path in SOURCES
        for node in ast.walk(source(path))
        if isinstance(node, ast.Constant) and ":" in str(node.value)
    ]
    wanted = {name for path in SOURCES for name in imports(path)}
    for path in INNER:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        is_named = path.parent.name == "commands" or path.stem in texts or path.stem == "__init__"
        assert is_named or name in wanted or name in readme, f"nothing uses {name}"


def distributions(requirements: Iterable[str]) -> set[str]:
    """The names of what is required, as they are imported."""
    found = {re.split(r"[^A-Za-z0-9._-]", each)[0].lower() for each in requirements}
    modules = {
        "pyyaml": "yaml",
        "markdown-it-py": "markdown_it",
        "gherkin-official": "gherkin",
    }
    return {modules.get(each, each) for each in found}


def test_the_dependencies_are_exactly_what_is_imported() -> None:
    """One that is not declared fails on other machines; one that is not used earns no place."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    optional = {each for name in extras if name != "dev" for each in distributions(extras[name])}
    roots = {name.split(".")[0] for path in SOURCES for name in imports(path)}
    foreign = roots - set(sys.stdlib_module_names) - {"crawler", "_typeshed"}
    # yarl is a part of aiohttp's own interface, and comes with it.
    assert foreign - {"yarl"} - optional == distributions(project["dependencies"])
