"""Where settings come from, which source beats which, and what is refused."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.config.origins import DEFAULT, Origin, OriginKind
from crawler.config.settings import ABOUT, DEFAULTS
from crawler.config.sources import ConfigFile, Effective, gather, read_config_file
from crawler.config.template import as_toml
from crawler.errors import ConfigError
from crawler.redaction import Secret

JWT = "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl"
PATH = Path("testomat-crawler.toml")

# Two fitting values for each kind of setting that all three sources can give.
SAMPLES: dict[str, list[str]] = {
    "url": ["https://a.example", "https://b.example", "https://c.example"],
    "project": ["one", "two", "three"],
    "email": ["a@example.com", "b@example.com", "c@example.com"],
    "api_token": ["testomat_1", "testomat_2", "testomat_3"],
    "project_token": ["tstmt_1", "tstmt_2", "tstmt_3"],
    "password": ["pass1", "pass2", "pass3"],
    "jwt": [JWT, f"{JWT}2", f"{JWT}3"],
    "api": ["v1", "v2", "auto"],
    "branch": ["one", "two", "three"],
    "notify_url": ["https://a.example/x", "https://b.example/x?y=1", "c.example"],
}


def in_file(text: str, **more: Any) -> Effective:
    """What holds with this text as the configuration file."""
    return gather(file=ConfigFile(PATH, text), **more)


def plain(value: object) -> object:
    """The value itself, a secret in the clear."""
    return value.reveal() if isinstance(value, Secret) else value


@st.composite
def given_values(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """For each of the three sources, values for some of the settings."""
    values = {name: st.sampled_from(samples) for name, samples in SAMPLES.items()}
    file, environment, flags = (draw(st.fixed_dictionaries({}, optional=values)) for _ in range(3))
    return file, environment, flags


@given(given_values())
def test_the_strongest_source_wins_and_is_named(
    sources: tuple[dict[str, str], dict[str, str], dict[str, str]],
) -> None:
    """Flags beat the environment, that beats the file, that beats the defaults."""
    file, environment, flags = sources
    text = "".join(f"{name} = {as_toml(value)}\n" for name, value in file.items())
    variables = {ABOUT[name].env[0]: value for name, value in environment.items()}
    found = in_file(text, environment=variables, flags=flags)
    for name, default in DEFAULTS.items():
        expected, kind = default, OriginKind.DEFAULT
        for source, strength in (
            (file, OriginKind.FILE),
            (environment, OriginKind.ENVIRONMENT),
            (flags, OriginKind.FLAG),
        ):
            if name in source:
                expected, kind = source[name], strength
        assert plain(getattr(found.settings, name)) == expected
        assert found.origins[name].kind is kind


def test_each_origin_prints_as_a_person_would_say_it() -> None:
    """A default, a line of a file, a variable and a flag."""
    found = in_file(
        "# pace\n\nworkers = 3\n",
        environment={"TESTOMATIO_URL": "example.com"},
        flags={"rate": 5.0, "manifest": False, "state": None},
    )
    shown = {name: str(origin) for name, origin in found.origins.items()}
    assert shown["workers"] == "testomat-crawler.toml line 3"
    assert shown["url"] == "TESTOMATIO_URL"
    assert shown["rate"] == "--rate"
    assert shown["manifest"] == "--no-manifest"
    assert shown["state"] == shown["attempts"] == "default"


@pytest.mark.parametrize(
    ("name", "variable"), [(name, each) for name, about in ABOUT.items() for each in about.env]
)
def test_every_variable_is_read(name: str, variable: str) -> None:
    """The contract's names and their aliases all count, and are named as the origin."""
    found = gather(environment={variable: SAMPLES[name][0]})
    assert plain(getattr(found.settings, name)) == SAMPLES[name][0]
    assert str(found.origins[name]) == variable


