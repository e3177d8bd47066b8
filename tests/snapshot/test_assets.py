"""Signatures that expire are cut; nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.snapshot.assets import without_signatures

AWS = (
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20260101&X-Amz-Date=20260101T000000Z"
    "&X-Amz-Expires=300&X-Amz-SignedHeaders=host&X-Amz-Signature=0123456789abcdef0123456789abcdef"
)


@pytest.mark.parametrize(
    ("signed", "plain"),
    [
        (f"https://b.example/a.png?{AWS}", "https://b.example/a.png"),
        (
            "https://b.example/a.png?X-Amz-Expires=300&X-Amz-Signature=ab1",
            "https://b.example/a.png",
        ),
        (f"https://b.example/a.png?v=2&{AWS}&w=3", "https://b.example/a.png?v=2&w=3"),
        (f"![p](https://b.example/a.png?{AWS}) and more", "![p](https://b.example/a.png) and more"),
        (
            f'<img src="https://b.example/a.png?{AWS.replace("&", "&amp;")}">',
            '<img src="https://b.example/a.png">',
        ),
        (
            "https://c.example/x?Expires=1760000000&Signature=abcDEF0123456789%2B%3D&Key-Pair-Id=K",
            "https://c.example/x",
        ),
        (
            "https://d.example/y?sv=2022&se=2026-01-01&sr=b&sp=r&sig=abcDEF0123456789%2B",
            "https://d.example/y",
        ),
    ],
)
def test_a_signed_address_loses_its_signature_and_nothing_else(signed, plain):
    """In whatever text it stands."""
    assert without_signatures(signed) == plain
    assert without_signatures([{"url": signed}]) == [{"url": plain}]


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.example/search?q=1&sort=sig",
        "POST /login?signature=short",
        "Check that X-Amz-Signature is sent and Expires=300 is honoured",
        "https://shop.example/?Expires=never&Policy=none",
    ],
)
def test_what_is_not_signed_stays(text):
    """A test may well be about such parameters."""
    assert without_signatures(text) == text


@given(st.text())
def test_any_other_text_stays_as_it_is(text):
    """Random text is never a signed address."""
    assert without_signatures(text) == text


@given(st.sampled_from(["https://b.example/a.png", "/files/a"]), st.integers(), st.integers())
def test_two_signatures_of_one_asset_give_one_address(path, first, second):
    """That is what makes two snapshots equal."""

    def sign(salt):
        return f"{path}?X-Amz-Date={salt}&X-Amz-Signature={abs(salt):032x}"

    assert without_signatures(sign(first)) == without_signatures(sign(second)) == path
