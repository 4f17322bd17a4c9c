"""A fitted classifier as a file that runs no code when it is opened.

skops, which takes half a second to import, is imported where a file is written or read: every process that
fits a classifier imports this room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from sklearn.pipeline import Pipeline

from seedwise.errors import DataError

_TRUSTED = (
    "collections.OrderedDict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "seedwise.classify.estimators.ClippedKNeighborsClassifier",
    "seedwise.classify.estimators.SparseXGBClassifier",
    "seedwise.classify.vectorise.SeedTfidfVectorizer",
    "seedwise.classify.vectorise.clean_paper_text",
    "xgboost.core.Booster",
    "xgboost.sklearn.XGBClassifier",
)
"""What our classifiers are made of beside what skops trusts by itself."""


@dataclass(frozen=True, slots=True)
class TextClassifier:
    """A fitted classifier, and the class names behind its integers."""

    pipeline: Pipeline
    labels: tuple[str, ...]

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Name a class for each text, in order; no text gives an empty list.

        Raises
        ------
        DataError
            For one text alone, which would be taken for a list of letters.
        """
        if isinstance(texts, str):
            raise DataError(
                found="one text",
                expected="a list of texts",
                remedy="write predict([text])[0]",
            )
        if not texts:
            return []
        return [self.labels[code] for code in np.asarray(self.pipeline.predict(list(texts)))]


def dump_model(pipeline: Pipeline, labels: Sequence[str]) -> bytes:
    """Write a fitted classifier down in skops' format, which holds no pickle."""
    from skops.io import dumps

    written: bytes = dumps({"pipeline": pipeline, "labels": list(labels)})
    return written


def load_model(path: Path | str) -> TextClassifier:
    """Read a classifier that an experiment has left (``models/*.skops``).

    Only types that our own classifiers are made of are built; a file that names others is refused, and no
    Python of the file's own is run. That is no promise about a stranger's file: xgboost and lightgbm read
    their trees themselves. It is meant for the same versions of scikit-learn, xgboost and lightgbm as those
    that wrote it.

    Raises
    ------
    DataError
        Where there is no such file, or it is not one of ours.
    """
    from skops.io import load
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        held = load(path, trusted=list(_TRUSTED))
        pipeline, labels = held["pipeline"], tuple(held["labels"])
    except OSError as exc:
        raise _refusal(path, f"cannot be read ({exc.strerror})") from None
    except UntrustedTypesFoundException as exc:
        raise _refusal(path, f"holds what no classifier of ours is made of: {exc}") from None
    except (BadZipFile, KeyError, RuntimeError, TypeError, ValueError) as exc:
        raise _refusal(path, f"is no classifier ({type(exc).__name__}: {exc})") from None
    if not isinstance(pipeline, Pipeline):
        raise _refusal(path, f"is no classifier (it holds a {type(pipeline).__name__})")
    return TextClassifier(pipeline, labels)


def _refusal(path: Path | str, what: str) -> DataError:
    return DataError(
        found=f"{path} {what}",
        expected="a classifier as `seedwise run` leaves it in models/",
        remedy="name such a file, or run the experiment again: its answers are reused",
    )
