"""What may be shown of an address, and of any other text."""

import pytest

from crawler.redaction import MASK, mask_address, printable

LONG = 400_000


@pytest.mark.parametrize(
    "query",
    [
        *("api_key", "apiKey", "api-token", "access_token", "private_token", "token", "jwt"),
        *("password", "passwd", "secret", "client_secret", "sig", "Signature", "session"),
        *("X-Amz-Signature", "X-Amz-Credential", "x-goog-signature", "AWSAccessKeyId"),
        *("Policy", "Key-Pair-Id", "key", "auth"),
    ],
)
def test_a_secret_in_a_query_is_masked(query: str) -> None:
    """Wherever it stands in it; what is no secret stays."""
    for sign in ("?", "?page=1&", "#"):
        shown = mask_address(f"GET https://a.example/x{sign}{query}=hush%21&page=2")
        assert shown == f"GET https://a.example/x{sign}{query}={MASK}&page=2"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://me:hush@a.example/x", f"https://{MASK}@a.example/x"),
        ("https://me:hu@sh@a.example/x", f"https://{MASK}@a.example/x"),
        ("see http://hush@a.example and", f"see http://{MASK}@a.example and"),
        ("1git+ssh://hush@a.example", f"1git+ssh://{MASK}@a.example"),
        ("a@example.com https://a.example/@me", "a@example.com https://a.example/@me"),
        ("GET /api/p/tests?page=1&suite_id=5", "GET /api/p/tests?page=1&suite_id=5"),
    ],
)
def test_user_and_password_of_an_address_are_masked(address: str, shown: str) -> None:
    """Of any address in a text; what only looks a bit like one stays."""
    assert mask_address(address) == shown


@pytest.mark.parametrize("piece", ["a", ".", "a.", "://", "://a", "@", "&", "?x-amz-", "?key", "#"])
def test_a_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    """A title of a megabyte is a line to be shown as well; the time limit of tests is the judge."""
    text = piece * (LONG // len(piece))
    assert mask_address(text) == text
    assert printable(text) == text
