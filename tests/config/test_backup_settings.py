"""What the settings of `backup` accept."""

import pytest

from crawler.config.backup_settings import BackupSettings, Compression
from crawler.config.settings import ABOUT, Settings
from crawler.errors import ConfigError
from crawler.redaction import Secret


def test_they_are_a_part_of_the_one_flat_settings() -> None:
    """Under the same checks, in the same file."""
    assert set(BackupSettings.__dataclass_fields__) < set(ABOUT)
    assert Settings(compress="zstd").compress is Compression.ZSTD  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["keep_last", "keep_daily", "keep_weekly", "keep_monthly"])
def test_nothing_is_thinned_out_unless_told(name: str) -> None:
    """Whoever sets nothing keeps all."""
    assert getattr(Settings(), name) == 0
    with pytest.raises(ConfigError, match=f"{name} must be from 0"):
        Settings(**{name: -1})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address", ["ftp://hidden.example", "https://me:hidden@a.example", "https://a b/hidden", ""]
)
def test_an_address_to_call_is_checked_without_being_shown(address: str) -> None:
    """Its path is its secret."""
    with pytest.raises(ConfigError) as caught:
        Settings(notify_url=Secret(address))
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("author", ["Night", "<a@b.c>", "A <a b>", "A\n <a@b.c>", "A <a@b.c> x"])
def test_an_author_has_a_name_and_an_address(author: str) -> None:
    """As git wants it."""
    with pytest.raises(ConfigError, match="git_author must be a name and an address"):
        Settings(git_author=author)
