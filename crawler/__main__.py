"""`python -m crawler`, and what the console script calls."""

import gc

from crawler.cli.starting import loading

__all__ = ("collect_seldom", "main")

#: Containers that are made before Python looks for rings among them; 700 unless told.
_BETWEEN_COLLECTIONS = 20_000


def collect_seldom() -> None:
    """Look for rings of objects less often: answers are large trees of values that hold none."""
    gc.set_threshold(_BETWEEN_COLLECTIONS, 10, 10)


def main() -> None:
    """Run the program; a signal while it is still loading is no traceback either."""
    loading()
    collect_seldom()
    from crawler.cli.main import main as run  # noqa: PLC0415  it takes its time
    from crawler.cli.streams import ready_streams  # noqa: PLC0415

    ready_streams()
    run()


if __name__ == "__main__":
    main()
