"""The search that finds no secrets does find them, wherever they are put."""

from __future__ import annotations

import base64
import bz2
import gzip
import json
import lzma
import sqlite3
import urllib.parse
import zlib
from pathlib import Path

import pandas as pd
import pytest
from leaks import find_leaks

SECRET = "ca/na+ry-7f3b9d52e1"


@pytest.mark.parametrize(
    "content",
    [
        f"key={SECRET};".encode(),
        urllib.parse.quote(f"key={SECRET}&", safe="=&").encode(),
        SECRET.encode().hex().encode(),
        *(base64.b64encode(b"u" * before + SECRET.encode() + b"!" * 5) for before in range(4)),
        gzip.compress(SECRET.encode(), mtime=0),
        bz2.compress(SECRET.encode()),
        json.dumps({"result": base64.b64encode(lzma.compress(SECRET.encode() * 9)).decode()}).encode(),
        json.dumps(
            {"result": base64.b64encode(zlib.compress(bytes(99) + SECRET.encode())).decode()}
        ).encode(),
    ],
    ids=["text", "url", "hex", "base64", "base64+1", "base64+2", "base64+3", "gzip", "bzip2", "xz", "zlib"],
)
def test_a_secret_is_found_in_any_form(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"\x00\xff" + content if content.isascii() else content)
    assert find_leaks(tmp_path, [SECRET, "another-secret"]) == {f"{SECRET} in deep/file"}


def test_a_secret_is_found_in_databases_and_tables(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "db")
    database.execute("CREATE TABLE t (x TEXT)")
    database.execute("INSERT INTO t VALUES (?)", (SECRET,))
    database.commit()
    database.close()
    pd.DataFrame({"text": [SECRET] * 3}).to_parquet(tmp_path / "rows.parquet", compression="zstd")
    assert find_leaks(tmp_path, [SECRET]) == {f"{SECRET} in db", f"{SECRET} in rows.parquet"}
