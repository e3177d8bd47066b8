"""Which address answers what. Knows neither sockets nor aiohttp: a request in, a reply out."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from crawler.demo.extra_answers import ExtraAnswers
from crawler.demo.labels import label_resource, labels_of
from crawler.demo.listing import Lists, skeleton
from crawler.demo.login import Logins, Pass, Standing
from crawler.demo.options import LoginRefusal, ServerOptions
from crawler.demo.project import DemoProject
from crawler.demo.replies import Reply, failure, html, json_reply
from crawler.demo.run_writing import create_run, update_run
from crawler.demo.shapes import Shaper
from crawler.demo.uploads import Uploads
from crawler.demo.world import Account, World
from crawler.demo.writing import Writing

__all__ = ("Routes",)

_NOT_FOUND = failure(HTTPStatus.NOT_FOUND, "Not found")


class Routes:
    """The addresses of v1: projects, suites, tests, and what else a project holds."""

    def __init__(self, world: World, options: ServerOptions, logins: Logins) -> None:
        self._world = world
        self._options = options
        self._logins = logins
        self._shaper = Shaper(options)
        self._lists = Lists(options, self._shaper)
        self._extras = ExtraAnswers(options)
        self._ready = _Ready(options.cache_bytes)
        self._writing = Writing(options, self._shaper, Uploads(options, world.files))

    def log_in(self, fields: Mapping[str, object]) -> Reply:
        """``POST /api/login``."""
        jwt = self._logins.log_in(fields)
        if jwt is not None:
            return json_reply({"jwt": jwt})
        match self._options.login_refusal:
            case LoginRefusal.UNAUTHORIZED:
                return failure(HTTPStatus.UNAUTHORIZED, "Invalid credentials")
            case LoginRefusal.FORBIDDEN:
                return failure(HTTPStatus.FORBIDDEN, "Invalid credentials")
            case LoginRefusal.WITHOUT_JWT:
                return json_reply({"message": "Invalid credentials"})
            case LoginRefusal.EMPTY:
                return Reply(HTTPStatus.OK)

    def read(self, path: str, query: Mapping[str, str], found: Pass) -> Reply:
        """Any ``GET``."""
        segments = path.strip("/").split("/")
        if segments[0] != "api":
            return html(HTTPStatus.OK, "Sign in")
        if found.account is None:
            return self._refuse(found.standing)
        return self._read(segments[1:], query, found.account) or _NOT_FOUND

    def _read(
        self, segments: Sequence[str], query: Mapping[str, str], account: Account
    ) -> Reply | None:
        """What a member may read; ``None`` if there is nothing at the address."""
        match segments:
            case ["projects"]:
                projects = self._world.readable_by(account)
                return json_reply(self._lists.projects(projects, query))
            case ["projects" | "project", slug]:
                project = self._project(slug, account)
                if project is None or not self._options.project_address:
                    return None
                return json_reply({"data": self._shaper.project(project)})
            case [slug, *rest]:
                project = self._project(slug, account)
                return self._within(project, rest, query) if project else None
            case _:
                return None

    def _within(self, project: DemoProject, rest: Sequence[str], query: Mapping[str, str]) -> Reply:
        """An address of one project, from what is at hand or made anew."""
        key = (project.slug, *rest, *(f"{name}={value}" for name, value in query.items()))
        reply = self._ready.get(key, project.revision)
        if reply is None:
            reply = self._make(project, rest, query)
            self._ready.put(key, project.revision, reply)
        return reply

    def _make(self, project: DemoProject, rest: Sequence[str], query: Mapping[str, str]) -> Reply:
        match rest:
            case ["suites"]:
                return json_reply(self._lists.suites(project, query))
            case ["tests"]:
                return json_reply(self._lists.tests(project, query))
            case ["suites", "tree"]:
                return Reply(HTTPStatus.OK, skeleton(project)) if self._options.tree else _NOT_FOUND
            case ["suites", suite_id] if suite_id in project.suites:
                suite = project.suites[suite_id]
                return json_reply(self._shaper.suite_document(project, suite))
            case ["tests", test_id] if test_id in project.tests:
                test = project.tests[test_id]
                return json_reply(self._shaper.test_document(project, test))
            case _:
                return self._make_other(project, rest, query)

    def _make_other(
        self, project: DemoProject, rest: Sequence[str], query: Mapping[str, str]
    ) -> Reply:
        found = self._extras.read(project, rest, query)
        if found is None and rest == ["labels"] and "labels" not in self._options.missing_lists:
            return json_reply({"data": list(map(label_resource, labels_of(project)))})
        return found or _NOT_FOUND

    def write(self, method: str, path: str, body: Mapping[str, Any], found: Pass) -> Reply:
        """Any request that is no ``GET`` and no login."""
        if found.account is None:
            return self._refuse(found.standing)
        match path.strip("/").split("/"):
            case ["api", slug, *rest]:
                project = self._project(slug, found.account)
                if project is None:
                    return _NOT_FOUND
                if not found.account.may_write:
                    return failure(HTTPStatus.FORBIDDEN, "This token may only read")
                reply = self._write_run(project, method, rest, body)
                if reply is None:
                    reply = self._writing.answer(project, method, rest, body)
                if reply is not None:
                    return reply
            case _:
                pass
        return failure(HTTPStatus.METHOD_NOT_ALLOWED, "Nothing can be written here")

    def _write_run(
        self, project: DemoProject, method: str, rest: Sequence[str], body: Mapping[str, Any]
    ) -> Reply | None:
        match (method, *rest):
            case ("POST", "runs"):
                return create_run(project, body)
            case ("PUT", "runs" | "run" as word, run_id):
                known = run_id in project.extras.runs and self._extras.has_address(word)
                return update_run(project, run_id, body) if known else _NOT_FOUND
            case _:
                return None

    def _project(self, slug: str, account: Account) -> DemoProject | None:
        """The project, unless it does not exist or the account is no member: 404 in both cases."""
        return self._world.projects.get(slug) if account.may_read(slug) else None

    def _refuse(self, standing: Standing) -> Reply:
        match standing:
            case Standing.EXPIRED:
                return failure(self._options.expired_status, "Token expired")
            case Standing.FOREIGN:
                return failure(self._options.foreign_status, "Token is not valid")
            case _:
                return failure(self._options.missing_status, "Authorization required")


class _Ready:
    """Answers kept until their project is edited or the room is used up, oldest out first."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._used = 0
        self._kept: OrderedDict[tuple[str, ...], tuple[int, Reply]] = OrderedDict()

    def get(self, key: tuple[str, ...], revision: int) -> Reply | None:
        """The answer, if it is still true."""
        kept = self._kept.get(key)
        return kept[1] if kept and kept[0] == revision else None

    def put(self, key: tuple[str, ...], revision: int, reply: Reply) -> None:
        """Keep an answer; one that is too big for the room pushes itself out again."""
        replaced = self._kept.pop(key, None)
        if replaced:
            self._used -= len(replaced[1].body)
        self._kept[key] = (revision, reply)
        self._used += len(reply.body)
        while self._used > self._room:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._used -= len(oldest.body)
