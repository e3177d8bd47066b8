"""Files that a client sends, and where they then stand: with the test, in its list, at an address.

The address is in the answer, under ``url``; a file of the same name and bytes is answered with 208,
as the API description says of one that exists.
"""

import hashlib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import BodyPartReader, MultipartReader

from crawler.demo.options import ServerOptions
from crawler.demo.project import DemoProject
from crawler.demo.records import DemoFile, Resource
from crawler.demo.replies import Reply, failure, json_reply

__all__ = ("Upload", "Uploads", "uploaded")

_UID = 12


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with the name that its sender gave it."""

    name: str
    file: DemoFile


async def uploaded(form: MultipartReader) -> dict[str, object]:
    """The fields of a form, the files among them as `Upload`."""
    fields: dict[str, object] = {}
    while (part := await form.next()) is not None:
        if isinstance(part, BodyPartReader) and part.name:
            content = bytearray()
            while piece := await part.read_chunk():  # the whole at once is bounded
                content += piece
            kind = part.headers.get("Content-Type", "application/octet-stream")
            named = part.filename
            fields[part.name] = (
                Upload(named, DemoFile(bytes(content), kind)) if named else content.decode()
            )
    return fields


class Uploads:
    """Carries out ``POST /tests/{id}/attachment``."""

    def __init__(self, options: ServerOptions, files: MutableMapping[str, DemoFile]) -> None:
        self._options = options
        self._files = files

    def add(self, project: DemoProject, test_id: str, body: Mapping[str, Any]) -> Reply:
        """Give a test a file."""
        sent = body.get("file")
        if test_id not in project.tests:
            return failure(HTTPStatus.NOT_FOUND, "Not found")
        if not isinstance(sent, Upload):
            return failure(HTTPStatus.UNPROCESSABLE_ENTITY, "File can't be blank")
        attached = list(project.tests[test_id].own.get("attachments") or ())
        for each in attached if self._options.same_files_known else ():
            if each["name"] == sent.name and self._bytes_at(each["url"]) == sent.file.content:
                return self._told(each["url"], HTTPStatus.ALREADY_REPORTED)
        number = project.new_number()
        digest = hashlib.sha256(f"{project.slug}/{number}".encode()).hexdigest()[:_UID]
        dot, suffix = sent.name.rpartition(".")[1:]
        address = f"/attachments/{digest}{dot}{suffix if suffix.isalnum() else ''}"
        self._files[address] = sent.file
        fields = {
            "name": sent.name,
            "type": sent.file.type,
            "url": address,
            "displayUrl": address,
            "preview": None,
        }
        project.edit_test(test_id, {"attachments": [*attached, {"id": int(number), **fields}]})
        resource = Resource(number, "attachment", fields)
        project.extras.attach("attachments", "test", test_id, [resource])
        return self._told(address, HTTPStatus.OK)

    def _bytes_at(self, address: str) -> bytes | None:
        known = self._files.get(address)
        return known.content if known else None

    def _told(self, address: str, status: int) -> Reply:
        if not self._options.uploads_told:
            return Reply(status)
        return json_reply({"url": address}, status)
