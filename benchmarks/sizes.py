"""The same measurement at several sizes, each in a process of its own, so that peak memory is its own."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

R = TypeVar("R")


def measure_sizes(
    description: str, sizes: str, real: int, measure: Callable[[int, int], R], kind: type[R]
) -> tuple[list[R], int]:
    """Call ``measure(rows, real)``, which gives such a dataclass, once a size.

    Returns the results and the number of real rows; flags change both sizes and real rows.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--sizes", default=sizes, help="rows, comma-separated")
    parser.add_argument("--real", type=int, default=real, help="real rows, half seeds and half test")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        result: Any = measure(options.one, options.real)
        print(json.dumps(asdict(result)))
        raise SystemExit
    return [_in_a_process(int(size), options.real, kind) for size in options.sizes.split(",")], options.real


def _in_a_process(rows: int, real: int, kind: type[R]) -> R:
    command = [sys.executable, sys.argv[0], "--one", str(rows), "--real", str(real)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return kind(**json.loads(done.stdout.splitlines()[-1]))
