"""A project in which everything is odd that a restore has to carry."""

from crawler.demo import DemoProject, Resource

KEY = "tstmt_odd00000000000000000000000000"
LEVELS = 30
LONG = "Ünïcode 🧪 | `code` <b>&amp; \\ \"quotes\" 'and' @smoke\t" * 190

TITLES = (
    *("", " ", "  padded  ", "a\nb", "=1+1", "../../etc", "<script>alert(1)</script>"),
    *("Same", "Same", "Same", "\u202eright to left", "é", "e\u0301", "🧪" * 40, "@T12345678", "#1"),
    *("null", "0123e456", "true", "x" * 500, "a > b", "日本語", "\x1b[31mred"),
)


def hostile_project(slug: str = "hostile") -> DemoProject:
    """30 levels, odd and equal and blank titles, CRLF, long texts, rows, labels and links."""
    project = DemoProject(slug, "Hostile \x1b[31m", api_key=KEY)
    _add_levels(project)
    _add_titles(project)
    _add_twins(project)
    _add_links(project, slug)
    return project


def _add_levels(project: DemoProject) -> None:
    parent = None
    for level in range(LEVELS):
        own = {"file-type": "folder", "description": f"Level {level}\r\n\r\n  * one\r\n"}
        parent = project.add_suite(f"1eve{level:04d}", f"Level {level}", parent, own=own).id
    project.add_test("1evetest", "At the bottom", str(parent), own={"description": LONG})


def _add_titles(project: DemoProject) -> None:
    root = project.add_suite("0ddroot0", "Odd titles", position=7, own={"file-type": "folder"})
    for number, title in enumerate(TITLES):
        suite_id, test_id = f"0dds{number:04d}", f"0ddt{number:04d}"
        # All of one position: the server's order decides, and it is not that of the IDs.
        project.add_suite(suite_id, title, root.id, position=1)
        own = {"tags": ["b", "a"], "priority": "high", "emoji": "🧪"}
        project.add_test(test_id, title, suite_id, position=number, own=own)


def _add_twins(project: DemoProject) -> None:
    """Suites and tests that only their content tells apart."""
    for number in range(3):
        suite_id = f"2w1n{number:04d}"
        project.add_suite(suite_id, "Twin", position=2 - number, own={"description": str(number)})
        for place in range(4):
            own = {"description": f"{number}.{place}\r\n", "params": ["a", "b"]}
            cells = [[place, "x"], [place, "x"], [None, "né"], [True, "=1"]][: place + 1]
            numbers = range(1000 * number + 10 * place, 1000 * number + 10 * place + 10)
            rows = tuple(
                Resource(str(n), "example", {"data": cell})
                for n, cell in zip(numbers, cells, strict=False)
            )
            test_id = f"2w{number}t{place:04d}"
            project.add_test(test_id, "Twin", suite_id, own=own, linked={"examples": rows})


def _add_links(project: DemoProject, slug: str) -> None:
    """Tests that name each other, forwards, backwards, themselves, and what is not there."""
    root = project.add_suite(
        "11nkroot", "Links", own={"description": "See @T11nk0002 and @S0ddroot0"}
    )
    page = f"https://app.example/projects/{slug}"
    texts = (
        "After @T11nk0002, in @S1eve0029.",
        f"Before [this]({page}/test/11nk0003) and @T11nk0002.",
        f"See {page}/suite/11nkroot/test/11nk0001, mail a@T11nk0001.example, @Tdeadbeef.",
        f"https://app.example/projects/other/test/11nk0001 /projects/{slug}/test/11nk0001",
    )
    severe = Resource("1", "label", {"title": "Severity", "value": "high", "color": "#eb5757"})
    plain = Resource("2", "label", {"title": "Odd: one", "value": None})
    for number, text in enumerate(texts):
        own = {"description": text, "labels": ["Severity:high", "Odd: one"]}
        linked = {"labels": (severe, plain)}
        test_id = f"11nk{number:04d}"
        project.add_test(test_id, f"Link {number}", root.id, own=own, linked=linked)
