"""Lines of keys in TOML texts, the awkward ones included."""

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.config.toml_lines import error_line, key_lines, table_key_lines

AWKWARD = '''\
# rate = 1
"api_token" = "a # b [ = "
\'quoted key\' = \'c = "d\'

omit = [
  "rate = 5", # rate = 6
  [ "x" ],
]
url = """
rate = 3
"quote" \\""" rate = 4
"""
proxy = \'\'\'
rate = 7 \'\' \'\'\'
rate=9; a.b = 1
'''.replace("; ", "\n")


def test_only_keys_at_the_top_are_found() -> None:
    """Neither comments, nor texts of several lines, nor lists hold keys."""
    lines = key_lines(AWKWARD)
    assert lines == {
        "api_token": 2,
        "quoted key": 3,
        "omit": 5,
        "url": 9,
        "proxy": 13,
        "rate": 15,
        "a": 16,
    }
    assert set(lines) == set(tomllib.loads(AWKWARD))


def test_tables_are_found_but_not_what_is_in_them() -> None:
    """A key of a table must not pass for one at the top."""
    text = 'url = "x"\n[server]\nrate = 3\n[[ "list" ]]\nrate = 4\n[server.more]\n'
    assert key_lines(text) == {"url": 1, "server": 2, "list": 4}


KEYS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x7f"), max_size=8).map(
        lambda key: json.dumps(key, ensure_ascii=False)
    ),
)
VALUES = st.sampled_from(
    ["1", '"a = [b"', "'''\nx = 1\n'''", '"""\n\\"""\ny = 2"""""', "[1, # ]\n 2]", "{ z = 1 }"]
)
BETWEEN = st.sampled_from(["", "# c = 1\n", "\n\n", "  # 'x\n", "\t"])


@given(st.lists(st.tuples(BETWEEN, KEYS, VALUES), max_size=6, unique_by=lambda each: each[1]))
def test_each_key_is_found_at_the_line_where_it_was_put(
    parts: list[tuple[str, str, str]],
) -> None:
    """Whatever stands between the keys, each one's line is known exactly."""
    text = ""
    expected: dict[str, int] = {}
    for between, key, value in parts:
        text += between
        name = next(iter(tomllib.loads(f"{key} = 0")))
        if name in expected:
            continue
        expected[name] = text.count("\n") + 1
        text += f"{key} = {value}\n"
    assert set(tomllib.loads(text)) == set(expected)
    assert key_lines(text) == expected


@pytest.mark.parametrize(
    ("text", "line"), [('a = 1\nb = "x\n', 2), ("a = 1\nb = [\n1,\n\n", 3), ("a = 1\na = 2\n", 2)]
)
def test_a_syntax_error_has_a_line(text: str, line: int) -> None:
    """An error at the end of the text is at its last line that is not empty."""
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert error_line(caught.value, text) == line


def test_keys_of_tables_are_told_with_their_table() -> None:
    """Whatever is written between them."""
    text = 'top = 1\n[a] # x\none = [\n  "[b]",\n]\n"t wo" = """\nb = 1\n"""\n\n[ "c d" ]\none=2\n'
    assert table_key_lines(text) == {
        ("", "top"): 1,
        ("a", "one"): 3,
        ("a", "t wo"): 6,
        ("c d", "one"): 11,
    }
