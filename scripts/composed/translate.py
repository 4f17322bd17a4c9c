"""Containers' addresses and paths, said in this machine's words."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from composed.image import Image
from composed.model import Mount, Service
from composed.refusal import refuse

LOOPBACK = "127.0.0.1"
_ADDRESS = re.compile(r"(?<![\w.-])(?P<host>[a-z0-9][a-z0-9.-]*):(?P<port>\d+)(?![\w.-])")
_PATH_END = r"(?=$|[/\s:;,'\"])"


@dataclass(frozen=True, slots=True)
class Name:
    """One container of a service, counted from 1."""

    service: str
    index: int

    def __str__(self) -> str:
        return f"{self.service}-{self.index}"


Ports = Mapping[tuple[Name, int], int]
"""For each container and port in it, the port of this machine's that stands for it."""


@dataclass(frozen=True, slots=True)
class Translator:
    """Says what one container is told in this machine's words.

    Attributes
    ----------
    name, services, ports
        Whose words, what other services there are, and where each port is found.
    paths
        For each folder or file in the container, where it lies.
    """

    name: Name
    services: Mapping[str, Service]
    ports: Ports
    paths: Mapping[str, str]

    def text(self, words: str) -> str:
        """Translate addresses ``host:port``, then paths; UserError for a port that nobody declares."""
        if match := re.search(rf"//(?:[^/@\s]*@)?({'|'.join(self.services)})(?=/|\s|$)", words):
            raise refuse(f"{self.name.service}: {match[1]} without a port", "an address such as service:8080")
        addressed = _ADDRESS.sub(self._address, words.replace("0.0.0.0", LOOPBACK))  # noqa: S104 - taken away
        return self._paths(addressed)

    def word(self, words: str) -> str:
        """Translate a word of a command: besides, a port of the container's own that stands alone."""
        head, equals, tail = words.rpartition("=")
        if tail.isdecimal() and (own := self.ports.get((self.name, int(tail)))):
            return f"{head}{equals}{own}"
        return self.text(words)

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """Translate variables; ``X_HOST`` and ``X_PORT``, ``PGHOST`` and ``PGPORT`` go together."""
        return {name: self._variable(name, value, given) for name, value in given.items()}

    def _variable(self, name: str, value: str, given: Mapping[str, str]) -> str:
        if name.endswith("HOST") and value in self.services:
            return LOOPBACK
        if name.endswith("PORT"):
            host = given.get(f"{name.removesuffix('PORT')}HOST", "")
            holder = Name(host, 1) if host in self.services else self.name
            return str(self._find(holder, int(value)))
        return self.text(value)

    def _address(self, match: re.Match[str]) -> str:
        host, port = match["host"], int(match["port"])
        if host in self.services:
            return f"{LOOPBACK}:{self._find(Name(host, 1), port)}"
        if host in (LOOPBACK, "localhost"):
            return f"{host}:{self.ports.get((self.name, port)) or self._published(port)}"
        return match[0]

    def _find(self, holder: Name, port: int) -> int:
        try:
            return self.ports[holder, port]
        except KeyError:
            raise refuse(
                f"{self.name.service} speaks of port {port} of {holder.service}, which does not declare it",
                f"{holder.service} with it under ports or expose",
            ) from None

    def _published(self, port: int) -> int:
        for service in self.services.values():
            for published in service.published:
                if published.host_port == port:
                    return self.ports[Name(service.name, 1), published.port]
        raise refuse(f"{self.name.service} speaks of port {port} of its own", "a port that somebody declares")

    def _paths(self, words: str) -> str:
        if not self.paths:
            return words
        known = "|".join(re.escape(path) for path in sorted(self.paths, key=len, reverse=True))
        return re.sub(rf"(?<![\w./-])({known}){_PATH_END}", lambda match: self.paths[match[1]], words)


def place_paths(service: Service, name: Name, image: Image, root: Path, folder: Path) -> dict[str, str]:
    """Find where a container's volumes, mounts and passing folders lie; passing ones are made anew."""
    passing = {path: str(folder / "tmpfs" / str(name) / path.strip("/")) for path in service.tmpfs}
    mounted = {mount.target: _place_mount(mount, root, folder) for mount in service.mounts}
    return {**image.paths, **passing, **mounted}


def _place_mount(mount: Mount, root: Path, folder: Path) -> str:
    if mount.is_volume:
        return str(folder / "volumes" / mount.source)
    return str((root / mount.source).resolve())


def allot_ports(services: Mapping[str, Service], scale: Mapping[str, int], *, as_published: bool) -> Ports:
    """Find a free port for every port of every container; ``as_published`` keeps those of the file."""
    wanted = [
        (Name(service.name, index + 1), port)
        for service in services.values()
        for index in range(scale.get(service.name, 1))
        for port in service.ports
    ]
    published = {
        (Name(service.name, 1), port.port): port.host_port
        for service in services.values()
        for port in service.published
    }
    with ExitStack() as held:  # all at once, so that none is given twice
        free = {key: _hold_port(held) for key in wanted}
    return free | (published if as_published else {})


def _hold_port(held: ExitStack) -> int:
    probe = held.enter_context(socket.socket())
    probe.bind((LOOPBACK, 0))
    return int(probe.getsockname()[1])
