"""The main job below the command line: a crawl of a demo server over real HTTP."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from crawler.api.client import Client, ClientOptions
from crawler.api.credentials import Credentials
from crawler.config.settings import Settings
from crawler.demo import API_TOKEN, DemoServer
from crawler.jobs.crawl_project import crawl_project
from crawler.jobs.crawled import CrawledProject
from crawler.progress import Tally, TallyProgress
from crawler.redaction import Secret
from crawler.snapshot.attachment_store import AttachmentStore
from crawler.snapshot.document import Document
from crawler.snapshot.formats import Format, codec
from support.clock import FastClock
from support.documents import in_memory

#: Requests a second that no machine reaches, however often a 429 halves it.
NO_LIMIT = 1e12


@dataclass
class Taken:
    """A snapshot in both formats, and what its making came to."""

    json: bytes
    yaml: bytes
    complete: bool
    gaps: tuple[Any, ...]
    warnings: tuple[str, ...]
    tally: Tally = field(repr=False)
    url: str

    @property
    def bytes(self) -> tuple[bytes, bytes]:
        """JSON and YAML without the server's port, which is another one each time."""
        return tuple(each.replace(self.url.encode(), b"URL") for each in (self.json, self.yaml))

    @cached_property
    def document(self) -> Document:
        """The document, as it is read from the JSON."""
        return read(self.json, Format.JSON)


def read(content: bytes, form: Format) -> Document:
    """The document in some bytes, in memory."""
    return in_memory(codec(form).load(io.BytesIO(content)))


@asynccontextmanager
async def crawling(
    server: DemoServer | str,
    slug: str,
    *,
    workers: int = 8,
    rate: float = NO_LIMIT,
    progress: TallyProgress | None = None,
    clock: FastClock | None = None,
    state: Path | None = None,
    store: AttachmentStore | None = None,
    **settings: Any,
) -> AsyncIterator[CrawledProject]:
    """A finished crawl, held open."""
    clock, progress = clock or FastClock(), progress or TallyProgress()
    url = server if isinstance(server, str) else server.url
    credentials = Credentials(api_token=Secret(API_TOKEN))
    options = ClientOptions(url=url, credentials=credentials, rate=rate, in_flight=workers)
    told = Settings(workers=workers, state=state, **settings)
    async with (
        Client(options, clock=clock, progress=progress) as client,
        crawl_project(client, slug, told, progress=progress, clock=clock, store=store) as crawled,
    ):
        yield crawled


async def take(server: DemoServer | str, slug: str, **options: Any) -> Taken:
    """Crawl a project and write it in both formats; see `crawling` for the options."""
    progress = TallyProgress()
    async with crawling(server, slug, progress=progress, **options) as crawled:
        written = []
        for form in (Format.JSON, Format.YAML):
            out = io.BytesIO()
            await crawled.write(out, form)
            written.append(out.getvalue())
        return Taken(
            *written,
            complete=crawled.complete,
            gaps=crawled.gaps,
            warnings=crawled.warnings,
            tally=progress.tally,
            url=server if isinstance(server, str) else server.url,
        )
