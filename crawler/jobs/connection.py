"""From settings to an open client, and to the fingerprint of the account that it uses."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from crawler.api.client import Client, ClientOptions
from crawler.api.credentials import Credentials, Kind
from crawler.clock import Clock, SystemClock
from crawler.config.api_settings import ApiChoice
from crawler.config.settings import Settings
from crawler.errors import CredentialsError
from crawler.progress import NoProgress, Progress

if TYPE_CHECKING:
    from crawler.api.keyed import KeyedProject

__all__ = (
    "account_fingerprint",
    "connect",
    "connect_with_key",
    "credentials",
    "log_in",
    "means_of",
    "open_client",
)

_MIB = 1 << 20
#: Seconds; the live service answers nine of ten requests sooner (recorded).
_SLOW = 0.5


def credentials(settings: Settings) -> Credentials:
    """The credentials among the settings."""
    return Credentials(
        api_token=settings.api_token,
        email=settings.email,
        password=settings.password,
        jwt=settings.jwt,
        project_token=settings.project_token,
    )


@asynccontextmanager
async def connect(
    settings: Settings,
    *,
    tree: bool = False,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[Client]:
    """A client for the server and the account that the settings name.

    With `tree` nothing but suites and tests is to be read, for which a project token does as well.
    Raises `CredentialsError` if there are none that can read; nothing is sent until the first read.
    """
    found = credentials(settings)
    if tree:
        means_of(found, settings)
    else:
        found.kind()
    async with open_client(settings, found, progress=progress, clock=clock) as client:
        yield client


@asynccontextmanager
async def connect_with_key(
    settings: Settings, *, progress: Progress | None = None, clock: Clock | None = None
) -> "AsyncIterator[KeyedProject]":
    """What the project's token among the settings opens: importing and reporting.

    Raises `CredentialsError` if there is none; nothing is sent until the first request.
    """
    from crawler.api.keyed import KeyedProject  # noqa: PLC0415  few commands need it

    found = credentials(settings)
    key = found.project_key()
    async with open_client(settings, found, progress=progress, clock=clock) as client:
        yield KeyedProject(client, key)


@asynccontextmanager
async def open_client(
    settings: Settings,
    found: Credentials,
    *,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[Client]:
    """A client as the settings say, with these credentials, whatever they can open."""
    options = ClientOptions(
        url=settings.url,
        credentials=found,
        rate=settings.rate,
        in_flight=settings.workers,
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        request_timeout=settings.request_timeout,
        attempts=settings.attempts,
        max_body_bytes=settings.max_body_mib * _MIB,
        max_wait=settings.max_wait,
        hedge=_SLOW if settings.hedge else None,
        ca_file=settings.ca_file,
        proxy=settings.proxy or None,
        foreign_in_flight=settings.attachment_workers,
    )
    client = Client(options, clock=clock or SystemClock(), progress=progress or NoProgress())
    async with client:
        yield client


async def log_in(client: Client, settings: Settings, *, listing: bool) -> None:
    """Try the credentials before any project is read, if a session is needed at all.

    For a `listing` of projects it is; else v2 of the API may do, which each project finds out.
    """
    tokens = settings.api_token or settings.project_token
    if listing or settings.api is ApiChoice.V1 or not tokens:
        await client.login()


def means_of(found: Credentials, settings: Settings) -> Kind:
    """The credential that the tree is read with first.

    Raises `CredentialsError` if there is none for the API that the settings name.
    """
    if settings.api is ApiChoice.V2 or settings.branch:
        return found.bearers()[0][0]
    try:
        return found.kind()
    except CredentialsError:
        if settings.api is ApiChoice.V1 or not (settings.api_token or settings.project_token):
            raise
        return found.bearers()[0][0]


def account_fingerprint(settings: Settings) -> str:
    """A short digest that tells accounts apart and gives none of them away."""
    if settings.api_token:
        identity = settings.api_token.reveal()
    elif settings.email:
        identity = settings.email
    elif settings.jwt:
        identity = _subject(settings.jwt.reveal())
    else:
        identity = settings.project_token.reveal() if settings.project_token else ""
    return hashlib.sha256(f"testomat-crawler account {identity}".encode()).hexdigest()[:16]


def _subject(jwt: str) -> str:
    """What stays the same from one JWT of an account to the next: its claims but for the times."""
    try:
        payload = jwt.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        kept = {name: claims[name] for name in claims if name not in {"exp", "iat", "nbf", "jti"}}
        return json.dumps(kept, sort_keys=True)
    except (ValueError, IndexError, TypeError):
        return jwt
