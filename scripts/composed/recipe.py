"""From services to what is run for each of their containers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from composed.container import Recipe
from composed.image import Image, find_image
from composed.model import Service
from composed.refusal import refuse
from composed.translate import Name, Ports, Translator, place_paths

_SCRIPTS = "/docker-entrypoint-initdb.d/"


def write_recipes(
    services: Mapping[str, Service], scale: Mapping[str, int], ports: Ports, root: Path, folder: Path
) -> list[Recipe]:
    """Write the recipe of every container; nothing in the folder is touched.

    Raises
    ------
    UserError
        Where something cannot be said in this machine's words, or a service cannot be scaled.
    """
    for name, count in scale.items():
        if name not in services or (count != 1 and services[name].published) or count < 0:
            raise refuse(f"--scale {name}={count}", "a service of the file that publishes no port", "mend it")
    return [
        _write_recipe(Name(name, index + 1), services, ports, root, folder)
        for name in services
        for index in range(scale.get(name, 1))
    ]


def _write_recipe(
    name: Name, services: Mapping[str, Service], ports: Ports, root: Path, folder: Path
) -> Recipe:
    service = services[name.service]
    image = find_image(service.image, root)
    paths = place_paths(service, name, image, root, folder)
    translate = Translator(name, services, ports, paths)
    return Recipe(
        name=name,
        service=service,
        command=[*image.entrypoint, *map(translate.word, service.command)],
        environment=_environment(service, image, translate, paths),
        working_dir=Path(translate.text(service.working_dir or image.working_dir)),
        health=[translate.word(word) for word in service.health.command] if service.health else [],
        log=folder / "logs" / f"{name}.log",
        lasting_folders=tuple(Path(paths[mount.target]) for mount in service.mounts if mount.is_volume),
        passing_folders=tuple(Path(paths[target]) for target in service.tmpfs),
    )


def _environment(
    service: Service, image: Image, translate: Translator, paths: Mapping[str, str]
) -> dict[str, str]:
    """Join image's and service's variables, with the few that a container has by itself."""
    folders = [str(image.binaries), "/usr/local/bin", "/usr/bin", "/bin"]
    here = {"PATH": os.pathsep.join(folders), "LANG": "C.UTF-8"}
    if "/tmp" in paths:  # noqa: S108 - the container's own
        here["TMPDIR"] = paths["/tmp"]  # noqa: S108
    if scripts := sorted(target for target in paths if target.startswith(_SCRIPTS)):
        here["INITDB_FILES"] = ":".join(paths[target] for target in scripts)
    return here | translate.environment({**image.environment, **service.environment})
