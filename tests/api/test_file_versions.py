"""Which bytes of a file need not come again, by the word of the server alone."""

from typing import Any

import pytest

from crawler.api.file_versions import begun, file_headers, version_of
from crawler.api.messages import Download, Reply
from crawler.errors import MalformedError
from crawler.model import FileVersion

PLACE = "https://a.example/film"
VERSION = FileVersion(PLACE, '"1"')
DATE = "Tue, 03 Feb 2026 10:00:00 GMT"


class Held:
    """A sink that holds some bytes already."""

    def __init__(self, size: int = 0, version: FileVersion | None = None) -> None:
        self.size = size
        self.version = version

    async def begin(self, version: FileVersion | None) -> None:
        self.size, self.version = 0, version

    async def write(self, data: bytes) -> None:
        self.size += len(data)


def download(sink: Held | None = None, **more: Any) -> Download:
    return Download("GET", (), address=f"{PLACE}?sig=1", sink=sink or Held(), limit=99, **more)


def extra(request: Download) -> dict[str, str]:
    """What is asked with besides what every file is."""
    usual = ("Accept", "Accept-Encoding")
    return {name: value for name, value in file_headers(request).items() if name not in usual}


def test_what_is_known_is_asked_for_on_a_condition() -> None:
    """Of the place that said so alone."""
    dated = FileVersion(PLACE, DATE)
    assert extra(download()) == {}
    assert extra(download(known=VERSION)) == {"If-None-Match": '"1"'}
    assert extra(download(known=dated)) == {"If-Modified-Since": DATE}
    assert extra(download(known=FileVersion(f"{PLACE}s", '"1"'))) == {}


def test_what_was_cut_off_is_gone_on_with() -> None:
    """If it is still the same, which the server decides."""
    rest = {"Range": "bytes=5-", "If-Range": '"1"'}
    assert extra(download(Held(5, VERSION), known=VERSION)) == rest
    assert extra(download(Held(5, None))) == {}
    assert extra(download(Held(0, VERSION))) == {}
    assert extra(download(Held(5, FileVersion("https://b.example/film", '"1"')))) == {}


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ({"etag": '"abc"'}, '"abc"'),
        ({"etag": '"abc"', "last-modified": DATE}, '"abc"'),
        ({"etag": 'W/"abc"'}, None),
        ({"etag": "abc"}, None),
        ({"etag": '"a\r\nb"'}, None),
        ({"etag": '"' + "x" * 300 + '"'}, None),
        ({"last-modified": DATE, "date": "Tue, 03 Feb 2026 10:01:00 GMT"}, DATE),
        ({"last-modified": DATE, "date": "Tue, 03 Feb 2026 10:00:59 GMT"}, None),
        ({"last-modified": DATE}, None),
        ({"last-modified": "yesterday", "date": DATE}, None),
        ({"last-modified": "Tue, 03 Feb 99999 10:00:00 GMT", "date": DATE}, None),
        ({}, None),
    ],
)
def test_only_what_is_certain_counts_as_a_version(
    headers: dict[str, str], validator: str | None
) -> None:
    """A weak tag, or a date of just now, is the same for bytes that are not."""
    found = version_of(download(), Reply(200, headers))
    assert found == (FileVersion(PLACE, validator) if validator else None)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("part", "tag", "size"),
    [
        ("bytes 5-9/10", '"1"', 5),
        ("bytes 5-9/10", "", 5),
        ("bytes 5-9/10", '"2"', None),
        ("bytes 4-9/10", '"1"', None),
        ("bytes 5-8/10", '"1"', None),
        ("bytes 5-9/*", '"1"', None),
        ("", '"1"', None),
    ],
)
async def test_a_part_counts_only_if_it_is_the_whole_rest(
    part: str, tag: str, size: int | None
) -> None:
    """Else the file begins anew."""
    sink = Held(5, VERSION)
    headers = {name: each for name, each in (("content-range", part), ("etag", tag)) if each}
    if size is None:
        with pytest.raises(MalformedError):
            await begun(download(sink), Reply(206, headers))
        assert (sink.size, sink.version) == (0, None)
    else:
        assert await begun(download(sink), Reply(206, headers)) == size


@pytest.mark.anyio
async def test_the_whole_file_takes_the_place_of_what_was_there() -> None:
    """As a server answers that knows no ranges, or has another version now."""
    sink = Held(5, VERSION)
    assert await begun(download(sink), Reply(200, {"etag": '"2"'})) == 0
    assert (sink.size, sink.version) == (0, FileVersion(PLACE, '"2"'))
