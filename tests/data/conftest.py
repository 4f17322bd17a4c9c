"""A small stand-in for TweetEval, and a web server that serves it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from seedwise.data import Places, tweeteval

SUBJECTS = (
    "the neighbours' dog",
    "our old bicycle",
    "a parcel from Lisbon",
    "grandmother's soup",
    "this endless winter",
    "the choir rehearsal",
    "my first marathon",
    "that flooded cellar",
)
FEELINGS = {
    "anger": "makes me furious beyond words",
    "joy": "is pure delight from start to end",
    "optimism": "will turn out fine, just you wait",
    "sadness": "leaves me crying on the stairs",
}


def sentences(label: str, count: int) -> list[str]:
    """Invent texts of a class that are no near-duplicates of each other at 0.7."""
    return [f"{SUBJECTS[i % 8]} {'again ' * (i // 8)}{FEELINGS[label]}"[: 40 + i] for i in range(count)]


@pytest.fixture
def tweeteval_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write invented files in TweetEval's form, and pin their digests in place of the real ones."""
    folder = tmp_path / "data" / "tweeteval-emotion"
    folder.mkdir(parents=True)
    for part, first, last in (("train", 0, 4), ("val", 4, 5), ("test", 5, 7)):
        rows = [
            (text, n) for n, label in enumerate(tweeteval.LABELS) for text in sentences(label, 8)[first:last]
        ]
        (folder / f"{part}_text.txt").write_text("".join(f"{text} \n" for text, _ in rows), encoding="utf-8")
        (folder / f"{part}_labels.txt").write_text("".join(f"{n}\n" for _, n in rows), encoding="utf-8")
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    monkeypatch.setattr(tweeteval, "SHA256", digests)
    return folder


@dataclass
class Mirror:
    """A web server on this machine; ``asked`` lists the paths that were asked for."""

    folder: Path
    url: str = ""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """Serve a folder; the pinned address leads to a missing one, so that no test asks the internet."""
    served = Mirror(tmp_path / "served")
    served.folder.mkdir()

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            served.asked.append(self.path)

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(served.folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        served.url = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setattr(tweeteval, "PINNED_URL", f"{served.url}/nowhere")
        monkeypatch.setenv("no_proxy", "*")
        yield served
        server.shutdown()
        thread.join()


@pytest.fixture
def nowhere(tmp_path: Path) -> Places:
    """Places that hold nothing yet, so that no test reads the user's own cache."""
    return Places(data_dir=None, mirror="", cache_dir=tmp_path / "cache")
