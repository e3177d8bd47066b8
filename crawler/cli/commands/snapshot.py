"""`snapshot`: crawl one project, or several, and write a snapshot of each."""

from typing import TYPE_CHECKING

import click

from crawler.cli.completing import complete_path, complete_project
from crawler.cli.crawl_options import selected_crawl_options
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import connection_options, output_options, project_options
from crawler.cli.output import write_note
from crawler.cli.places import chosen_format, format_option, place
from crawler.cli.running import run_job
from crawler.cli.session import Session, pass_session
from crawler.cli.several_places import several_places
from crawler.errors import IncompleteError, UsageError

if TYPE_CHECKING:
    from crawler.clock import Clock
    from crawler.config.settings import Settings
    from crawler.jobs.snapshot_one import SnapshotResult
    from crawler.jobs.snapshots import SnapshotsResult
    from crawler.progress import Progress
    from crawler.snapshot.formats import Format

__all__ = ("command",)


@click.command(
    "snapshot",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler snapshot my-project",
        "testomat-crawler snapshot my-project -o backup/my-project.json",
        "testomat-crawler snapshot my-project --suite Checkout --state manual",
        "testomat-crawler snapshot --all-projects -o snapshots/",
        "testomat-crawler snapshot --project 'shop-*' -o 'snapshots/{project}.json'",
        codes=(0, 2, 3, 4, 5, 6, 130, 143),
        resumes=True,
    ),
)
@click.argument("project", required=False, shell_complete=complete_project)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    shell_complete=complete_path,
    help="File or directory to write; - is standard output. For several projects a folder, or a"
    " path with {project} in it.  [default: PROJECT.yaml here]",
)
@format_option
@project_options
@click.option("--profile", is_flag=True, help="Tell where the time went, and what to change.")
@connection_options
@selected_crawl_options
@output_options
@pass_session
def command(
    session: Session,
    /,
    *,
    project: str | None,
    output: str | None,
    form: str | None,
    profile: bool,
    all_projects: bool,
    projects: tuple[str, ...],
) -> int:
    """Crawl one project and write its snapshot.

    PROJECT is the short name that stands after /projects/ in the project's address; without it the
    configured project is taken. A snapshot of a part of it says which part that is.

    With --all-projects or --project there is one of each project. They share one login and one
    rate. One that fails does not stop the others; of several exit codes the worst counts: 6, then
    2, 3, 4, 5.
    """
    if sum((project is not None, all_projects, bool(projects))) > 1:
        raise UsageError("PROJECT, --all-projects and --project contradict each other.")
    if all_projects or projects:
        if profile:
            raise UsageError("--profile is for one project.")
        return _several(session, output, form, projects)
    return _one(session, project, output, form, profile=profile)


def _one(
    session: Session, project: str | None, output: str | None, form: str | None, *, profile: bool
) -> int:
    from crawler.jobs.snapshot import take_snapshot  # noqa: PLC0415  not needed for help

    chosen = chosen_format(output, form)

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "SnapshotResult":
        slug = _required(settings.project)
        return await take_snapshot(
            settings,
            project=slug,
            output=place(output or _default_name(slug, chosen)),
            format=chosen,
            progress=progress,
            clock=clock,
        )

    result = run_job(session, job, resumes=True, project=project)
    # The first request did not wait for what the end needs.
    if session.verbosity >= 0:
        from crawler.cli.summary import summary_lines  # noqa: PLC0415

        for line in summary_lines(result):
            write_note(session.scrub(line))
    if profile and result.profile:
        from crawler.cli.profile import profile_lines  # noqa: PLC0415

        for line in profile_lines(result.profile):
            write_note(line)
    return IncompleteError.exit_code if result.gaps else 0


def _several(
    session: Session, output: str | None, form: str | None, projects: tuple[str, ...]
) -> int:
    """Those that match `projects`, or all if there are none."""
    from crawler.cli.summary import several_lines  # noqa: PLC0415  not needed for help
    from crawler.jobs.snapshots import take_snapshots  # noqa: PLC0415

    where, chosen = several_places(output, form)

    async def job(settings: "Settings", progress: "Progress", clock: "Clock") -> "SnapshotsResult":
        return await take_snapshots(
            settings,
            all_projects=not projects,
            place=where,
            format=chosen,
            progress=progress,
            clock=clock,
        )

    result = run_job(session, job, resumes=True, projects=projects or None)
    if session.verbosity >= 0 or result.exit_code:
        for line in several_lines(result):
            write_note(session.scrub(line))
    return result.exit_code


def _required(project: str | None) -> str:
    if project is None:
        raise UsageError(
            "No project was named.",
            hint="Name one: testomat-crawler snapshot PROJECT."
            " 'testomat-crawler projects' lists them.",
        )
    return project


def _default_name(project: str, chosen: "Format") -> str:
    from crawler.snapshot.formats import DIRECTORIES  # noqa: PLC0415  not needed for help

    return project if chosen in DIRECTORIES else f"{project}.{chosen.value}"
