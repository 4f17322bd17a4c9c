"""Source distributions by way of pip, so that the user's own index settings hold."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from seedwise.data.fetch import UnavailableError, has_digest

_MOST_SECONDS = 300


def download_source(requirement: str, sha256: str, folder: Path) -> bytes:
    """Download one source distribution into a folder that may be littered.

    pip reads a source distribution's metadata by running its build, so the digest is handed to pip: it
    checks it before anything runs.

    Parameters
    ----------
    requirement : str
        ``name==version``.
    sha256 : str
        Digest of the distribution, in hexadecimal.
    folder : Path
        Holds pip's own environment, where one has to be made, and the download.

    Raises
    ------
    UnavailableError
        Where no pip can be had, or pip cannot download this distribution.
    """
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{requirement} --hash=sha256:{sha256}\n", encoding="utf-8")
    target = folder / "download"
    _run([*_pip(folder), *_arguments(requirement, wanted, target)], requirement)
    files = [path.read_bytes() for path in target.iterdir()]
    if len(files) != 1 or not has_digest(files[0], sha256):
        raise _unavailable(requirement, "pip downloaded something else")
    return files[0]


def _arguments(requirement: str, wanted: Path, target: Path) -> list[str]:
    name = requirement.partition("==")[0]
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    return [
        *("download", *quiet, "--no-deps", "--no-binary", name, "--require-hashes"),
        *("--requirement", str(wanted), "--dest", str(target)),
    ]


def _pip(folder: Path) -> list[str]:
    """Find a pip: this environment's, else a fresh one's (uv makes environments without), else uv's."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    uv = shutil.which("uv")
    if importlib.util.find_spec("ensurepip") is None and uv:
        return [uv, "tool", "run", "pip"]
    return [str(make_environment(folder / "environment")), "-m", "pip"]


def make_environment(folder: Path) -> Path:
    """Make an environment with a pip of its own from the standard library, and return its Python.

    Raises
    ------
    UnavailableError
        Where this Python was installed without the means (ensurepip).
    """
    try:
        venv.create(folder, with_pip=True)
    except (OSError, subprocess.SubprocessError) as exc:
        raise _unavailable("pip", f"no environment with pip can be made ({exc})") from exc
    scripts, python = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return folder / scripts / python


def _run(command: list[str], requirement: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_MOST_SECONDS)
    except subprocess.CalledProcessError as exc:
        said = [line for line in exc.stderr.splitlines() if line.startswith("ERROR")] or [str(exc)]
        raise _unavailable(requirement, said[-1]) from exc
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise _unavailable(requirement, str(exc)) from exc


def _unavailable(requirement: str, reason: str) -> UnavailableError:
    return UnavailableError(
        found=f"{requirement} cannot be downloaded: {reason}",
        expected="a package index that serves its source distribution",
        remedy="check the network and pip's index settings, or name a file of your own with --data",
    )
