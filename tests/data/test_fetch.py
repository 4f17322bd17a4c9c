from __future__ import annotations

import hashlib
import pickle
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from seedwise.data.fetch import Patience, UnavailableError, download, read_cached, store
from seedwise.errors import DataError

HELLO = hashlib.sha256(b"hello").hexdigest()
QUICK = Patience(timeout=0.2, tries=2)


@contextmanager
def answering(replies: list[bytes]) -> Iterator[str]:
    """Serve one raw reply a connection, in order; an empty one keeps the caller waiting."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = []

        def serve() -> None:
            for reply in replies:
                connection, _ = server.accept()
                connection.recv(4096)
                held.append(connection)
                if reply:
                    connection.sendall(reply)
                    connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/file"
        thread.join()
        for connection in held:
            connection.close()


def reply(status: str, body: bytes = b"", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n".encode() + body


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the caller's proxy from answering for the local server."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.mark.parametrize(
    "first",
    [reply("503 Busy"), reply("200 OK", b"he", length=5), b"gibberish\r\n\r\n", b""],
    ids=["busy", "cut off", "gibberish", "silent"],
)
def test_a_passing_failure_is_tried_again(first: bytes) -> None:
    with answering([first, reply("200 OK", b"hello")]) as url:
        assert download(url, HELLO, QUICK) == b"hello"


def test_what_is_not_there_is_asked_for_once() -> None:
    with answering([reply("404 Gone Fishing")]) as url, pytest.raises(UnavailableError) as caught:
        download(url, HELLO, QUICK)
    assert caught.value.found == f"{url} answers 404 Gone Fishing"


def test_a_silent_server_is_given_up() -> None:
    with answering([b"", b""]) as url, pytest.raises(UnavailableError, match="cannot be reached"):
        download(url, HELLO, QUICK)


def test_other_content_is_refused() -> None:
    wrong = reply("200 OK", b"hullo")
    with answering([wrong, wrong]) as url, pytest.raises(UnavailableError, match="serves other"):
        download(url, HELLO, QUICK)


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/file", "mirror/file", ""])
def test_only_the_web_is_read(url: str) -> None:
    with pytest.raises(UnavailableError, match="cannot be reached"):
        download(url, HELLO, QUICK)


def test_a_stored_file_is_read_back_and_leaves_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.txt"
    store(path, b"hullo")
    store(path, b"hello")
    assert read_cached(path, HELLO) == b"hello"
    assert list(path.parent.iterdir()) == [path]


def test_a_damaged_or_missing_file_is_no_cached_file(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    assert read_cached(path, HELLO) is None
    path.write_bytes(b"hell")
    assert read_cached(path, HELLO) is None


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_bytes(b"a file where a folder should be")
    with pytest.raises(DataError) as caught:
        store(tmp_path / "blocked" / "file.txt", b"hello")
    assert str(tmp_path / "blocked") in caught.value.found
    assert "SEEDWISE_CACHE_DIR" in caught.value.remedy


def test_the_error_survives_pickling() -> None:
    error = UnavailableError(found="a", expected="b", remedy="c")
    copy: Any = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy)) == (UnavailableError, str(error))
