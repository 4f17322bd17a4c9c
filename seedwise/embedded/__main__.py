"""The process that serves one embedded model; started by `seedwise.embedded.server`, never by hand."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from typing import TextIO

import xllamacpp

_PARENT_POLL_SECONDS = 1.0
_WARNINGS = 2


def main() -> None:
    """Serve until the parent closes this process's standard input, or is gone."""
    arguments = _parse()
    announce = _reserve_stdout()
    _end_with_parent(os.getppid())
    try:
        server = _serve(arguments)
    except RuntimeError as exc:
        sys.exit(str(exc))
    print(server.listening_address, file=announce, flush=True)
    threading.Event().wait()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--slots", type=int, required=True)
    parser.add_argument("--context", type=int, required=True)
    return parser.parse_args()


def _reserve_stdout() -> TextIO:
    """Keep standard output for the address alone: what llama.cpp prints there joins the log."""
    announce = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return announce


def _end_with_parent(parent: int) -> None:
    threading.Thread(target=_end_at_eof, daemon=True).start()
    threading.Thread(target=_end_when_orphaned, args=(parent,), daemon=True).start()


def _end_at_eof() -> None:
    sys.stdin.read()
    os._exit(0)


def _end_when_orphaned(parent: int) -> None:
    # A process that the parent forked may hold the pipe open after the parent's death.
    while os.getppid() == parent:
        time.sleep(_PARENT_POLL_SECONDS)
    os._exit(0)


def _serve(arguments: argparse.Namespace) -> xllamacpp.Server:
    params = xllamacpp.CommonParams()
    params.model.path = arguments.model
    params.port = 0
    params.n_parallel = arguments.slots
    params.n_ctx = arguments.slots * arguments.context
    # Two threads of one server spin while they wait for each other, and collapse on a busy machine.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    # With flash attention a token's logits depend on what it is batched with and on what was cached:
    # the same seed then gives another text. Without it they do not, and small models run faster.
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.warmup = False
    params.verbosity = _WARNINGS
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
