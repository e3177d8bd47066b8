"""Pure: the sentences for answers that refuse; `auth` decides which of them is true."""

from crawler.api.credentials import Kind
from crawler.api.messages import Reply
from crawler.errors import AccessError, BlockedError, CredentialsError, RefusedError

__all__ = ("blocked", "forbidden", "no_right", "refused")


def _facts(reply: Reply, label: str = "") -> str:
    return ", ".join(part for part in (label, f"HTTP {reply.status}", reply.trace) if part)


def refused(kind: Kind, reply: Reply) -> CredentialsError:
    """The credentials do not do: they are wrong, expired or of another server."""
    sentence = f"The server refused {kind} ({_facts(reply)})."
    if kind is Kind.JWT:
        hint = (
            "It may have expired, and cannot be renewed: get a new one, or give a general token"
            " (TESTOMATIO_API_TOKEN) instead."
        )
    else:
        hint = "Check that it was copied whole, is still valid, and belongs to this server."
    return CredentialsError(sentence, hint=hint)


def no_right(reply: Reply, label: str) -> AccessError:
    """The credentials do, but nothing at all may be read with them."""
    facts = _facts(reply, label)
    return AccessError(
        f"The login works, but this account has no right to what was asked ({facts}).",
        hint="Ask for a role in the project that may read it, or use another account.",
    )


def forbidden(reply: Reply, label: str) -> RefusedError:
    """This one item may not be read, though others may."""
    return RefusedError(
        f"The server answered {reply.status}: this account may not read it",
        request=label,
        status=reply.status,
        trace=reply.trace,
        cause=f"HTTP {reply.status}",
    )


def blocked(reply: Reply, label: str) -> BlockedError:
    """A page came instead of the API's own refusal, so it was not the server that spoke."""
    return BlockedError(
        "The request was refused with a page by a CDN or firewall in front of the server, not by"
        f" the server itself ({_facts(reply, label)}).",
        hint="Wait a while and lower the rate; if it stays so, ask those who run the server to let"
        " this address through, and quote the identifiers above.",
    )
