"""Markdown in the page, held against markdown-it, and against those who would misuse it."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from support.browser import function_in, needs_browser
from support.pages import PIECES
from support.reports import HOSTILE_TEXTS, sample

pytestmark = [needs_browser]

ASSETS: Final = Path(__file__).parents[2] / "crawler/report/assets"
REFERENCE: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
BLOCKS: Final = "p|ul|ol|li|blockquote|table|thead|tbody|tr|th|td|hr|h[1-6]|pre"

AS_HTML: Final = function_in(Path(__file__).with_name("as_html.js"))

TEXTS: Final = (
    "# One #\n\nTwo\n===\n\nThree\n---\n\n#### Four\n#no heading\n",
    "a\nb  \nc\\\nd\n\n    code\n\n\tmore\n\nend",
    "* a\n* b\n\n  more of b\n* c\n\n1. one\n2. two\n   - nested\n     still\n   - next\n3. three",
    "3) three\n4) four\n\n- a\n\n\n- b\n+ other\n\n-\n- x\n-\tby tab",
    "para\n1. one\n\npara\n2. no list\n\npara\n- list\n",
    "- [ ] open\n- [x] done\n- [x] **done** too\n  - [ ] nested\n\n1. [x] ordered",
    "> quote\nlazy\n> - item\nlazy item\n\n> > deep\n> less\n\n>no space\n\nafter",
    "- > quote in item\n- ```\n  code\n\n  more\n  ```\n- 1. x\n\n     y",
    "```js\nlet a = '<b>';\n\n  indented\n```\n~~~\n```\n~~~\n````\n```\n````\n```\nopen to end\n",
    "| a | b | c |\n|:--|:-:|--:|\n| 1 | *2* | `3` |\n| \\| | x |\n| 1 | 2 | 3 | 4 |\nafter",
    "para\n| a |\n|---|\n| b |\n\n| no | table |\n| -- |\n\na | b\n-|-\nc | d",
    "***\n---\n_ _ _\n\n- - -\n* a\n* * *\n",
    "*a* **b** ***c*** _d_ __e__ a_b_c *a **b** c* **a *b* c** *a**b**c*",
    "** not** *not * a*b*c **a*b* ~~gone~~ ~one~ *a _b* c_ **a",
    "`a` `` ` `` ` `` ` `*a*` a`b `unclosed *x* \\`not\\`",
    "[a](https://a.example/x) [b](<https://b.example/y z> 'title') [c](https://c.example/ (t))",
    "[*a* `b`](https://a.example/(x)) [[a]](https://a.example/) ![p *q*](https://a.example/p.png)",
    "[a][r] [r][] [r] [A B][R] ![p][r] [none] [none][no]\n\n[r]: https://r.example/ 't'\n[R]: x\n",
    "[a](not closed [b]( d](x y) \\[e](x) [f\n](https://f.example/\n'g')",
    "<https://auto.example/?a=b&c> <mail@a.example> <b>bold</b> a < b > c & d",
    "&amp; &lt;b&gt; &copy; &#65; &#x42; &#0; &unknown; &valueOf; &amp;amp; \\&amp; \\* \\a \\\\",
    "two\n\n\n\nparagraphs   \n   indented\n      more",
    "a\r\nb\rc\n\r\n* d\r\n* e",
    "1. a\n\n   ```\n   code\n   ```\n\n2. b\n\n   > q\n\n10. c",
    "Steps\n1. Open\n   *Expected*: seen\n2. Close  \n   **Expected**: gone",
)


@pytest.fixture(scope="module")
def renderer(browser: Any) -> Iterator[Any]:
    """An empty window with the renderer alone; it says what a text becomes."""
    page = browser.new_page()
    for name in ("dom", "entities", "emphasis", "inline", "markdown"):
        page.add_script_tag(content=(ASSETS / f"{name}.js").read_text("utf-8"))
    yield page
    page.close()


def spelled(html: str) -> str:
    """The reference's HTML in the spelling of `AS_HTML`."""
    for pattern, by in (
        (r"<(br|hr) />", r"<\1>"),
        (r'<a href="([^"]*)"[^>]*>', r"<a \1>"),
        (r'<img src="([^"]*)"[^>]*>', r"<img \1>"),
        (r'<ol start="(\d+)">', r"<ol \1>"),
        (r'<(t[dh]) style="text-align:(\w+)">', r"<\1 \2>"),
        (r'<code class="[^"]*">', "<code>"),
        (r"<(/?)s>", r"<\1del>"),
        ("&quot;", '"'),
        (r"<a ([^>]*)&amp;", r"<a \1&"),
    ):
        html = re.sub(pattern, by, html)
    return html


