"""Starting of the process that serves a model."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from seedwise.embedded.health import is_healthy, kill_server, wait_until_ready
from seedwise.embedded.places import Hosting
from seedwise.embedded.rendezvous import Rendezvous, State
from seedwise.errors import LLMError

_SECRET_NAME = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)$", re.IGNORECASE)


def start_server(place: Rendezvous, model: Path, slots: int, hosting: Hosting) -> State:
    """Start a server, and wait until it is ready; to be called under the start lock.

    Raises
    ------
    LLMError
        Where the server ends or does not get ready in time; no process and no file is left by then.
    """
    deadline = time.monotonic() + hosting.start_seconds
    place.forget_server()
    _launch(place, model, slots, hosting)
    state = wait_until_ready(place, deadline - time.monotonic())
    if state is None or not is_healthy(state.url, hosting.health_seconds):
        raise _clear_up(place, model)
    return state


def _launch(place: Rendezvous, model: Path, slots: int, hosting: Hosting) -> None:
    """Run the launcher, which ends once the server it has forked is alive, or could not be."""
    settings = {"folder": place.folder, "model": model, "slots": slots, "idle": hosting.idle_seconds}
    arguments = [f"--{name}={value}" for name, value in settings.items()]
    with place.open_log() as log:
        try:
            subprocess.run(
                # -P: a file of the working directory must not stand in for a module.
                [sys.executable, "-P", "-m", "seedwise.embedded", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                # Out of the terminal's session: neither Ctrl-C nor its closing reaches the server.
                start_new_session=True,
                timeout=hosting.start_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return


def _environment() -> dict[str, str]:
    """Leave out secrets: the server outlives the run that was given them."""
    return {name: value for name, value in os.environ.items() if not _SECRET_NAME.search(name)}


def _clear_up(place: Rendezvous, model: Path) -> LLMError:
    what = "was not ready in time" if place.is_alive() else "ended"
    kill_server(place)
    words = "\n".join(f"  {line}" for line in place.last_words())
    place.remove()
    return LLMError(
        found=f"the server of {model} {what}; its last words:\n{words}",
        expected="a GGUF model that llama.cpp can load into this machine's memory",
        remedy="try --llm embedded/smollm2, which needs 0.6 GB a server; free memory if it is short",
    )
