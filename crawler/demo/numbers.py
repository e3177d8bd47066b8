"""Whole numbers in a query, whatever length somebody sends them in."""

__all__ = ("number_in",)

_MOST_DIGITS = 9


def number_in(text: str | None, otherwise: int) -> int:
    """The number, cut to so many digits as any has here; `otherwise` if the text is none."""
    usable = text and text.isascii() and text.isdigit()
    return int(text[:_MOST_DIGITS]) if text and usable else otherwise
