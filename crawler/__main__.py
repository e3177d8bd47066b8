"""`python -m crawler`, and what the console script calls."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the program; a Ctrl-C while it is still loading is no traceback either."""
    try:
        from crawler.cli.main import main as run  # noqa: PLC0415  see above

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
