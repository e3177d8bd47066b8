"""The commented file agrees with the settings that it describes."""

import re
import tomllib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from crawler.config.settings import ABOUT, DEFAULTS
from crawler.config.sources import ConfigFile, gather
from crawler.config.template import as_toml, template

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def uncommented() -> str:
    """The template with every setting in force."""
    return re.sub(r"(?m)^#(?=[a-z_]+ = )", "", template())


def test_the_example_in_the_repository_is_the_template() -> None:
    """Written anew whenever a setting changes."""
    assert EXAMPLE.read_text(encoding="utf-8") == template()


def test_the_file_as_written_changes_nothing() -> None:
    """It is all comments."""
    assert tomllib.loads(template()) == {}


def test_every_setting_stands_in_it_with_its_default() -> None:
    """Uncommented it is valid and holds each key once; what has a default shows that."""
    values = tomllib.loads(uncommented())
    assert set(values) == {*ABOUT, "token_file"}
    for name, default in DEFAULTS.items():
        if default is not None and not isinstance(default, tuple):
            assert values[name] == default


def test_every_example_passes_its_own_check() -> None:
    """What a reader uncomments is accepted."""
    without_token_file = uncommented().replace('token_file = "token"', "")
    gather(file=ConfigFile(Path("c.toml"), without_token_file))


def test_every_variable_is_mentioned() -> None:
    """Where a setting has names in the environment, they stand beside it."""
    for about in ABOUT.values():
        for variable in about.env:
            assert variable in template()


def test_the_lines_fit_a_window() -> None:
    """No line is longer than 88 characters."""
    assert max(map(len, template().splitlines())) <= 88


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), TEXTS, st.lists(TEXTS))


@given(VALUES)
def test_a_value_written_as_toml_reads_back(value: object) -> None:
    """Whatever control characters and quotes it holds."""
    assert tomllib.loads(f"x = {as_toml(value)}") == {"x": value}