def squashed(html: str) -> str:
    """Without the line breaks between blocks, which mean nothing."""
    html = re.sub(rf"\n*(</?(?:{BLOCKS})(?: [^>]*)?>)\n*", r"\1", html)
    return re.sub(r"<br>\n", "<br>", html)


def test_the_sample_reads_as_markdown_it_reads_it(renderer: Any) -> None:
    """Every text of the demo's project."""
    document = sample()
    fields = [node.fields for node in document.nodes]
    texts = {each.get(name) for each in fields for name in ("description", "notes")} - {None}
    assert len(texts) > 300
    for text in sorted(texts):
        found = squashed(renderer.evaluate(AS_HTML, text))
        assert found == squashed(spelled(REFERENCE.render(text)))


@pytest.mark.parametrize("text", TEXTS)
def test_markdown_reads_as_markdown_it_reads_it(text: str, renderer: Any) -> None:
    """Block by block, and what stands within."""
    found = squashed(renderer.evaluate(AS_HTML, text))
    assert found == squashed(spelled(REFERENCE.render(text)))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "see https://a.example/x_(y), ok",
            "see <a https://a.example/x_(y)>https://a.example/x_(y)</a>, ok",
        ),
        ("(http://a.example/)", "(<a http://a.example/>http://a.example/</a>)"),
        ("www.a.example/x.", "<a https://www.a.example/x>www.a.example/x</a>."),
        ("xhttp://a.example", "xhttp://a.example"),
        ("a<br>b<br/>c", "a<br>b<br>c"),
        ("[up](/attachments/a.png)", "<a https://s.example/attachments/a.png>up</a>"),
        ("[out](//evil.example/)", "<span>out</span>"),
        ("[in](page.md)", "<span>in</span>"),
    ],
)
def test_what_people_expect_beyond_the_standard(text: str, html: str, renderer: Any) -> None:
    """Bare addresses, line breaks in cells, paths on the server, no others."""
    found = renderer.evaluate(AS_HTML, text)
    assert re.sub(r"<span [^>]*>", "<span>", found) == f"<p>{html}</p>"


ALLOWED: Final = function_in(Path(__file__).with_name("allowed.js"))

MARKS: Final = (
    *("*", "**", "_", "~~", "`", "``", "[", "](", ")", "![", "]", "[a](", "](b)", "<", ">", "\\"),
    *("- ", "1. ", "> ", "# ", "| ", " |", "|-|", "```\n", "    ", "\t", "[ ] ", "---", "==="),
    *(
        "javascript:alert(1)",
        "https://x.example/",
        "data:text/html,x",
        "[r]: javascript:x",
        "&#58;",
    ),
    *(
        "<script>",
        "<img src=x onerror=alert(1)>",
        "<a href=x>",
        "&colon;",
        "a",
        "b c",
        "\n",
        "\n\n",
    ),
)


@given(text=st.lists(st.sampled_from((*MARKS, *PIECES, *HOSTILE_TEXTS)), max_size=30).map("".join))
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_text_becomes_anything_that_acts(text: str, renderer: Any) -> None:
    """Whatever is put together: known elements, known attributes, harmless addresses."""
    assert renderer.evaluate(ALLOWED, text) == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            each * 20_000
            for each in ("*a ", "**a", "_a_", "[", "](", "[a](", "![a](<", "`a``", "<a:")
        ),
        *(
            each * 20_000
            for each in ("> ", "- ", "1. ", "# ", "|a", "~~", "\\", "&#", "http://.", "  ")
        ),
        *(
            f"{each}\n" * 10_000
            for each in ("- a", "> a", "a | b", "    a", "[r]: x", "* * a", "```")
        ),
        "a" + " " * 100_000 + "b\n\nc",
        "[a](b " + '"' * 50_000,
        "".join(f"{'  ' * level}- a\n" for level in range(300)),
        "".join(f"{'`' * level} " for level in range(1, 600)),
        "*" * 50_000 + "a" + "*" * 50_000,
        "[a](https://x.example/" + "(" * 50_000,
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_a_long_text_takes_no_longer_than_it_is_long(text: str, renderer: Any) -> None:
    """No way to stop the page by a text: all that grows with the square of the length is cut."""
    before = time.monotonic()
    depth = renderer.evaluate(
        """(text) => {
          const root = document.createElement("div");
          root.append(markdown(text));
          let [deepest, level] = [0, [root]];
          for (; level.length; deepest++) level = level.flatMap((each) => [...each.children]);
          return deepest;
        }""",
        text,
    )
    assert time.monotonic() - before < 30
    assert depth < 250
