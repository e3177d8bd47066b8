"""What the YAML emitter writes is the same data to parsers of YAML 1.1 and of YAML 1.2."""

from collections.abc import Callable
from typing import Any, Final

import pytest
import ruamel.yaml
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.documents import HEAD, TEXTS, VALUES, chain, dumped, nested, siblings, typed

from crawler.snapshot.document import Document, Node, NodeKind
from crawler.snapshot.formats import Format


def _ruamel(*, pure: bool) -> Callable[[bytes], Any]:
    def load(data: bytes) -> Any:
        parser = ruamel.yaml.YAML(typ="safe", pure=pure)
        parser.max_depth = 2000
        return parser.load(data)

    return load


PARSERS: Final[dict[str, Callable[[bytes], Any]]] = {
    "PyYAML": lambda data: yaml.load(data, Loader=yaml.SafeLoader),
    "PyYAML over libyaml": lambda data: yaml.load(data, Loader=yaml.CSafeLoader),
    "ruamel.yaml": _ruamel(pure=True),
    "ruamel.yaml over C": _ruamel(pure=False),
}
try:
    import yaml12
except ImportError:  # not on every platform
    pass
else:
    PARSERS["yaml12"] = lambda data: yaml12.parse_yaml(data.decode())

LOOKALIKES: Final = (
    "0123e456 00000123 1_000 12:30:45 no y Y yes On off << = ~ .5 0o7 017 0x1F 1e3 1E3 5e-1 +1 -1"
    " 2024-01-01 2001-12-14t21:59:43.10-05:00 null Null NULL True FALSE .inf -.INF .nan 1,000 0b1"
    " - -- --- ... . .. ? : | > ! % @ ` & * [ ] { } , # ' \" \\ / 1. 1.5 0 00 0x 0b 0o 1_ _1 1:2"
    " 190:20:30 NaN nan inf 52e6b438 0d7ebf39 d2c4a1f0 1d 1f 0xg 9e 9e+ - a: :a a:b a#b !a &a *a"
)
PHRASES: Final = (
    "",
    " ",
    "\t",
    " a",
    "a ",
    "a\t",
    "\ta",
    "a: b",
    "a :b",
    "a #b",
    "- a",
    "? a",
    ": a",
    "a:",
    "2001-12-14 21:59:43.10 -5",
    "2024-1-1 x",
    "--- a",
    "... a",
    "%YAML 1.2",
    "\u00a0a",
    "a\u00a0",
    "\u3000",
    "\u0661\u0662",
    "caf\u00e9 \U0001f600",
    "a\x7fb",
    "a\x85b",
    "a\u2028b\u2029c",
    "\ufeffa",
    "a\ufffeb",
    "a\x00b\x1b",
    "a\rb",
    "a\r\nb",
    "x" * 3000,
    "x y " * 800,
)
BLOCKS: Final = (
    "\n",
    "\n\n",
    "\n\n\n",
    "\na",
    "\n\na\n",
    " \n",
    "\n ",
    "\t\n",
    "\n\t",
    "a\n ",
    "a\n \n",
    "a\n\n ",
    "  a\nb",
    "\ta\nb\n",
    "a\n  b\n\n\n\n\nc  \n\td\t\n",
    "a\n\n",
    "a\n\n\n",
    "# a\n# b",
    "---\na\n...\n",
    "- a\n- b\n",
    "a: b\nc: d",
    " \n \na",
    "    \n  a\n",
    "\n    a\n  b\n",
    "a\n# b\n",
    "caf\u00e9\n\U0001f600\n",
    "%a\n%b\n",
)


def emit(fields: dict[str, Any]) -> bytes:
    """The snapshot of one suite with these fields."""
    return dumped(Document(HEAD, [Node(NodeKind.SUITE, 0, fields)]), Format.YAML)


def read_everywhere(fields: dict[str, Any]) -> None:
    """Fail unless every parser gives the fields back, with the same types."""
    data = emit(fields)
    for name, parse in PARSERS.items():
        found = parse(data)["suites"][0]
        assert typed(found) == typed(fields), (name, data)


@pytest.mark.parametrize("text", [*LOOKALIKES.split(), *PHRASES, *BLOCKS])
def test_a_text_stays_this_text_in_every_parser(text: str) -> None:
    """Whatever it looks like, as a value, in a list, and as a key."""
    read_everywhere({"id": text, "in": [text, [text]], "key": {text: {text: 1}}})


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
def test_any_json_value_is_read_back_by_every_parser(fields: dict[str, Any]) -> None:
    """Text of any characters, numbers, nested lists and mappings."""
    read_everywhere(fields)


@pytest.mark.parametrize("length", [119, 120, 121, 1023, 1024, 1025, 5000])
@pytest.mark.parametrize("value", ["a", "a\nb\n", [1, ["x"]], {"a": {"b": []}}, [], {}, None])
def test_a_key_of_any_length_holds_any_value(length: int, value: Any) -> None:
    """YAML ends a simple key after 1,024 characters; ours change to the explicit form before."""
    read_everywhere({"id": "a", "x" * length: value, "in": [{"y" * length: value, "z": 1}]})


@pytest.mark.parametrize("number", [0.0, -0.0, 1e16, 1.5e-7, 1e22, 5e-324, 1.7976931348623157e308])
def test_a_float_is_a_float_in_every_parser(number: float) -> None:
    """YAML 1.1 wants a dot in it, and a sign in its exponent."""
    read_everywhere({"id": "a", "number": number})


def test_a_value_may_nest_a_hundred_levels() -> None:
    """In lists and in mappings, alternating."""
    value: Any = "end\n"
    for level in range(50):
        value = {"deeper": [value], "level": level}
    read_everywhere({"id": "a", "value": value})


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_a_wide_document_is_read_by_every_parser(name: str) -> None:
    """Two hundred siblings."""
    document = siblings(200)
    assert nested(document) == PARSERS[name](dumped(document, Format.YAML))


def test_a_deep_document_is_read_by_other_parsers() -> None:
    """As deep as their own recursion goes."""
    document = chain(60)
    for parse in PARSERS.values():
        assert nested(document) == parse(dumped(document, Format.YAML))
