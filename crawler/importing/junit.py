"""Results in JUnit XML, as test runners of all languages write them.

There is no standard, only habit: ``testsuites`` or ``testsuite`` at the top, suites within suites,
``testcase`` with ``name``, ``classname``, ``time`` in seconds, and in it ``failure``, ``error``,
``skipped``, ``system-out``, ``system-err`` and ``properties``. Names are read as the vendor's
reporter (``report-xml``) reads them: the suite is the nearest one with a name, else the class (for
pytest always the class, since its one suite is called so); values of parameters stand in
parentheses behind a name; the ID of a test in a property ``ID``, in its name (``@T1a2b3c4d``), or
in what it printed (``tid://…@T1a2b3c4d``). Of long outputs the first 10,000 characters are kept.
"""

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from crawler.errors import SnapshotError
from crawler.importing.elements import streamed
from crawler.sending import CaseResult, CaseStatus

__all__ = ("read_results",)

_ROOTS: Final = ("testsuites", "testsuite")
_FAILED: Final = ("failure", "error")
_OUTPUTS: Final = ("system-out", "system-err")
_TEXTS: Final = (*_FAILED, *_OUTPUTS, "skipped")
_NOT_RUN: Final = ("notrun", "skipped", "disabled")
_PYTEST: Final = "pytest"
_LONGEST_OUTPUT: Final = 10_000
_LONGEST_NAME: Final = 1_000
_DIGITS: Final = 16
_ID: Final = re.compile(r"@T([A-Za-z0-9_]{8})")
_ID_IN_OUTPUT: Final = re.compile(r"tid://[^\n]*?@T([A-Za-z0-9_]{8})")
_OWN_ID: Final = re.compile(r"@?T?([A-Za-z0-9_]{8})")
_VALUES: Final = re.compile(r"(?<=\S)\(([^()]*)\)")


@dataclass(slots=True)
class _Suite:
    name: str = ""
    file: str = ""
    texts: defaultdict[str, str] = field(default_factory=lambda: defaultdict(str))


@dataclass(slots=True)
class _Case:
    """A test case under way; `texts` by the name of their element, each cut to its limit."""

    attributes: dict[str, str]
    texts: defaultdict[str, str] = field(default_factory=lambda: defaultdict(str))
    messages: dict[str, str] = field(default_factory=dict)
    test_id: str = ""


def read_results(path: Path) -> Iterator[CaseResult]:
    """The results in a file, in its order; one suite of them is in memory.

    Raises:
        LocalError: if the file cannot be read.
        SnapshotError: if it is not XML, not such a report, or declares entities.
    """
    report = _Report(path)
    for _ in streamed(path, report):
        yield from report.taken()


