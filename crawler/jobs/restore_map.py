"""The file that says which new ID each old one has; a JSON document of one line an item.

::

    {"format": "testomat-id-map/1",
     "source": {"url": "https://…", "project": "old-project"},
     "target": {"url": "https://…", "project": "new-project"},
     "suites": {"52e6b438": "0d7ebf39"},
     "tests": {"d2c4a1f0": "91aa03c7"}}
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crawler.errors import LocalError, UsageError
from crawler.restore.ledger import Ledger
from crawler.restore.links import Reference
from crawler.snapshot.document import NodeKind
from crawler.snapshot.store import check_writable, open_for_replace

__all__ = ("FORMAT", "Ends", "read_id_map", "write_id_map")

FORMAT: Final = "testomat-id-map/1"
_KEYS: Final = {NodeKind.SUITE: "suites", NodeKind.TEST: "tests"}


@dataclass(frozen=True, slots=True)
class Ends:
    """Between which projects a map leads: (address of the server, short name) of each."""

    source: tuple[str, str]
    target: tuple[str, str]

    def mapping(self) -> dict[str, dict[str, str]]:
        """As it stands in the file."""
        return {
            "source": dict(zip(("url", "project"), self.source, strict=True)),
            "target": dict(zip(("url", "project"), self.target, strict=True)),
        }


def read_id_map(path: Path | None, ends: Ends) -> dict[Reference, str]:
    """The new IDs in the file at `path`; none if there is no such file.

    Raises:
        LocalError: if it cannot be read, or could not be written at the end.
        UsageError: if it is no map of IDs, or one between other projects.
    """
    if path is None:
        return {}
    check_writable(path)
    try:
        content: Any = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise LocalError.from_os_error("read", path, error) from error
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise UsageError(f"{path} is not a map of IDs.", hint="Name another file with --id-map.")
    if any(content.get(name) != value for name, value in ends.mapping().items()):
        raise UsageError(
            f"{path} is a map of IDs between other projects.",
            hint="Name another file with --id-map, so that this one is not lost.",
        )
    return dict(_references(content))


def _references(content: Mapping[str, Any]) -> Iterator[tuple[Reference, str]]:
    for kind, key in _KEYS.items():
        pairs = content.get(key)
        for old, new in pairs.items() if isinstance(pairs, dict) else ():
            if isinstance(new, str):
                yield (kind, old), new


def write_id_map(path: Path, ends: Ends, ledger: Ledger) -> None:
    """Write the map of everything that is on the server, in one step.

    Raises `LocalError` if the disk refuses; an older file is then as it was.
    """
    with open_for_replace(path) as out:
        head = json.dumps({"format": FORMAT, **ends.mapping()}, ensure_ascii=False)
        out.write(head[:-1].encode())
        for kind, key in _KEYS.items():
            out.write(f',\n"{key}": {{'.encode())
            for number, (old, new) in enumerate(ledger.id_map(kind)):
                line = f"{',' if number else ''}\n{json.dumps(old)}: {json.dumps(new)}"
                out.write(line.encode())
            out.write(b"}")
        out.write(b"}\n")
