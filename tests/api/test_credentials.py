"""Which credential is used, and what is said of those that do not do."""

import pytest

from crawler.api.credentials import Credentials, Kind
from crawler.errors import CredentialsError
from crawler.redaction import Secret

HUSH = Secret("hush")


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (Credentials(api_token=HUSH, jwt=HUSH, project_token=HUSH), Kind.GENERAL),
        (Credentials(email="a", password=HUSH, jwt=HUSH), Kind.ACCOUNT),
        (Credentials(jwt=HUSH, project_token=HUSH, email="a"), Kind.JWT),
    ],
)
def test_the_one_that_can_renew_a_session_goes_first(given: Credentials, kind: Kind) -> None:
    """General token, then email and password, then a ready-made JWT."""
    assert given.kind() is kind


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (Credentials(), "No credentials.*TESTOMATIO_API_TOKEN"),
        (Credentials(project_token=Secret("tstmt_hush")), "project token.*no.* session"),
        (Credentials(api_token=Secret("tstmt_hush")), "project token.*no.* session"),
        (Credentials(email="a"), "only one was given"),
        (Credentials(password=HUSH), "only one was given"),
        (Credentials(api_token=Secret("")), "No credentials"),
    ],
)
def test_what_does_not_do_is_explained(given: Credentials, sentence: str) -> None:
    """One plain sentence and what to give instead, never the value."""
    with pytest.raises(CredentialsError, match=sentence) as caught:
        given.kind()
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("value", ["abc", " abc\n", "Bearer abc", "bearer   abc"])
def test_a_ready_jwt_is_taken_as_it_was_copied(value: str) -> None:
    """Spaces around it, or the header's own word in front, do no harm."""
    assert Credentials(jwt=Secret(value)).ready_jwt() == Secret("abc")


@pytest.mark.parametrize("value", ["a b", "a\r\nX: y", "é", "a\x00"])
def test_a_ready_jwt_that_no_header_can_carry_is_refused(value: str) -> None:
    """It can never add a header of its own."""
    with pytest.raises(CredentialsError, match="TESTOMATIO_JWT"):
        Credentials(jwt=Secret(value)).ready_jwt()


GENERAL, PROJECT = Secret("testomat_hush"), Secret("tstmt_hush")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Credentials(api_token=GENERAL, project_token=PROJECT), (Kind.GENERAL, GENERAL)),
        (Credentials(api_token=HUSH), (Kind.GENERAL, HUSH)),
        (Credentials(project_token=HUSH, jwt=HUSH), (Kind.PROJECT, HUSH)),
        (Credentials(api_token=PROJECT), (Kind.PROJECT, PROJECT)),
        (Credentials(project_token=GENERAL), (Kind.GENERAL, GENERAL)),
        (Credentials(api_token=PROJECT, project_token=GENERAL), (Kind.GENERAL, GENERAL)),
    ],
)
def test_a_token_goes_to_version_2_as_it_is(
    given: Credentials, expected: tuple[Kind, Secret]
) -> None:
    """Its looks tell its kind, wherever it was put; the general token goes first."""
    assert given.bearers()[0] == expected


@pytest.mark.parametrize(
    "given", [Credentials(), Credentials(jwt=HUSH), Credentials(email="a", password=HUSH)]
)
def test_version_2_takes_tokens_only(given: Credentials) -> None:
    """A session or a password is refused there, so nothing is sent."""
    with pytest.raises(CredentialsError, match="TESTOMATIO_PROJECT_TOKEN"):
        given.bearers()


def test_the_key_of_a_project_is_its_token_wherever_it_was_put() -> None:
    """Importing and reporting take no other credential."""
    assert Credentials(api_token=PROJECT, jwt=HUSH).project_key() == PROJECT
    assert Credentials(api_token=GENERAL, project_token=HUSH).project_key() == HUSH
    with pytest.raises(CredentialsError, match="No project token"):
        Credentials(api_token=GENERAL, project_token=GENERAL).project_key()


def test_credentials_do_not_print() -> None:
    """The values are masked in every form."""
    assert "hush" not in repr(Credentials(api_token=HUSH, password=HUSH, jwt=HUSH))
