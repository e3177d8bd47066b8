"""Which suites a walk goes into, as far as it can tell on the way.

A fence saves requests and decides nothing: what belongs to a selection follows from the finished
tree (`territory`). So it may let in too much where a server says too little, and what it keeps out
wrongly the audit asks for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.engine.territory import Territory
from crawler.model import SuiteAnswer

__all__ = ("Fence",)


@dataclass(slots=True)
class Fence:
    """`inside` are the suites to go into, `None` all that are not `outside`.

    `frame` are fetched and not gone into. With `by_suite` the tests are listed suite by suite. Both
    sets grow on the way, since children belong where their parent does.
    """

    inside: set[str] | None = None
    outside: set[str] = field(default_factory=set)
    frame: set[str] = field(default_factory=set)
    by_suite: bool = False

    def admits(self, suite_id: str) -> bool:
        """Whether to fetch a suite that something names."""
        if suite_id in self.outside:
            return False
        return self.inside is None or suite_id in self.inside or suite_id in self.frame

    def lists(self, suite_id: str) -> bool:
        """Whether the tests of this suite are asked for by themselves."""
        return self.by_suite and self.inside is not None and suite_id in self.inside

    def follow(self, territory: Territory) -> None:
        """Take in what has become known of where suites stand."""
        self.frame = set(territory.frame)
        self.outside.update(territory.outside())
        self.outside.difference_update(territory.suites())
        if self.inside is not None:
            self.inside.update(filter(territory.inside, territory.suites()))

    def followed(self, answer: SuiteAnswer) -> Iterable[str]:
        """The children of a suite to go on with."""
        own, parent = answer.record.resource.id, answer.record.parent
        children = [child.id for child in answer.children]
        if own in self.outside or (self.inside is None and parent in self.outside):
            self.outside.update((own, *children))
            return ()
        children = [child for child in children if child not in self.outside]
        if self.inside is None:
            return children
        if own not in self.inside:
            return ()
        self.inside.update(children)
        return children
