"""What a compose file says of its services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Condition = Literal["service_started", "service_healthy", "service_completed_successfully"]
Restart = Literal["no", "always", "unless-stopped", "on-failure"]


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a container that the machine's ``host_port`` on ``host`` leads to."""

    host: str
    host_port: int
    port: int


@dataclass(frozen=True, slots=True)
class Mount:
    """A volume by its name, or a path of the machine, at ``target`` in the container."""

    source: str
    target: str
    is_volume: bool


@dataclass(frozen=True, slots=True)
class Health:
    """A command that succeeds while a service is well; all times in seconds."""

    command: tuple[str, ...]
    interval: float
    timeout: float
    retries: int
    start_period: float


@dataclass(frozen=True, slots=True)
class Service:
    """One service, its variables filled in.

    Attributes
    ----------
    published, exposed
        Ports that the machine reaches, and further ones that other services reach.
    depends
        Conditions on other services, under which this one starts.
    confinement
        Keys that only bound a container: what a process is told does not depend on them.
    """

    name: str
    image: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    mounts: tuple[Mount, ...]
    tmpfs: tuple[str, ...]
    published: tuple[Port, ...]
    exposed: tuple[int, ...]
    depends: Mapping[str, Condition]
    health: Health | None
    restart: Restart
    working_dir: str
    grace: float
    confinement: tuple[str, ...]

    @property
    def ports(self) -> tuple[int, ...]:
        """All ports that it listens on."""
        return tuple(dict.fromkeys([*(port.port for port in self.published), *self.exposed]))

    @property
    def is_lasting(self) -> bool:
        """Whether it is meant to run on; one that is not ends when its work is done."""
        return self.restart in ("always", "unless-stopped")
