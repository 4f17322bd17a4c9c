"""A data set by its name or path, cleaned, grouped, split."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from seedwise.config import DataConfig
from seedwise.data import own_file, tweeteval, vader
from seedwise.data.classes import check_classes
from seedwise.data.fetch import Patience, UnavailableError
from seedwise.data.own_file import COLUMN_FLAGS, ColumnFlags
from seedwise.data.places import Places
from seedwise.data.raw import RawData
from seedwise.data.split import Split, split_afresh, split_for_development, split_officially
from seedwise.errors import DataError
from seedwise.records import Dataset
from seedwise.textual import normalise

STAGE_VERSION = 2
"""Raised whenever the same source and settings would give other rows."""

NAMES = ("auto", tweeteval.NAME, vader.NAME)

_HURRIED = Patience(timeout=5, tries=1)

_log = logging.getLogger(__name__)


def load_dataset(config: DataConfig, root_seed: int, places: Places) -> Dataset:
    """Find a data set, clean it, group its near-duplicates and split it.

    Texts come out in the normal form of `seedwise.textual.normalise`; rows without text or label are
    dropped, and counted in the notes.

    Parameters
    ----------
    config : DataConfig
        Which data set, and how it is split.
    root_seed : int
        Seeds a fresh split; an official one does not depend on it.
    places : Places
        Where data sets are looked for.

    Returns
    -------
    Dataset
        Two classes or more, each with at least two training rows and one test row. Row ids are
        ``<data set>-<part>-<line>``, the line counted from 1 in the source.

    Raises
    ------
    DataError
        Where the data set is unknown, out of reach, unreadable or unfit.
    """
    found = _read(config, places)
    own_file.check_parts(found)
    raw = _clean(found)
    split = _split(raw, config, root_seed)
    return Dataset(
        name=raw.name,
        labels=check_classes(raw.name, split.train, split.test),
        train=split.train,
        test=split.test,
        source=raw.source,
        license=raw.license,
        notes=raw.notes + split.notes,
    )


def read_labelled(config: DataConfig, places: Places, flags: ColumnFlags = COLUMN_FLAGS) -> RawData:
    """Find a data set or file and clean it as `load_dataset` does, without splitting it.

    Parameters
    ----------
    config : DataConfig
        Which data set or file, and its columns; ``split`` says whether a split column is read.
    places : Places
        Where data sets are looked for.
    flags : ColumnFlags
        The command-line flags that name the columns, for the remedies of errors.

    Raises
    ------
    DataError
        Where it is unknown, out of reach, unreadable or without a labelled text.
    """
    return _clean(_read(config, places, flags))


def _read(config: DataConfig, places: Places, flags: ColumnFlags = COLUMN_FLAGS) -> RawData:
    if config.dataset == "auto":
        return _read_auto(places)
    if config.dataset == tweeteval.NAME:
        return tweeteval.read_tweeteval(places, Patience())
    if config.dataset == vader.NAME:
        return vader.read_vader(places)
    return own_file.read_own_file(_own_path(config.dataset), config, flags)


def _read_auto(places: Places) -> RawData:
    try:
        return tweeteval.read_tweeteval(places, _HURRIED)
    except UnavailableError as exc:
        _log.warning("%s", exc.found)
        return _stand_in(places, exc)


def _stand_in(places: Places, missed: UnavailableError) -> RawData:
    try:
        raw = vader.read_vader(places)
    except UnavailableError as exc:
        raise UnavailableError(
            found=f"{missed.found}; {exc.found}",
            expected=f"{tweeteval.NAME} or {vader.NAME}",
            remedy="check the network, or name a file of your own with --data",
        ) from exc
    note = f"{tweeteval.NAME} could not be had here, so {vader.NAME} stands in for it."
    return replace(raw, notes=(note, *raw.notes))


def _own_path(dataset: str) -> Path:
    path = Path(dataset).expanduser()
    if path.exists() or path.suffix or len(path.parts) > 1:
        return path
    close = difflib.get_close_matches(dataset, NAMES, n=1, cutoff=0.4)
    raise DataError(
        found=f"no data set or file is named {dataset!r}",
        expected=f"{', '.join(NAMES)}, or the path of a file ({', '.join(own_file.SUFFIXES)})",
        remedy=f"did you mean {close[0]}?" if close else "check the spelling, or give the file's full path",
    )


def _clean(raw: RawData) -> RawData:
    rows = [replace(row, text=normalise(row.text), label=normalise(row.label)) for row in raw.rows]
    lacking = {
        "no text": sum(not row.text for row in rows),
        "a text but no label": sum(bool(row.text) and not row.label for row in rows),
    }
    kept = tuple(row for row in rows if row.text and row.label)
    if not kept:
        raise DataError(
            found=f"none of the {len(rows)} rows of {raw.name} has both a text and a label",
            expected="a text and a label in every row",
            remedy="check the columns named with --text-column and --label-column",
        )
    return replace(raw, rows=kept, notes=raw.notes + _dropped(lacking))


def _dropped(lacking: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(
        f"{count:,} {'row that has' if count == 1 else 'rows that have'} {what} dropped."
        for what, count in lacking.items()
        if count
    )


def _split(raw: RawData, config: DataConfig, root_seed: int) -> Split:
    if config.split == "pooled":
        return split_afresh(raw, config.near_duplicate, config.test_share, root_seed)
    split = _split_as_reported(raw, config, root_seed)
    if config.split == "official":
        return split
    return split_for_development(raw, split, config.near_duplicate, config.test_share, root_seed)


def _split_as_reported(raw: RawData, config: DataConfig, root_seed: int) -> Split:
    if raw.has_official_split:
        return split_officially(raw, config.near_duplicate)
    split = split_afresh(raw, config.near_duplicate, config.test_share, root_seed)
    note = f"{raw.name} has no official split: {config.test_share:.0%} of each class is kept for the test."
    return replace(split, notes=(note, *split.notes))
