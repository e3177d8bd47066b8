"""A project whose tests have files of every kind, and what a snapshot says of them."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

from crawler.demo import DemoFile, DemoProject, Resource, World, world_of
from crawler.snapshot.attachment_store import AttachmentStore
from support.crawling import Taken

SLUG = "files"
PNG = b"\x89PNG shot"
STORED = b"kept elsewhere"


def sum_of(content: bytes) -> str:
    """The name of a file with these bytes."""
    return hashlib.sha256(content).hexdigest()


def files_world() -> World:
    """A suite that links to a file, and a test with two attachments and links in its text."""
    project = DemoProject(SLUG, "Files", api_key="tstmt_secret")
    text = "See ![a](/rails/active_storage/blobs/1/a.pdf) and [this](https://example.com/x)."
    project.add_suite("5a000001", "Pay", own={"description": text})
    project.add_test("7e000001", "Card", "5a000001")
    world = world_of(project)
    world.files["/rails/active_storage/blobs/1/a.pdf"] = DemoFile(
        STORED, "application/pdf", stored=True
    )
    attach(world, "7e000001", "1", "/attachments/shot.png", DemoFile(PNG))
    moved = DemoFile(STORED, "application/pdf", stored=True)
    attach(world, "7e000001", "2", "/rails/active_storage/blobs/2/b.pdf", moved)
    return world


def told_world() -> World:
    """As `files_world`, with files that only a result and a comment name."""
    world = files_world()
    extras = world.project.extras
    extras.add_run("70000001", "Night", {"finished-at": "2024-05-01T10:00:00.000Z"})
    shot = {"id": 7, "name": "a/b/../failure.png", "url": "/attachments/failure.png"}
    steps = [{"title": "![log](/attachments/log.txt)"}]
    own = {"status": "failed", "attachments": [shot], "steps": steps, "message": "See <b>."}
    extras.add_testrun("70000001", "7e000001", "Card", own)
    replies = [{"body": "Mine: <img src='/attachments/reply.png'> ![a](/attachments/shot.png)"}]
    comment = Resource("c1", "comment", {"body": "Why?", "replies": replies})
    extras.attach("comments", "test", "7e000001", [comment])
    world.project.edit_test("7e000001", {"comments-count": 1})
    for name in ("failure.png", "log.txt", "reply.png"):
        world.files[f"/attachments/{name}"] = DemoFile(name.encode(), "text/plain")
    return world


def attach(
    world: World, test: str, identity: str, address: str, file: DemoFile | None, **own: Any
) -> None:
    """Give a test one more attachment; without a `file` its address leads nowhere."""
    project = world.project
    if file is not None:
        world.files[address] = file
    fields = {"name": address.rpartition("/")[2], "url": address, "type": "image/png", **own}
    project.extras.attach("attachments", "test", test, [Resource(identity, "attachment", fields)])
    attached = project.extras.owned["attachments"]["test", test]
    project.edit_test(test, {"attachments": [each.attributes for each in attached]})


def give_files(world: World) -> None:
    """Give every second test of the first project a file or two, many of them alike in name."""
    for number, test in enumerate(list(world.project.tests)):
        for place in range(number % 2 + number % 4 // 3):
            content = f"{number}.{place} ".encode() * (1 + number * 50)
            address = f"/attachments/{number}/{place}.png"
            attach(world, test, f"{number}{place}", address, DemoFile(content), name="shot.png")


def files_held(world: World, slug: str) -> Counter[tuple[str, str, bytes]]:
    """(title of the test, name, bytes) of every file of a project's tests."""
    return Counter(
        (test.title, each["name"], world.files[each["url"]].content)
        for test in world.projects[slug].tests.values()
        for each in test.own.get("attachments") or ()
    )


def items(taken: Taken) -> list[dict[str, Any]]:
    """What stands in the section of attachments."""
    found = [each for each in taken.document.sections if each.name == "attachments"]
    return [dict(item) for section in found for item in section.items]


def held(store: AttachmentStore) -> dict[str, bytes]:
    """Everything below the store but for what is known of versions, by path."""
    root = store.root
    files = sorted(
        path for path in root.rglob("*") if path.is_file() and path.name != ".versions.jsonl"
    )
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def store_in(folder: Path) -> AttachmentStore:
    """A store that is not there yet."""
    return AttachmentStore(folder / "shop.yaml.attachments")
