"""Embeddings: what they are, and that a text is encoded once."""

from __future__ import annotations

import numpy as np
import pytest

from seedwise.embeddings import VectorStore, check_installed, embed, embed_texts, fill_store
from seedwise.embeddings.files import PackagedFile, find_verified
from seedwise.errors import ConfigError, DataError

TEXTS = ["the bus is late again", "no bus for an hour", "we danced all night", "the bus is late again"]


def made_up(text):
    """A vector that only this text has, of the right shape."""
    vector = np.zeros(384, dtype=np.float32)
    vector[[0, 1]] = len(text), ord(text[0])
    return vector


@pytest.fixture
def encoded(monkeypatch):
    """Stand in for the model, and list the texts that it is asked for."""
    asked = []

    def encode(text):
        asked.append(text)
        return made_up(text)

    monkeypatch.setattr(embed, "encode", encode)
    return asked


@pytest.fixture
def store(tmp_path):
    return VectorStore(tmp_path / "cells" / "embeddings.db")


def test_a_text_is_encoded_once_whoever_asks(store, encoded):
    fill_store(TEXTS, store)
    assert encoded == TEXTS[:3]
    fill_store(["another one", *TEXTS], store)
    assert encoded == [*TEXTS[:3], "another one"]
    rows = embed_texts(TEXTS, VectorStore(store.path))
    assert len(encoded) == 4
    assert np.array_equal(rows, [made_up(text) for text in TEXTS])


def test_what_the_store_lacks_is_encoded_in_its_place(store, encoded):
    fill_store(TEXTS[:1], store)
    rows = embed_texts(TEXTS[:3], store)
    assert rows.shape == (3, 384)
    assert np.array_equal(rows, [made_up(text) for text in TEXTS[:3]])


def test_no_texts_give_no_rows(store, encoded):
    assert embed_texts([], store).shape == (0, 384)
    fill_store([], store)
    assert not store.path.exists()


def test_chunks_are_kept_as_they_come(store, monkeypatch, encoded):
    def stop(done, total, note=""):
        raise KeyboardInterrupt

    texts = [f"text {number}" for number in range(100)]
    with pytest.raises(KeyboardInterrupt):
        fill_store(texts, store, progress=stop)
    fill_store(texts, store)
    assert encoded == texts


def test_another_encoding_is_not_mistaken_for_this_one(store, monkeypatch, encoded):
    fill_store(TEXTS, store)
    monkeypatch.setattr("seedwise.embeddings.store.ENCODING", "another")
    assert store.read(TEXTS) == {}


def test_a_vector_of_another_length_counts_as_missing(store):
    store.write({"short": np.zeros(3, dtype=np.float32), "right": made_up("right")})
    assert list(store.read(["short", "right"])) == ["right"]


def test_a_file_that_was_only_just_made_holds_nothing(store):
    store.path.parent.mkdir()
    store.path.touch()
    assert store.read(["hello"]) == {}
    store.write({"hello": made_up("hello")})
    assert np.array_equal(store.read(["hello"])["hello"], made_up("hello"))


def test_a_damaged_store_says_what_to_do(store):
    store.path.parent.mkdir()
    store.path.write_bytes(b"no database at all, but longer than a header of one" * 40)
    with pytest.raises(DataError, match="damaged") as caught:
        store.read(TEXTS)
    assert "delete the file" in caught.value.remedy


def test_a_file_that_was_tampered_with_is_refused(monkeypatch, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"other weights")

    class Package:
        def locate_file(self, path):
            return tmp_path / path

    monkeypatch.setattr("seedwise.packaged.distribution", lambda name: Package())
    with pytest.raises(ConfigError, match=r"model\.onnx is not the file that it should be"):
        find_verified(PackagedFile("some-package", "model.onnx", "0" * 64))
    with pytest.raises(ConfigError, match=r"has no other\.onnx"):
        find_verified(PackagedFile("some-package", "other.onnx", "0" * 64))


@pytest.mark.slow
def test_the_real_model_places_like_near_like():
    try:
        check_installed()
    except ConfigError as exc:
        pytest.skip(exc.found)
    rows = embed_texts([*TEXTS[:3], "word " * 2000, ""])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > 0.5 > rows[0] @ rows[2]
    assert np.array_equal(rows[:1], embed_texts(TEXTS[:1]))
