"""The demo is a second reading of the API, so it may not share the crawler's code."""

import ast
from pathlib import Path

import crawler.demo

PACKAGE = Path(crawler.demo.__file__).parent


def imported(source: str) -> set[str]:
    """Names of the modules that a source imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_nothing_of_the_crawler_is_imported() -> None:
    """Not even its errors."""
    for path in PACKAGE.glob("*.py"):
        ours = {each for each in imported(path.read_text("utf-8")) if each.startswith("crawler")}
        assert all(each.startswith("crawler.demo") for each in ours), path.name


def test_every_public_name_exists() -> None:
    """And stands there once."""
    names = crawler.demo.__all__
    assert len(names) == len(set(names))
    assert all(hasattr(crawler.demo, each) for each in names)
