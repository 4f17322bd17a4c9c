"""The whole flow with an LLM that answers at once, against a plain script of the same work.

One side is ``seedwise run`` with all that it does beside the work: Prefect, the journal, stored results,
MLflow. The other is `plain_flow.py`. Both are whole processes, take turns, start with nothing stored, and
must come to the same rows and the same scores. Run as ``python benchmarks/flow_speed.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from instant_server import MODEL, serving

GOAL = 1.15

_HERE = Path(__file__).parent
_CONFIG = """
[data]
dataset = "{dataset}"
[seeds]
seed_size = {seeds}
draws = {draws}
[generation]
llm = "openai/{model}"
llm_base_url = "{url}"
[evaluate]
added = [{third}, {two_thirds}, {added}]
"""


@dataclass(frozen=True, slots=True)
class Timing:
    """One run of one side: wall seconds, processor seconds of all its processes, and what it found."""

    seconds: float
    cpu: float
    found: object


def main() -> None:
    """Print a line a run, then medians and their ratio."""
    args = parse_arguments()
    sides: dict[str, list[Timing]] = {"plain script": [], "seedwise run": []}
    with serving() as url, tempfile.TemporaryDirectory() as scratch:
        config = write_config(Path(scratch), url, args)
        for repeat in range(args.repeats):
            for side, timings in sides.items():
                timings.append(run_side(side, config, Path(scratch) / f"{side[:5]}{repeat}", args.data_dir))
                print(
                    f"{side:<13} {timings[-1].seconds:7.2f} s, processor {timings[-1].cpu:7.2f} s", flush=True
                )
    compare(sides)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data-dir", type=Path, help="folder that holds tweeteval-emotion/; else vader-tweets"
    )
    parser.add_argument("--repeats", type=int, default=3, help="runs of each side")
    parser.add_argument("--seeds", type=int, default=500, help="seeds")
    parser.add_argument("--draws", type=int, default=3, help="draws")
    parser.add_argument("--added", type=int, default=300, help="most rows added")
    return parser.parse_args()


def write_config(scratch: Path, url: str, args: argparse.Namespace) -> Path:
    path = scratch / "config.toml"
    text = _CONFIG.format(
        dataset="tweeteval-emotion" if args.data_dir else "vader-tweets",
        seeds=args.seeds,
        draws=args.draws,
        model=MODEL,
        url=url,
        third=args.added // 3,
        two_thirds=2 * args.added // 3,
        added=args.added,
    )
    path.write_text(text, encoding="utf-8")
    return path


def run_side(side: str, config: Path, folder: Path, data_dir: Path | None) -> Timing:
    out = folder / "out"
    if side == "plain script":
        command = [sys.executable, str(_HERE / "plain_flow.py"), str(config), str(out)]
    else:
        state = ["--state-dir", str(folder / "state"), "--out", str(out), "--no-progress"]
        command = [str(Path(sys.executable).with_name("seedwise")), "run", "--config", str(config), *state]
    environment = os.environ | {"OPENAI_API_KEY": "none"}
    if data_dir:
        environment["SEEDWISE_DATA_DIR"] = str(data_dir)
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    seconds, after = time.perf_counter() - start, os.times()
    if done.returncode:
        raise SystemExit(f"{side} failed:\n{done.stdout}\n{done.stderr}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Timing(seconds, cpu, read_findings(out))


def read_findings(out: Path) -> object:
    """Read what both sides must agree on: the rows, and every score."""
    document = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return (out / "synthetic.jsonl").read_text(encoding="utf-8"), document["results"], document["comparisons"]


def compare(sides: dict[str, list[Timing]]) -> None:
    plain, ours = sides["plain script"], sides["seedwise run"]
    assert all(timing.found == plain[0].found for timing in plain + ours), "the sides found different things"
    middle = {side: median(t.seconds for t in timings) for side, timings in sides.items()}
    cpu = {side: median(t.cpu for t in timings) for side, timings in sides.items()}
    for side in sides:
        print(f"{side:<13} median {middle[side]:7.2f} s, processor {cpu[side]:7.2f} s")
    ratio = middle["seedwise run"] / middle["plain script"]
    print(f"ratio of the medians {ratio:.3f} (goal: at most {GOAL})")


if __name__ == "__main__":
    main()
