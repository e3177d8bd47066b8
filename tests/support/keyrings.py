"""A keyring that keeps its entries in a file, for a program in another process."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend

__all__ = ("FileKeyring",)


class FileKeyring(KeyringBackend):
    """Named by PYTHON_KEYRING_BACKEND; the file by TEST_KEYRING_FILE."""

    priority = 1  # type: ignore[assignment]  # a property there

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, if one was kept."""
        found = self._entries().get(f"{service}|{username}")
        return None if found is None else str(found)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        self._path().write_text(
            json.dumps({**self._entries(), f"{service}|{username}": password}), "utf-8"
        )

    def delete_password(self, service: str, username: str) -> None:
        """Forget one."""
        entries = self._entries()
        del entries[f"{service}|{username}"]
        self._path().write_text(json.dumps(entries), "utf-8")

    def _entries(self) -> dict[str, str]:
        return dict(json.loads(self._path().read_text("utf-8"))) if self._path().exists() else {}

    @staticmethod
    def _path() -> Path:
        return Path(os.environ["TEST_KEYRING_FILE"])
