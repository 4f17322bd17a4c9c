"""Posting of JSON to one server, with bounds on time and size."""

from __future__ import annotations

import os
import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from yarl import URL

from seedwise.errors import LLMError
from seedwise.llm.addresses import is_loopback
from seedwise.llm.faults import HEAD_BYTES, redact_bytes
from seedwise.llm.ports import Fault, TransientError

MOST_BYTES = 4 * 1024 * 1024
"""A longer answer is no answer to a request for a few short texts."""

_CONNECT_SECONDS = 15.0
# Less than the 5 seconds after which uvicorn and llama.cpp close an idle connection: a request on its
# way while that happens would be lost.
_IDLE_SECONDS = 4.0
_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "seedwise",
}
_FAULTS: tuple[tuple[tuple[type[BaseException], ...], Fault, str], ...] = (
    (
        (aiohttp.ClientConnectorSSLError, aiohttp.ClientConnectorCertificateError),
        Fault.UNREACHABLE,
        "cannot be reached over TLS, or shows a certificate that is not trusted here",
    ),
    (
        (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError),
        Fault.UNREACHABLE,
        "cannot be reached",
    ),
    ((TimeoutError,), Fault.TIMEOUT, "did not answer in time"),
    ((aiohttp.ClientResponseError,), Fault.UNREADABLE, "answered with something that is not HTTP"),
)


@dataclass(frozen=True, slots=True)
class Received:
    """A server's answer: the body whole, or the beginning of an error's body that is too long.

    ``headers`` are found by their names in any case.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_ok(self) -> bool:
        """Whether the status promises an answer."""
        return 200 <= self.status < 300


class Transport:
    """Connections to one server, as many as there are requests under way.

    Proxies of the environment are used but for addresses on this machine. Redirects are not followed:
    they would carry the prompts, and perhaps the key, to a host that nobody named.

    Parameters
    ----------
    base_url : str
        Where the paths begin; its query, if it has one, goes with every request.
    headers : mapping
        Sent with every request, beside those that say that JSON goes and JSON is wanted.
    timeout : float
        Seconds after which a request is given up, all of its body included.

    Raises
    ------
    LLMError
        Where the base URL, or the environment's proxy, cannot be used.
    """

    def __init__(self, base_url: str, headers: Mapping[str, str], *, timeout: float) -> None:
        self._base = _read_url(base_url)
        if self._base.user is not None and "Authorization" in headers:
            raise _two_credentials()
        # Messages are shown and kept: neither a password nor a query, which may hold a key, is for them.
        self.where = str(self._base.with_user(None).with_query(None))
        self._proxy = _find_proxy(self._base)
        self._headers = {**_HEADERS, **headers}
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=min(_CONNECT_SECONDS, 0.9 * timeout))
        self._urls: dict[str, URL] = {}
        self._session: aiohttp.ClientSession | None = None

    async def post(self, path: str, body: bytes) -> Received:
        """Post JSON to a path below the base URL.

        Raises
        ------
        TransientError
            Where no answer comes whole, or one of more than `MOST_BYTES`.
        """
        received = bytearray()
        try:
            async with self._open().post(
                self._url(path), data=body, proxy=self._proxy, allow_redirects=False
            ) as response:
                is_whole = await _read_into(received, response)
        except (aiohttp.ClientError, OSError) as exc:
            fault = self._name_fault(exc, bytes(received))
        else:
            answer = Received(response.status, response.headers, bytes(received))
            if is_whole or not answer.is_ok:
                return answer
            fault = self._name_oversized(answer.body)
        # Raised outside of the handler: a client's own exception holds the key among its headers.
        raise fault

    async def aclose(self) -> None:
        """Close the connections, on the event loop that posted."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=0,
                ttl_dns_cache=300,
                keepalive_timeout=_IDLE_SECONDS,
                ssl=_trusted() if self._base.scheme == "https" else True,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=self._headers,
                timeout=self._timeout,
            )
        return self._session

    def _url(self, path: str) -> URL:
        if path not in self._urls:
            full = self._base.raw_path.rstrip("/") + path
            self._urls[path] = self._base.with_path(full, encoded=True, keep_query=True)
        return self._urls[path]

    def _name_fault(self, exc: BaseException, received: bytes) -> TransientError:
        raw = redact_bytes(received)
        for kinds, fault, words in _FAULTS:
            if isinstance(exc, kinds):
                return TransientError(f"{self.where} {words}", fault, raw=raw)
        return TransientError(f"{self.where} broke the connection", Fault.BROKEN, raw=raw)

    def _name_oversized(self, received: bytes) -> TransientError:
        reason = f"{self.where} sent an answer of more than {MOST_BYTES // 1024**2} MB"
        return TransientError(reason, Fault.OVERSIZED, raw=redact_bytes(received[:HEAD_BYTES]))


async def _read_into(received: bytearray, response: aiohttp.ClientResponse) -> bool:
    """Read a body as far as it is wanted; tell whether that is all of it."""
    is_wanted = response.ok and (response.content_length or 0) <= MOST_BYTES
    most = MOST_BYTES if is_wanted else HEAD_BYTES
    while chunk := await response.content.readany():
        received += chunk
        if len(received) > most:
            response.close()
            return False
    return True


def _read_url(base_url: str) -> URL:
    try:
        url = URL(base_url)
        is_usable = url.scheme in ("http", "https") and bool((url.raw_host or "").encode("idna"))
    except ValueError:
        is_usable = False
    if not is_usable:
        raise LLMError(
            found=f"the base URL {base_url!r}",
            expected="an address such as https://models.example/v1",
            remedy="correct --llm-base-url",
        )
    return url


def _two_credentials() -> LLMError:
    return LLMError(
        found="a user name in the base URL, and an API key: a request can bear only one of them",
        expected="one way to say who asks",
        remedy="take the user name out of --llm-base-url, or unset OPENAI_API_KEY",
    )


def _find_proxy(url: URL) -> URL | None:
    if is_loopback(str(url)) or urllib.request.proxy_bypass(url.host or ""):
        return None
    proxies = urllib.request.getproxies()
    address = proxies.get(url.scheme) or proxies.get("all")
    if not address:
        return None
    try:
        proxy = URL(address if "://" in address else f"http://{address}")
    except ValueError:  # its text is left out: it may hold a password
        proxy, kind = URL(), "no address"
    else:
        kind = f"one of {proxy.scheme}"
    if proxy.scheme not in ("http", "https"):
        raise LLMError(
            found=f"the environment's proxy for {url.host} is {kind}",
            expected="an HTTP proxy, or none",
            remedy=f"set {url.scheme.upper()}_PROXY to an http:// address, or add {url.host} to NO_PROXY",
        )
    return proxy


def _trusted() -> ssl.SSLContext:
    """Trust what the system trusts, and Mozilla's list where the environment names no list of its own.

    Not every Python finds a list of the system's, for instance on macOS.
    """
    context = ssl.create_default_context()
    if not (os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")):
        import certifi

        context.load_verify_locations(certifi.where())
    return context
