"""What it means that no answer came, in words for people and for what happens next.

`transport` says which exception has which of these meanings.
"""

from http import HTTPStatus
from typing import Final, NamedTuple

from crawler.api.messages import Request
from crawler.errors import ServerError, TransientError, UnreachableError

__all__ = (
    "BAD_CERTIFICATE",
    "CLOSED",
    "CUT",
    "GARBLED",
    "NEVER",
    "NO_PROXY",
    "NO_TLS",
    "SILENT",
    "TOO_SLOW",
    "UNKNOWN_HOST",
    "Meaning",
    "error_of",
    "proxy_refused",
)


class Meaning(NamedTuple):
    """What an exception means: a sentence's start, a word to count by, and what follows.

    `{server}` in the sentence becomes the address of the server, led by a space.
    """

    problem: str
    cause: str
    reachable: bool = True
    passing: bool = False
    hint: str = ""


CUT: Final = Meaning("The connection broke off", "cut off")
GARBLED: Final = Meaning("The answer is not proper HTTP", "garbled")
SILENT: Final = Meaning("The server took too long", "timeout")
NO_TLS: Final = Meaning(
    "No secure connection to the server{server} could be made",
    "TLS",
    reachable=False,
    hint="Check the address: if the server takes plain http at this port, write http://, not"
    " https://.",
)
BAD_CERTIFICATE: Final = Meaning(
    "The certificate of the server{server} is not trusted",
    "certificate",
    reachable=False,
    hint="If it is of your own authority, name that one's certificate with the setting ca_file.",
)
NO_PROXY: Final = Meaning(
    "The proxy could not be reached",
    "no proxy",
    reachable=False,
    passing=True,
    hint="Check the setting proxy.",
)
CLOSED: Final = Meaning(
    "The server{server} could not be reached",
    "no connection",
    reachable=False,
    passing=True,
    hint="Check the address and the network; the same command continues later.",
)
UNKNOWN_HOST: Final = CLOSED._replace(
    problem="The name of the server{server} could not be resolved", cause="DNS"
)
TOO_SLOW: Final = CLOSED._replace(
    problem="No connection to the server{server} came about in time", cause="connect timeout"
)
NEVER: Final = Meaning("The address cannot be asked", "bad address", reachable=False)


def error_of(meaning: Meaning, request: Request, server: str = "") -> ServerError:
    """The error with this meaning, about this request to this server."""
    label, cause, hint = request.label, meaning.cause, meaning.hint
    if meaning.reachable:
        return TransientError(meaning.problem, request=label, cause=cause, hint=hint)
    problem = meaning.problem.replace("{server}", f" {server}" if server else "")
    return UnreachableError(problem, passing=meaning.passing, request=label, cause=cause, hint=hint)


def proxy_refused(request: Request, status: int) -> UnreachableError:
    """The error for a proxy that answers by itself; 407 and the like do not pass."""
    return UnreachableError(
        f"The proxy answered {status}",
        passing=status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        request=request.label,
        cause=f"proxy {status}",
        hint="Check the setting proxy, and the user and password in it.",
    )
