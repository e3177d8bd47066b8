"""Where each section of a project is read from, as data: addresses, parameters, owners.

v2 has fewer of them: no templates, users, comments, nor issues of Jira as v1 has them; attachments
are not on every server.

Where the sources of the API differ the widest reading is asked for: runs are listed twice, as they
are and with `archive=true`, which one may take for "archived ones only" or for "archived ones too".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from crawler.api.messages import Request, check_segment
from crawler.api.wire_listed import plain_facts
from crawler.model import Resource, SectionListing, SectionName

__all__ = ("V1", "V2", "SectionPlaces", "SectionSource", "last_day")

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """One section: `path` below the project, and one list for each of the `variants`.

    If it has `owners`, there is one list for each item of these kinds instead, under the parameter
    that is named there. `told_by` are attributes of an owner that say whether its list has any rows
    (a count, or a list); an owner that does not say is asked.
    """

    path: tuple[str, ...]
    variants: tuple[Query, ...] = ((),)
    owners: Mapping[str, str] = field(default_factory=dict)
    told_by: str = ""


_DAY: Final = len("YYYY-MM-DD")
_NOWHERE: Final = _Place(())
_BY_OWNER: Final = {"suite": "suite_id", "test": "test_id", "run": "run_id"}
_PLACES: Final[Mapping[SectionName, _Place]] = {
    SectionName.RUNS: _Place(("runs",), ((), (("archive", "true"),))),
    SectionName.TESTRUNS: _Place(("testruns",), owners={"run": "run_id"}),
    SectionName.PLANS: _Place(("plans",), ((("detail", "1"),),)),
    SectionName.RUNGROUPS: _Place(("rungroups",), ((("show_archived", "true"),),)),
    SectionName.LABELS: _Place(("labels",)),
    SectionName.MILESTONES: _Place(("milestones",)),
    SectionName.STEPS: _Place(("steps",)),
    SectionName.TEMPLATES: _Place(("templates",)),
    SectionName.USERS: _Place(("users",)),
    SectionName.JIRA_ISSUES: _Place(("jira", "issues"), ((("detail", "1"),),)),
    SectionName.COMMENTS: _Place(("comments",), owners=_BY_OWNER, told_by="commentscount"),
    SectionName.ATTACHMENTS: _Place(
        ("attachments",), owners={"test": "test_id"}, told_by="attachments"
    ),
    SectionName.BRANCHES: _Place(("branches",)),
}


@dataclass(frozen=True, slots=True)
class SectionPlaces:
    """Where one API has which sections; `per_page` is asked for where it counts."""

    places: Mapping[SectionName, _Place]
    version: tuple[str, ...] = ()
    per_page: int | None = None

    def first_listings(self, section: SectionName) -> tuple[SectionListing, ...]:
        """The lists of the whole project; none if each list belongs to an item."""
        place = self.places.get(section, _NOWHERE)
        if place.owners:
            return ()
        return tuple(SectionListing(section, number) for number in range(len(place.variants)))

    def listings_of(
        self, section: SectionName, kind: str, owner: Resource
    ) -> tuple[SectionListing, ...]:
        """The lists that belong to an item of this kind, less those that it says are empty."""
        place = self.places.get(section, _NOWHERE)
        if kind not in place.owners or _says_none(owner.attributes, place.told_by):
            return ()
        return (SectionListing(section, kind=kind, owner=owner.id),)

    def request(self, project: str, listing: SectionListing, page: int) -> Request | None:
        """The request for a page of a list; `None` if this API has no such list.

        Raises `MalformedError` if the owner's ID cannot be asked for.
        """
        place = self.places.get(listing.section)
        if place is None:
            return None
        query = [*place.variants[listing.variant], ("page", str(page))]
        if self.per_page is not None:
            query.append(("per_page", str(self.per_page)))
        if listing.owner:
            check_segment(listing.owner)  # an empty one would ask for the whole project's
            query.insert(0, (place.owners[listing.kind], listing.owner))
        return Request("GET", ("api", *self.version, project, *place.path), tuple(query))


V1: Final = SectionPlaces(_PLACES)
V2: Final = SectionPlaces(
    {
        SectionName.RUNS: _Place(("runs",), ((), (("filter[archived]", "true"),))),
        SectionName.TESTRUNS: _Place(("testruns",), owners={"run": "run_id"}),
        **{
            name: _Place((name.value,))
            for name in (
                *(SectionName.PLANS, SectionName.RUNGROUPS, SectionName.LABELS),
                *(SectionName.MILESTONES, SectionName.STEPS, SectionName.BRANCHES),
            )
        },
    },
    ("v2",),
    100,
)


class SectionSource:
    """What a crawl asks of its source about the lists beside the tree before it reads them."""

    places: ClassVar[SectionPlaces]

    def section_listings(self, section: SectionName) -> tuple[SectionListing, ...]:
        """The lists of the whole project that a section is read from."""
        return self.places.first_listings(section)

    def listings_of(
        self, section: SectionName, kind: str, resource: Resource
    ) -> tuple[SectionListing, ...]:
        """The lists of a section that belong to a suite, a test or a run, and are worth asking."""
        return self.places.listings_of(section, kind, resource)

    def last_day(self, run: Resource) -> str | None:
        """The day on which something happened last in a run; `None` if it runs or does not say."""
        return last_day(run)


def _says_none(attributes: Mapping[str, Any], told_by: str) -> bool:
    facts = plain_facts(attributes)
    # A null is what the service writes for none at all (API description).
    return told_by in facts and facts[told_by] in (None, 0, "0", [], {})


def last_day(run: Resource) -> str | None:
    """The day of the last thing that a run tells of; `None` if it has not ended, or tells none."""
    facts = plain_facts(run.attributes)
    if facts.get("hasfinished") is False:
        return None
    moments = (facts.get(name) for name in ("finishedat", "updatedat", "createdat"))
    days = [moment[:_DAY] for moment in moments if isinstance(moment, str) and moment]
    return max(days, default=None)
