"""Labels as the integers that classifiers are trained on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from seedwise.errors import DataError

Codes = npt.NDArray[np.int64]


def encode_labels(values: Iterable[str], labels: Sequence[str]) -> Codes:
    """Turn labels into their positions in ``labels``.

    Returns
    -------
    numpy.ndarray
        One integer in [0, len(labels)) a value, in order; empty for no values.

    Raises
    ------
    DataError
        For a value that is not among ``labels``.
    """
    position = {label: code for code, label in enumerate(labels)}
    try:
        return np.array([position[value] for value in values], dtype=np.int64)
    except KeyError as exc:
        raise DataError(
            found=f"a row of class {exc.args[0]!r}",
            expected=f"one of the classes {', '.join(labels)}",
            remedy="check the label column for misspelt classes",
        ) from exc
