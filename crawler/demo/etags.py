"""Names of answers, and requests that are for another answer than the one of that name only."""

import hashlib
from dataclasses import replace
from http import HTTPStatus

from crawler.demo.options import Etags
from crawler.demo.replies import Reply

__all__ = ("named",)

_SHOWN = 32


def named(reply: Reply, target: str, condition: str | None, etags: Etags) -> Reply:
    """The answer with its name; 304 without a body where the condition names it already.

    Args:
        reply: The answer; only one with status 200 has a name.
        target: Path and query that were asked for.
        condition: Value of the request's ``If-None-Match``.
        etags: How this kind of server does it.
    """
    if etags is Etags.NONE or reply.status != HTTPStatus.OK:
        return reply
    content = target.encode() if etags is Etags.ADDRESS else reply.body
    # As Rack::ETag writes it.
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:_SHOWN]}"'
    headers = {**reply.headers, "ETag": tag}
    if condition is not None and (condition == tag or etags is Etags.DEAF):
        return replace(reply, status=HTTPStatus.NOT_MODIFIED, body=b"", headers=headers)
    return replace(reply, headers=headers)
