"""Nothing that anybody can type into a project, or that the server may call it, gets lost."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.crawling import read, take
from support.projects import KEY
from support.truths import assert_is_truth

from crawler.demo import (
    ChildrenShape,
    DemoProject,
    DemoServer,
    Resource,
    ServerOptions,
    TestsShape,
    world_of,
)
from crawler.snapshot.formats import Format

pytestmark = pytest.mark.anyio

#: What the server says by these names decides where a suite or a test stands.
MEANT = {"parentid", "suiteid", "isroot", "position", "testcount", "apikey", "hasexamples"}
#: Lists by these names are the server's own way to say what a suite holds.
LISTS = {"children", "tests"}

CHARACTERS = st.one_of(
    st.sampled_from("\x00\x07\t\n\r\x1b\x7f\x85\u2028\ufeff \"'#:-?{}[],&*!|>%@`\\é中🧪"),
    st.characters(exclude_categories=("Cs",)),
)
TEXTS = st.text(CHARACTERS, max_size=12)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
    st.sampled_from(["no", "1_000", "12:30:45", "<<", "0123e456", "~", "=", "null", "a \n b\t\n"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(CHARACTERS, max_size=5), inner)
    ),
    max_leaves=6,
)
NAMES = st.one_of(
    st.sampled_from(
        [
            *("suites", "tests", "children", "id", "type", "relationships", "included", "data"),
            *("attributes", "other_attributes", "other-attributes", "meta", "links", "orphans"),
            *("file-type", "fileType", "file_type", "File Type", "title", "Title", "tags", "Tags"),
            *("labels", "description", "saved-in-branch?", "to_url", "toURL", "toUrl", "format"),
        ]
    ),
    TEXTS,
)


def _normal(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def _attributes(forbidden: set[str], values: Any = VALUES) -> Any:
    names = NAMES.filter(lambda name: _normal(name) not in forbidden)
    return st.dictionaries(names, values, max_size=6)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_secrets(v) for k, v in value.items() if _normal(k) != "apikey"}
    return [_without_secrets(each) for each in value] if isinstance(value, list) else value


SUITES = _attributes(MEANT | LISTS)
TESTS = _attributes(MEANT)
RESOURCES = st.builds(
    Resource,
    id=st.just(""),
    type=st.sampled_from(["label", "milestone", "jira-issue"]),
    attributes=_attributes({"apikey", "suiteid", "testid", "suite", "test"}),
)


@st.composite
def projects(draw: st.DrawFn) -> DemoProject:
    """Random trees with random attributes; positions may be missing, equal and negative."""
    project = DemoProject("hostile", draw(TEXTS), api_key=KEY)
    suites: list[str | None] = [None]
    positions = st.none() | st.integers(-2, 3)
    for number in range(draw(st.integers(0, 6))):
        suite_id = f"{number}e{draw(st.integers(0, 999_999)):06d}"
        project.add_suite(
            suite_id,
            draw(TEXTS),
            draw(st.sampled_from(suites)),
            position=draw(positions),
            own=_without_secrets(draw(SUITES)),
        )
        suites.append(suite_id)
    for number in range(draw(st.integers(0, 5)) if suites[1:] else 0):
        # One server never calls two things alike.
        label = draw(
            st.none() | RESOURCES.map(lambda each, number=number: replace(each, id=str(number)))
        )
        project.add_test(
            f"{number:08d}",
            draw(TEXTS),
            str(draw(st.sampled_from(suites[1:]))),
            position=draw(positions),
            own=_without_secrets(draw(TESTS)),
            linked={} if label is None else {f"{label.type}s": (label,)},
        )
    return project


#: Flat objects have no room for an attribute that is called like a part of the envelope.
SHAPES = [each for each in TestsShape if each.name not in {"ATTRIBUTE_OBJECTS", "MIXED"}]


@given(
    project=projects(),
    children=st.sampled_from(ChildrenShape),
    tests=st.sampled_from(SHAPES),
    tree=st.booleans(),
)
@settings(max_examples=30, deadline=None)
async def test_whatever_a_project_holds_is_in_the_snapshot(
    project: DemoProject, children: ChildrenShape, tests: TestsShape, tree: bool
) -> None:
    """Names that are the format's own, names that fall together, values of every kind."""
    options = ServerOptions(children=children, tests=tests, tree=tree, page_size=3)
    async with DemoServer(world_of(project), options) as server:
        taken = await take(server, "hostile")
    assert (taken.gaps, taken.complete) == ((), True)
    assert_is_truth(taken.document, project)
    assert read(taken.yaml, Format.YAML) == taken.document
