"""Meet each fault of a provider in a run of its own, and print what the run does, keeps and exits with.

python benchmarks/fault_table.py
"""

from __future__ import annotations

import sys
from pathlib import Path

# The faults are the tests' own.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "generate"))

from fault_bench import run_all, table_of


def main() -> None:
    """Print the table, line by line as the runs end."""
    for line in table_of(run_all()):
        print(line, flush=True)


if __name__ == "__main__":
    main()
