"""The JSON Schema of format 1, as it ships with the package."""

import json
from importlib.resources import files
from typing import Any

__all__ = ("schema",)


def schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12), for the document in JSON or loaded from YAML."""
    text = files("crawler.snapshot").joinpath("schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
