"""A crawl that is over, as something that can be written."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import anyio

from crawler.config.settings import Settings
from crawler.engine.crawl import CrawlOutcome
from crawler.jobs.crawled_head import document_of
from crawler.model import Gap, ProjectFacts, SectionName
from crawler.plural import counted
from crawler.sections import listed_names
from crawler.selection import selection_words
from crawler.snapshot.assemble import section_fields
from crawler.snapshot.document import Document, Head, NodeKind, Section
from crawler.snapshot.formats import Format
from crawler.snapshot.noise import Omission
from crawler.snapshot.written import Written

if TYPE_CHECKING:
    from crawler.jobs.attachments import Files

__all__ = ("CrawledProject", "content_options")


@dataclass(frozen=True, slots=True)
class CrawledProject:
    """What one crawl found; readable as long as the `crawl_project` that made it is open.

    `wanted` are the sections that were asked for; `kept` are items of these, by section, that come
    from an older snapshot and stand behind those that were read. `files` are those of attachments
    if they were asked for. `lost` counts what stands at the top of the orphans.
    """

    outcome: CrawlOutcome
    head: Head
    omission: Omission
    wanted: tuple[SectionName, ...] = ()
    kept: Mapping[str, Iterable[Mapping[str, Any]]] = field(default_factory=dict)
    files: "Files | None" = None
    lost: Mapping[NodeKind, int] = field(default_factory=dict)

    @property
    def project(self) -> ProjectFacts:
        """The project as the server describes it."""
        return self.outcome.project

    @property
    def complete(self) -> bool:
        """Everything that any witness knows of is there."""
        return not self.outcome.gaps

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is missing, and why."""
        return self.outcome.gaps

    @property
    def has_files(self) -> bool:
        """Whether any file of an attachment was stored."""
        return self.files is not None and bool(self.files.notes)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know although nothing is missing."""
        selection, missing = self.head.selection, self.outcome.sections.missing
        found = [_missing_warning(missing)] if missing else []
        if selection.picks_tests and not self.head.tests:
            found.append(f"no test is selected by: {selection_words(selection)}")
        if any(self.lost.values()):
            found.append(_orphans_warning(self.lost))
        return (*found, *self.outcome.warnings)

    def document(self) -> Document:
        """The snapshot as a stream; each call starts a new one."""
        names = (SectionName(name) for name, _ in self.head.sections)
        sections = tuple(Section(name.value, self._items(name)) for name in names)
        return document_of(self.head, self.outcome, self.omission, sections)

    def _items(self, section: SectionName) -> Iterator[Mapping[str, Any]]:
        is_theirs = section is SectionName.ATTACHMENTS
        for item in self.outcome.sections.items(section):
            fields = section_fields(section, item.resource, item.kind, item.owner, self.omission)
            yield self.files.marked(fields) if self.files is not None and is_theirs else fields
        yield from self.kept.get(section.value, ())
        if self.files is not None and is_theirs:
            yield from self.files.links

    async def write(
        self,
        output: Path | BinaryIO,
        form: Format,
        beside: Callable[[Written], AbstractContextManager[None]] | None = None,
    ) -> Written:
        """Write the snapshot to its place, in one step, or to an open stream.

        `beside` is entered, in a thread, when all is written and before it takes its place, and
        left when it has.
        Raises `LocalError` if the disk refuses; then the old file is as it was.
        """
        return await anyio.to_thread.run_sync(self._write, output, form, beside)

    def _write(
        self,
        output: Path | BinaryIO,
        form: Format,
        beside: Callable[[Written], AbstractContextManager[None]] | None,
    ) -> Written:
        # The first request does not wait for what only the end needs.
        from crawler.snapshot.saving import saved  # noqa: PLC0415
        from crawler.snapshot.writer import write  # noqa: PLC0415

        if not isinstance(output, Path):
            return write(self.document(), output, form)
        with ExitStack() as around, saved(self.document(), output, form) as written:
            if beside is not None:
                around.enter_context(beside(written))
        return written


def _orphans_warning(lost: Mapping[NodeKind, int]) -> str:
    suites, tests = lost[NodeKind.SUITE], lost[NodeKind.TEST]
    parts = []
    if suites:
        parts.append(
            "1 suite with all below it" if suites == 1 else f"{suites} suites with all below them"
        )
    if tests:
        parts.append(counted(tests, "single test"))
    return f"no root leads to {' and '.join(parts)}: see 'orphans' there"


def _missing_warning(missing: Iterable[SectionName]) -> str:
    return f"the server does not offer these, so the snapshot has none: {listed_names(missing)}"


def content_options(settings: Settings) -> dict[str, Any]:
    """The settings that shaped what is in a snapshot, for its manifest."""
    told: dict[str, Any] = {"stable": settings.stable, "omit": list(settings.omit)}
    if settings.sections:
        told["with"] = [name.value for name in settings.sections]
    if settings.runs_since is not None:
        told["runs_since"] = settings.runs_since
    return told
