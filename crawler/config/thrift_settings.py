"""The settings of how a crawl spares requests; a part of the one flat `Settings`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from crawler.config import checks
from crawler.config.about import About, Section, count
from crawler.config.api_settings import ApiSettings

__all__ = ("Strategy", "ThriftSettings")


class Strategy(StrEnum):
    """How suites are read: each by itself, or from their listing where that says as much."""

    WALK = "walk"
    LISTING = "listing"


@dataclass(frozen=True, slots=True, kw_only=True, init=False, repr=False, eq=False)
class ThriftSettings(ApiSettings):
    """What need not be asked for; a base of `Settings`, which checks it."""

    incremental: Annotated[
        bool,
        About(
            "Keep what a crawl has read, and ask the next time only for the suites that the"
            " listings do not prove unchanged. Takes disk space of two to three times the"
            " snapshot as JSON, for each project.",
            Section.STATE,
            checks.boolean,
        ),
    ] = False
    full_every: Annotated[
        int,
        count(
            "With incremental: every crawl of so many asks for all suites, and says if incremental"
            " had missed anything.",
            Section.STATE,
            1,
            1000,
        ),
    ] = 7
    strategy: Annotated[
        Strategy,
        About(
            "walk asks for each suite; listing takes suites and tests from their listings, 50 a"
            " request, if a sample of suites shows that these say all, and else walks.",
            Section.PACE,
            checks.choice(Strategy),
        ),
    ] = Strategy.WALK
