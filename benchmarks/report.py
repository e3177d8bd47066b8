"""What a page of `report` costs: to make, to open, to search, to scroll.

    python benchmarks/report.py [--tests 20000 100000] [--runs 0] [--rounds 3] [--json FILE]

The snapshot is made up: a tree three levels deep, texts of some 600 characters. The page is made in
a process of its own, for its peak of memory, and opened from the disk in a real Chromium, each
round in a fresh window. `first` is the browser's own first contentful paint; `shown` is when the
tree and the project are there; `searchable` when all texts are indexed. A search is timed from the
key to the finished layout, with everything indexed. A frame is timed while the tree scrolls by 900
pixels a frame. With `--runs N` every test has a result in each of so many runs; a run is timed from
its address to its first results, in a page that has shown none before and then in one that has, and
so are a search in its results and the page of a test.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from crawler.jobs.report import write_report
from crawler.snapshot.document import Document, Head, Node, NodeKind, Section
from crawler.snapshot.formats import Format, codec

IN_SUITE: Final = 20
IN_FOLDER: Final = 10
WORDS: Final = (
    *("open", "basket", "press", "pay", "card", "see", "page", "voucher", "refund", "courier"),
    *("order", "total", "enter", "code", "check", "mail", "user", "invoice", "delivery", "price"),
)
SEARCHES: Final = ("p", "pay", "pay card", "voucher 7", "zebra", "000012")

_SEARCH: Final = """(query) => {
  const field = document.getElementById("query");
  field.value = query;
  const before = performance.now();
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  document.body.offsetHeight;
  return performance.now() - before;
}"""
_SCROLL: Final = """() => new Promise((done) => {
  const tree = document.getElementById("tree");
  const times = [];
  let last = performance.now();
  const step = (now) => {
    times.push(now - last);
    last = now;
    tree.scrollTop += 900;
    if (times.length < 150) requestAnimationFrame(step);
    else done(times.slice(1));
  };
  requestAnimationFrame(step);
})"""
#: From an address to what stands there.
_GO: Final = """([hash, selector]) => new Promise((done) => {
  const before = performance.now();
  document.querySelector("#content").replaceChildren();
  location.hash = hash;
  const look = () => document.querySelector(selector)
    ? done(performance.now() - before) : requestAnimationFrame(look);
  look();
})"""
_SEARCH_RESULTS: Final = """(query) => new Promise((done) => {
  const field = document.querySelector(".narrow input");
  const found = document.querySelector(".filtered > .note");
  const before = performance.now();
  field.value = query;
  field.dispatchEvent(new Event("input"));
  const look = () => found.textContent
    ? done(performance.now() - before) : requestAnimationFrame(look);
  look();
})"""
_MARKS: Final = """() => ({
  first: performance.getEntriesByName("first-contentful-paint")[0].startTime,
  shown: performance.getEntriesByName("shown")[0].startTime,
  searchable: performance.getEntriesByName("searchable")[0].startTime,
})"""


def main() -> None:
    """Measure, or be the process that makes a page."""
    options = _options()
    if options.make:
        print(json.dumps(_made(*options.make)))
        return
    report = {"python": sys.version.split()[0], "sizes": [_size(n, options) for n in options.tests]}
    for size in report["sizes"]:
        print(json.dumps(size, indent=2))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tests", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--runs", type=int, default=0, help="with a result of each test in each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--make", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


def _size(tests: int, options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        snapshot, page = Path(folder, "a.json"), Path(folder, "a.html")
        with snapshot.open("wb") as out:
            codec(Format.JSON).dump(document(tests, options.runs), out)
        command = [sys.executable, __file__, "--make", str(snapshot), str(page)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rounds = _browsed(page, options)
        middle = {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}
        sizes = {"snapshot_mb": snapshot.stat().st_size / 1e6, "page_mb": page.stat().st_size / 1e6}
        return {
            "tests": tests,
            "results": tests * options.runs,
            **sizes,
            **json.loads(done.stdout),
            **middle,
        }


def _made(snapshot: str, page: str) -> dict[str, float]:
    before = time.perf_counter()
    write_report(snapshot, Path(page))
    seconds = time.perf_counter() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"make_seconds": seconds, "make_peak_mb": peak}


def _browsed(page: Path, options: argparse.Namespace) -> list[dict[str, float]]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  not to make a page

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=options.chromium,
            args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"],
        )
        found = [_round(browser, page, options.runs) for _ in range(options.rounds)]
        browser.close()
    return found


def _round(browser: Any, page: Path, runs: int) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    tab = context.new_page()
    tab.goto(page.as_uri(), wait_until="commit")
    tab.wait_for_selector("html[data-ready=searchable]", timeout=120_000)
    marks = tab.evaluate(_MARKS)
    elements = tab.evaluate("document.getElementsByTagName('*').length")
    heap = _heap(context.new_cdp_session(tab))
    searches = [tab.evaluate(_SEARCH, query) for query in SEARCHES]
    tab.evaluate(_SEARCH, "pay")  # what is found is open, so there is much to scroll through
    frames = sorted(tab.evaluate(_SCROLL))
    most = tab.evaluate("document.getElementsByTagName('*').length")
    happened = _runs(tab) if runs else {}
    context.close()
    return {
        **{f"{name}_ms": value for name, value in marks.items()},
        **{f"search_{query}_ms": value for query, value in zip(SEARCHES, searches, strict=True)},
        "frame_median_ms": statistics.median(frames),
        "frame_95_ms": frames[int(len(frames) * 0.95)],
        "elements": elements,
        "elements_after_scrolling": most,
        "heap_mb": heap,
        **happened,
    }


def _runs(tab: Any) -> dict[str, float]:
    """How long a run takes, the first and another, a search in its results, and a test."""
    return {
        "first_run_ms": tab.evaluate(_GO, ["~run:r0", ".result"]),
        "another_run_ms": tab.evaluate(_GO, ["~run:r1", ".result"]),
        "search_results_ms": tab.evaluate(_SEARCH_RESULTS, "expected 12"),
        "test_with_results_ms": tab.evaluate(_GO, [f"{7:08x}", ".result"]),
    }


def _heap(session: Any) -> float:
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "JSHeapUsedSize") / 1e6)


def document(tests: int, runs: int = 0) -> Document:
    """A snapshot with so many tests, each with a result in so many runs; the same each time."""
    suites = -(-tests // IN_SUITE)
    folders = -(-suites // IN_FOLDER)
    head = Head(
        "p",
        "Large shop",
        "https://app.testomat.io",
        complete=True,
        suites=suites + folders,
        tests=tests,
        sections=(("runs", runs), ("testruns", runs * tests)) if runs else (),
    )
    happened = (Section("runs", _run_fields(runs)), Section("testruns", _results(tests, runs)))
    return Document(head, _nodes(tests), (), happened if runs else ())


def _run_fields(runs: int) -> Iterator[dict[str, Any]]:
    for run in range(runs):
        day = f"{2023 + run // 336}-{run // 28 % 12 + 1:02}-{run % 28 + 1:02}T09:00:00Z"
        yield {"id": f"r{run}", "title": f"Nightly {run}", "status": "failed", "finished_at": day}


def _results(tests: int, runs: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(2)
    for run in range(runs):
        for number in range(tests):
            status = chance.choices(("passed", "failed", "skipped"), (90, 7, 3))[0]
            fields = {"id": f"{run}-{number}", "status": status, "run_id": f"r{run}"}
            if status == "failed":
                fields["message"] = f"expected {chance.randrange(500)}, got {chance.randrange(500)}"
                fields["stack"] = "Error: it is not as it was\n" + "    at shop.spec.ts:42:7\n" * 8
            yield {**fields, "run_time": chance.randrange(9000), "test": {"id": f"{number:08x}"}}


def _nodes(tests: int) -> Iterator[Node]:
    chance = random.Random(1)
    for number in range(tests):
        if number % (IN_SUITE * IN_FOLDER) == 0:
            folder = number // (IN_SUITE * IN_FOLDER)
            fields = {"id": f"f{folder:07x}", "title": f"Folder {folder}", "file_type": "folder"}
            yield Node(NodeKind.SUITE, 0, fields)
        if number % IN_SUITE == 0:
            suite = number // IN_SUITE
            title = f"{chance.choice(WORDS)} and {chance.choice(WORDS)} {suite}".capitalize()
            fields = {"id": f"s{suite:07x}", "title": title, "file_type": "file"}
            yield Node(NodeKind.SUITE, 1, fields)
        yield Node(NodeKind.TEST, 2, _fields(number, chance))


def _fields(number: int, chance: random.Random) -> dict[str, Any]:
    steps = "".join(f"{n + 1}. {' '.join(chance.choices(WORDS, k=10))}\n" for n in range(9))
    day = chance.randrange(900)
    return {
        "id": f"{number:08x}",
        "title": f"{' '.join(chance.choices(WORDS, k=5)).capitalize()} {number}",
        "state": chance.choice(("manual", "manual", "automated")),
        "priority": chance.choice(("low", "normal", "normal", "high", "critical")),
        "description": f"### Steps\n\n{steps}\n### Expected\n\n*{chance.choice(WORDS)}* is shown\n",
        "tags": chance.sample(("smoke", "slow", "nightly", "mobile", "legal"), chance.randrange(3)),
        "labels": [f"Team:{chance.randrange(12)}"],
        "position": number % IN_SUITE,
        "created_by": 1,
        "updated_at": f"{2022 + day // 360}-{day // 30 % 12 + 1:02}-{day % 28 + 1:02}T12:00:00Z",
    }


if __name__ == "__main__":
    main()
