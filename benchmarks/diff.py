"""What `diff` costs beside loading both snapshots, deepdiff, and ``git diff --no-index``.

    python benchmarks/diff.py [--tests 20000] [--changed 0.01] [--rounds 3] [--json FILE]

Every measurement is a process of its own, so that its peak of memory is its own, and the rounds go
through all subjects in turn, so that a slow moment of the machine meets all of them. `empty` starts
the process and imports the same modules; its time and memory are in all the others of ours too.
`load` reads both snapshots into memory; `walk` goes through both once, node by node, after the walk
that opening takes, and keeps nothing. deepdiff compares the parsed JSON and is left out where it is
not installed, or above `--deepdiff-tests`.
"""

import argparse
import importlib.util
import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from crawler.diff.forms import DiffForm, rendered
from crawler.jobs.diff import find_difference
from crawler.snapshot.document import Document, Head, Node, NodeKind
from crawler.snapshot.formats import Format, codec
from crawler.snapshot.reading import opened, read

IN_SUITE: Final = 20
WORDS: Final = (
    *("open", "basket", "press", "pay", "card", "see", "page"),
    *("order", "total", "enter", "code", "check", "mail", "user"),
)


def main() -> None:
    """Measure, or be one of the processes that are measured."""
    options = _options()
    if options.measure:
        print(json.dumps(_measured(*options.measure)))
        return
    with tempfile.TemporaryDirectory() as folder:
        report = _report(options, Path(folder))
    for name, figures in report["subjects"].items():
        print(f"{name:12} {figures['seconds']:8.2f} s {figures['peak_mb']:8.0f} MB")
    print(f"diff / load {report['diff_to_load']:.2f}")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tests", type=int, default=20_000)
    parser.add_argument("--changed", type=float, default=0.01, help="share of the tests")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--format", choices=["json", "yaml"], default="json")
    parser.add_argument("--deepdiff-tests", type=int, default=20_000, help="most for deepdiff")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


def _report(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    old, new = (folder / f"{name}.{options.format}" for name in ("old", "new"))
    _write(old, _document(options.tests, 0))
    _write(new, _document(options.tests, options.changed))
    names = ["empty", "load", "walk", "diff", "diff as text"]
    if importlib.util.find_spec("deepdiff") and options.tests <= options.deepdiff_tests:
        names.append("deepdiff")
    if shutil.which("git"):
        names.append("git")
    rounds = [{name: _run(name, old, new) for name in names} for _ in range(options.rounds)]
    middle = {
        name: {
            key: statistics.median(each[name][key] for each in rounds) for key in rounds[0][name]
        }
        for name in names
    }
    ratios = [each["diff"]["seconds"] / each["load"]["seconds"] for each in rounds]
    return {
        "tests": options.tests,
        "changed": options.changed,
        "format": options.format,
        "size_mb": old.stat().st_size / 1e6,
        "python": sys.version.split()[0],
        "subjects": middle,
        "diff_to_load": statistics.median(ratios),
    }


def _run(name: str, old: Path, new: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", name, str(old), str(new)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _measured(name: str, old: str, new: str) -> dict[str, float]:
    before = time.perf_counter()
    _SUBJECTS[name](old, new)
    seconds = time.perf_counter() - before
    whose = resource.RUSAGE_CHILDREN if name == "git" else resource.RUSAGE_SELF
    return {"seconds": seconds, "peak_mb": resource.getrusage(whose).ru_maxrss / 1024}


def _load(old: str, new: str) -> None:
    both = read(old), read(new)
    assert all(document.nodes for document in both)


def _walk(old: str, new: str) -> None:
    with ExitStack() as stack:
        for name in (old, new):
            document = stack.enter_context(opened(name))
            deque(document.nodes, maxlen=0)


def _diff_as_text(old: str, new: str) -> None:
    deque(rendered(find_difference(old, new), DiffForm.TEXT), maxlen=0)


def _deepdiff(old: str, new: str) -> None:
    from deepdiff import DeepDiff  # noqa: PLC0415  not everybody has it

    both = (json.loads(Path(name).read_bytes()) for name in (old, new))
    DeepDiff(*both, ignore_order=False)


def _git(old: str, new: str) -> None:
    subprocess.run(["git", "diff", "--no-index", old, new], stdout=subprocess.DEVNULL, check=False)


_SUBJECTS: Final[dict[str, Callable[[str, str], object]]] = {
    "empty": lambda *_: None,
    "load": _load,
    "walk": _walk,
    "diff": find_difference,
    "diff as text": _diff_as_text,
    "deepdiff": _deepdiff,
    "git": _git,
}


def _write(path: Path, document: Document) -> None:
    with path.open("wb") as out:
        codec(Format(path.suffix[1:])).dump(document, out)


def _document(tests: int, changed: float) -> Document:
    suites = -(-tests // IN_SUITE)
    head = Head("p", "P", "https://app.testomat.io", complete=True, suites=suites, tests=tests)
    return Document(head, _nodes(tests, changed))


def _nodes(tests: int, changed: float) -> Iterator[Node]:
    """A suite for every `IN_SUITE` tests; of the changed ones a fifth each moved or was renamed."""
    chance = random.Random(1)
    content = random.Random(2)
    moved: list[dict[str, Any]] = []
    for number in range(tests):
        if number % IN_SUITE == 0:
            yield Node(NodeKind.SUITE, 0, {"id": f"{number:08x}s", "title": f"Suite {number}"})
            yield from (Node(NodeKind.TEST, 1, fields) for fields in moved)
            moved.clear()
        fields = _fields(number, content)
        if chance.random() < changed:
            kind = chance.randrange(5)
            if kind == 0 and number + IN_SUITE < tests:
                moved.append(fields)
                continue
            _edit(fields, kind)
        yield Node(NodeKind.TEST, 1, fields)


def _fields(number: int, content: random.Random) -> dict[str, Any]:
    steps = (f"* {' '.join(content.choices(WORDS, k=8))}\n" for _ in range(10))
    return {
        "id": f"{number:08x}",
        "title": f"Test {number}",
        "state": "manual",
        "priority": "normal",
        "description": "".join(steps),
        "tags": content.sample(WORDS, k=3),
        "position": number % IN_SUITE,
        "updated_at": "2024-05-01T12:00:00.000Z",
    }


def _edit(fields: dict[str, Any], kind: int) -> None:
    match kind:
        case 1:
            fields["title"] += " (new)"
        case 2:
            fields["priority"] = "high"
        case 3:
            fields["tags"] = fields["tags"][:2]
        case _:
            fields["description"] = fields["description"].replace("pay", "PAY") + "* and more\n"


if __name__ == "__main__":
    main()
