"""Where the command line finds its configuration, its proxy, its state and its tokens."""

import io
import sys
from pathlib import Path

import pytest

from crawler.cli.session import Session, read_token_file
from crawler.redaction import Secret


def test_the_file_here_is_taken_before_the_users_own(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that is named before both."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    assert Session().effective().settings.rate == 10
    from platformdirs import user_config_path  # noqa: PLC0415  only now is the home a false one

    users = user_config_path("testomat-crawler", appauthor=False)
    users.mkdir(parents=True)
    (users / "testomat-crawler.toml").write_text("rate = 1\n")
    assert Session().effective().settings.rate == 1
    Path("testomat-crawler.toml").write_text("rate = 2\n")
    assert Session().effective().settings.rate == 2
    Path("other.toml").write_text("rate = 3\n")
    assert Session(config=Path("other.toml")).effective().settings.rate == 3


def test_the_state_is_where_the_system_keeps_it_unless_it_is_set(home: Path) -> None:
    """Always a folder, and by default not the current one."""
    found = Session().effective()
    assert found.settings.state is not None
    assert home in found.settings.state.parents
    assert str(found.origins["state"]) == "default"
    assert Session(flags={"state": "s"}).effective().settings.state == Path("s")


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
def test_the_environments_proxy_is_taken(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In either spelling, and named as the origin."""
    monkeypatch.setenv(variable, "http://proxy.example.com:3128")
    found = Session().effective()
    assert found.settings.proxy == "http://proxy.example.com:3128"
    assert str(found.origins["proxy"]) == variable


def test_the_proxy_fits_the_scheme_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy for http says nothing on https."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example.com:3128")
    assert Session().effective().settings.proxy is None
    plain = Session(flags={"url": "http://testomat.example.com"}).effective()
    assert plain.settings.proxy == "http://proxy.example.com:3128"


def test_servers_in_no_proxy_are_reached_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole domains as well, whatever the port."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("NO_PROXY", "localhost,.example.org")
    for url in ("https://testomat.example.org:8443", "https://localhost"):
        assert Session(flags={"url": url}).effective().settings.proxy is None


def test_a_configured_proxy_beats_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if what is configured is none at all."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    Path("testomat-crawler.toml").write_text('proxy = ""\n')
    assert Session().effective().settings.proxy is None


def test_a_token_comes_from_a_file_or_from_standard_input(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Never from the command line itself, where everybody on the machine can read it."""
    Path("token").write_text("testomat_x\n")
    found = Session(flags={"token_file": "token"}).effective()
    assert found.settings.api_token == Secret("testomat_x")
    monkeypatch.setattr(sys, "stdin", io.StringIO("tstmt_x\n"))
    found = Session(flags={"token_file": "-"}).effective()
    assert found.settings.project_token == Secret("tstmt_x")


def test_a_token_file_without_an_end_does_not_fill_the_memory() -> None:
    """A wrong path, such as a device, is read only so far."""
    Path("long").write_text("x" * 1_000_000)
    assert len(read_token_file("long")) == 65_536
