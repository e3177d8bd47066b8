"""How long an export of many tests takes for each target, and whether its memory stays flat."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from crawler.export.registry import BUILT_IN
from crawler.snapshot.document import Document, Head, Node, NodeKind
from crawler.snapshot.formats import Format
from crawler.snapshot.saving import save

_TEXT = """### Preconditions

* A customer with an account, number {}
* The basket holds two articles

### Steps

* Open the basket
* Press **Pay** and choose the card
* Enter the number of the card
  *Expected result*: The order is shown with its number

### Notes

See also the page on payments."""
_CHILD = """
import json, resource, sys, time
from pathlib import Path
from crawler.jobs.export import export
begin, busy = time.perf_counter(), time.process_time()
done = export(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
assert done.losses.tests.items == int(sys.argv[4])
print(json.dumps({
    "seconds": time.perf_counter() - begin,
    "processor": time.process_time() - busy,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
"""


def nodes(tests: int) -> Iterator[Node]:
    """Suites of twenty tests, ten of them in a folder."""
    for number in range(tests):
        if number % 200 == 0:
            yield Node(NodeKind.SUITE, 0, {"id": f"a{number:07d}", "title": f"Folder {number}"})
        if number % 20 == 0:
            yield Node(NodeKind.SUITE, 1, {"id": f"b{number:07d}", "title": f"Suite {number}"})
        fields = {
            "id": f"{number:08d}",
            "title": f"Test {number} pays by card",
            "state": "manual",
            "priority": "high",
            "description": _TEXT.format(number),
            "tags": ["card", "smoke"],
            "position": number,
        }
        yield Node(NodeKind.TEST, 2, fields)


def measured(source: Path, target: str, tests: int, folder: Path) -> dict[str, float]:
    """One export in a process of its own."""
    arguments = [str(source), target, str(folder / f"{target}-{tests}"), str(tests)]
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *arguments], check=True, stdout=subprocess.PIPE
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print a table; ``--json`` writes all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", type=int, default=100_000)
    parser.add_argument("--target", action="append", choices=[*BUILT_IN], help="else all")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures: dict[str, dict[str, dict[str, float]]] = {}
    print("| target | s | s of processor time | peak MB | peak MB, a tenth of the tests |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = (options.tests // 10, options.tests)
        for tests in sizes:
            head = Head("p", "P", "https://example.com", complete=True, suites=0, tests=tests)
            save(Document(head, nodes(tests)), folder / f"{tests}.json", Format.JSON)
        for target in options.target or BUILT_IN:
            few, many = (measured(folder / f"{n}.json", target, n, folder) for n in sizes)
            figures[target] = {"few": few, "many": many}
            print(
                f"| `{target}` | {many['seconds']:.0f} | {many['processor']:.0f}"
                f" | {many['peak'] / 1e6:.0f} | {few['peak'] / 1e6:.0f} |",
                flush=True,
            )
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
