"""Servers and users meet under locks: one server at a time, and nobody is handed a dying one."""

from __future__ import annotations

import os
import random
import threading
import time
from pathlib import Path

import pytest
from server_client import wait_until

from seedwise.embedded import Hosting, ModelFile, llama, server
from seedwise.embedded.locks import Lock, try_lock, wait_for_lock
from seedwise.embedded.places import machine_digest
from seedwise.embedded.rendezvous import Rendezvous, State
from seedwise.embedded.watch import wait_until_idle
from seedwise.errors import ConfigError

MODEL = ModelFile("tiny", None, "0123456789abcdef" * 4)


class FakeServers:
    """Servers that are threads: they live by the same locks, and start at once."""

    def __init__(self) -> None:
        self.alive: dict[int, bool] = {}
        self.most_alive = 0
        self.threads: list[threading.Thread] = []

    def start(self, place: Rendezvous, *_: object) -> State:
        place.forget_server()
        alive = place.take_alive()
        assert alive is not None, "a second server was started beside one that lives"
        number = len(self.alive) + 1
        self.alive[number] = True
        self.most_alive = max(self.most_alive, sum(self.alive.values()))
        state = State(number, "http://somewhere")
        place.write_state(state)
        thread = threading.Thread(target=self._live, args=(number, place, alive))
        thread.start()
        self.threads.append(thread)
        return state

    def _live(self, number: int, place: Rendezvous, alive: Lock) -> None:
        wait_until_idle(place, alive, 0)
        self.alive[number] = False
        alive.close()


@pytest.fixture
def fakes(monkeypatch):
    servers = FakeServers()
    monkeypatch.setattr(server, "start_server", servers.start)
    monkeypatch.setattr(server, "is_healthy", lambda *_: True)
    yield servers
    for thread in servers.threads:
        thread.join()


def test_users_that_come_and_go_never_meet_a_dying_server_or_two(fakes, tmp_path):
    """Servers without patience, users that come just when they leave: each start is a race."""
    faults: list[str] = []

    def use(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(60):
            with server.borrow_server(MODEL, slots=1, hosting=Hosting(tmp_path, 0)) as loan:
                time.sleep(chance.uniform(0, 0.01))
                if not fakes.alive[loan.pid]:
                    faults.append("the server ended under its user")
            time.sleep(chance.uniform(0, 0.08))

    users = [threading.Thread(target=use, args=(seed,)) for seed in range(4)]
    for user in users:
        user.start()
    for thread in [*users, *fakes.threads]:
        thread.join()
    assert faults == []
    assert len(fakes.alive) > 3, "no server ended while users came"
    # A server that has left its folder lives on for a moment, without users.
    assert fakes.most_alive <= 2
    wait_until(lambda: not any(fakes.alive.values()))
    assert list(tmp_path.iterdir()) == []


def test_who_waits_for_a_lock_whose_file_is_removed_gets_one_that_counts(tmp_path):
    path = tmp_path / "lock"
    holder = try_lock(path)
    waiter: list[Lock | None] = []
    thread = threading.Thread(target=lambda: waiter.append(wait_for_lock(path, 10)))
    thread.start()
    time.sleep(0.05)
    path.unlink()
    holder.close()
    thread.join()
    assert waiter[0].is_current
    assert try_lock(path) is None
    waiter[0].close()


def test_a_lock_is_shared_by_many_or_held_by_one(tmp_path):
    path = tmp_path / "lock"
    with try_lock(path, shared=True), try_lock(path, shared=True):
        assert try_lock(path) is None
        assert wait_for_lock(path, 0.05) is None
    with try_lock(path):
        assert try_lock(path, shared=True) is None


@pytest.mark.parametrize(("survives", "is_free"), [(False, True), (True, False)])
def test_a_forked_process_keeps_a_lock_only_where_it_is_meant_to(tmp_path, survives, is_free):
    path = tmp_path / "lock"
    lock = Lock(path, survives_fork=survives)
    assert lock.try_acquire()
    (is_forked, tell_forked), (may_end, end) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.write(tell_forked, b".")
        os.close(end)
        os.read(may_end, 1)
        os._exit(0)
    os.read(is_forked, 1)
    lock.close()
    free = try_lock(path)
    os.close(end)
    os.waitpid(child, 0)
    assert (free is not None) == is_free
    for pipe in (is_forked, tell_forked, may_end):
        os.close(pipe)


def test_what_servers_do_not_share_they_do_not_meet_over(monkeypatch, tmp_path):
    def name(model=MODEL, slots=8, index=0) -> str:
        return server._find_place(tmp_path, model, slots, index).folder.name

    names = [name(), name(slots=4), name(index=1), name(ModelFile("tiny", None, "f" * 64))]
    assert name(ModelFile("other name", None, MODEL.digest)) == names[0]
    monkeypatch.setattr(llama, "SETTINGS_VERSION", llama.SETTINGS_VERSION + 1)
    names.append(name())
    monkeypatch.setattr("platform.node", lambda: "another-machine")
    names.append(name())
    assert len(set(names)) == len(names)


def test_folders_of_other_machines_are_left_alone(fakes, tmp_path):
    mine, others = tmp_path / f"{machine_digest()}-old", tmp_path / "00000000-old"
    for folder in (mine, others):
        Rendezvous(folder).enter(1).close()
        Rendezvous(folder).write_state(State(1, "http://gone"))
    with server.borrow_server(MODEL, slots=1, hosting=Hosting(tmp_path, 0)):
        assert others.is_dir()
        assert not mine.exists()


def test_the_folder_is_for_its_owner_alone_and_the_log_is_bounded(tmp_path):
    place = Rendezvous(tmp_path / "servers" / "one")
    with place.enter(1):
        assert place.folder.stat().st_mode & 0o777 == 0o700
        with place.open_log() as log:
            log.write(b"first\n" + b"line\n" * 300_000)
            assert place.last_words() == ["line"] * 8
            place.bound_log()
            log.write(b"after\n")
        assert place.last_words() == ["after"]
        place.remove()
    assert not place.folder.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"pid": null, "url": ""}'])
def test_a_state_that_makes_no_sense_counts_as_none(tmp_path, text):
    (tmp_path / "state.json").write_text(text)
    assert Rendezvous(tmp_path).read_state() is None


def test_the_environment_says_where_and_how_long(monkeypatch, tmp_path):
    monkeypatch.setenv("SEEDWISE_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("SEEDWISE_SERVER_DIR")
    monkeypatch.delenv("SEEDWISE_SERVER_IDLE_SECONDS")
    assert Hosting.from_environment() == Hosting(tmp_path / "servers", idle_seconds=60)
    monkeypatch.setenv("SEEDWISE_SERVER_DIR", str(tmp_path / "own"))
    monkeypatch.setenv("SEEDWISE_SERVER_IDLE_SECONDS", "2.5")
    assert Hosting.from_environment() == Hosting(tmp_path / "own", idle_seconds=2.5)
    monkeypatch.setenv("SEEDWISE_SERVER_DIR", "own")  # the server works in another directory
    assert Hosting.from_environment().folder == Path.cwd() / "own"


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf"])
def test_an_idle_time_that_is_none_is_explained(monkeypatch, text):
    monkeypatch.setenv("SEEDWISE_SERVER_IDLE_SECONDS", text)
    with pytest.raises(ConfigError, match="SEEDWISE_SERVER_IDLE_SECONDS"):
        Hosting.from_environment()
