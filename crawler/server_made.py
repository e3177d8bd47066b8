"""What the server writes down by itself: no client can set it, and no two projects agree in it."""

from collections.abc import Mapping
from typing import Any, Final

__all__ = ("DEFAULTS", "MADE_BY_SERVER")

_BY_BOTH: Final = (
    *("id", "suite_id", "to_url", "public_title", "comments_count", "created_at", "updated_at"),
    *("is_branched", "is_detail", "is_linked", "is_shared", "is_processing_counters"),
)
MADE_BY_SERVER: Final[Mapping[str, tuple[str, ...]]] = {
    "suite": tuple(
        sorted((*_BY_BOTH, "parent_id", "is_root", "depth", "path", "test_count", "filtered_tests"))
    ),
    "test": tuple(
        sorted(
            (
                *(*_BY_BOTH, "created_by", "import_id", "last_sync_id", "has_examples"),
                *("run_at", "run_time", "run_statuses", "forks_count", "recordings_count"),
                *("play_url", "previous_description", "saved_in_branch?"),
            )
        )
    ),
}
"""IDs, authors, times, counters and what follows from the tree: no client can set these."""

DEFAULTS: Final[Mapping[str, Any]] = {"priority": "normal", "state": "manual", "sync": True}
"""What the server puts where nothing was sent: to say so or not is the same."""
