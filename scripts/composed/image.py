"""What the images bring along that processes see: read from the Dockerfile, known of PostgreSQL's."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from composed.refusal import refuse

_CONTINUED = re.compile(r"\\\n")
_POSTGRES_ENTRYPOINT = Path(__file__).with_name("postgres.py")
_DEBIANS, _DEBIANS_SHARE = Path("/usr/lib/postgresql"), Path("/usr/share/postgresql")
_POSTGRES = re.compile(r"postgres:(\d+)\.")


@dataclass(frozen=True, slots=True)
class Image:
    """What an image gives a process: variables, a folder to work in, commands.

    Attributes
    ----------
    paths
        For each of its folders that processes are told of, where it lies on this machine.
    binaries
        Folder of this machine's that its commands are found in.
    entrypoint
        What every command is handed to.
    """

    environment: Mapping[str, str]
    working_dir: str
    paths: Mapping[str, str]
    binaries: Path
    entrypoint: tuple[str, ...] = ()


def find_image(name: str, root: Path) -> Image:
    """Find what stands for an image on this machine; UserError for one that nothing does."""
    if name.startswith("seedwise:"):
        return _read_own(root)
    if match := _POSTGRES.match(name):
        return _find_postgres(match[1])
    raise refuse(f"the image {name!r}", "seedwise:… or postgres:…, for which this machine has the programs")


def read_dockerfile(path: Path) -> list[tuple[str, str]]:
    """Read a Dockerfile's instructions, each with its arguments as one line."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = _CONTINUED.sub(" ", "\n".join(lines)).splitlines()
    pairs = [line.strip().partition(" ") for line in joined if line.strip()]
    return [(name.upper(), " ".join(rest.split())) for name, _, rest in pairs]


def _read_own(root: Path) -> Image:
    instructions = read_dockerfile(root / "Dockerfile")
    pairs = [word for name, text in instructions if name == "ENV" for word in shlex.split(text)]
    environment = dict(pair.split("=", 1) for pair in pairs)
    folders = [text for name, text in instructions if name == "WORKDIR"]
    return Image(environment, folders[-1], {folders[-1]: str(root)}, Path(sys.executable).parent)


def _find_postgres(major: str) -> Image:
    binaries = _DEBIANS / major / "bin"
    if not (_DEBIANS_SHARE / major / "extension" / "pg_trgm.control").is_file():
        raise refuse(
            f"no PostgreSQL {major} with its extension pg_trgm, which Prefect needs, in {binaries}",
            f"the version that the image has: {major}",
            f"on Debian or Ubuntu: apt-get install postgresql-{major}; it need not be started",
        )
    environment = {"PGDATA": "/var/lib/postgresql/data", "PGPORT": "5432"}
    return Image(environment, "/", {}, binaries, (sys.executable, str(_POSTGRES_ENTRYPOINT)))
