"""Links in Markdown, in all the ways in which it can write them."""

import pytest

from crawler.snapshot.markdown_links import links_in


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("![a](/a/x.png 'title')", ["/a/x.png"]),
        ("[a](</a/x y.png>)", ["/a/x%20y.png"]),
        ("[a][1]\n\n[1]: /a/ref.png", ["/a/ref.png"]),
        ("<https://a.example/x>", ["https://a.example/x"]),
        ("[![pic](/a/small.png)](/a/large.png)", ["/a/large.png", "/a/small.png"]),
        ('text <img src="/a/i.png" alt="x"> more', ["/a/i.png"]),
        ("<div>\n<a href='/a/b.pdf'>b</a></div>", ["/a/b.pdf"]),
        ("|a|\n|-|\n|![](/a/t.png)|", ["/a/t.png"]),
        ("* step\n  > ![](/a/deep.png)", ["/a/deep.png"]),
        ("[f](file:///etc/passwd)", ["file:///etc/passwd"]),
        ("`![a](/a/code.png)`", []),
        ("    ![a](/a/block.png)", []),
        ("\\![a\\](/a/no.png)", []),
        ("<![if x]><img src=/a/x.png>", ["/a/x.png"]),
        ("<!-- ![a](/a/x.png) -->", []),
        ("", []),
    ],
)
def test_every_way_to_link_is_found(text: str, links: list[str]) -> None:
    """And what only looks like one is not."""
    assert list(links_in(text)) == links


@pytest.mark.parametrize("text", ["<![", "<!DOCTYPE [<", "<?", "<a href=", "[" * 5000, ">" * 5000])
def test_garbage_is_no_error(text: str) -> None:
    """A description is hostile input."""
    assert list(links_in(text)) == []
