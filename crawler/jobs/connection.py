"""From settings to an open client, and to the fingerprint of the account that it uses."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from crawler.api.client import Client, ClientOptions
from crawler.api.credentials import Credentials
from crawler.api.keyed import KeyedProject
from crawler.clock import Clock, SystemClock
from crawler.config.settings import Settings
from crawler.progress import NoProgress, Progress

__all__ = (
    "account_fingerprint",
    "connect",
    "connect_with_key",
    "credentials",
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
    settings: Settings, *, progress: Progress | None = None, clock: Clock | None = None
) -> AsyncIterator[Client]:
    """A client for the server and the account that the settings name.

    Raises `CredentialsError` if there are none that can read; nothing is sent until the first read.
    """
    found = credentials(settings)
    found.kind()
    async with open_client(settings, found, progress=progress, clock=clock) as client:
        yield client


@asynccontextmanager
async def connect_with_key(
    settings: Settings, *, progress: Progress | None = None, clock: Clock | None = None
) -> AsyncIterator[KeyedProject]:
    """What the project's token among the settings opens: importing and reporting.

    Raises `CredentialsError` if there is none; nothing is sent until the first request.
    """
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


def account_fingerprint(settings: Settings) -> str:
    """A short digest that tells accounts apart and gives none of them away."""
    if settings.api_token:
        identity = settings.api_token.reveal()
    elif settings.email:
        identity = settings.email
    else:
        identity = _subject(settings.jwt.reveal()) if settings.jwt else ""
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
