"""References to other items in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.restore.links import Rewriter
from crawler.snapshot.document import NodeKind

REWRITER = Rewriter("old-1", "new", "https://new.example")
NEW = {
    (NodeKind.TEST, "d2c4a1f0"): "11111111",
    (NodeKind.TEST, "00000123"): "22222222",
    (NodeKind.SUITE, "52e6b438"): "33333333",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see @Td2c4a1f0, then @S52e6b438.", "see @T11111111, then @S33333333."),
        ("(@T00000123)", "(@T22222222)"),
        ("@Sd2c4a1f0 is a test", "@Sd2c4a1f0 is a test"),
        ("@Tdeadbeef is gone", "@Tdeadbeef is gone"),
        ("mail a@Td2c4a1f0 or @@Td2c4a1f0", "mail a@Td2c4a1f0 or @@Td2c4a1f0"),
        ("@Td2c4a1f0x is longer", "@Td2c4a1f0x is longer"),
        (
            "https://app.testomat.io/projects/old-1/test/d2c4a1f0-pays-by-card",
            "https://new.example/projects/new/test/11111111-pays-by-card",
        ),
        (
            "[x](/projects/old-1/suites/52e6b438/tests/d2c4a1f0)",
            "[x](/projects/new/suites/33333333/tests/11111111)",
        ),
        ("https://a.b/projects/old-12/test/d2c4a1f0", "https://a.b/projects/old-12/test/d2c4a1f0"),
        ("https://a.b/projects/old-1/test/deadbeef", "https://a.b/projects/old-1/test/deadbeef"),
    ],
)
def test_only_what_is_known_is_rewritten(text, expected):
    """Marks and addresses, each with what may stand around it."""
    assert REWRITER.rewritten(text, NEW) == expected


def test_references_are_what_rewriting_would_replace():
    """Known or not, of either form."""
    text = "@Td2c4a1f0 https://x.example/projects/old-1/suite/52e6b438/test/deadbeef @Sdeadbeef"
    assert REWRITER.references(text) == {
        (NodeKind.TEST, "d2c4a1f0"),
        (NodeKind.SUITE, "52e6b438"),
        (NodeKind.TEST, "deadbeef"),
        (NodeKind.SUITE, "deadbeef"),
    }


@given(st.text("@STd2c4a1f0 /projectsold-1.:hx\r\n", max_size=60))
def test_a_text_that_names_nothing_known_stays_as_it_is(text):
    """Whatever it looks like."""
    known = {key: new for key, new in NEW.items() if key in REWRITER.references(text)}
    unknown = {key: new for key, new in NEW.items() if key not in known}
    assert REWRITER.rewritten(text, unknown) == text
