"""The environments in which the sides of the speed benchmark run."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import platformdirs

HERE = Path(__file__).resolve().parent
CACHE = platformdirs.user_cache_path("seedwise") / "benchmarks"


@dataclass(frozen=True, slots=True)
class Side:
    """One contestant; without requirements it runs in Seedwise's own environment."""

    name: str
    script: str
    requirements: str = ""


SEEDWISE = "seedwise"
SIDES = (
    Side(SEEDWISE, "run_seedwise.py"),
    Side("litellm", "run_litellm.py", "litellm.txt"),
    Side("curator", "run_curator.py", "curator.txt"),
    Side("distilabel", "run_distilabel.py", "distilabel.txt"),
    Side("data-designer", "run_data_designer.py", "data_designer.txt"),
)


def find_python(side: Side) -> Path:
    """Return the interpreter of a side's environment, made where it is missing."""
    if not side.requirements:
        return Path(sys.executable)
    requirements = HERE / side.requirements
    digest = sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = CACHE / f"{side.name}-py{sys.version_info.major}{sys.version_info.minor}-{digest}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        print(f"making the environment of {side.name} in {folder}", flush=True)
        make_environment(folder, python, requirements)
        (folder / "complete").touch()
    return python


def make_environment(folder: Path, python: Path, requirements: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    uv = shutil.which("uv") or shutil.which("uv", path=str(HERE.parents[1] / ".uv" / "bin"))
    if uv:
        run_quietly([uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
        run_quietly([uv, "pip", "install", "--quiet", "--python", str(python), "-r", str(requirements)])
    else:
        run_quietly([sys.executable, "-m", "venv", str(folder)])
        run_quietly([str(python), "-m", "pip", "install", "--quiet", "-r", str(requirements)])


def run_quietly(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\nfailed:\n{done.stderr.strip()}")


def make_settings(scratch: Path) -> dict[str, str]:
    """Make a side's environment variables: caches in a fresh folder, telemetry and look-ups off."""
    settings = {
        "HOME": str(scratch),
        "XDG_CACHE_HOME": str(scratch / "cache"),
        "HF_HOME": str(scratch / "hf"),
        "HF_HUB_OFFLINE": "1",
        "DO_NOT_TRACK": "1",
        "TELEMETRY_ENABLED": "false",
        "NEMO_TELEMETRY_ENABLED": "false",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "OPENAI_API_KEY": "bench",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    # curator and data-designer count tokens with a table that tiktoken would download; LiteLLM ships it.
    litellm = importlib.util.find_spec("litellm")
    if litellm is not None and litellm.origin is not None:
        tables = Path(litellm.origin).parent / "litellm_core_utils" / "tokenizers"
        settings["TIKTOKEN_CACHE_DIR"] = str(tables)
    return {**os.environ, **settings}
