"""Names for content: canonical JSON, digests, stage keys and the seeds derived from them."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
import math
from collections.abc import Mapping, Sequence, Set
from typing import Any

import numpy as np
from pydantic import BaseModel

SCHEME_VERSION = 1
"""Raised whenever the same content would get another digest, so that old keys can never match."""

VOLATILE: Mapping[str, Any] = {"volatile": True}
"""Field metadata that keeps a timing out of the content digest."""

_SEED_BITS = 31


def canonical(value: Any) -> Any:
    """Reduce a value to plain JSON types in one canonical form.

    Dataclass fields whose metadata holds ``volatile=True`` (timings and the like) are left out.
    An object with a ``content_digest`` stands as that digest.

    Raises
    ------
    TypeError
        For a type that has no canonical form, such as a set of mixed types or an open file.
    ValueError
        For a NaN or an infinity: they compare unequal to themselves, so they cannot be identity.
    """
    if value is None or isinstance(value, bool | int | str | float | np.generic):
        return _canonical_scalar(value)
    if hasattr(value, "content_digest"):
        return value.content_digest
    if isinstance(value, BaseModel):
        return canonical(value.model_dump(mode="json"))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kept = (f for f in dataclasses.fields(value) if not f.metadata.get("volatile"))
        return {f.name: canonical(getattr(value, f.name)) for f in kept}
    return _canonical_container(value)


def _canonical_scalar(value: Any) -> Any:
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, enum.Enum):
        return plain.value
    if isinstance(plain, float) and not math.isfinite(plain):
        raise ValueError(f"{plain!r} has no canonical form")
    return plain


def _canonical_container(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return canonical(value.tolist())
    if isinstance(value, Set):
        return sorted(canonical(item) for item in value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [canonical(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical_json(value: Any) -> str:
    """Serialise a value as JSON with sorted keys, no spaces and no escapes."""
    return json.dumps(canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: Any) -> str:
    """Hash a value's canonical JSON, with the scheme version, to 64 hexadecimal digits (SHA-256)."""
    text = f"seedwise:{SCHEME_VERSION}:{canonical_json(value)}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def stage_key(stage: str, version: int, upstream: Sequence[str], settings: Any) -> str:
    """Name the result of a stage by all that shapes it, and by nothing else.

    Parameters
    ----------
    stage, version
        The stage's name and its ``STAGE_VERSION``, raised when its code changes its results.
    upstream
        Content digests of what the stage reads, in order.
    settings
        The slice of the config that the stage reads.
    """
    parts = {"version": version, "upstream": list(upstream), "settings": canonical(settings)}
    return f"{stage}-v{version}-{digest(parts)[:40]}"


def derive_seed(root: int, *path: str | int) -> int:
    """Derive the seed of one stage, draw or prompt from the root seed.

    Returns
    -------
    int
        In [0, 2**31), the range that every library and provider accepts.
    """
    return int(digest(["seed", root, *path]), 16) % (1 << _SEED_BITS)


def derive_rng(root: int, *path: str | int) -> np.random.Generator:
    """Make the generator of one stage, draw or prompt; see `derive_seed`."""
    return np.random.default_rng(derive_seed(root, *path))
