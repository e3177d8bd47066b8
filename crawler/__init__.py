"""Crawls a Testomat.io project and writes its whole suite-and-test tree as one snapshot.

The names below are the library. Each is imported when it is first used, so that reading one
snapshot, or showing a help text, does not load an HTTP client.
"""

# Type checkers take the name for true. `typing` itself takes longer to load than all before the
# program is ready for a Ctrl-C.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from crawler.api.client import Client as Client
    from crawler.config.settings import Settings as Settings
    from crawler.errors import AccessError as AccessError
    from crawler.errors import BlockedError as BlockedError
    from crawler.errors import ConfigError as ConfigError
    from crawler.errors import CrawlerError as CrawlerError
    from crawler.errors import CredentialsError as CredentialsError
    from crawler.errors import IncompleteError as IncompleteError
    from crawler.errors import LocalError as LocalError
    from crawler.errors import OutageError as OutageError
    from crawler.errors import ProjectError as ProjectError
    from crawler.errors import ServerError as ServerError
    from crawler.errors import SnapshotError as SnapshotError
    from crawler.errors import UncertainError as UncertainError
    from crawler.errors import UnreachableError as UnreachableError
    from crawler.errors import UsageError as UsageError
    from crawler.jobs.connection import connect as connect
    from crawler.jobs.crawl_project import crawl_project as crawl_project
    from crawler.jobs.crawled import CrawledProject as CrawledProject
    from crawler.jobs.restore import RestoreOrder as RestoreOrder
    from crawler.jobs.restore import RestorePlan as RestorePlan
    from crawler.jobs.restore import RestoreResult as RestoreResult
    from crawler.jobs.restore import plan_restore as plan_restore
    from crawler.jobs.restore import restore_snapshot as restore_snapshot
    from crawler.jobs.snapshot import take_snapshot as take_snapshot
    from crawler.jobs.snapshot_one import SnapshotResult as SnapshotResult
    from crawler.model import Gap as Gap
    from crawler.progress import Progress as Progress
    from crawler.redaction import Secret as Secret
    from crawler.snapshot.document import Document as Document
    from crawler.snapshot.document import Head as Head
    from crawler.snapshot.document import Node as Node
    from crawler.snapshot.document import NodeKind as NodeKind
    from crawler.snapshot.formats import Format as Format
    from crawler.snapshot.reading import read as read

__all__ = (
    "AccessError",
    "BlockedError",
    "Client",
    "ConfigError",
    "CrawledProject",
    "CrawlerError",
    "CredentialsError",
    "Document",
    "Format",
    "Gap",
    "Head",
    "IncompleteError",
    "LocalError",
    "Node",
    "NodeKind",
    "OutageError",
    "Progress",
    "ProjectError",
    "RestoreOrder",
    "RestorePlan",
    "RestoreResult",
    "Secret",
    "ServerError",
    "Settings",
    "SnapshotError",
    "SnapshotResult",
    "UncertainError",
    "UnreachableError",
    "UsageError",
    "connect",
    "crawl_project",
    "plan_restore",
    "read",
    "restore_snapshot",
    "take_snapshot",
)

__version__ = "0.1.0"

# What stands above for type checkers, for the interpreter; a test holds the two together.
_HOMES = {
    "api.client": ("Client",),
    "config.settings": ("Settings",),
    "errors": tuple(name for name in __all__ if name.endswith("Error")),
    "jobs.connection": ("connect",),
    "jobs.crawl_project": ("crawl_project",),
    "jobs.crawled": ("CrawledProject",),
    "jobs.restore": (
        *("RestoreOrder", "RestorePlan", "RestoreResult", "plan_restore", "restore_snapshot"),
    ),
    "jobs.snapshot": ("take_snapshot",),
    "jobs.snapshot_one": ("SnapshotResult",),
    "model": ("Gap",),
    "progress": ("Progress",),
    "redaction": ("Secret",),
    "snapshot.document": ("Document", "Head", "Node", "NodeKind"),
    "snapshot.formats": ("Format",),
    "snapshot.reading": ("read",),
}

if not TYPE_CHECKING:  # with it, type checkers would believe in names that are not there

    def __getattr__(name: str) -> object:
        """The public name, imported now."""
        from importlib import import_module  # noqa: PLC0415  see above

        for home, names in _HOMES.items():
            if name in names:
                value = getattr(import_module(f"crawler.{home}"), name)
                globals()[name] = value
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
