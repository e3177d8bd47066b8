"""Whatever happens on the way, the snapshot of an unchanged project is the same, byte by byte."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import FastClock
from support.crawling import Taken, take
from support.projects import small_project

from crawler.demo import (
    LASTING_KINDS,
    ChildrenShape,
    DemoProject,
    DemoServer,
    FaultKind,
    FaultPlan,
    Listing,
    Meta,
    RetryAfter,
    ServerOptions,
    TestsShape,
    generate,
    sample_project,
    world_of,
)

pytestmark = pytest.mark.anyio

OPTIONS = ServerOptions(page_size=3)
#: An answer that leads elsewhere is refused, not asked for again at once.
REDIRECTS = {FaultKind.ELSEWHERE, FaultKind.LOOP, FaultKind.SIGN_IN}
PASSING = [kind for kind in FaultKind if kind not in REDIRECTS | LASTING_KINDS]


async def taken_from(
    project: DemoProject,
    options: ServerOptions = OPTIONS,
    *,
    plan: FaultPlan | None = None,
    workers: int = 8,
) -> Taken:
    """A complete snapshot, made under these circumstances without waiting for any of them."""
    async with DemoServer(world_of(project), options, plan=plan) as server:
        taken = await take(server, project.slug, workers=workers, clock=FastClock())
    assert (taken.gaps, taken.warnings) == ((), ())
    return taken


@pytest.mark.parametrize("workers", [1, 2, 32])
async def test_the_number_of_workers_changes_no_byte(workers: int) -> None:
    """One worker and thirty-two write what eight write."""
    usual = await taken_from(sample_project(), ServerOptions())
    other = await taken_from(sample_project(), ServerOptions(), workers=workers)
    assert other.bytes == usual.bytes


@pytest.mark.parametrize("seed", range(6))
async def test_the_order_in_which_answers_arrive_changes_no_byte(seed: int) -> None:
    """Each seed makes other answers slow, as the live service does."""
    usual = await taken_from(sample_project(), ServerOptions())
    options = ServerOptions(latency_scale=0.01, latency_seed=seed)
    assert (await taken_from(sample_project(), options, workers=16)).bytes == usual.bytes


@pytest.mark.parametrize("kind", PASSING, ids=lambda each: each.name)
@pytest.mark.parametrize("attempts", [1, 2])
async def test_no_fault_that_passes_changes_a_byte(kind: FaultKind, attempts: int) -> None:
    """Half of all requests fail, once or twice in a row."""
    calm = await taken_from(small_project())
    plan = FaultPlan(7, 0.5, (kind,), attempts=attempts)
    async with DemoServer(world_of(small_project()), OPTIONS, plan=plan) as server:
        stormy = await take(server, "small")
        assert server.faults.met[kind] > 2
    assert stormy.bytes == calm.bytes


@given(
    seed=st.integers(0, 2**32),
    share=st.floats(0.1, 0.5),
    kinds=st.lists(st.sampled_from(PASSING), min_size=1, unique=True),
    attempts=st.integers(1, 2),
    workers=st.sampled_from([1, 2, 8, 32]),
)
@settings(max_examples=25, deadline=None)
async def test_no_mixture_of_faults_changes_a_byte(
    seed: int, share: float, kinds: list[FaultKind], attempts: int, workers: int
) -> None:
    """Any faults that pass, at any requests, with any number of workers."""
    plan = FaultPlan(seed, share, kinds, attempts=attempts)
    calm = await taken_from(small_project())
    assert (await taken_from(small_project(), plan=plan, workers=workers)).bytes == calm.bytes


PROJECTS = st.builds(
    generate,
    seed=st.integers(0, 2**32),
    suites=st.integers(0, 30),
    tests_per_suite=st.integers(0, 4),
    fan_out=st.integers(1, 9),
    text_bytes=st.just(60),
)
SERVERS = st.builds(
    ServerOptions,
    listing=st.sampled_from(Listing),
    meta=st.sampled_from(Meta),
    tests=st.sampled_from(TestsShape),
    children=st.sampled_from(ChildrenShape),
    page_size=st.just(7),
)


@given(project=PROJECTS, options=SERVERS, seed=st.integers(0, 2**32), share=st.floats(0.0, 0.4))
@settings(max_examples=15, deadline=None)
async def test_two_crawls_of_any_project_give_the_same_bytes(
    project: DemoProject, options: ServerOptions, seed: int, share: float
) -> None:
    """One crawl is calm and has one worker, the other has eight and is not."""
    calm = await taken_from(project, options, workers=1)
    stormy = await taken_from(project, options, plan=FaultPlan(seed, share, PASSING, attempts=1))
    assert stormy.bytes == calm.bytes


@pytest.mark.parametrize("says", RetryAfter)
async def test_a_server_that_refuses_bursts_changes_no_byte(says: RetryAfter) -> None:
    """429 with `Retry-After` in either form, or with none: all wait, nothing is lost."""
    calm = await taken_from(small_project())
    clock = FastClock()
    options = replace(OPTIONS, refuse_above=5, retry_after=says, retry_after_seconds=20)
    # The server's second lasts as long as ours.
    async with DemoServer(world_of(small_project()), options, clock=clock.monotonic) as server:
        taken = await take(server, "small", clock=clock)
        assert server.throttled >= 2
    assert taken.bytes == calm.bytes
    assert (max(clock.slept) > 18) == (says is not RetryAfter.MISSING)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("good_for", [5, 17])
async def test_sessions_that_end_change_no_byte(status: int, good_for: int) -> None:
    """However often the crawl has to log in again, it logs in once each time."""
    calm = await taken_from(small_project())
    options = replace(OPTIONS, jwt_requests=good_for, expired_status=status)
    async with DemoServer(world_of(small_project()), options) as server:
        taken = await take(server, "small", workers=4)
        logins = server.counts["/api/login"]
        answered = sum(seen.status == 200 and seen.method == "GET" for seen in server.requests)
    assert taken.bytes == calm.bytes
    # A session is renewed when it is used up, and not by each of those who find that out.
    assert logins <= answered // good_for + 1
