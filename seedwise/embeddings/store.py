"""Store of embeddings, so that a text is encoded once."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seedwise.embeddings.encoder import DIMENSIONS, ENCODING, Vector
from seedwise.errors import DataError

_PATIENCE = 60.0
_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"


@dataclass(frozen=True, slots=True)
class VectorStore:
    """An SQLite file of vectors by text and encoding; several processes may share it.

    Nothing is written until there is a vector to keep. A vector of another length than the model's counts
    as missing.
    """

    path: Path

    def read(self, texts: Iterable[str]) -> dict[str, Vector]:
        """Fetch the vectors of the texts that are known.

        Raises
        ------
        DataError
            Where the file is damaged.
        """
        if not self.path.exists():
            return {}
        with self._open() as connection:
            blobs = {text: _fetch(connection, _key(text)) for text in texts}
        return {
            text: np.frombuffer(blob, "<f4")
            for text, blob in blobs.items()
            if blob is not None and len(blob) == 4 * DIMENSIONS
        }

    def write(self, vectors: Mapping[str, Vector]) -> None:
        """Keep the vectors of these texts, all or, where that fails, none.

        Raises
        ------
        DataError
            Where the file is damaged.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        rows = [(_key(text), vector.astype("<f4").tobytes()) for text, vector in vectors.items()]
        with self._open() as connection, connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE)) as connection:
                # Whoever made the file may have been stopped, or not have come to the table yet.
                connection.execute(_SCHEMA)
                yield connection
        except sqlite3.OperationalError:
            raise  # a full disk or a lock, not damage
        except sqlite3.DatabaseError as exc:
            raise DataError(
                found=f"{self.path} is damaged ({exc})",
                expected="a store of embeddings",
                remedy="delete the file: the embeddings are computed anew",
            ) from exc


def _key(text: str) -> bytes:
    return hashlib.sha256(f"{ENCODING}:{text}".encode("utf-8", "surrogatepass")).digest()


def _fetch(connection: sqlite3.Connection, key: bytes) -> bytes | None:
    row = connection.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None
