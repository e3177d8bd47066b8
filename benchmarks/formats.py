"""Writing and reading a snapshot, beside the fastest library that does the like in one piece.

    python -m benchmarks.formats TASK FILE...

is one measured task in a process of its own; prints one line of JSON.
"""

import io
import sys
import tempfile
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import orjson
import yaml

from benchmarks.figures import Comparison, Measured, figure, interleaved, measured, run_module
from crawler.snapshot.document import Document, Head, Node, NodeKind, head_mapping
from crawler.snapshot.formats import Format, codec
from crawler.snapshot.json_lines import JsonWalk

__all__ = ("formats",)

_IN_SUITE = 20
_WORDS = ("open", "basket", "press", "pay", "card", "see", "page", "order", "total", "enter")


def document(tests: int, text: int) -> Document:
    """A snapshot in memory: suites of twenty tests, texts of many lines."""
    chance = Random(1)
    nodes: list[Node] = []
    for number in range(tests):
        if number % _IN_SUITE == 0:
            fields = {"id": f"s{number:07x}", "title": f"Suite {number}", "file_type": "file"}
            nodes.append(Node(NodeKind.SUITE, 0, fields))
        lines = "\n".join(
            f"* {' '.join(chance.choices(_WORDS, k=10))}" for _ in range(max(1, text // 50))
        )
        nodes.append(Node(NodeKind.TEST, 1, _test(number, lines)))
    suites = -(-tests // _IN_SUITE)
    head = Head("shop", "Shop", "https://example.test", True, suites, tests)
    return Document(head, nodes)


def _test(number: int, text: str) -> dict[str, Any]:
    return {
        "id": f"t{number:07x}",
        "title": f"Pays by card, case {number}",
        "state": "manual",
        "priority": "normal",
        "description": f"### Steps\n\n{text}\n",
        "tags": ["smoke", "payment"],
        "position": number % _IN_SUITE,
        "created_at": "2024-01-08T09:00:00.000Z",
        "created_by": 1,
        "is_linked": False,
        "updated_at": "2024-01-08T09:00:00.000Z",
    }


def nested(found: Document) -> dict[str, Any]:
    """The same as one value, as a library wants it."""
    suites: list[dict[str, Any]] = []
    for node in found.nodes:
        if node.kind is NodeKind.SUITE:
            suites.append({**node.fields, "tests": []})
        else:
            suites[-1]["tests"].append(dict(node.fields))
    return {**head_mapping(found.head), "suites": suites}


def _walked(form: Format, path: str) -> None:
    """Open, and walk all nodes once, as `verify` and `diff` do after opening."""
    with Path(path).open("rb") as stream:
        deque(codec(form).load(stream).nodes, maxlen=0)


def _walked_once(path: str) -> None:
    """What one of the two walks takes, and so what a reader that trusted the file would."""
    with Path(path).open("rb") as stream:
        deque(JsonWalk(stream.read, orjson.loads).nodes(), maxlen=0)


def _nothing(_path: str) -> None:
    """What importing all of this takes."""


_READERS: dict[str, Callable[[str], object]] = {
    "nothing": _nothing,
    "json, ours": partial(_walked, Format.JSON),
    "json, one walk": _walked_once,
    "json, orjson": lambda path: orjson.loads(Path(path).read_bytes()),
    "yaml, ours": partial(_walked, Format.YAML),
    "yaml, PyYAML in C": lambda path: yaml.load(
        Path(path).read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    ),
}


def _writer(name: str, tests: int, text: int) -> Callable[[], object]:
    """What to time; all that it needs is made before."""
    found = document(tests, text)
    if name == "json, ours":
        return lambda: codec(Format.JSON).dump(found, io.BytesIO())
    if name == "yaml, ours":
        return lambda: codec(Format.YAML).dump(found, io.BytesIO())
    whole = nested(found)
    if name == "json, orjson":
        return lambda: io.BytesIO().write(orjson.dumps(whole, option=orjson.OPT_INDENT_2))
    dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return lambda: yaml.dump(whole, io.BytesIO(), Dumper=dumper, encoding="utf-8", sort_keys=False)


def _verified(path: str) -> None:
    from crawler.jobs.verify import verify  # noqa: PLC0415

    assert verify(path).head


def _shown(path: str) -> None:
    from crawler.cli.main import run  # noqa: PLC0415

    sys.stdout = io.StringIO()
    try:
        assert run(["show", path]) == 0
    finally:
        sys.stdout = sys.__stdout__


def _compared(path: str) -> None:
    from crawler.diff.forms import DiffForm, rendered  # noqa: PLC0415
    from crawler.jobs.diff import find_difference  # noqa: PLC0415

    deque(rendered(find_difference(path, path), DiffForm.TEXT), maxlen=0)


_READERS |= {"verify": _verified, "show": _shown, "diff": _compared}


def formats(tests: int, text: int, rounds: int) -> Comparison:
    """Time of writing and reading, and the memory of the commands that read."""
    with tempfile.TemporaryDirectory() as name:
        found = document(tests, text)
        files = {form: f"{name}/a.{form}" for form in (Format.JSON, Format.YAML)}
        for form, path in files.items():
            with Path(path).open("wb") as out:
                codec(form).dump(found, out)
        sizes = {form: Path(path).stat().st_size / (1 << 20) for form, path in files.items()}
        writes = ("json, orjson", "json, ours", "yaml, PyYAML in C", "yaml, ours")
        writing = {
            each: partial(run_module, "formats", "write", each, str(tests), str(text))
            for each in writes
        }
        written = interleaved(writing, rounds)
        reads = ("nothing", *writes, "json, one walk", "verify", "show", "diff")
        reading = {
            each: partial(
                run_module,
                "formats",
                "read",
                each,
                files[Format.YAML if each.startswith("yaml") else Format.JSON],
            )
            for each in reads
        }
        read = interleaved(reading, rounds)
    return _table(tests, text, rounds, written, read, sizes)


def _table(
    tests: int,
    text: int,
    rounds: int,
    written: dict[str, list[Measured]],
    read: dict[str, list[Measured]],
    sizes: dict[Format, float],
) -> Comparison:
    rows, figures = [], {}
    empty = figure([each.peak for each in read["nothing"]]).median
    for task, found, goals in (
        ("write", written, {"json, ours": "0.5", "yaml, ours": "6"}),
        ("read", read, {"json, ours": "1", "yaml, ours": "3"}),
    ):
        for ours, goal in goals.items():
            form = ours.partition(",")[0]
            other = "json, orjson" if form == "json" else "yaml, PyYAML in C"
            pairs = zip(found[ours], found[other], strict=True)
            speed = figure([theirs.processor / mine.processor for mine, theirs in pairs])
            seconds = figure([each.processor for each in found[ours]])
            peak = figure([each.peak for each in found[ours]]).median - empty
            shown = f"{peak:.0f}" if task == "read" else ""
            rows.append((f"{task} {form}", str(seconds), str(speed), goal, shown))
            figures[f"{task} {form}"] = {"processor seconds": seconds, "speed": speed}
    walks = zip(read["json, one walk"], read["json, orjson"], strict=True)
    once = figure([theirs.processor / mine.processor for mine, theirs in walks])
    seconds = figure([each.processor for each in read["json, one walk"]])
    rows.append(("read json, one walk of the two", str(seconds), str(once), "", ""))
    for command, share in (("verify", "flat"), ("show", "a quarter"), ("diff", "a quarter")):
        peak = figure([each.peak for each in read[command]]).median - empty
        seconds = figure([each.processor for each in read[command]])
        files = sizes[Format.JSON] * (2 if command == "diff" else 1)
        rows.append(
            (command, str(seconds), "", f"memory: {share}", f"{peak:.0f}, {peak / files:.0%}")
        )
        figures[command] = {"processor seconds": seconds, "MiB": peak, "of the files": peak / files}
    return Comparison(
        "formats",
        "Writing and reading",
        f"{tests:,} tests with {text:,} bytes of text: {sizes[Format.JSON]:.0f} MiB of JSON,"
        f" {sizes[Format.YAML]:.0f} of YAML; {rounds} rounds, by the processor's time. Speed is"
        " that of orjson and of PyYAML's C library divided by ours: they need the whole document in"
        " memory, ours goes node by node, and its reader walks twice: once to check, once to use."
        " Memory is over that of the interpreter with everything imported.",
        ("task", "s of processor", "speed beside the library", "goal", "MiB of memory"),
        tuple(rows),
        figures,
    )


def main() -> None:
    """Be one task."""
    task, name, *rest = sys.argv[1:]
    if task == "write":
        run: Callable[[], object] = _writer(name, *map(int, rest))
    else:
        run = partial(_READERS[name], rest[0])
    for form in (Format.JSON, Format.YAML):
        codec(form)  # which imports it
    with measured():
        run()


if __name__ == "__main__":
    main()
