"""Pure: a text in terms of the new project: links to suites and tests, and to files."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from crawler.addresses import address_key, addresses_in, with_addresses
from crawler.restore.links import Reference, Rewriter

__all__ = ("Addresses", "NewIds", "Texts", "may_refer")

NewIds = Callable[[Iterable[Reference]], Mapping[Reference, str | None]]
"""The new IDs of those that the snapshot holds; `None`: not known yet."""

Addresses = Callable[[Iterable[str]], Mapping[str, str | None]]
"""The new addresses of those that lead to files of the snapshot; `None`: not known yet."""


def may_refer(text: str) -> bool:
    """Whether it is worth a look: whatever refers to something has one of these signs."""
    return "@" in text or "/" in text


@dataclass(frozen=True, slots=True)
class Texts:
    """Rewrites texts of the project at `server`, which is the old one."""

    rewriter: Rewriter
    server: str
    new_ids: NewIds
    addresses: Addresses

    def refers(self, text: str) -> bool:
        """Whether anything in the text is, or will be, another one in the new project."""
        return bool(self.rewriter.references(text) or self.addresses(self._keys(text)))

    def rewritten(self, text: str) -> tuple[str, bool]:
        """(the text with all that is known, whether anything in it is not known yet)."""
        references = self.rewriter.references(text)
        ids = self.new_ids(references) if references else {}
        keys = self._keys(text)
        files = self.addresses(keys) if keys else {}
        if not ids and not files:
            return text, False
        unknown = None in ids.values() or None in files.values()
        text = self.rewriter.rewritten(text, {old: new for old, new in ids.items() if new})
        if any(files.values()):
            text = with_addresses(text, lambda each: files.get(address_key(each, self.server)))
        return text, unknown

    def _keys(self, text: str) -> set[str]:
        return {address_key(each, self.server) for each in addresses_in(text)}
