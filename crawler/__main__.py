"""`python -m crawler`, and what the console script calls."""

from crawler.cli.starting import loading


def main() -> None:
    """Run the program; a signal while it is still loading is no traceback either."""
    loading()
    from crawler.cli.main import main as run  # noqa: PLC0415  it takes its time

    run()


if __name__ == "__main__":
    main()
