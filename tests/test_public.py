"""What other people's code may import is there, complete, and works as the README shows it."""

import ast
import os
import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import anyio
import pytest

import crawler
from crawler import demo, errors

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "crawler"
README = ROOT / "README.md"


def module_name(path: Path) -> str:
    """The dotted name of a source file of the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = sorted(module_name(path) for path in PACKAGE.rglob("*.py") if path.name != "__main__.py")


def defined(module: ModuleType) -> set[str]:
    """Public classes, functions and constants that the module's own source brings in."""
    found: set[str] = set()
    for node in ast.parse(Path(str(module.__file__)).read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
    return {name for name in found if not name.startswith("_")}


@pytest.mark.parametrize("name", MODULES)
def test_all_names_what_is_there(name: str) -> None:
    """Sorted as the linter sorts it, without a name twice or one that does not exist."""
    module = import_module(name)
    names = getattr(module, "__all__", ())
    assert isinstance(names, tuple)
    assert len(names) == len(set(names))
    assert [each for each in names if not hasattr(module, each)] == []


@pytest.mark.parametrize("name", MODULES)
def test_a_module_with_definitions_says_which_are_public(name: str) -> None:
    """Whoever reads it need not guess what others use."""
    module = import_module(name)
    if defined(module):
        assert getattr(module, "__all__", ())


@pytest.mark.parametrize("name", crawler.__all__)
def test_a_public_name_is_the_one_of_its_home(name: str) -> None:
    """The lazy table and what type checkers read lead to the same thing."""
    assert getattr(crawler, name) is getattr(import_module(type_checked()[name]), name)


def type_checked() -> dict[str, str]:
    """The names that `crawler` imports for type checkers, with their modules."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    guard = next(node for node in tree.body if isinstance(node, ast.If))
    return {
        alias.name: str(node.module)
        for node in guard.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_type_checkers_see_exactly_the_public_names() -> None:
    """No more and no fewer."""
    assert set(type_checked()) == set(crawler.__all__)


def test_every_public_name_is_listed_and_no_other_is_made_up() -> None:
    """For completion in a shell, and for a plain error on a slip."""
    assert set(crawler.__all__) <= set(dir(crawler))
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = crawler.nonsense  # type: ignore[attr-defined]


def test_every_error_that_a_caller_can_meet_is_public() -> None:
    """All but those that retries turn into others before anybody outside sees them."""
    inner = {"MalformedError", "RefusedError", "ThrottledError", "TransientError"}
    public = {name for name in crawler.__all__ if name.endswith("Error")}
    assert public == set(errors.__all__) - inner


async def test_importing_the_package_loads_nothing_else() -> None:
    """A help text must not wait for an HTTP client."""
    code = "import sys, crawler; print([m for m in sys.modules if m.startswith('crawler.')])"
    done = await anyio.run_process([sys.executable, "-c", code])
    assert done.stdout.decode().strip() == "[]"


def python_examples() -> list[str]:
    """The Python in the README."""
    text = README.read_text("utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_readme_has_an_example_of_the_library() -> None:
    """So that the next test does not pass for nothing."""
    assert python_examples()


@pytest.mark.parametrize("example", python_examples(), ids=lambda _: "example")
async def test_the_examples_of_the_readme_run(example: str, tmp_path: Path) -> None:
    """As they stand there, with the environment that `demo --serve` prints."""
    async with demo.DemoServer(demo.sample_world()) as server:
        environment = {
            **os.environ,
            "TESTOMATIO_URL": server.url,
            "TESTOMATIO_API_TOKEN": demo.API_TOKEN,
            "TESTOMATIO_PROJECT_ID": demo.SLUG,
        }
        done = await anyio.run_process(
            [sys.executable, "-W", "error", "-c", example],
            env=environment,
            cwd=tmp_path,
            check=False,
        )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert b"Demo web shop" in done.stdout
