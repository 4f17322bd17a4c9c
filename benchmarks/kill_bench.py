"""Kill a run 100 times at random moments, resume it each time, and count what was lost or paid for twice.

    python benchmarks/kill_bench.py
    python benchmarks/kill_bench.py --workers 2 --requests 3000
    python benchmarks/kill_bench.py --journal-url postgresql+psycopg2://user@host/empty_database

The server is the tests' own: it answers after 20 to 60 ms and writes down who has asked for what, when.
A run is a process of its own, with the real client and journal and 20 requests under way. It writes down
each answer that it gets and each that it delivers; a line is one system call, which outlives the process.
SIGKILL comes at seeded moments spread over the whole run, a tenth of them while a run starts.

An answer is *delivered* once the engine hands it over: from then on it must be in the journal. An answer
that is in a socket, or in the process's memory with its commit not yet through, dies with the process as
one that is under way does; those are counted, with the longest time that any had been there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

# The run that is killed is the tests' own.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "generate"))

from kill_run import KillRun, table_of
from openai_server import OpenAIServer


def main() -> None:
    """Run and print the table."""
    args = parse_arguments()
    with tempfile.TemporaryDirectory() as folder, OpenAIServer() as server:
        url = args.journal_url or f"sqlite:///{Path(folder) / 'journal.db'}"
        sizes = {"count": args.requests, "kills": args.kills, "workers": args.workers}
        tally = KillRun(server, Path(folder), url, **sizes, seed=args.seed).run()
    print(f"{args.requests} requests, {args.workers} at once, seed {args.seed}: {tally.seconds:.1f} s\n")
    print("\n".join(table_of(tally)))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=500, help="requests of the run (default 500)")
    parser.add_argument("--kills", type=int, default=100, help="kills in all (default 100)")
    parser.add_argument("--workers", type=int, default=1, help="processes that ask for the same (default 1)")
    parser.add_argument("--seed", type=int, default=0, help="of the moments and latencies (default 0)")
    parser.add_argument("--journal-url", default="", help="an empty database; default: a new SQLite file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
