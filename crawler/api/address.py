"""Pure: the server's address, checked once, and what a redirect away from it means."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from crawler.api.messages import Reply
from crawler.errors import ConfigError, OutageError, RefusedError, ServerError
from crawler.redaction import mask_address, printable

__all__ = ("Address", "is_sign_in", "redirect_error")

_LONGEST_SHOWN = 200
_SIGN_IN_WORDS = ("sign_in", "sign-in", "signin", "login")


@dataclass(frozen=True, slots=True)
class Address:
    """Where all requests go: scheme, host, port and perhaps a path in front of the API's own.

    Raises `ConfigError` if it is not an http or https address of a host, or if it carries a user,
    a query or a fragment: those have no meaning here, and a password there would be shown.
    """

    url: str

    def __post_init__(self) -> None:
        parts = _split(self.url)
        shown = mask_address(printable(self.url))
        if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigError(f"{shown!r} is not the http or https address of a server.")
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise ConfigError(
                f"The server's address {shown!r} may hold a host, a port and a path only."
            )

    @property
    def shown(self) -> str:
        """The address for people."""
        return mask_address(printable(self.url)).rstrip("/")

    def of(self, target: str) -> str:
        """The full address of a path and query, both percent-encoded already."""
        return f"{self.url.rstrip('/')}{target}"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises if it is no port
    except ValueError:
        return None
    return None if any(c.isspace() for c in url) else parts


def _joined(base: str, location: str) -> SplitResult | None:
    try:
        return _split(urljoin(base, location))
    except ValueError:
        return None


def is_sign_in(reply: Reply) -> bool:
    """Whether a redirect leads to a sign-in form, which is how some sites refuse a session."""
    target = _split(reply.header("location"))
    return target is not None and any(word in target.path.lower() for word in _SIGN_IN_WORDS)


def redirect_error(reply: Reply, address: Address, target: str, label: str) -> ServerError:
    """The error for a redirect; none is followed, for it could carry the session elsewhere."""
    here = urlsplit(address.of(target))
    # The query is not shown: presigned addresses have their signature there.
    location = reply.header("location").strip()
    there = _joined(here.geturl(), location) if location else None
    if there is None or not there.hostname:
        return _refused(reply, label, "a redirect to nowhere")
    if there.hostname == here.hostname and (here.scheme, there.scheme) == ("http", "https"):
        return OutageError(
            "The server takes https only",
            request=label,
            trace=reply.trace,
            cause="redirect",
            hint=f"Set its address to https://{printable(_host(there))} instead.",
        )
    shown = f"{there.scheme}://{_host(there)}{there.path}"[:_LONGEST_SHOWN]
    return _refused(reply, label, f"a redirect to {printable(shown)}")


def _host(parts: SplitResult) -> str:
    """Host and port, without the name and password that may stand before them."""
    return parts.netloc.rpartition("@")[2]


def _refused(reply: Reply, label: str, what: str) -> RefusedError:
    return RefusedError(
        f"The server answered {reply.status}, {what}, which is not followed",
        request=label,
        status=reply.status,
        trace=reply.trace,
        cause="redirect",
        hint="If the server has moved, set its new address.",
    )
