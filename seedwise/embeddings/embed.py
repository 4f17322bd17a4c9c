"""Embeddings of many texts, those known taken from a store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from seedwise.embeddings.encoder import DIMENSIONS, Vector, encode
from seedwise.embeddings.store import VectorStore
from seedwise.progress import Progress, silent

_CHUNK = 64
_WORTH_PROCESSES = 600
"""Texts, some eight seconds' work, from which processes pay for their start."""


def embed_texts(texts: Sequence[str], store: VectorStore | None = None) -> npt.NDArray[np.float32]:
    """Embed texts: shape (len(texts), 384), rows of length 1; what the store lacks is encoded, not kept.

    Raises
    ------
    ConfigError
        Where a text has to be encoded and the extra ``embeddings`` is not installed.
    """
    known = store.read(set(texts)) if store else {}
    rows = [known[text] if text in known else encode(text) for text in texts]
    return np.array(rows, dtype=np.float32).reshape(len(rows), DIMENSIONS)


def fill_store(texts: Iterable[str], store: VectorStore, jobs: int = 1, progress: Progress = silent) -> None:
    """Encode the distinct texts that the store lacks; each chunk is kept as soon as it is there.

    Parameters
    ----------
    jobs : int
        Processes, at least 1; the vectors do not depend on it. Few texts are encoded in this one.
    progress : Progress
        Told of the texts encoded so far.
    """
    wanted = list(dict.fromkeys(texts))
    known = store.read(wanted)
    missing = [text for text in wanted if text not in known]
    done = 0
    for chunk, vectors in _encode_chunks(missing, jobs):
        store.write(dict(zip(chunk, vectors, strict=True)))
        done += len(chunk)
        progress(done, len(missing), "embeddings")


def _encode_chunks(texts: list[str], jobs: int) -> Iterator[tuple[list[str], list[Vector]]]:
    chunks = [texts[start : start + _CHUNK] for start in range(0, len(texts), _CHUNK)]
    if jobs == 1 or len(texts) < _WORTH_PROCESSES:
        encoded: Iterable[list[Vector]] = map(_encode_all, chunks)
    else:
        encoded = _encode_in_processes(chunks, jobs)
    return zip(chunks, encoded, strict=True)


def _encode_in_processes(chunks: list[list[str]], jobs: int) -> Iterator[list[Vector]]:
    from joblib import Parallel, delayed

    run = Parallel(n_jobs=jobs, backend="loky", return_as="generator")
    yield from run(delayed(_encode_all)(chunk) for chunk in chunks)


def _encode_all(texts: list[str]) -> list[Vector]:
    return [encode(text) for text in texts]
