"""What holds for every document, whatever is in it: no format loses or invents anything."""

import io
import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from support.documents import (
    chain,
    documents,
    dumped,
    in_memory,
    in_sections,
    loaded,
    nested,
    siblings,
    typed,
)
from support.examples import examples

from crawler.snapshot.document import Document
from crawler.snapshot.formats import STREAMED, Format, codec
from crawler.snapshot.writer import write

ANY: Final = settings(examples(50), suppress_health_check=list(HealthCheck))
FORMATS: Final = STREAMED


def facts(document: Document) -> Any:
    """All of a document, with the types of its values and the order of its keys."""
    return (
        document.head,
        [
            [(node.kind, node.depth, list(node.fields), typed(node.fields)) for node in nodes]
            for nodes in (document.nodes, document.orphans)
        ],
        in_sections(document),
    )


@pytest.mark.parametrize("chosen", FORMATS)
@ANY
@given(document=documents())
def test_what_is_loaded_is_what_was_dumped(chosen: Format, document: Document) -> None:
    """``load(dump(x)) == x``, types and order included."""
    assert facts(loaded(dumped(document, chosen), chosen)) == facts(document)


@pytest.mark.parametrize("chosen", FORMATS)
@ANY
@given(document=documents())
def test_dumping_again_gives_the_same_bytes(chosen: Format, document: Document) -> None:
    """``dump(load(dump(x))) == dump(x)``."""
    data = dumped(document, chosen)
    assert dumped(loaded(data, chosen), chosen) == data


@ANY
@given(document=documents())
def test_a_way_through_the_other_format_loses_nothing(document: Document) -> None:
    """JSON to YAML to JSON gives the same bytes, and so the other way round."""
    as_json, as_yaml = dumped(document, Format.JSON), dumped(document, Format.YAML)
    assert dumped(loaded(as_json, Format.JSON), Format.YAML) == as_yaml
    assert dumped(loaded(as_yaml, Format.YAML), Format.JSON) == as_json


@ANY
@given(document=documents())
def test_the_content_has_one_sum_in_every_format(document: Document) -> None:
    """The digest of what was written is that of what is read back."""
    sums = {write(document, io.BytesIO(), chosen).content_sha256 for chosen in STREAMED}
    again = loaded(dumped(document, Format.YAML), Format.YAML)
    assert sums == {write(again, io.BytesIO(), Format.JSON).content_sha256}
    assert len(sums) == 1


@ANY
@given(document=documents())
def test_json_is_byte_for_byte_what_python_writes(document: Document) -> None:
    """With a line break at the end."""
    text = json.dumps(nested(document), indent=2, ensure_ascii=False) + "\n"
    assert dumped(document, Format.JSON) == text.encode()


@ANY
@given(document=documents())
def test_json_in_another_layout_is_the_same_document(document: Document) -> None:
    """Compact, indented by tabs, escaped, or with all keys sorted."""
    mapping = nested(document)
    expected = dumped(document, Format.JSON)
    for text in (json.dumps(mapping), json.dumps(mapping, indent="\t", ensure_ascii=False)):
        assert dumped(loaded(text.encode(), Format.JSON), Format.JSON) == expected
    in_order = loaded(json.dumps(mapping, indent=2, sort_keys=True).encode(), Format.JSON)
    assert nested(in_order) == mapping


@pytest.mark.parametrize("chosen", FORMATS)
@pytest.mark.parametrize("levels", [400, 2000])
def test_depth_has_no_limit(chosen: Format, levels: int) -> None:
    """Neither Python's recursion limit nor that of a parser shows."""
    document = chain(levels)
    assert loaded(dumped(document, chosen), chosen) == in_memory(document)


@pytest.mark.slow
@pytest.mark.parametrize(("chosen", "levels"), [(Format.JSON, 5000), (Format.YAML, 3000)])
def test_thousands_of_levels_are_written_and_read(
    chosen: Format, levels: int, tmp_path: Path
) -> None:
    """Their indentation alone is 18 MB of YAML and 250 MB of JSON, which is never held at once."""
    document = chain(levels)
    path = tmp_path / "deep"
    with path.open("wb") as out:
        codec(chosen).dump(document, out)
    with path.open("rb") as stream:
        assert list(codec(chosen).load(stream).nodes) == document.nodes
    path.unlink()  # pytest keeps the folders of the last runs


@pytest.mark.parametrize("chosen", FORMATS)
def test_twenty_thousand_siblings_are_written_and_read(chosen: Format) -> None:
    """In one suite."""
    document = siblings(20_000)
    assert loaded(dumped(document, chosen), chosen) == in_memory(document)
