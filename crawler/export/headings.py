"""The words by which people call the parts of a test, in headings and heads of tables."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

__all__ = ("HEADINGS", "Part", "spoken")


class Part(StrEnum):
    """A part of a description, or of a table of steps."""

    PRECONDITIONS = "preconditions"
    STEPS = "steps"
    DATA = "data"
    EXPECTED = "expected"
    POSTCONDITIONS = "postconditions"
    NUMBER = "number"


#: The first words are those of the service's editor; a mapping file adds others.
HEADINGS: Final[Mapping[Part, tuple[str, ...]]] = {
    Part.PRECONDITIONS: (
        *("precondition", "preconditions", "pre-condition", "pre-conditions", "prerequisites"),
        *("vorbedingung", "vorbedingungen", "передумова", "передумови", "предусловие"),
        *("предусловия", "warunki wstępne", "précondition", "préconditions", "precondición"),
        *("precondiciones", "前提条件", "الشروط المسبقة"),
    ),
    Part.STEPS: (
        *("steps", "step", "step(s)", "test steps", "test step", "test step(s)"),
        *("schritt", "schritte", "testschritte", "крок", "кроки", "шаг", "шаги", "krok", "kroki"),
        *("étape", "étapes", "paso", "pasos", "手順", "الخطوات", "action", "actions"),
    ),
    Part.DATA: ("data", "test data", "testdaten", "дані", "данные", "dane", "données", "datos"),
    Part.EXPECTED: (
        *("expected", "expected result", "expected results", "erwartet", "erwartetes ergebnis"),
        *("очікуваний результат", "ожидаемый результат", "oczekiwany rezultat"),
        *("résultat attendu", "resultado esperado", "期待される結果", "النتيجة المتوقعة"),
    ),
    Part.POSTCONDITIONS: (
        *("postcondition", "postconditions", "post-condition", "post-conditions"),
        *("nachbedingung", "nachbedingungen", "постумови", "постусловия", "postconditions"),
    ),
    Part.NUMBER: ("#", "no", "no.", "nr", "nr.", "№", "number", "step #"),
}

_SIGNS: Final = re.compile(r"[*_`]+")


def spoken(heading: str) -> str:
    """A heading as it is compared: without marks, colon, case and ways to compose an accent."""
    bare = _SIGNS.sub("", heading).strip().rstrip(":\uff1a-\u2013\u2014").strip()
    return unicodedata.normalize("NFC", bare).casefold()
