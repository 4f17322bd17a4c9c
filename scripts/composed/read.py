"""Reading of a compose file, and refusal of all that could not be done as it is written."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from composed.model import Condition, Health, Mount, Port, Restart, Service
from composed.refusal import refuse
from composed.variables import fill_in

CONFINEMENT = (
    *("user", "read_only", "cap_drop", "security_opt", "init"),
    *("mem_limit", "shm_size", "pids_limit", "cpus", "build"),
)
"""What bounds a container; no process is told of it."""

_UNDERSTOOD = frozenset(
    {
        *("image", "command", "environment", "volumes", "tmpfs", "ports", "expose", "depends_on"),
        *("healthcheck", "restart", "working_dir", "stop_grace_period", *CONFINEMENT),
    }
)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_DOCKERS_GRACE = "10s"


def read_compose(path: Path, variables: Mapping[str, str]) -> dict[str, Service]:
    """Read a compose file's services.

    Raises
    ------
    UserError
        Where it holds a key or a form that is not understood here, or a variable is missing.
    """
    raw = _load(path)
    unknown = [key for key in raw if key not in ("name", "services", "volumes") and not key.startswith("x-")]
    if unknown:
        raise refuse(f"the key {unknown[0]!r}", "name, services and volumes")
    if odd := [name for name, options in (raw.get("volumes") or {}).items() if options]:
        raise refuse(f"options of the volume {odd[0]!r}", "a named volume without options")
    filled = fill_in(raw["services"], variables)
    services = {name: _read_service(name, part, variables) for name, part in filled.items()}
    _check_names(services, raw.get("volumes") or {})
    return services


def _load(path: Path) -> Mapping[str, Any]:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as exc:
        raise refuse(f"{path} cannot be read: {exc}", "a compose file", "name one with --file") from exc
    if not isinstance(raw, Mapping) or not isinstance(raw.get("services"), Mapping):
        raise refuse(f"{path} names no services", "a compose file", "name one with --file")
    return raw


def _read_service(name: str, raw: Any, variables: Mapping[str, str]) -> Service:
    _check_forms(name, raw)
    if unknown := sorted(set(raw) - _UNDERSTOOD):
        raise refuse(f"{name}: the key {unknown[0]!r}", f"one of {', '.join(sorted(_UNDERSTOOD))}")
    restart: Restart = raw.get("restart", "no")
    return Service(
        name=name,
        image=raw["image"],
        command=_read_command(name, raw.get("command")),
        environment=_read_environment(raw.get("environment", {}), variables),
        mounts=tuple(_read_mount(name, text) for text in raw.get("volumes", ())),
        tmpfs=tuple(raw.get("tmpfs", ())),
        published=tuple(_read_port(name, text) for text in raw.get("ports", ())),
        exposed=tuple(int(port) for port in raw.get("expose", ())),
        depends={other: _read_condition(name, rule) for other, rule in raw.get("depends_on", {}).items()},
        health=_read_health(name, raw["healthcheck"]) if "healthcheck" in raw else None,
        restart=restart,
        working_dir=raw.get("working_dir", ""),
        grace=read_seconds(raw.get("stop_grace_period", _DOCKERS_GRACE)),
        confinement=tuple(key for key in CONFINEMENT if key in raw),
    )


def _check_forms(name: str, raw: Any) -> None:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("image"), str):
        raise refuse(f"{name}: no image", "a service with an image")
    for key in ("environment", "depends_on", "healthcheck"):
        if not isinstance(raw.get(key, {}), Mapping):
            raise refuse(f"{name}: {key} as {type(raw[key]).__name__}", f"the long form of {key}, a mapping")


def _read_command(name: str, command: Any) -> tuple[str, ...]:
    if not command:
        raise refuse(f"{name}: no command", "the command written out, so that it can be run here")
    return tuple(shlex.split(command) if isinstance(command, str) else command)


def _read_environment(raw: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, str]:
    """Take a variable without a value from outside, and leave it away where it is not set there."""
    given = {name: value for name, value in raw.items() if value is not None}
    passed_on = {name: variables[name] for name in raw if raw[name] is None and variables.get(name)}
    return {name: str(value) for name, value in given.items()} | passed_on


def _read_mount(name: str, text: str) -> Mount:
    source, _, rest = text.partition(":")
    target, _, mode = rest.partition(":")
    if not target.startswith("/") or mode not in ("", "ro"):
        raise refuse(f"{name}: the volume {text!r}", "source:/target or source:/target:ro")
    return Mount(source, target, is_volume=not source.startswith((".", "/")))


def _read_port(name: str, text: str) -> Port:
    host, *numbers = str(text).split(":")
    if host != "127.0.0.1" or len(numbers) != 2:
        raise refuse(f"{name}: the port {text!r}", "127.0.0.1:port:port: nobody outside reaches it")
    return Port(host, int(numbers[0]), int(numbers[1]))


def _read_condition(name: str, rule: Mapping[str, Any]) -> Condition:
    if not isinstance(rule, Mapping) or set(rule) != {"condition"}:
        raise refuse(f"{name}: depends_on with {rule}", "a condition alone")
    condition: Condition = rule["condition"]
    return condition


def _read_health(name: str, raw: Mapping[str, Any]) -> Health:
    form, *command = raw.get("test") or [""]
    if form not in ("CMD", "CMD-SHELL"):
        raise refuse(f"{name}: a health check of the form {form!r}", "CMD or CMD-SHELL")
    return Health(
        command=tuple(command) if form == "CMD" else ("/bin/sh", "-c", *command),
        interval=read_seconds(raw.get("interval", "30s")),
        timeout=read_seconds(raw.get("timeout", "30s")),
        retries=int(raw.get("retries", 3)),
        start_period=read_seconds(raw.get("start_period", "0s")),
    )


def read_seconds(text: str) -> float:
    """Read a duration such as ``1m30s``."""
    parts = _DURATION.findall(text)
    if "".join(number + unit for number, unit in parts) != text:
        raise refuse(f"the duration {text!r}", "one such as 10s or 1m30s")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _check_names(services: Mapping[str, Service], volumes: Mapping[str, Any]) -> None:
    for service in services.values():
        for other in service.depends:
            if other not in services:
                raise refuse(f"{service.name} depends on {other!r}", f"one of {', '.join(services)}")
        for mount in service.mounts:
            if mount.is_volume and mount.source not in volumes:
                raise refuse(f"{service.name}: the volume {mount.source!r}", "one declared under volumes")
