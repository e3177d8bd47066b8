"""Which API and which branch a snapshot is of, in a document and in words."""

import pytest

from crawler.edition import USUAL, Api, Edition, edition_from, edition_mapping, edition_words

EDITIONS = [
    (USUAL, {}, "v1 of the API"),
    (Edition(Api.V2), {"api": "v2"}, "v2 of the API"),
    (Edition(Api.V2, "x"), {"api": "v2", "branch": "x"}, "v2 of the API, branch x"),
]


@pytest.mark.parametrize(("edition", "mapping", "words"), EDITIONS)
def test_an_edition_is_told_and_read_back(
    edition: Edition, mapping: dict[str, str], words: str
) -> None:
    """The usual one is told by saying nothing, so that older snapshots are of it."""
    assert edition_mapping(edition) == mapping
    assert edition_from({**mapping, "project": "other keys are none of its business"}) == edition
    assert edition_words(edition) == words


@pytest.mark.parametrize("wrong", [{"api": "v3"}, {"api": None}, {"branch": 1}, {"branch": ""}])
def test_what_is_no_edition_is_refused(wrong: dict[str, object]) -> None:
    """A later version may know more of them."""
    with pytest.raises(ValueError, match=r"api|branch"):
        edition_from(wrong)
