"""`config init` and `config show`."""

import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.config.settings import ABOUT
from crawler.config.template import template

SECRETS = {
    "TESTOMATIO_API_TOKEN": "testomat_hidden1",
    "TESTOMATIO_PROJECT_TOKEN": "tstmt_hidden2",
    "TESTOMATIO_PASSWORD": "hidden3",
    "TESTOMATIO_JWT": "aaaa.hidden4.bbbb",
}


def rows(text: str) -> dict[str, tuple[str, str]]:
    """Value and origin of each setting in a listing."""
    table = {}
    for line in text.splitlines():
        name, value, origin = (part.strip() for part in line.split("  ") if part.strip())
        table[name] = (value, origin)
    return table


def test_init_writes_the_template_for_the_owner_alone(call: Callable[..., Any]) -> None:
    """Into the current folder; standard output stays free."""
    outcome = call("config", "init")
    assert (outcome.code, outcome.out) == (0, "")
    path = Path("testomat-crawler.toml")
    assert path.read_text(encoding="utf-8") == template()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_init_does_not_replace_a_file_unless_told_so(call: Callable[..., Any]) -> None:
    """What stands in it may be the only copy of a token; replaced, it is private."""
    path = Path("c.toml")
    path.write_text("rate = 5\n")
    path.chmod(0o644)
    refused = call("config", "init", "c.toml")
    assert refused.code == 2
    assert refused.err == "Error: c.toml is there already. --force replaces it.\n"
    assert path.read_text() == "rate = 5\n"
    assert call("config", "init", "c.toml", "--force").code == 0
    assert path.read_text(encoding="utf-8") == template()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_init_into_a_folder_that_is_not_there_is_local_trouble(call: Callable[..., Any]) -> None:
    """The sentence names the path and the system's reason."""
    outcome = call("config", "init", "none/c.toml")
    assert outcome.code == 6
    assert "none/c.toml: No such file or directory." in outcome.err


def test_what_init_writes_show_reads(call: Callable[..., Any]) -> None:
    """The file as written changes nothing."""
    before = call("config", "show")
    call("config", "init")
    after = call("config", "show")
    assert (after.code, after.err) == (0, "")
    assert after.out == before.out


def in_the_file() -> list[str]:
    """The settings in the order in which the commented file has them."""
    return [name for name in re.findall(r"^#(\w+) =", template(), re.MULTILINE) if name in ABOUT]


def test_show_lists_every_setting_with_its_origin(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line of a file, a variable, a flag, a default."""
    Path("testomat-crawler.toml").write_text('# mine\nworkers = 3\nomit = ["a", "b"]\n')
    monkeypatch.setenv("TESTOMATIO_URL", "testomat.example.com")
    table = rows(call("config", "show", "--rate", "2.5", "--fresh", "--no-manifest", "-q").out)
    assert list(table) == in_the_file()
    assert table["workers"] == ("3", "testomat-crawler.toml line 2")
    assert table["omit"] == ("a, b", "testomat-crawler.toml line 3")
    assert table["url"] == ("https://testomat.example.com", "TESTOMATIO_URL")
    assert table["rate"] == ("2.5", "--rate")
    assert table["fresh"] == ("true", "--fresh")
    assert table["manifest"] == ("false", "--no-manifest")
    assert table["verbosity"] == ("-1", "-v or -q")
    assert table["attempts"] == ("6", "default")


def test_show_lines_up_its_columns(call: Callable[..., Any]) -> None:
    """Every origin begins in the same column, unless a long value moves its own."""
    lines = call("config", "show").out.splitlines()
    lines = [line for line in lines if not line.startswith(("git_author ", "state "))]
    assert len({line.rindex("  ") for line in lines}) == 1
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("form", [[], ["--json"], ["-vv"]])
def test_show_masks_every_secret(
    form: list[str], call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nowhere in its two streams, and the proxy's password neither."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hidden5@proxy.example.com:3128")
    outcome = call("config", "show", *form)
    assert outcome.code == 0
    assert "hidden" not in outcome.out + outcome.err
    assert outcome.out.count("***") == 5
    assert "TESTOMATIO_PASSWORD" in outcome.out


def test_show_as_json_tells_kind_name_and_line(call: Callable[..., Any]) -> None:
    """For programs: values keep their types."""
    Path("testomat-crawler.toml").write_text("workers = 3\n")
    document = json.loads(call("config", "show", "--json").out)
    assert list(document) == in_the_file()
    assert document["workers"] == {
        "value": 3,
        "origin": {"kind": "file", "name": "testomat-crawler.toml", "line": 1},
    }
    assert document["project"]["value"] is None
    assert document["rate"]["origin"] == {"kind": "default", "name": None, "line": None}


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such rights")
def test_show_warns_of_a_file_that_others_can_read(call: Callable[..., Any]) -> None:
    """On standard error, so that the listing stays whole."""
    path = Path("testomat-crawler.toml")
    path.write_text('api_token = "testomat_hidden"\n')
    path.chmod(0o644)
    outcome = call("config", "show")
    assert outcome.code == 0
    assert outcome.err.startswith("Warning: testomat-crawler.toml holds api_token")
    assert call("config", "show", "-q").err == ""


def test_show_makes_control_characters_visible(call: Callable[..., Any]) -> None:
    """A configuration from a repository is not to be trusted with the terminal."""
    Path("testomat-crawler.toml").write_text('omit = ["\\u001b[2J"]\nemail = "\\u202ex"\n')
    out = call("config", "show").out
    assert "\\x1b[2J" in out
    assert "\x1b" not in out
    assert "\u202e" not in out
