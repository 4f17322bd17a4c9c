"""Files to and from a server, beside the JSON that is posted to it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import aiohttp

from seedwise.llm.faults import HEAD_BYTES
from seedwise.llm.transport import MOST_BYTES, Received, Transport

_MOST_FILE_BYTES = 4 * 1024**3
_NO_QUERY: Mapping[str, str] = {}


class FileTransport(Transport):
    """Connections to a server that keeps files; parameters as of `Transport`.

    A file may take longer than the timeout, as long as it keeps coming.
    """

    async def get(self, path: str, query: Mapping[str, str] = _NO_QUERY) -> Received:
        """Fetch JSON from a path below the base URL; raises as `Transport.post` does."""
        sink = io.BytesIO()
        return await self._exchange("GET", path, sink, MOST_BYTES, query)

    async def upload(self, path: str, fields: Mapping[str, str], file: Path) -> Received:
        """Post a form with a file in it; raises as `Transport.post` does."""
        with file.open("rb") as content:
            form = aiohttp.FormData()
            for name, value in fields.items():
                form.add_field(name, value)
            form.add_field("file", content, filename=file.name, content_type="application/jsonl")
            body = form()
            return await self._exchange(
                "POST",
                path,
                io.BytesIO(),
                MOST_BYTES,
                data=body,
                headers={"Content-Type": body.content_type},
                timeout=self._patient(),
            )

    async def download(self, path: str, sink: BinaryIO) -> Received:
        """Fetch a file; where the answer is well, its body went to the sink; raises as `post` does."""
        return await self._exchange("GET", path, sink, _MOST_FILE_BYTES, timeout=self._patient())

    def _patient(self) -> aiohttp.ClientTimeout:
        given = self._timeout
        return aiohttp.ClientTimeout(total=None, connect=given.connect, sock_read=given.total)

    async def _exchange(
        self,
        method: str,
        path: str,
        sink: BinaryIO,
        most: int,
        query: Mapping[str, str] = _NO_QUERY,
        **options: Any,
    ) -> Received:
        url, head = self._url(path).update_query(query), io.BytesIO()
        try:
            async with self._open().request(
                method, url, proxy=self._proxy, allow_redirects=False, **options
            ) as response:
                target, bound = (sink, most) if response.ok else (head, HEAD_BYTES)
                is_whole = await _copy(response, target, bound)
        except (aiohttp.ClientError, OSError) as exc:
            fault = self._name_fault(exc, head.getvalue())
        else:
            body = head.getvalue() if target is head else _value_of(sink)
            if is_whole or not response.ok:
                return Received(response.status, response.headers, body)
            fault = self._name_oversized(body)
        # Raised outside of the handler: a client's own exception holds the key among its headers.
        raise fault


async def _copy(response: aiohttp.ClientResponse, sink: BinaryIO, most: int) -> bool:
    """Copy a body as far as it is wanted; tell whether that is all of it."""
    copied = 0
    while chunk := await response.content.readany():
        copied += sink.write(chunk)
        if copied > most:
            response.close()
            return False
    return True


def _value_of(sink: BinaryIO) -> bytes:
    return sink.getvalue() if isinstance(sink, io.BytesIO) else b""
