"""Run docker-compose.yml without Docker: the same commands and environment, as processes of this machine.

    scripts/make-env
    python scripts/compose_here.py up --scale worker=2     until Ctrl-C
    python scripts/compose_here.py exec deploy prefect deployment run experiment/experiment
    python scripts/compose_here.py ps

Images become this virtual environment and the machine's PostgreSQL programs, volumes become folders,
service names become 127.0.0.1, ports become free ones. What cannot be said so is refused. What bounds a
container (its user, its memory, …) is listed, and is Docker's to do. PostgreSQL does not run as root: started
by root, it runs as the account postgres, which must be able to reach the folder.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from composed.container import Recipe
from composed.model import Service
from composed.read import read_compose
from composed.recipe import write_recipes
from composed.refusal import refuse
from composed.stack import Stack
from composed.translate import LOOPBACK, Name, Ports, allot_ports
from composed.variables import read_variables

from seedwise.errors import UserError

ROOT = Path(__file__).resolve().parent.parent
_UP_SECONDS = 600.0


def main() -> None:
    """Run one command; exit code 2 with three lines where something must be mended."""
    arguments = _parse()
    try:
        sys.exit(arguments.run(arguments))
    except UserError as exc:
        print(exc, file=sys.stderr)
        sys.exit(exc.exit_code)


def up(arguments: argparse.Namespace) -> int:
    """Bring all services up, look after them until Ctrl-C or SIGTERM, and bring them down."""
    services, recipes, ports = prepare(arguments.folder, dict(arguments.scale), arguments)
    confinement = sorted({key for service in services.values() for key in service.confinement})
    _tell(f"not done here, but by Docker: {', '.join(confinement)}")
    _end_in_order()
    try:
        with (
            Stack(recipes, arguments.folder, _tell, restarts=not arguments.no_restart) as stack,
            _noted(recipes, arguments.folder),
        ):
            stack.wait_until_up(arguments.seconds)
            _tell("\n".join(["all is up", *_addresses(services, ports)]))
            stack.look_on()
    except KeyboardInterrupt:
        _tell("all is down")
    return 0


def _end_in_order() -> None:
    """Let SIGTERM, and SIGHUP where a terminal is closed, do what Ctrl-C does.

    Ctrl-C is ignored in what a shell's script starts with ``&``, which containers would inherit: a worker
    that is told to end then does not.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # nohup ignores it
        signal.signal(signal.SIGHUP, signal.default_int_handler)


def ps(arguments: argparse.Namespace) -> int:
    """List the containers with the first process of each."""
    for name, state in _read_notes(arguments.folder, "stack.json").items():
        print(f"{name:14} {state['pid'] or '-':>8}  {state['health']:14} {state['log']}")
    return 0


def execute(arguments: argparse.Namespace) -> int:
    """Run a command with the environment of a running service's first container."""
    _read_notes(arguments.folder, "stack.json")
    recipes = _read_notes(arguments.folder, "recipes.json")
    if (recipe := recipes.get(f"{arguments.service}-1")) is None:
        raise refuse(
            f"the service {arguments.service!r}", f"one of {', '.join(recipes)}", "name one of these"
        )
    try:
        return subprocess.run(
            arguments.command, env=recipe["environment"], cwd=recipe["working_dir"], check=False
        ).returncode
    except OSError as exc:
        raise refuse(f"{arguments.command[0]} cannot be run: {exc}", "a command", "see its PATH") from exc


def check(arguments: argparse.Namespace) -> int:
    """Read and translate everything, and run nothing."""
    _, recipes, _ = prepare(arguments.folder, {}, arguments)
    print(f"{len(recipes)} services can be run here")
    return 0


def prepare(
    folder: Path, scale: Mapping[str, int], arguments: argparse.Namespace
) -> tuple[dict[str, Service], list[Recipe], Ports]:
    """Read the compose file, and find out what is run for each container."""
    variables = read_variables(arguments.env_file) | dict(os.environ)
    services = read_compose(arguments.file, variables)
    ports = allot_ports(services, scale, as_published=arguments.published_ports)
    recipes = write_recipes(services, scale, ports, ROOT, folder)
    return services, recipes, ports


@contextmanager
def _noted(recipes: list[Recipe], folder: Path) -> Iterator[None]:
    """Note environments for `execute`, which hold the passwords, for as long as all is up."""
    noted = {
        str(recipe.name): {"environment": recipe.environment, "working_dir": str(recipe.working_dir)}
        for recipe in recipes
    }
    path = folder / "recipes.json"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(noted, file)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _read_notes(folder: Path, name: str) -> dict[str, Any]:
    try:
        notes: dict[str, Any] = json.loads((folder / name).read_text())
    except FileNotFoundError as exc:
        raise refuse(f"nothing is up in {folder}", "services that are up", "bring them up first") from exc
    return notes


def _addresses(services: Mapping[str, Service], ports: Ports) -> list[str]:
    return [
        f"{service.name:12} http://{LOOPBACK}:{ports[Name(service.name, 1), port.port]}"
        for service in services.values()
        for port in service.published
    ]


def _tell(line: str) -> None:
    print(line, flush=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="compose_here", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--file", type=Path, default=ROOT / "docker-compose.yml")
    parser.add_argument("--env-file", type=Path, default=ROOT / ".env")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / ".seedwise" / "composed", help="volumes and logs"
    )
    parser.add_argument("--published-ports", action="store_true", help="4200 and 5000, not free ports")
    commands = parser.add_subparsers(required=True)
    upper = commands.add_parser("up", help=up.__doc__)
    upper.add_argument("--scale", action="append", default=[], type=_read_scale, metavar="SERVICE=N")
    upper.add_argument("--no-restart", action="store_true", help="leave dead what ends")
    upper.add_argument("--seconds", type=float, default=_UP_SECONDS, help="within which all must be up")
    upper.set_defaults(run=up)
    commands.add_parser("ps", help=ps.__doc__).set_defaults(run=ps)
    commands.add_parser("check", help=check.__doc__).set_defaults(run=check)
    runner = commands.add_parser("exec", help=execute.__doc__)
    runner.add_argument("service")
    runner.add_argument("command", nargs=argparse.REMAINDER)
    runner.set_defaults(run=execute)
    arguments = parser.parse_args()
    if arguments.run is execute and not arguments.command:
        runner.error("name a command to run")
    return arguments


def _read_scale(text: str) -> tuple[str, int]:
    name, _, count = text.partition("=")
    return name, int(count)


if __name__ == "__main__":
    main()
