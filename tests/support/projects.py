"""Projects of the demo server that hold a little of everything."""

from crawler.demo import DemoProject, Resource

KEY = "tstmt_secret00000000000000000000000"

_SMOKE = Resource("1", "label", {"title": "Severity", "value": None, "color": "#eb5757"})
_SLOW = Resource("2", "label", {"title": "Slow", "visibility": ["list", "filter"]})


def small_project(slug: str = "small") -> DemoProject:
    """Eleven suites on three levels and eight tests: labels, rows, ties, gaps, awkward IDs."""
    project = DemoProject(slug, "Small: no # really", api_key=KEY)
    folder = {"file-type": "folder"}
    # The server lists them in this order; positions say how they are shown.
    project.add_suite("00000123", "Second root", position=2, own=folder)
    project.add_suite("0123e456", "First root", position=1, own=folder | {"emoji": "🧪"})
    project.add_suite("tc000001", "Root without a position")
    for number, parent in enumerate(("00000123", "0123e456")):
        for place in (2, 1, 1):
            suite_id = f"{number}{len(project.suites):07x}"
            own = {"tags": ["b", "a"], "notes": "x  \n\ty", "file-type": "file"}
            project.add_suite(suite_id, f"Suite {suite_id}", parent, position=place, own=own)
    linked = {"labels": (_SLOW,)}
    project.add_suite("aaaaaaaa", "Both", "00000003", own={"labels": ["Slow"]}, linked=linked)
    project.add_suite("bbbbbbbb", "Leaf", "aaaaaaaa", position=0)
    _add_tests(project)
    return project


def _add_tests(project: DemoProject) -> None:
    labels = {"labels": (_SMOKE, _SLOW)}
    own = {"labels": ["Slow", "Severity"], "tags": ["smoke", "a11y"], "issues": ["SHOP-1"]}
    project.add_test("1_000abc", "Labelled", "aaaaaaaa", position=2, own=own, linked=labels)
    project.add_test("12345678", "Text", "aaaaaaaa", position=1, own={"description": "* a\r\n"})
    rows = tuple(Resource(str(n), "example", {"data": [n, f"row {n}"]}) for n in (1, 2))
    params = {"params": ["number", "text"]}
    project.add_test("eeeeeeee", "Rows", "bbbbbbbb", own=params, linked={"examples": rows})
    project.add_test("dddddddd", "Beside suites", "00000123", own={"priority": "high"})
    for number in range(4):
        test_id = f"{number}fffffff"
        project.add_test(test_id, f"Tie {number}", "10000006", position=number // 2)


def orphaned_project() -> DemoProject:
    """A small project with a deleted parent: a subtree and a single test that nobody leads to."""
    project = small_project("orphaned")
    project.delete_suite("00000003", leave_orphans=True)
    project.add_test("99999999", "Lost test", "10000006", position=1)
    project.move_test("99999999", "00000003")
    return project
