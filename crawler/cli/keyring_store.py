"""The system's keyring as a place for one secret: the token, or the password of an account.

It needs the package `keyring`, which is an extra: importing it is slow, and servers have none.
"""

from types import ModuleType
from typing import Final

from crawler.config.origins import Origin, OriginKind
from crawler.config.settings import Settings
from crawler.config.sources import Effective
from crawler.errors import ConfigError, LocalError

__all__ = ("available", "keep", "with_keyring")

_SERVICE: Final = "testomat-crawler"
_TOKEN_NAME: Final = "api_token"  # noqa: S105  a name, not a token


def available() -> bool:
    """Whether there is a keyring that keeps things, rather than one that only refuses."""
    try:
        found = _library()
    except ConfigError:
        return False
    return float(found.get_keyring().priority) > 0


def keep(settings: Settings) -> None:
    """Put the secret of the settings' account into the keyring.

    Raises `ConfigError` without the package, and `LocalError` if the keyring refuses.
    """
    secret = settings.password if settings.email else settings.api_token
    library = _library()
    try:
        library.set_password(*_place(settings), secret.reveal() if secret else "")
    except library.errors.KeyringError as error:
        raise _refused(error) from error


def with_keyring(found: Effective) -> Effective:
    """The same with the secret from the keyring, if the settings ask for it and have none.

    Raises `ConfigError` without the package, and `LocalError` if the keyring refuses.
    """
    settings = found.settings
    given = (settings.api_token, settings.password, settings.jwt, settings.project_token)
    if not settings.keyring or any(given):
        return found
    library = _library()
    try:
        secret = library.get_password(*_place(settings))
    except library.errors.KeyringError as error:
        raise _refused(error) from error
    if not secret:
        return found
    name = "password" if settings.email else _TOKEN_NAME
    return found.with_fallback(name, secret, Origin(OriginKind.KEYRING))


def _place(settings: Settings) -> tuple[str, str]:
    return f"{_SERVICE} {settings.url}", settings.email or _TOKEN_NAME


def _library() -> ModuleType:
    try:
        import keyring  # noqa: PLC0415  an extra, and slow to load
        import keyring.errors  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(
            "'keyring' is set, but the package keyring is not installed.",
            hint="Install it: pip install 'testomat-crawler[keyring]'",
        ) from error
    return keyring


def _refused(error: Exception) -> LocalError:
    return LocalError(
        f"The system's keyring refused: {str(error).rstrip('.') or type(error).__name__}.",
        hint="Unlock it, or set TESTOMATIO_API_TOKEN instead.",
    )