def test_the_first_name_of_a_variable_beats_its_alias() -> None:
    """An empty first name counts as unset, and then the alias holds."""
    both = {"TESTOMATIO_URL": "a.example", "TESTOMATIO_BASE_URL": "b.example"}
    assert gather(environment=both).settings.url == "https://a.example"
    empty = both | {"TESTOMATIO_URL": " "}
    assert gather(environment=empty).settings.url == "https://b.example"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("workers = 1\nratte = 3", "testomat-crawler.toml:2: unknown key 'ratte'. Did you mean"),
        ("max-wait = 3", "Did you mean 'max_wait'?"),
        ("tokenfile = 'x'", "Did you mean 'token_file'?"),
        ("zzz = 3", "'testomat-crawler config init' writes"),
        ("\n[server]\nurl = 'x'", "toml:2: unknown key 'server'. Settings stand at the top"),
        ("rate = '3'", "toml:1: rate must be a number, not '3'."),
        ("\nrate = 0", "toml:2: rate must be above 0 and at most 1000 requests a second, not 0."),
        ("workers = 2.5", "workers must be a whole number, not 2.5."),
        ("fresh = 'yes'", "fresh must be true or false, not 'yes'."),
        ("omit = 'a'", "omit must be a list of texts, not 'a'."),
        ("progress = 'dots'", "progress must be one of auto, bar, plain, json, none, not 'dots'."),
        ("project = {}", "project must be text in quotes, not a table."),
        ("project = 2024-01-01", "project must be text in quotes, not a date."),
        ("rate = 1\nproject = shop", "testomat-crawler.toml:2: Invalid value. A line reads:"),
        ("rate = 1\nrate = 2", "testomat-crawler.toml:2: Cannot overwrite a value."),
        ("token_file = 3", "token_file must be a path"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(text: str, sentence: str) -> None:
    """File and line, the key, and what to write instead."""
    with pytest.raises(ConfigError) as caught:
        in_file(text)
    assert sentence in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [
        ({"flags": {"rate": 0.0}}, "--rate: must be above 0"),
        ({"flags": {"workers": -1}}, "--workers: must be from 1 to 256, not -1."),
        ({"flags": {"project": "a/b"}}, "PROJECT: must be the short name"),
        ({"environment": {"TESTOMATIO_URL": "ftp://x"}}, "TESTOMATIO_URL: must begin with"),
    ],
)
def test_a_mistake_elsewhere_is_named_with_its_flag_or_variable(
    sources: dict[str, Any], sentence: str
) -> None:
    """Whoever reads the sentence knows where to change the value."""
    with pytest.raises(ConfigError, match=r"^[A-Z-]") as caught:
        gather(**sources)
    assert sentence in str(caught.value)


def test_a_mistake_that_a_stronger_source_hides_is_let_be() -> None:
    """The value that does not hold is not asked whether it would."""
    assert in_file("rate = 0", flags={"rate": 5.0}).settings.rate == 5.0


@pytest.mark.parametrize(
    ("token", "home"), [("testomat_x", "api_token"), ("tstmt_x", "project_token"), (JWT, "jwt")]
)
def test_a_token_under_the_wrong_name_is_recognised(token: str, home: str) -> None:
    """Its looks tell what it is, whichever variable or key it was given in."""
    for variable in ("TESTOMATIO_API_TOKEN", "TESTOMATIO_PROJECT_TOKEN", "TESTOMATIO"):
        found = gather(environment={variable: token})
        assert found.settings == gather(environment={ABOUT[home].env[0]: token}).settings
        assert str(found.origins[home]) == variable
    assert plain(getattr(in_file(f"api_token = '{token}'").settings, home)) == token


def test_tokens_that_changed_places_are_put_right() -> None:
    """Each goes where it belongs, and neither is lost."""
    swapped = {"TESTOMATIO_API_TOKEN": "tstmt_x", "TESTOMATIO_PROJECT_TOKEN": "testomat_x"}
    found = gather(environment=swapped).settings
    assert plain(found.api_token) == "testomat_x"
    assert plain(found.project_token) == "tstmt_x"


def test_a_token_under_its_own_name_beats_a_misplaced_one() -> None:
    """Of two project tokens the one that was called so holds."""
    both = {"TESTOMATIO_API_TOKEN": "tstmt_a", "TESTOMATIO_PROJECT_TOKEN": "tstmt_b"}
    found = gather(environment=both)
    assert plain(found.settings.project_token) == "tstmt_b"
    assert found.settings.api_token is None


def test_a_token_of_unknown_looks_stays_where_it_was_put() -> None:
    """Older tokens have no prefix."""
    assert plain(gather(environment={"TESTOMATIO": "abc"}).settings.project_token) == "abc"


@pytest.mark.parametrize(
    ("token", "home"), [("testomat_x", "api_token"), ("tstmt_x", "project_token"), (JWT, "jwt")]
)
def test_a_token_file_is_told_by_its_looks(token: str, home: str) -> None:
    """The origin is the flag, the value is what the file holds without its line break."""
    found = gather(flags={"token_file": "-"}, read_text={"-": f"{token}\n"}.__getitem__)
    assert plain(getattr(found.settings, home)) == token
    assert str(found.origins[home]) == "--token-file"


