"""`python -m crawler`, and what the console script calls."""

from crawler.cli.main import main

if __name__ == "__main__":
    main()
