"""Numbers with their nouns."""

__all__ = ("counted", "counted_of", "suites_and_tests")


def counted(number: int, one: str, many: str = "") -> str:
    """Such as `1 suite` and `1,200 suites`; `many` is the plural if it is not made with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def counted_of(number: int, many: str) -> str:
    """Such as `1 branch` and `2 branches`, from the plural of an English noun that is regular."""
    one = many.removesuffix("es") if many.endswith("ches") else many.removesuffix("s")
    return counted(number, one, many)


def suites_and_tests(suites: int, tests: int) -> str:
    """Such as `2 suites, 1 test`; what is not there is not named."""
    counts = ((suites, "suite"), (tests, "test"))
    return ", ".join(counted(number, noun) for number, noun in counts if number)
