"""Numbers with their nouns."""

__all__ = ("counted",)


def counted(number: int, one: str, many: str = "") -> str:
    """Such as `1 suite` and `1,200 suites`; `many` is the plural if it is not made with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
