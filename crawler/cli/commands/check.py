"""`check`: does the configuration work, before a long job relies on it?"""

import click

from crawler.cli.completing import complete_project, remember
from crawler.cli.help import CONTEXT, epilog
from crawler.cli.options import connection_options, edition_options, output_options
from crawler.cli.output import write_line
from crawler.cli.running import run_job
from crawler.cli.session import Session, pass_session
from crawler.errors import ProjectError

__all__ = ("command",)


@click.command(
    "check",
    context_settings=CONTEXT,
    epilog=epilog(
        "testomat-crawler check",
        "testomat-crawler check my-project --url https://testomat.example.com",
        codes=(0, 2, 3, 5, 130, 143),
    ),
)
@click.argument("project", required=False, shell_complete=complete_project)
@connection_options
@edition_options
@output_options
@pass_session
def command(session: Session, project: str | None) -> None:
    """Try the configuration: address, credentials, projects.

    PROJECT, or else the configured one, is looked for among the projects.
    """
    from crawler.edition import edition_words  # noqa: PLC0415  not needed for help
    from crawler.jobs.check import check  # noqa: PLC0415

    report = run_job(
        session,
        lambda settings, progress, clock: check(settings, progress=progress, clock=clock),
        project=project,
    )
    remember(report.server, report.projects)
    write_line(f"server    {session.scrub(report.server)}")
    write_line(f"account   {session.scrub(report.account)}")
    for each in report.projects:
        write_line(f"project   {session.scrub(each.slug)}  {session.scrub(each.title)}")
    if report.project and report.project_ok is False:
        raise ProjectError(report.project, report.server)
    if report.project and report.project_ok:
        over = f" over {edition_words(report.edition)}" if report.edition else ""
        write_line(session.scrub(f"{report.project} can be read{over}"))
