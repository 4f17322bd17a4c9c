"""Known English words, each with its most frequent part of speech."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from seedwise.errors import ConfigError
from seedwise.packaged import locate_packaged

_PACKAGE, _FILE = "textblob", "textblob/en/en-lexicon.txt"
_REMARK = ";;;"


@cache
def penn_tags() -> Mapping[str, str]:
    """Load some 85,000 lower-case English words with their most frequent tag of the Penn Treebank.

    Brill's lexicon (1992), as the package `textblob` carries it: the words of the Brown corpus and of the
    Wall Street Journal part of the Penn Treebank, with words of tweets that its keepers added (Gimpel et
    al. 2011). Where a word is there in small letters and with a capital, the former counts. The file is
    read as data: importing textblob would import NLTK, which takes seconds.

    Raises
    ------
    ConfigError
        Where the file is missing.
    """
    lines = (
        line.split()
        for line in locate_packaged(_PACKAGE, _FILE, _missing).read_text(encoding="utf-8").splitlines()
    )
    entries = [(line[0], line[1]) for line in lines if len(line) > 1 and line[0] != _REMARK]
    tags = {word.lower(): tag for word, tag in entries}
    return tags | {word: tag for word, tag in entries if word.islower()}


@cache
def known_words() -> frozenset[str]:
    """List the words that count as known, in lower case.

    Newer names and coinages are not among them: their share means something only beside that of real text
    of the same time.
    """
    return frozenset(penn_tags())


def _missing(found: str) -> ConfigError:
    return ConfigError(
        found=f"{found}, which language is measured with",
        expected="the packages that the lock file names",
        remedy="install seedwise anew",
    )
