"""Files from elsewhere, let in only with the right digest."""

from __future__ import annotations

import hashlib
import http.client
import os
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from seedwise.errors import DataError

_MOST_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for: seconds of silence, and tries in all."""

    timeout: float = 15.0
    tries: int = 2


class UnavailableError(DataError):
    """A source that cannot be had here and now, though nothing is wrong with what is here."""


def has_digest(content: bytes, sha256: str) -> bool:
    """Tell whether the content is the one that was pinned."""
    return hashlib.sha256(content).hexdigest() == sha256


def download(url: str, sha256: str, patience: Patience) -> bytes:
    """Fetch a file over HTTP(S), at most 64 MiB, and check its digest.

    Raises
    ------
    UnavailableError
        Where the server does not answer, answers with an error or serves other content.
    """
    reason = "was not asked"
    for _ in range(patience.tries):
        try:
            content = _fetch(url, patience.timeout)
        except urllib.error.HTTPError as exc:
            exc.close()
            reason = f"answers {exc.code} {exc.reason}"
            if exc.code < 500:
                break
        except (OSError, http.client.HTTPException, ValueError) as exc:
            reason = f"cannot be reached ({getattr(exc, 'reason', None) or exc or type(exc).__name__})"
        else:
            if has_digest(content, sha256):
                return content
            reason = f"serves other content than sha256 {sha256[:12]}… ({len(content):,} bytes)"
    raise _unavailable(url, reason)


def _fetch(url: str, timeout: float) -> bytes:
    with _web_opener().open(url, timeout=timeout) as response:
        content: bytes = response.read(_MOST_BYTES)
        return content


def _web_opener() -> urllib.request.OpenerDirector:
    """Build an opener that speaks HTTP(S) and honours proxies, but reads no file:// or ftp:// address."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _unavailable(url: str, reason: str) -> UnavailableError:
    return UnavailableError(
        found=f"{url} {reason}",
        expected="a server that serves the pinned file",
        remedy="check the network and the address, or name a local copy with --data-dir",
    )


def read_cached(path: Path, sha256: str) -> bytes | None:
    """Read a cached file; None where it is missing or damaged, so that it is fetched anew."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if has_digest(content, sha256) else None


def store(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, making its folder first.

    Raises
    ------
    DataError
        Where the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except OSError as exc:
        raise DataError(
            found=f"the cache folder {path.parent} cannot be written ({exc.strerror})",
            expected="a folder of your own for downloads",
            remedy="set SEEDWISE_CACHE_DIR to a folder that you may write to",
        ) from exc
