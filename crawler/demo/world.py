"""Everything one demo server knows: accounts and the projects that they may read."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.demo.project import DemoProject
from crawler.demo.records import DemoFile

__all__ = ("Account", "World")


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who can log in.

    Attributes:
        email: Together with the password one way to log in.
        password: See there.
        api_token: The general token, ``testomat_…``: the other way.
        projects: Slugs of the projects of which the account is a member; ``None`` means all.
        may_write: Whether it may change what it may read.
    """

    email: str
    password: str = field(repr=False)
    api_token: str = field(repr=False)
    projects: frozenset[str] | None = None
    may_write: bool = True

    def may_read(self, slug: str) -> bool:
        """Is the account a member of the project?"""
        return self.projects is None or slug in self.projects


class World:
    """The projects and accounts of one server.

    Attributes:
        projects: By slug, in the order in which the server lists them.
        accounts: Whoever may log in.
        secret: Signs the JSON Web Tokens.
        files: The files of the instance by their path, such as ``/attachments/total.png``.
    """

    def __init__(
        self,
        projects: Iterable[DemoProject],
        accounts: Iterable[Account],
        secret: str = "demo-secret",  # noqa: S107 - signs tokens that live as long as a test
    ) -> None:
        self.projects = {project.slug: project for project in projects}
        self.accounts = tuple(accounts)
        self.secret = secret
        self.files: dict[str, DemoFile] = {}

    @property
    def project(self) -> DemoProject:
        """The first project, for worlds that have one."""
        return next(iter(self.projects.values()))

    def opened_by(self, key: object) -> DemoProject | None:
        """The project whose token this is."""
        for project in self.projects.values():
            if isinstance(key, str) and project.api_key == key:
                return project
        return None

    def readable_by(self, account: Account) -> list[DemoProject]:
        """The projects of which the account is a member, in the server's order."""
        return [each for each in self.projects.values() if account.may_read(each.slug)]
