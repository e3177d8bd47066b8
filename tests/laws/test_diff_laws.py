"""What holds for every two documents: a diff says all that differs, and nothing else."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from support.documents import documents, dumped, loaded, typed
from support.examples import examples
from support.pairs import trees

from crawler.diff.applying import apply as applied
from crawler.diff.as_json import apply, load, schema
from crawler.diff.as_json import dumped as as_json
from crawler.diff.changes import Match, What, invert
from crawler.diff.compare import compare
from crawler.snapshot.document import Document
from crawler.snapshot.formats import DIRECTORIES, STREAMED, Format
from crawler.snapshot.reading import read
from crawler.snapshot.saving import save

ANY: Final = settings(examples(60), suppress_health_check=list(HealthCheck))
VALIDATOR: Final = Draft202012Validator(schema())


def facts(document: Document) -> Any:
    """All of a document, with the types of its values."""
    return (
        document.head,
        [
            [(node.kind, node.depth, typed_fields(node.fields)) for node in nodes]
            for nodes in (document.nodes, document.orphans)
        ],
        [
            (section.name, [typed_fields(fields) for fields in section.items])
            for section in document.sections
        ],
    )


def typed_fields(fields: Any) -> Any:
    """The fields by name, whatever their order."""
    return dict(sorted((name, typed(value)) for name, value in fields.items()))


@ANY
@given(old=trees(), new=trees())
def test_old_and_the_diff_give_new(old: Document, new: Document) -> None:
    """Through JSON and back: fields, order, head, gaps and orphans."""
    text = "".join(as_json(compare(old, new)))
    assert facts(apply(old, text)) == facts(new)


@ANY
@given(old=trees(), new=trees())
def test_the_names_of_fields_keep_their_order_where_one_came_or_went(
    old: Document, new: Document
) -> None:
    """So a snapshot in canonical order stays in it."""
    before = {(node.kind, node.fields["id"]): node for node in (*old.nodes, *old.orphans)}
    result = applied(old, compare(old, new))
    for node, wanted in zip(result.nodes, new.nodes, strict=True):
        known = before.get((node.kind, node.fields["id"]))
        if known is None or known.fields.keys() != wanted.fields.keys():
            assert list(node.fields) == list(wanted.fields)


@ANY
@given(old=trees(), new=trees())
def test_new_and_the_inverted_diff_give_old(old: Document, new: Document) -> None:
    """And inverting twice changes nothing."""
    difference = compare(old, new)
    assert facts(applied(new, invert(difference))) == facts(old)
    assert invert(invert(difference)) == difference


@ANY
@given(old=trees(), new=trees())
def test_the_way_back_has_what_was_removed_for_what_was_added(old: Document, new: Document) -> None:
    """All other numbers are the same in both directions."""
    there, back = compare(old, new).statistics, compare(new, old).statistics
    assert (there.added, there.removed) == (back.removed, back.added)
    for what in (What.MOVED, What.RENAMED, What.REORDERED, What.CHANGED):
        assert there.of(what).suites == back.of(what).suites
        assert there.of(what).tests == back.of(what).tests


@ANY
@given(document=documents())
def test_a_document_does_not_differ_from_itself(document: Document) -> None:
    """Even if it has an ID twice, which no project has."""
    for match in Match:
        difference = compare(document, document, match=match)
        assert not difference
        assert difference.changes == ()


@ANY
@given(old=documents(), new=documents())
def test_whatever_differs_is_found(old: Document, new: Document) -> None:
    """A diff is empty exactly if both say the same, IDs that stand there twice included."""
    assert bool(compare(old, new)) == (facts(old) != facts(new))


@pytest.mark.parametrize("chosen", STREAMED)
@settings(ANY, max_examples=50)
@given(old=trees(), new=trees())
def test_a_diff_does_not_depend_on_the_format(chosen: Format, old: Document, new: Document) -> None:
    """Read from files of any format, the changes are the same."""
    read = [loaded(dumped(document, chosen), chosen) for document in (old, new)]
    assert "".join(as_json(compare(*read))) == "".join(as_json(compare(old, new)))


@pytest.mark.parametrize("chosen", DIRECTORIES)
@settings(ANY, max_examples=30)
@given(old=trees(), new=trees())
def test_old_and_the_diff_give_new_when_both_are_directories(
    chosen: Format, old: Document, new: Document
) -> None:
    """What is spread over files and gathered again differs in nothing else."""
    with TemporaryDirectory() as folder:
        places = [Path(folder, name) for name in ("old", "new")]
        for document, place in zip((old, new), places, strict=True):
            save(document, place, chosen)
        one, other = map(read, places)
    text = "".join(as_json(compare(one, other)))
    assert facts(apply(one, text)) == facts(new)
    assert text == "".join(as_json(compare(old, new)))


@ANY
@given(old=trees(), new=trees(), match=st.sampled_from(Match))
def test_the_json_is_what_its_schema_says_and_reads_back(
    old: Document, new: Document, match: Match
) -> None:
    """`load(dumped(x)) == x`."""
    difference = compare(old, new, match=match)
    text = "".join(as_json(difference))
    again = load(text)
    assert "".join(as_json(again)) == text
    VALIDATOR.validate(json.loads(text))
