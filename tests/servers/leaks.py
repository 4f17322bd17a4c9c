"""A search for secrets in all that programs leave behind, packed or not."""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import lzma
import re
import urllib.parse
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pandas as pd

_BLOB = re.compile(rb"[A-Za-z0-9+/]{32,}={0,2}")
_UNPACK: tuple[Callable[[bytes], bytes], ...] = (
    *(gzip.decompress, zlib.decompress, lzma.decompress, bz2.decompress),
)
_REFUSALS = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)


def find_leaks(folder: Path, secrets: Iterable[str]) -> set[str]:
    """Name the secrets that stand in some file of a folder, each with the file's path below it."""
    forms = {secret: list(forms_of(secret)) for secret in secrets}
    return {
        f"{secret} in {path.relative_to(folder)}"
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
        for text in [b"\n".join(unpack(path))]
        for secret, wanted in forms.items()
        if any(form in text for form in wanted)
    }


def forms_of(secret: str) -> Iterator[bytes]:
    """Write a secret as it is, in a URL, in hexadecimal, and in base64 at any of three places."""
    raw = secret.encode()
    yield raw
    yield urllib.parse.quote(secret, safe="").encode()
    yield raw.hex().encode()
    for shift in range(3):
        # The characters that depend on what stands before and after are left out.
        packed = base64.b64encode(b"\0" * shift + raw)
        yield packed[(0, 2, 3)[shift] :].rstrip(b"=")[:-1]


def unpack(path: Path) -> Iterator[bytes]:
    """Give a file's bytes, and those that are packed in it: tables, archives, base64 in JSON."""
    whole = path.read_bytes()
    yield whole
    if path.suffix == ".parquet":
        yield pd.read_parquet(path).to_csv().encode()
    yield from _decompress(whole)
    for blob in _BLOB.findall(whole):
        with suppress(binascii.Error, ValueError):
            inner = base64.b64decode(blob)
            yield inner
            yield from _decompress(inner)


def _decompress(data: bytes) -> Iterator[bytes]:
    for decompress in _UNPACK:
        with suppress(*_REFUSALS):
            yield decompress(data)
