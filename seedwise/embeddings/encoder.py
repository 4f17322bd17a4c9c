"""MiniLM on the processor, one thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from seedwise.embeddings.files import MODEL, TOKENIZER, find_verified

DIMENSIONS = 384
LONGEST = 256
"""Word pieces that are read of a text, as the model's authors set it; the rest is cut off."""

ENCODING = f"{MODEL.sha256[:12]}-{TOKENIZER.sha256[:12]}-mean-{LONGEST}"
"""Name of all that shapes a vector but the text."""

MOST_REMEMBERED = 10_000

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Model:
    """The tokenizer and the network, loaded."""

    tokenizer: Any
    session: Any


@lru_cache(MOST_REMEMBERED)
def encode(text: str) -> Vector:
    """Embed a text: mean of its word pieces' last hidden states, at length 1; shape (384,), read-only.

    A text is encoded by itself, so its vector does not depend on what else is encoded. Mean pooling and
    scaling are those of the model (Reimers & Gurevych 2019).

    Raises
    ------
    ConfigError
        Where the extra is not installed.
    """
    model = _load()
    pieces = model.tokenizer.encode(text)
    feeds = {
        "input_ids": np.array([pieces.ids], dtype=np.int64),
        "attention_mask": np.ones((1, len(pieces.ids)), dtype=np.int64),
        "token_type_ids": np.zeros((1, len(pieces.ids)), dtype=np.int64),
    }
    (states,) = model.session.run(["last_hidden_state"], feeds)
    mean = states[0].mean(axis=0)
    vector: Vector = (mean / np.linalg.norm(mean)).astype(np.float32)
    vector.setflags(write=False)
    return vector


@cache
def _load() -> _Model:
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(find_verified(TOKENIZER)))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    # Cells run in processes of their own: more threads would only wait for one another.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path = str(find_verified(MODEL))
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return _Model(tokenizer, session)
