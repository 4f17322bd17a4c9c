"""One bound over all workers: a Prefect global concurrency limit, on a real Prefect server."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from openai_server import OpenAIServer
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, GlobalConcurrencyLimitUpdate
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect_servers import free_port, running_server

from seedwise.config import GenerationConfig, RunConfig
from seedwise.errors import ConfigError
from seedwise.generate.shared import LenderAwayError
from tasks.limits import PrefectLender, find_lender

pytestmark = pytest.mark.slow

HOSTED = GenerationConfig(llm="openai/some-model")
LAPSE_SECONDS = 60
PATIENCE = 40


def run_of(limit: str, slots: int = 16) -> RunConfig:
    return RunConfig(shared_limit=limit, concurrency=slots)


def active_slots(limit: str) -> int:
    with get_client(sync_client=True) as client:
        return client.read_global_concurrency_limit_by_name(limit).active_slots


def make_limit(limit: str, slots: int, **more: float) -> None:
    with get_client(sync_client=True) as client:
        client.create_global_concurrency_limit(
            GlobalConcurrencyLimitCreate(name=limit, limit=slots, active=True, **more)
        )


def with_lender(limit: str, use: Callable[[PrefectLender], Awaitable[None]]) -> None:
    lender = PrefectLender(limit, 4)

    async def main() -> None:
        try:
            await use(lender)
        finally:
            await lender.aclose()

    asyncio.run(main())


def start_worker(
    server: OpenAIServer, api: str, folder: Path, name: str, limit: str, requests: int
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "sharing_child.py"),
         server.url, str(folder), name, limit, str(requests)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PREFECT_API_URL": api},
    )  # fmt: skip


def let_go(*workers: subprocess.Popen[str]) -> None:
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()


def wait_until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def killed_at(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[float]:
    """A worker that is killed with four slots in hand, as early as can be: what it held takes a minute."""
    make_limit("orphaned", 4)
    with OpenAIServer(latency=30) as server:
        folder = tmp_path_factory.mktemp("killed")
        with start_worker(server, prefect_server, folder, "doomed", "orphaned", 20) as worker:
            let_go(worker)
            wait_until(lambda: len(server.asked) == 4, PATIENCE)
            worker.send_signal(signal.SIGKILL)
        yield time.monotonic()


def test_a_missing_limit_is_made_with_the_runs_own_bound(killed_at: float) -> None:
    assert isinstance(find_lender(HOSTED, run_of("new", 7)), PrefectLender)
    with get_client(sync_client=True) as client:
        assert client.read_global_concurrency_limit_by_name("new").limit == 7


def test_a_limit_that_exists_is_left_as_it_is(prefect_server: str) -> None:
    make_limit("mine", 3)
    find_lender(HOSTED, run_of("mine", 7))
    with get_client(sync_client=True) as client:
        assert client.read_global_concurrency_limit_by_name("mine").limit == 3


@pytest.mark.parametrize(
    ("generation", "run"),
    [(GenerationConfig(llm="embedded/smollm2"), run_of("unused")), (HOSTED, run_of(""))],
    ids=["a model on this machine", "no limit named"],
)
def test_who_needs_no_shared_limit_makes_none(
    prefect_server: str, generation: GenerationConfig, run: RunConfig
) -> None:
    assert find_lender(generation, run) is None


def test_without_a_server_of_its_own_there_is_nothing_to_share() -> None:
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        assert find_lender(HOSTED, run_of("unused")) is None


def test_a_limit_that_bounds_a_rate_is_refused(prefect_server: str) -> None:
    make_limit("rate", 4, slot_decay_per_second=1.0)
    with pytest.raises(ConfigError, match="bounds a rate"):
        find_lender(HOSTED, run_of("rate"))


def test_a_name_that_prefect_does_not_take_is_said(prefect_server: str) -> None:
    with pytest.raises(ConfigError, match="neither finds nor makes") as caught:
        find_lender(HOSTED, run_of("a%b"))
    assert "--shared-limit" in caught.value.remedy


def test_slots_are_lent_renewed_and_given_back(prefect_server: str) -> None:
    make_limit("lent", 4)

    async def use(lender: PrefectLender) -> None:
        three = await lender.lend(3)
        assert three is not None
        assert (three.slots, three.seconds, active_slots("lent")) == (3, LAPSE_SECONDS, 3)
        assert await lender.lend(2) is None
        assert await lender.lend(5) is None
        assert await three.renew()
        await three.give_back()
        assert active_slots("lent") == 0
        assert not await three.renew()

    with_lender("lent", use)


def test_a_limit_that_is_deleted_meanwhile_is_made_again(prefect_server: str) -> None:
    async def use(lender: PrefectLender) -> None:
        assert await lender.lend(2) is None
        assert await lender.lend(2) is not None
        assert active_slots("deleted") == 2

    with_lender("deleted", use)


def test_a_bound_that_is_lowered_in_the_page_holds_at_once(prefect_server: str) -> None:
    make_limit("lowered", 8)

    async def use(lender: PrefectLender) -> None:
        assert await lender.lend(1) is not None
        with get_client(sync_client=True) as client:
            client.update_global_concurrency_limit("lowered", GlobalConcurrencyLimitUpdate(limit=1))
        assert await lender.lend(1) is None

    with_lender("lowered", use)


def test_a_server_that_is_gone_is_told_from_one_that_refuses() -> None:
    async def use(lender: PrefectLender) -> None:
        with pytest.raises(LenderAwayError, match="cannot lend slots"):
            await lender.lend(1)

    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        with_lender("gone", use)


def test_a_server_that_was_restarted_gets_back_what_it_has_forgotten(tmp_path: Path) -> None:
    """Prefect keeps leases in memory, and the slots taken in its database: only the first are lost."""

    async def use(lender: PrefectLender, restart: Callable[[], None]) -> None:
        held, renewed = await lender.lend(1), await lender.lend(2)
        assert held is not None
        assert renewed is not None
        restart()
        assert active_slots("restarted") == 3
        assert not await renewed.renew()
        assert active_slots("restarted") == 1
        await held.give_back()
        assert active_slots("restarted") == 0

    port = free_port()
    with ExitStack() as life:

        def start() -> str:
            return life.enter_context(running_server(tmp_path, port))

        def restart() -> None:
            life.close()
            start()

        with temporary_settings({PREFECT_API_URL: start()}):
            make_limit("restarted", 4)
            with_lender("restarted", lambda lender: use(lender, restart))


def asked_together(names: str) -> int:
    """Count the requests of the one who asked less, from where both ask to where one has stopped."""
    if not {"a", "b"} <= set(names):
        return 0
    together = names[max(map(names.index, "ab")) : min(map(names.rindex, "ab")) + 1]
    return min(map(together.count, "ab"))


def test_two_processes_keep_one_bound_and_both_get_on(prefect_server: str, tmp_path: Path) -> None:
    make_limit("shared", 4)
    with OpenAIServer(latency=0.1) as server:
        workers = [
            start_worker(server, prefect_server, tmp_path / name, name, "shared", 2000) for name in ("a", "b")
        ]
        let_go(*workers)
        wait_until(lambda: asked_together("".join(one.content[0] for one in server.asked)) > 20, PATIENCE)
        assert server.most_at_once == 4
        for worker in workers:
            worker.send_signal(signal.SIGINT)
        for worker in workers:
            with worker:
                assert worker.wait(PATIENCE) == 0
    assert active_slots("shared") == 0


def test_the_slots_of_a_killed_worker_come_free_after_the_lease(killed_at: float) -> None:
    wait_until(lambda: active_slots("orphaned") == 0, LAPSE_SECONDS + PATIENCE)
    assert time.monotonic() - killed_at <= LAPSE_SECONDS + 2 * PATIENCE
    print(f"free again {time.monotonic() - killed_at:.0f} s after the kill")  # noqa: T201
