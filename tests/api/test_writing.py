"""Each write once, whatever becomes of the answers: against a handler that says what it likes."""

import json

import pytest
from aiohttp import web

from crawler.api.client import Client, ClientOptions
from crawler.api.credentials import Credentials
from crawler.api.writing import ProjectWriter
from crawler.errors import AccessError, RefusedError, ServerError
from crawler.model import ItemKind
from crawler.redaction import Secret
from crawler.sending import Found, Label

pytestmark = pytest.mark.anyio

HTML = ("<html>back soon</html>", 200, "text/html")


def document_of(item_id="11111111", title="A", **more):
    attributes = {"title": title, "suite-id": "s", "position": 2, **more}
    return {"data": {"id": item_id, "type": "test", "attributes": attributes}}


class Server:
    """Answers writes from a list, reads from a table; a login always."""

    def __init__(self, *answers, reads=None):
        self.answers = list(answers)
        self.reads = reads or {}
        self.writes = []
        self.looks = []

    async def __call__(self, request):
        if request.path == "/api/login":
            return web.json_response({"jwt": "a.b.c"})
        if request.method == "GET":
            self.looks.append(request.path_qs)
            found = self.reads.get(request.path, {"data": []})
            return web.json_response(found, status=200 if found else 404)
        self.writes.append((request.method, request.path, json.loads(await request.read())))
        answer = self.answers.pop(0)
        if isinstance(answer, dict):
            return web.json_response(answer)
        body, status, kind = answer
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type=kind)
        return web.json_response(body, status=status)


@pytest.fixture
async def writer(serve, clock, recorder):
    """Makes a writer of a server, with a clock that jumps."""
    clients = []

    async def make(server):
        credentials = Credentials(api_token=Secret("testomat_x"))
        options = ClientOptions(url=await serve(server), credentials=credentials, rate=1e6)
        client = Client(options, clock=clock, progress=recorder)
        clients.append(client)
        return ProjectWriter(await client.__aenter__(), "p")

    yield make
    for client in clients:
        await client.__aexit__(None, None, None)


async def create(writer, *, found=None, accept=True, sent=False):
    looks = []

    async def look():
        looks.append(1)
        return found

    async def accepted(_found, *, known):
        return accept

    attributes = {"title": "A", "suite_id": "s", "jira_issues": ["X-1"]}
    made = await writer.create(
        ItemKind.TEST, attributes, origin="o", look=look, accept=accepted, sent=sent
    )
    return made, len(looks)


async def test_a_creation_is_an_envelope_with_the_origin_beside_the_attributes(writer):
    """And what comes back is read from the answer, in either spelling."""
    server = Server(document_of())
    (made, fresh), looks = await create(await writer(server))
    assert (made, fresh, looks) == (Found("11111111", "A", 2.0, "s"), True, 0)
    assert server.writes == [
        (
            "POST",
            "/api/p/tests",
            {
                "data": {
                    "type": "tests",
                    "attributes": {"title": "A", "suite-id": "s", "jira-issues": ["X-1"]},
                    "origin_id": "o",
                }
            },
        )
    ]


async def test_208_is_no_new_one(writer):
    """It was there already."""
    (_, fresh), _ = await create(await writer(Server((document_of(), 208, ""))))
    assert not fresh


@pytest.mark.parametrize(
    "answer",
    [
        HTML,
        ("", 200, "text/plain"),
        ("no", 502, "text/plain"),
        ("no", 503, "text/plain"),
        ({"data": None}, 200, ""),
        ({"data": {"id": "11111111", "type": "suite", "attributes": {"title": "A"}}}, 200, ""),
    ],
)
async def test_after_an_answer_that_says_nothing_it_is_looked_for(writer, answer):
    """What is found is the answer; the write is not sent again."""
    server = Server(answer, document_of("22222222"))
    there = Found("33333333", "A")
    (made, fresh), looks = await create(await writer(server), found=there)
    assert (made, fresh, looks, len(server.writes)) == (there, False, 1, 1)
    server = Server(answer, document_of("22222222"))
    (made, fresh), looks = await create(await writer(server))
    assert (made.id, fresh, looks, len(server.writes)) == ("22222222", True, 1, 2)


async def test_a_429_says_that_nothing_was_done(writer):
    """So nothing is looked for."""
    server = Server(("slow down", 429, "text/plain"), document_of())
    _, looks = await create(await writer(server), found=Found("x", "A"))
    assert (looks, len(server.writes)) == (0, 2)


async def test_what_an_earlier_run_sent_is_looked_for_first(writer):
    """It may have been carried out as that run was killed."""
    server = Server()
    (made, _), looks = await create(await writer(server), found=Found("x", "A"), sent=True)
    assert (made.id, looks, server.writes) == ("x", 1, [])


async def test_an_answer_that_cannot_be_the_one_is_not_taken(writer):
    """However often it comes."""
    server = Server(*[document_of("44444444")] * 9)
    with pytest.raises(ServerError, match="something else"):
        await create(await writer(server), accept=False)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (({"error": "Title can't be blank"}, 422, ""), "Title can't be blank"),
        (({"errors": [{"detail": "too \x1b[31mlong"}]}, 422, ""), r"too \\x1b\[31mlong"),
        (({"data": {"errors": {"title": ["blank"]}}}, 200, ""), "blank"),
        (("nope", 404, "text/plain"), "404"),
    ],
)
async def test_a_refusal_is_told_in_the_servers_words_and_not_tried_again(writer, answer, reason):
    """On one line, without what a terminal would obey."""
    server = Server(answer)
    with pytest.raises(RefusedError, match=reason):
        await create(await writer(server))
    assert len(server.writes) == 1


async def test_403_is_no_right_to_write_anything(writer):
    """The session is good, for reads are answered."""
    server = Server(*[({"error": "no"}, 403, "")] * 3, reads={"/api/p/labels": {"data": []}})
    target = await writer(server)
    await target.labels()
    with pytest.raises(AccessError, match="not write into it"):
        await create(target)


async def test_a_change_is_believed_if_the_answer_is_about_the_item(writer):
    """A page with status 200 is none."""
    server = Server(HTML, document_of("other000"), document_of("11111111"))
    await (await writer(server)).update(ItemKind.TEST, "11111111", {"title": "A"})
    assert [(method, path) for method, path, _ in server.writes] == [
        ("PUT", "/api/p/tests/11111111")
    ] * 3


async def test_a_row_is_added_again_only_if_it_is_not_there(writer):
    """Rows may repeat, so their number counts."""
    row = {"id": "1", "type": "example", "attributes": {"data": ["x"]}}
    reads = {"/api/p/tests/11111111": {**document_of(), "included": [row]}}
    server = Server(HTML, {"data": row}, reads=reads)
    target = await writer(server)
    await target.add_row("11111111", ["x"], after=0)
    assert len(server.writes) == 1
    server.answers = [HTML, {"data": row}]
    await target.add_row("11111111", ["x"], after=1)
    assert len(server.writes) == 3


async def test_a_label_is_linked_without_an_envelope_and_the_link_is_seen(writer):
    """What such a link answers is recorded nowhere."""
    reads = {"/api/p/tests/11111111": document_of(labels=["L:v"])}
    server = Server(({"ok": 1}, 200, ""), reads=reads)
    await (await writer(server)).link_label("9", Label("L", "v"), ItemKind.TEST, "11111111")
    body = {"test_id": "11111111", "event": "add", "value": "v"}
    assert server.writes == [("POST", "/api/p/labels/9/link", body)]
    assert server.looks == ["/api/p/tests/11111111"]
