"""Addresses of assets without the signatures that expire.

A presigned address differs at every request though the asset is the same (recorded from the live
service), so it would make every snapshot differ. Only the parameters of the known signing schemes
are cut; the rest of the address, and every other text, stays as it is.
"""

import re
from typing import Any, Final

__all__ = ("without_signatures",)

# AWS Signature Version 4 and 2, Google Cloud Storage V4 and V2, Azure shared access signatures
# and CloudFront signed addresses, each by the parameter that holds the signature itself.
_SIGNED: Final = re.compile(
    r"(?i)[?&;](?:X-(?:Amz|Goog)-Signature=[A-Za-z0-9%+/=_~-]"
    # Others use such names too; a signature is long.
    r"|(?:Signature|sig)=[A-Za-z0-9%+/=_~-]{16,})"
)
_ADDRESS: Final = re.compile(
    r"(?i)(?P<path>(?:https?://|/)[^\s?#\"'<>()\[\]{}|\\^`]+)\?(?P<query>[^\s#\"'<>()\[\]{}|\\^`]+)"
)
_PARAMETER: Final = re.compile(
    r"(?i)^(?:X-Amz-[A-Za-z0-9-]+|X-Goog-[A-Za-z0-9-]+|AWSAccessKeyId|GoogleAccessId|Signature"
    r"|Expires|Policy|Key-Pair-Id|sig|se|st|sp|spr|sv|sr|skoid|sktid|skt|ske|sks|skv)="
)
_SEPARATOR: Final = re.compile(r"&(?:amp;)?")


def without_signatures(value: Any) -> Any:
    """The value with every signed address in its texts, at any depth, freed of its signature."""
    if not value:
        return value
    if isinstance(value, str):
        # Nearly no text is signed, and a missing sign of equality tells it at once.
        return _clean(value) if "=" in value and _SIGNED.search(value) else value
    if isinstance(value, list):
        return [without_signatures(item) for item in value]
    if isinstance(value, dict):
        return {name: without_signatures(item) for name, item in value.items()}
    return value


def _clean(text: str) -> str:
    return _ADDRESS.sub(_clean_address, text)


def _clean_address(found: re.Match[str]) -> str:
    if not _SIGNED.search(found.group()):
        return found.group()
    kept = [part for part in _SEPARATOR.split(found["query"]) if not _PARAMETER.match(part)]
    return found["path"] + ("?" + "&".join(kept) if kept else "")
