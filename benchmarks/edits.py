"""How many lines of a diff an edit of a project makes, in each format of a snapshot.

    python benchmarks/edits.py [--json FILE]

The sample project is served by the demo server. After every edit it is crawled with `stable`,
written in all four formats, each into a git repository of its own, and committed; then git is asked
what changed, with renames. Lines are those that came and those that went; a file that only got
another name has none.
"""

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio

from crawler import Client, Format, Secret, Settings, connect, crawl_project
from crawler.demo import API_TOKEN, SLUG, DemoProject, DemoServer, sample_world

PLACES: Final = {
    Format.JSON: "shop.json",
    Format.YAML: "shop.yaml",
    Format.TREE: "shop",
    Format.MARKDOWN: "shop",
}
_WHO: Final = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", "A"), ("EMAIL", "a@example.com"))
}
_ENVIRONMENT: Final = {
    **_WHO,
    "PATH": os.environ.get("PATH", ""),
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
_NEW: Final = {"description": "* open the page\n* look at it\n", "priority": "high"}


@dataclass(frozen=True)
class Effect:
    """What git says of a commit: lines, files, and old names to new names with their likeness."""

    lines: int
    files: int
    renames: dict[str, tuple[str, int]]


def suite(project: DemoProject, title: str) -> str:
    """The ID of the suite with this title."""
    return next(each.id for each in project.suites.values() if each.title == title)


def tests(project: DemoProject, title: str) -> list[str]:
    """The tests of the suite with this title, in the order in which they are shown."""
    found = project.tests_of(suite(project, title))
    return sorted(found, key=lambda each: project.tests[each].position or 0)


def rename_test(project: DemoProject) -> None:
    """Its public title goes along."""
    test = tests(project, "Address")[0]
    project.edit_test(test, {"public-title": "Ships abroad"})
    project.rename_test(test, "Ships abroad")


def edit_line(project: DemoProject) -> None:
    """The second line of a text of several."""
    test = tests(project, "Address")[1]
    first, second, *rest = str(project.tests[test].own["description"]).split("\n")
    text = "\n".join((first, f"{second} again", *rest))
    project.edit_test(test, {"description": text})


def add_tag(project: DemoProject) -> None:
    """To those that are there."""
    test = tests(project, "Address")[2]
    tags = [*project.tests[test].own["tags"], "nightly"]
    project.edit_test(test, {"tags": tags})


def insert_test(project: DemoProject) -> None:
    """Behind the second one, and those that follow it are renumbered."""
    project.add_test("aaaaaaa2", "In the middle", suite(project, "Address"), own=_NEW)
    first, second, *rest, new = [*tests(project, "Address")[1:], "aaaaaaa2"]
    project.reorder_tests((first, second, new, *rest))


def swap_tests(project: DemoProject) -> None:
    """The first two, which are renumbered."""
    first, second, *rest = tests(project, "Address")
    project.reorder_tests((second, first, *rest))


def swap_suites(project: DemoProject) -> None:
    """The first two roots."""
    roots = sorted(project.suites_of(None), key=lambda each: project.suites[each].position or 0)
    project.reorder_suites((roots[1], roots[0], *roots[2:]))


EDITS: Final[dict[str, Callable[[DemoProject], object]]] = {
    "nothing": lambda _: None,
    "rename a suite": lambda p: p.rename_suite(suite(p, "Vouchers"), "Voucher codes"),
    "rename a suite with two suites below": lambda p: p.rename_suite(
        suite(p, "Filters"), "Refinements"
    ),
    "rename a test": rename_test,
    "edit one line of a description": edit_line,
    "add a tag": add_tag,
    "change a priority": lambda p: p.edit_test(tests(p, "Address")[3], {"priority": "critical"}),
    "add a test at the end": lambda p: p.add_test(
        "aaaaaaa1", "At the end", suite(p, "Address"), position=99, own=_NEW
    ),
    "insert a test in the middle": insert_test,
    "move a test to another suite": lambda p: p.move_test(
        tests(p, "Address")[0], suite(p, "Sorting"), 99
    ),
    "swap two tests": swap_tests,
    "move a suite": lambda p: p.move_suite(suite(p, "Voucher codes"), suite(p, "Account"), 9),
    "swap two suites": swap_suites,
    "delete a test": lambda p: p.delete_test(tests(p, "Address")[-1]),
    "delete a suite": lambda p: p.delete_suite(suite(p, "Cookie consent")),
    "add an empty suite": lambda p: p.add_suite("aaaaaaa3", "Wishes", suite(p, "Account")),
}


async def effects(folder: Path) -> AsyncIterator[tuple[str, dict[Format, Effect]]]:
    """Each edit with what it makes in each format; one edit follows the other."""
    async with DemoServer(sample_world()) as server:
        settings = Settings(
            url=server.url, api_token=Secret(API_TOKEN), rate=1000, stable=True, workers=8
        )
        async with connect(settings) as client:
            for form in PLACES:
                (folder / form).mkdir()
                git(folder / form, "init", "--quiet")
            await _commit(client, settings, folder, "the beginning")
            for name, edit in EDITS.items():
                edit(server.world.project)
                await _commit(client, settings, folder, name)
                yield name, {form: _effect(folder / form) for form in PLACES}


def git(folder: Path, *arguments: str) -> str:
    """What git says."""
    done = subprocess.run(
        ["git", "-c", "core.quotepath=off", *arguments],
        cwd=folder,
        env=_ENVIRONMENT,
        check=True,
        capture_output=True,
    )
    return done.stdout.decode()


async def _commit(client: Client, settings: Settings, folder: Path, name: str) -> None:
    async with crawl_project(client, SLUG, settings) as crawled:
        assert crawled.complete
        for form, place in PLACES.items():
            await crawled.write(folder / form / place, form)
            git(folder / form, "add", "--all")
            git(folder / form, "commit", "--quiet", "--allow-empty", "-m", name)


def _effect(folder: Path) -> Effect:
    told = ("log", "-1", "-M", "--format=", "-z")
    numbers = git(folder, *told, "--numstat").split("\0")
    # With -z a rename has an empty path, and the two names follow as fields of their own.
    counts = [each.split("\t") for each in numbers if "\t" in each]
    status = [each for each in git(folder, *told, "--name-status").split("\0") if each]
    renames = {
        status[at + 1]: (status[at + 2], int(each[1:]))
        for at, each in enumerate(status)
        if each[0] == "R" and each[1:].isdecimal()
    }
    return Effect(sum(int(a) + int(b) for a, b, _ in counts), len(counts), renames)


def table(found: dict[str, dict[Format, Effect]]) -> str:
    """The table of the README."""
    rows = ["| edit | json | yaml | tree | markdown |", "|---|---|---|---|---|"]
    for name, by_format in found.items():
        cells = [str(by_format[form].lines) for form in (Format.JSON, Format.YAML)]
        for form in (Format.TREE, Format.MARKDOWN):
            effect = by_format[form]
            cells.append(f"{effect.lines} ({_files(effect)})" if effect.files else "0")
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _files(effect: Effect) -> str:
    files = f"{effect.files} file{'' if effect.files == 1 else 's'}"
    return f"{files}, {len(effect.renames)} renamed" if effect.renames else files


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = {name: each async for name, each in effects(Path(folder))}
    print(table(found))
    if options.json:
        told = {name: {f.value: e.lines for f, e in each.items()} for name, each in found.items()}
        options.json.write_text(json.dumps(told, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    anyio.run(_main)
