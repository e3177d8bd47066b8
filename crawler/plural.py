"""Numbers with their nouns."""

__all__ = ("counted", "suites_and_tests")


def counted(number: int, one: str, many: str = "") -> str:
    """Such as `1 suite` and `1,200 suites`; `many` is the plural if it is not made with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def suites_and_tests(suites: int, tests: int) -> str:
    """Such as `2 suites, 1 test`; what is not there is not named."""
    counts = ((suites, "suite"), (tests, "test"))
    return ", ".join(counted(number, noun) for number, noun in counts if number)
