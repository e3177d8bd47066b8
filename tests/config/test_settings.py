"""What settings accept, and in which form they keep it."""

import math
import pickle
from pathlib import Path

import pytest

from crawler.config.settings import ABOUT, DEFAULTS, ProgressMode, Settings, check_value
from crawler.errors import ConfigError
from crawler.redaction import Secret

NUMBERS = [name for name, about in ABOUT.items() if about.bounds]
SECRETS = [name for name, about in ABOUT.items() if about.secret]


def test_the_defaults_pass_their_own_checks() -> None:
    """Settings without arguments hold exactly the defaults."""
    settings = Settings()
    for name, default in DEFAULTS.items():
        assert getattr(settings, name) == default


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_accepted_at_its_bounds_and_refused_beyond(name: str) -> None:
    """The bounds in the description are the bounds of the check."""
    bounds = ABOUT[name].bounds
    assert bounds is not None
    check_value(name, bounds.high)
    for out in (bounds.high + 1, bounds.low if bounds.open_low else bounds.low - 1):
        with pytest.raises(ConfigError, match=f"{name} must be"):
            Settings(**{name: out})


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [True, "8", math.nan, math.inf, [1]])
def test_what_only_resembles_a_number_is_refused(name: str, value: object) -> None:
    """Text, truth values and the numbers that are none do not pass."""
    with pytest.raises(ConfigError, match="must be"):
        Settings(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("app.testomat.io", "https://app.testomat.io"),
        ("https://App.Testomat.IO/", "https://app.testomat.io"),
        ("HTTP://localhost:8080//", "http://localhost:8080"),
        ("localhost:8080", "https://localhost:8080"),
        ("https://example.com/Testomat/", "https://example.com/Testomat"),
        ("https://[::1]:8080/", "https://[::1]:8080"),
    ],
)
def test_an_address_takes_one_form(given: str, kept: str) -> None:
    """However it is written, the same server has the same address."""
    assert Settings(url=given).url == kept


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("https://me:secret@example.com", "user name"),
        ("https://example.com?a=1", "without '\\?'"),
        ("https://example.com/projects/shop", "belongs to 'project'"),
        ("ftp://example.com", "https://"),
        ("https://example.com:port", "not an address"),
        ("https://exa mple.com", "without spaces"),
        ("https://", "name a server"),
        ("", "must not be empty"),
    ],
)
def test_what_is_no_address_of_a_server_is_refused(given: str, reason: str) -> None:
    """The sentence says what is wrong with it."""
    with pytest.raises(ConfigError, match=reason):
        Settings(url=given)


def test_a_refused_address_does_not_show_its_password() -> None:
    """An error message is text for people, and for logs."""
    with pytest.raises(ConfigError) as caught:
        Settings(url="https://me:hunter22@:bad")
    assert "hunter22" not in str(caught.value)


def test_bytes_that_are_no_text_are_refused_but_in_a_path() -> None:
    """A shell passes them on, and no request or document can hold them."""
    for name, value in (("project", "\udcff"), ("only_tags", ("\udcff",)), ("branch", "\udcff")):
        with pytest.raises(ConfigError, match="must be text in UTF-8"):
            Settings(**{name: value})  # type: ignore[arg-type]
    assert Settings(state="\udcff").state == Path("\udcff")  # type: ignore[arg-type]


def test_an_address_for_a_project_is_answered_with_the_short_name() -> None:
    """Somebody pasted what the browser shows; the sentence says what to write instead."""
    with pytest.raises(ConfigError, match="write 'shop'"):
        Settings(project="https://app.testomat.io/projects/shop/suites")


@pytest.mark.parametrize("name", ["a/b", "..", "a b", "a?b", "a\nb", " "])
def test_what_is_no_short_name_of_a_project_is_refused(name: str) -> None:
    """A short name becomes a part of addresses and of file names."""
    with pytest.raises(ConfigError, match="project must"):
        Settings(project=name)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_shows_neither_in_the_settings_nor_in_an_error(name: str) -> None:
    """Not in the representation, not when its value is refused, not when it is pickled."""
    settings = Settings(**{name: "testomat_hidden"})  # type: ignore[arg-type]
    assert getattr(settings, name) == Secret("testomat_hidden")
    assert "hidden" not in repr(settings)
    with pytest.raises(ConfigError) as caught:
        Settings(**{name: ["hidden"]})  # type: ignore[arg-type]
    assert "hidden" not in str(caught.value)
    with pytest.raises(TypeError):
        pickle.dumps(settings)


def test_a_token_loses_the_space_around_it_and_has_none_within() -> None:
    """A line break in a header would be an attack, one at the end is a habit of editors."""
    assert Settings(api_token="testomat_x\n").api_token == Secret("testomat_x")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="one line"):
        Settings(api_token="testomat_x\nHost: evil")  # type: ignore[arg-type]


def test_a_password_is_kept_as_it_is() -> None:
    """Spaces at its ends belong to it."""
    assert Settings(password=" x ").password == Secret(" x ")  # type: ignore[arg-type]


def test_a_proxy_may_hold_credentials_but_does_not_show_them() -> None:
    """The representation leaves it out altogether; empty text means no proxy."""
    settings = Settings(proxy="http://me:hidden@proxy.example.com:3128/")
    assert settings.proxy == "http://me:hidden@proxy.example.com:3128"
    assert "hidden" not in repr(settings)
    assert Settings(proxy="").proxy is None


def test_paths_and_choices_become_what_they_mean() -> None:
    """Text of a file or a flag turns into paths and members."""
    settings = Settings(state="~/state", progress="json", omit=["a"])  # type: ignore[arg-type]
    assert settings.state == Path.home() / "state"
    assert settings.progress is ProgressMode.JSON
    assert settings.omit == ("a",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fresh", 1),
        ("omit", "a"),
        ("omit", [1]),
        ("progress", "dots"),
        ("state", "a\0b"),
        ("state", 3),
        ("url", None),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(name: str, value: object) -> None:
    """The sentence begins with the setting's name."""
    with pytest.raises(ConfigError, match=f"^{name} must"):
        Settings(**{name: value})  # type: ignore[arg-type]
