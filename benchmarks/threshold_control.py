"""What a whole sweep says of the seed-size threshold where an LLM is as good as real rows, or no good.

    SEEDWISE_DATA_DIR=… python benchmarks/threshold_control.py

Every stage of `seedwise sweep` runs on TweetEval; only the LLM is replaced, by a local server that answers
with training rows of the data set itself (those that are seeds are turned away by the screen):

- `oracle`: rows of the class that was asked for. Guided rows are real rows, and the true difference to the
  real arm is none at any size: the sweep has to say so, or that it cannot tell.
- `partly`: every second answer is a row of any class. What a wrong row spoils weighs less beside more seeds.
- `noise`: rows of the other classes only. The difference is large: the sweep must find no threshold.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))  # the server is the tests' own

from openai_server import Exchange, OpenAIServer, completion

from seedwise.config import DataConfig, RunConfig
from seedwise.data import load_dataset, places_from
from seedwise.records import Dataset

_MAIN = "from seedwise.cli import main; main()"
_CLASS = re.compile(r"that expresses (\w+)")


@dataclass(frozen=True)
class Parrot:
    """A behaviour of `openai_server.OpenAIServer`: answers with rows of a data set.

    ``wrong`` is the share of answers of another class: 0, or ½ of any class, or 1 of the others.
    """

    texts: Mapping[str, Sequence[str]]
    wrong: float

    def __call__(self, exchange: Exchange) -> None:
        body = completion(exchange.asked)
        label = _CLASS.findall(exchange.asked.content)[-1]
        key = json.dumps(exchange.asked.body, sort_keys=True)
        for choice in body["choices"]:
            choice["message"]["content"] = self._say(label, f"{key}:{choice['index']}")
        exchange.send_json(200, body)

    def _say(self, label: str, key: str) -> str:
        number = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
        number, dice = divmod(number, 1000)
        classes = [label]
        if dice < 1000 * self.wrong:
            classes = [other for other in self.texts if self.wrong < 1 or other != label]
        number, place = divmod(number, len(classes))
        some = self.texts[classes[place]]
        return some[number % len(some)]


def main() -> None:
    """Print a table for each control."""
    args = parse_arguments()
    dataset = load_dataset(DataConfig(), 0, places_from(RunConfig()))
    for name in args.controls:
        with tempfile.TemporaryDirectory(prefix="control-") as folder:
            parrot = Parrot(texts_of(dataset), {"oracle": 0.0, "partly": 0.5, "noise": 1.0}[name])
            with OpenAIServer(default=parrot) as server:
                print("\n".join(table_of(name, sweep(Path(folder), server.url, args))), flush=True)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--controls", type=lambda text: text.split(","), default=["oracle", "partly", "noise"]
    )
    parser.add_argument("--sizes", default="150,300,600", help="seed sizes")
    parser.add_argument("--draws", default="5", help="draws of each size")
    parser.add_argument("--added", default="200", help="rows added")
    parser.add_argument("--margin", default="0.05", help="the margin of equivalence")
    return parser.parse_args()


def texts_of(dataset: Dataset) -> dict[str, list[str]]:
    return {
        label: [row.text for row in dataset.train if row.label == label and "\n" not in row.text]
        for label in dataset.labels
    }


def sweep(folder: Path, url: str, args: argparse.Namespace) -> dict[str, Any]:
    """Run a sweep as from a terminal, and read what it found."""
    flags = {
        "--preset": "smoke",
        "--data": "tweeteval-emotion",
        "--seed-sizes": args.sizes,
        "--draws": args.draws,
        "--added": args.added,
        "--margin": args.margin,
        "--arms": "real,guided",
        "--evaluators": "linear_svm,complement_nb",
        "--bootstrap": "2000",
        "--llm": "openai/some-model",
        "--llm-base-url": url,
        "--prompt-format": "chat",
        "--where": "here",
        "--name": "control",
        "--state-dir": str(folder / "state"),
    }
    command = [sys.executable, "-c", _MAIN, "sweep", *(word for flag in flags.items() for word in flag)]
    own = {"SEEDWISE_OUT_DIR": str(folder / "out"), "OPENAI_API_KEY": "none"}
    with (folder / "sweep.log").open("wb") as log:
        done = subprocess.run(command, env=os.environ | own, cwd=folder, stdout=log, stderr=log, check=False)
    if done.returncode:
        sys.exit((folder / "sweep.log").read_text())
    found: dict[str, Any] = json.loads((folder / "out" / "sweep-control" / "sweep.json").read_text())
    return found


def table_of(control: str, found: dict[str, Any]) -> list[str]:
    """Write what is said of the threshold, and the differences to real rows with their 90 % intervals."""
    [series] = found["series"]
    sizes = " | ".join(f"{size} seeds" for size in series["seed_sizes"])
    lines = ["", f"| {control} | said | {sizes} |", "|" + "---|" * (2 + len(series["seed_sizes"]))]
    for threshold in series["thresholds"]:
        if threshold["label"] == "" and threshold["baseline"] == "real":
            gaps = " | ".join(gap_of(step, threshold) for step in series["steps"])
            said = f"{threshold['word']}, {threshold['interval']}"
            lines.append(f"| {threshold['classifier']} | {said} | {gaps} |")
    return lines


def gap_of(step: dict[str, Any], threshold: dict[str, Any]) -> str:
    """Write the difference of a pair at one seed size."""
    names = ("arm", "baseline", "classifier", "added")
    pair = [threshold[name] for name in names]
    [effect] = [d["macro"] for d in step["differences"] if [d[name] for name in names] == pair]
    return f"{effect['difference']:+.3f} [{effect['tost_low']:+.3f}, {effect['tost_high']:+.3f}]"


if __name__ == "__main__":
    main()
