"""Pages of the service's own Markdown that this program did not write: `*.test.md` alone.

So the vendor's tools write them (``check-tests pull``, ``/api/test_data?with_files=true``). A suite
stands where its heading says (``# Checkout > Payment``), whatever folder its page is in; pages come
in the order of their paths, since no page tells of an order. Tests before the first suite of a page
are in none. A line of a comment that has no field here is kept under its own name.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from crawler.errors import LocalError, SnapshotError
from crawler.importing.tree import Branch, Tree
from crawler.snapshot.document import NodeKind
from crawler.snapshot.markdown_fields import KNOWN_LINES, STEP, merged
from crawler.snapshot.markdown_page import Block, read

__all__ = ("read_pages",)

_PAGES: Final = "*.md"
_PAGE: Final = ".test.md"


def read_pages(path: Path, tree: Tree) -> None:
    """Put all suites and tests of a page, or of a directory of them, into the tree.

    Raises:
        LocalError: if a page cannot be read.
        SnapshotError: if there is none, or one is damaged.
    """
    for page in _pages(path):
        branch = tree.root
        for block in _blocks(page):
            if block.kind is NodeKind.SUITE:
                branch = _suite(block, tree)
            else:
                _add_test(block, branch)


def _pages(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    every = sorted(each for each in path.rglob(_PAGES) if each.is_file())
    found = [each for each in every if each.name.endswith(_PAGE)] or every
    if not found:
        raise SnapshotError(f"{path} holds no file whose name ends in {_PAGE} or .md.")
    return found


def _blocks(page: Path) -> list[Block]:
    try:
        blocks = read(page.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise LocalError.from_os_error("read", page, error) from error
    except UnicodeDecodeError:
        raise SnapshotError(f"{page} is not UTF-8.") from None
    except SnapshotError as error:
        raise SnapshotError(f"{page}: {error.message}", hint=error.hint) from error
    if not blocks:
        raise SnapshotError(
            f"{page} is no page of suites and tests: it has no comment that begins with"
            " '<!-- suite' or '<!-- test'."
        )
    return blocks


def _suite(block: Block, tree: Tree) -> Branch:
    """The suite of a heading: one that other headings only passed through, or a new one."""
    titles = [title.strip() for title in block.title.split(STEP)]
    parent = tree.root.at(titles[:-1])
    branch = parent.at(titles[-1:])
    if branch.id or branch.fields:
        branch = parent.new_suite(titles[-1])
    fields = _fields(block)
    branch.id = str(fields.pop("id", ""))
    fields.pop("title", None)
    branch.fields.update(fields)
    branch.imported.update(_further(block))
    return branch


def _add_test(block: Block, branch: Branch) -> None:
    fields = _fields(block)
    identity, title = str(fields.pop("id", "")), str(fields.pop("title", block.title))
    rows = [each["attributes"]["data"] for each in fields.pop("included", ())]
    branch.add_test(title, identity, fields={**fields, "examples": rows}, imported=_further(block))


def _fields(block: Block) -> dict[str, Any]:
    return merged(block, {})


def _further(block: Block) -> Mapping[str, str]:
    return dict(_lines(block))


def _lines(block: Block) -> Iterator[tuple[str, str]]:
    known = KNOWN_LINES[block.kind]
    return ((key, value) for key, value in block.meta.items() if key not in known)