def test_a_token_file_of_a_flag_hides_all_weaker_credentials() -> None:
    """Whoever names a token file wants that account and no other."""
    found = in_file(
        'token_file = "never read"\nemail = "a@example.com"\npassword = "p"',
        environment={"TESTOMATIO_JWT": JWT, "TESTOMATIO_PROJECT_TOKEN": "tstmt_x"},
        flags={"token_file": "-"},
        read_text={"-": "testomat_x"}.__getitem__,
    )
    assert found.secret_values() == ("testomat_x",)
    assert found.settings.email is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty"), ("tstmt_a\ntstmt_b", "one token"), ("hidden", "one token")],
)
def test_a_token_file_without_a_token_is_refused(text: str, reason: str) -> None:
    """The sentence names the flag, but nothing of what the file holds."""
    with pytest.raises(ConfigError, match=reason) as caught:
        gather(flags={"token_file": "t"}, read_text=lambda _: text)
    assert str(caught.value).startswith("--token-file: ")
    assert "hidden" not in str(caught.value)


def test_a_token_file_that_cannot_be_read_is_named() -> None:
    """The line of the configuration, the path, and the system's reason."""

    def missing(path: str) -> str:
        raise FileNotFoundError(2, "No such file or directory", path)

    with pytest.raises(ConfigError, match=r"toml:1: could not read the token file .*No such file"):
        in_file("token_file = 't'", read_text=missing)


def test_a_token_file_beside_the_same_token_is_refused() -> None:
    """Of two tokens in one file nobody can tell which one is meant."""
    with pytest.raises(ConfigError, match="both given"):
        in_file('token_file = "t"\napi_token = "testomat_a"', read_text=lambda _: "testomat_b")


def test_paths_in_a_file_are_meant_from_its_folder(tmp_path: Path) -> None:
    """Cron starts commands anywhere; flags are meant from where one stands."""
    file = ConfigFile(tmp_path / "c.toml", 'state = "s"\nca_file = "/ca.pem"\ntoken_file = "t"')
    asked: list[str] = []

    def read(path: str) -> str:
        asked.append(path)
        return "tstmt_x"

    settings = gather(file=file, read_text=read).settings
    assert settings.state == tmp_path / "s"
    assert settings.ca_file == Path("/ca.pem")
    assert asked == [str(tmp_path / "t")]
    assert gather(file=file, flags={"state": "s"}, read_text=read).settings.state == Path("s")


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such rights")
def test_a_readable_file_with_secrets_is_warned_of(tmp_path: Path) -> None:
    """Only if others can read it, and only if there is something to hide."""
    path = tmp_path / "c.toml"
    path.write_text('api_token = "testomat_x"\n')
    path.chmod(0o640)
    (warning,) = gather(file=read_config_file(path)).warnings
    assert "api_token" in warning
    assert "chmod 600" in warning
    path.chmod(0o600)
    assert gather(file=read_config_file(path)).warnings == ()
    path.write_text("rate = 5\n")
    path.chmod(0o644)
    assert gather(file=read_config_file(path)).warnings == ()


def test_an_address_without_encryption_is_warned_of_unless_it_is_this_machine() -> None:
    """A token on an open wire is everybody's."""
    (warning,) = gather(flags={"url": "http://example.com"}).warnings
    assert "not encrypted" in warning
    assert gather(flags={"url": "http://127.0.0.1:3000"}).warnings == ()


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """Some editors write one."""
    path = tmp_path / "c.toml"
    path.write_bytes(b"\xef\xbb\xbfrate = 5\r\nworkers = 3\r\n")
    found = gather(file=read_config_file(path))
    assert (found.settings.rate, found.settings.workers) == (5.0, 3)
    assert found.origins["workers"].line == 2


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    """Missing, a folder, or not text."""
    with pytest.raises(ConfigError, match="No such file"):
        read_config_file(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="Could not read"):
        read_config_file(tmp_path)
    (tmp_path / "c.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_config_file(tmp_path / "c.toml")


def test_a_fallback_holds_only_where_nothing_was_set() -> None:
    """An empty proxy in the file says "none", and the environment's does not undo that."""
    origin = Origin(OriginKind.ENVIRONMENT, "HTTPS_PROXY")
    free = gather().with_fallback("proxy", "proxy.example.com:3128", origin)
    assert free.settings.proxy == "http://proxy.example.com:3128"
    assert free.origins["proxy"] == origin
    bound = in_file('proxy = ""').with_fallback("proxy", "proxy.example.com:3128", origin)
    assert bound.settings.proxy is None
    assert gather().origins["proxy"] == DEFAULT
