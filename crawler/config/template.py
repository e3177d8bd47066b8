"""The commented configuration file that `config init` writes, made from what the settings say.

Prose begins with `# `, a setting to be uncommented with `#`. Only what was chosen stands
uncommented; with nothing chosen every line is a comment, and the file changes nothing.
"""

import json
import textwrap
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from crawler.config.about import About, Section
from crawler.config.settings import ABOUT, DEFAULTS

__all__ = ("as_toml", "template")

_WIDTH: Final = 88

_HEAD: Final = """\
Settings of testomat-crawler. Each setting below shows its default, or an example where
there is none; remove the # before a name to change it.

A setting given on the command line beats the environment, the environment beats this file.
'testomat-crawler config show' prints what holds, and why. Paths are meant from this
file's folder.
"""

_CREDENTIALS: Final = """\
One of these is enough. Better than here they stand in the environment, or in a file of
their own that only you can read (token_file).
"""

_TOKEN_FILE: Final = "token_file"  # noqa: S105  the name of a key
_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})

_FILE_HELP: Final = "File that holds one token, of whichever kind, and nothing else."


def template(chosen: Mapping[str, object] = _NOTHING) -> str:
    """The text of the commented file, in which the settings that are `chosen` hold."""
    lines = list(_prose(_HEAD))
    for section in Section:
        lines += ["", f"# ---- {section} ".ljust(_WIDTH, "-")]
        if section is Section.CREDENTIALS:
            lines += ["#", *_prose(_CREDENTIALS), "", *_prose(_FILE_HELP)]
            lines.append(_line(_TOKEN_FILE, chosen, "token"))
        for name, about in ABOUT.items():
            if about.section is section:
                lines += ["", *_setting(name, about, chosen)]
    return "\n".join(lines) + "\n"


def as_toml(value: object) -> str:
    """A value as it stands in a TOML file."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case list() | tuple():
            return f"[{', '.join(map(as_toml, value))}]"
        case _:
            # A JSON string is a TOML basic string, but for DEL, which JSON leaves as it is.
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _setting(name: str, about: About, chosen: Mapping[str, object]) -> Iterator[str]:
    default = DEFAULTS[name]
    yield from _prose(f"{about.help}{_limits(about)}")
    if about.env:
        yield from _prose(f"Environment: {' or '.join(about.env)}.")
    yield _line(name, chosen, about.example if default is None else default)


def _line(name: str, chosen: Mapping[str, object], shown: object) -> str:
    if name in chosen:
        return f"{name} = {as_toml(chosen[name])}"
    return f"#{name} = {as_toml(shown)}"


def _limits(about: About) -> str:
    if about.bounds is None:
        return ""
    limits = f" {str(about.bounds).capitalize()} {about.unit}"
    return f"{limits.rstrip()}."


def _prose(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield "#"
        for line in textwrap.wrap(paragraph, _WIDTH - 2, break_long_words=False):
            yield f"# {line}"
