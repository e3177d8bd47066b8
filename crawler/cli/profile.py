"""Where the time of a crawl went, in a few lines for people."""

from collections.abc import Iterator
from typing import Final

from crawler.jobs.profile import Profile
from crawler.progress import Stage

__all__ = ("profile_lines",)

#: Sums over requests that are under way at the same time, so no shares of the whole.
_SUMS: Final = (Stage.SERVER, Stage.NETWORK)


def profile_lines(profile: Profile) -> Iterator[str]:
    """A line for each stage, then the one that held it back and what to change."""
    yield f"  Where {profile.total:.1f} s went:"
    for stage, seconds in profile.seconds.items():
        if stage in _SUMS:
            each = 1000 * seconds / max(1, profile.requests)
            share = f"over all requests, {each:.0f} ms each"
        else:
            share = f"{seconds / profile.total:.0%}" if profile.total else ""
        yield f"    {stage:33}{seconds:8.2f} s  {share}".rstrip()
    yield f"  Held back by {profile.held_back_by}."