class _Report:
    """Takes what the parser tells; `taken` gives the results that are whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._suites: list[_Suite] = []
        self._case: _Case | None = None
        self._open: str = ""
        self._waiting: list[list[CaseResult]] = []
        self._done: list[CaseResult] = []
        self._alike: Counter[tuple[str, ...]] = Counter()
        self._begun = False

    def taken(self) -> Iterator[CaseResult]:
        done, self._done = self._done, []
        yield from done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if not self._begun and name not in _ROOTS:
            raise SnapshotError(
                f"{self._path} has <{name[:40]}> at its top, so it is no JUnit XML."
            )
        self._begun = True
        if name == "testsuite":
            place = attributes.get("file") or attributes.get("filepath") or ""
            self._suites.append(_Suite(attributes.get("name", ""), place))
            self._waiting.append([])
        elif name == "testcase":
            self._case = _Case(attributes)
        elif name in _TEXTS:
            self._text(name, attributes)
        elif name == "property" and self._case and attributes.get("name") == "ID":
            found = _OWN_ID.fullmatch(attributes.get("value", ""))
            self._case.test_id = found[1] if found else ""

    def _text(self, name: str, attributes: dict[str, str]) -> None:
        self._open = name
        if self._case is not None:
            texts = self._case.texts
            if texts[name]:
                texts[name] += "\n\n"
            self._case.messages.setdefault(name, attributes.get("message", ""))

    def data(self, text: str) -> None:
        holder = self._case or (self._suites[-1] if self._suites else None)
        if self._open and holder is not None:
            room = _LONGEST_OUTPUT - len(holder.texts[self._open])
            if room > 0:
                holder.texts[self._open] += text[:room]

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == self._open:
            self._open = ""
        elif name == "testcase" and self._case is not None:
            where = self._waiting[-1] if self._waiting else self._done
            where.append(self._result(self._case))
            self._case = None
        elif name == "testsuite" and self._suites:
            self._close()

    def _close(self) -> None:
        """Give out what is in a suite: what it printed as a whole is known only now."""
        suite = self._suites.pop()
        printed = _joined(*(suite.texts[each] for each in _OUTPUTS))
        for result in self._waiting.pop():
            failed = result.status is CaseStatus.FAILED
            stack = _joined(result.stack, printed) if failed else result.stack
            self._done.append(replace(result, stack=stack))

    def _result(self, case: _Case) -> CaseResult:
        given, texts = case.attributes, case.texts
        name = given.get("name") or given.get("methodname") or given.get("classname") or "Unnamed"
        status = _status(case)
        title, values = _title(name)
        printed = _joined(texts["system-out"], texts["system-err"])
        told = _ID.search(name) or _ID_IN_OUTPUT.search(printed)
        stack = ""
        if status is CaseStatus.FAILED:
            stack = _joined(*(texts[each] for each in _FAILED), printed)
        return CaseResult(
            key=self._key(name, given.get("classname", "")),
            title=title,
            suite=self._suite_of(given.get("classname", "")),
            status=status,
            test_id=case.test_id or (told[1] if told else ""),
            seconds=_seconds(given.get("time", "")),
            message=_message(case, status),
            stack=stack,
            file=given.get("file") or next((each.file for each in self._suites[::-1]), ""),
            values=values,
        )

    def _key(self, name: str, class_name: str) -> str:
        """From where the case stands and, among cases alike, its number."""
        place = (*(each.name for each in self._suites), class_name, name)
        self._alike[place] += 1
        text = "\0".join((*place, str(self._alike[place])))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]

    def _suite_of(self, class_name: str) -> str:
        names = [each.name for each in self._suites if each.name]
        own = names[-1] if names else ""
        chosen = class_name or own if own in {"", _PYTEST} else own
        return chosen[:_LONGEST_NAME]


def _status(case: _Case) -> CaseStatus:
    if any(name in case.messages for name in _FAILED):
        return CaseStatus.FAILED
    told = {case.attributes.get(name, "").lower() for name in ("status", "result")}
    if "skipped" in case.messages or told & set(_NOT_RUN):
        return CaseStatus.SKIPPED
    return CaseStatus.PASSED


def _message(case: _Case, status: CaseStatus) -> str:
    names = {CaseStatus.FAILED: _FAILED, CaseStatus.SKIPPED: ("skipped",)}.get(status, ())
    for name in names:
        if name in case.messages:
            text = case.messages[name] or case.texts[name].strip().partition("\n")[0]
            return text[:_LONGEST_OUTPUT]
    return ""


def _title(name: str) -> tuple[str, tuple[str, ...]]:
    """(the name without what its parentheses hold, those values)."""
    found = _VALUES.search(name)
    if found is None:
        return name[:_LONGEST_NAME], ()
    values = tuple(part.strip() for part in found[1].split(",") if part.strip())
    title = f"{name[: found.start()]}{name[found.end() :]}".strip()
    return (title or name)[:_LONGEST_NAME], values


def _seconds(text: str) -> float | None:
    """The time, with or without commas between thousands; `None` if it is none."""
    try:
        seconds = float(text.replace(",", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _joined(*texts: str) -> str:
    return "\n\n".join(text.strip("\n") for text in texts if text.strip())
