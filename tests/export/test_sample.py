"""The sample project, crawled as users do, goes through every target."""

from pathlib import Path

import pytest
from support.crawling import take
from support.exports import assert_account_is_true, made
from support.readback import READERS
from support.readback_shapes import SHAPES

from crawler.demo import SLUG, DemoServer, sample_world
from crawler.export.registry import BUILT_IN, target_called

pytestmark = pytest.mark.anyio


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_the_sample_project_goes_through_every_target(tmp_path: Path) -> None:
    """All of its tests arrive, and what readers find is what the account says."""
    async with DemoServer(sample_world()) as server:
        document = (await take(server, SLUG)).document
    for name in BUILT_IN:
        folder = tmp_path / name
        folder.mkdir()
        done = made(target_called(name), document, folder)
        assert_account_is_true(done, READERS[name](done.files), SHAPES.get(name))
        assert done.account.tests.items == document.head.tests == 357
        assert done.account.suites.items == document.head.suites == 76


async def test_most_descriptions_of_the_sample_fall_into_steps(tmp_path: Path) -> None:
    """They are written as teams do: lists, numbers, tables, in five languages."""
    async with DemoServer(sample_world()) as server:
        document = (await take(server, SLUG)).document
    done = made(target_called("jsonl"), document, tmp_path)
    parsed = [case.parsed for case in done.account.cases]
    whole = [case.title for case in done.account.cases if not case.parsed.steps]
    assert len(whole) < len(parsed) / 20, whole
