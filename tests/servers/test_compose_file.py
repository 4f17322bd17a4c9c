"""What docker-compose.yml and the Dockerfile may never say, and that all files which speak of them agree."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
LASTING = [name for name, service in SERVICES.items() if service["restart"] == "unless-stopped"]
SECRET = re.compile(r"PASSWORD|KEY|SECRET|AUTH_STRING|TOKEN")
REQUIRED = set(re.findall(r"\$\{(\w+):\?", TEXT))


def variables(service: str) -> Iterator[tuple[str, str | None]]:
    yield from SERVICES[service].get("environment", {}).items()


def dockerfile() -> list[tuple[str, str]]:
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines()
    return [(line.split()[0], line.partition(" ")[2]) for line in joined if line]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert service["user"].partition(":")[0] not in ("", "0", "root")
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert "privileged" not in service
    assert "network_mode" not in service


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_published_to_this_machine_alone(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


def test_pages_are_the_only_ports_that_the_machine_reaches() -> None:
    assert {name for name in SERVICES if SERVICES[name].get("ports")} == {"prefect", "mlflow"}


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_has_a_default(name: str) -> None:
    """Each is taken whole from a variable that must be set; a provider's key is passed on or absent."""
    for variable, value in variables(name):
        if SECRET.search(variable) and value is not None:
            assert re.fullmatch(r"(seedwise:)?\$\{\w+:\?run scripts/make-env\}", value), variable


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_is_on_a_command_line_or_in_an_address(name: str) -> None:
    service = SERVICES[name]
    commands = [service["command"], *service.get("healthcheck", {}).get("test", [])]
    assert not [secret for secret in REQUIRED for text in commands if secret in text]
    addresses = [value for _, value in variables(name) if value and "://" in value]
    assert not [value for value in addresses if re.search(r"://[^/@]*:[^/@]*@", value)]


def test_each_database_has_a_password_of_its_own() -> None:
    passwords = {name: dict(variables(name)).get("PGPASSWORD") for name in ("prefect", "mlflow", "worker")}
    assert len(set(passwords.values())) == 3
    assert "llm" not in {name for name in SERVICES if any("PASSWORD" in key for key, _ in variables(name))}


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


def test_images_are_pinned_and_ours_has_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    images = {service["image"] for service in SERVICES.values()}
    assert f"seedwise:{version}" in images
    base = dict(dockerfile())["FROM"]
    assert all(re.search(r":\d+\.\d+", image) for image in [*images, base])


def test_one_service_alone_builds_the_image() -> None:
    """Docker builds services at the same time, and fails where two make one tag for the first time."""
    assert len([name for name in SERVICES if "build" in SERVICES[name]]) == 1


def test_the_image_runs_as_nobody_special_and_holds_no_secrets() -> None:
    users = [text for name, text in dockerfile() if name == "USER"]
    assert users == ["1000:1000"]
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".env", ".env.*", ".git", ".seedwise", "seedwise-out"} <= set(ignored)
    mounts = [mount.removesuffix(":ro") for name in SERVICES for mount in SERVICES[name].get("volumes", [])]
    folders = {mount.rpartition(":")[2] for mount in mounts}
    own = {path for path in folders if not path.startswith(("/var", "/docker"))}
    assert own
    made = {word for name, text in dockerfile() if name == "RUN" for word in shlex.split(text)}
    assert own <= made


def test_prefect_writes_its_pages_to_a_volume() -> None:
    """By itself it writes them beside its code, which a read-only root forbids: it then serves no pages."""
    service = SERVICES["prefect"]
    volumes = [mount.rpartition(":")[2] for mount in service["volumes"]]
    pages = Path(service["environment"]["PREFECT_SERVER_UI_STATIC_DIRECTORY"])
    assert any(pages.is_relative_to(volume) for volume in volumes)


def test_make_env_makes_what_compose_requires_once(tmp_path: Path) -> None:
    file = tmp_path / "new.env"
    for _ in range(2):
        subprocess.run([ROOT / "scripts" / "make-env", file], check=True, capture_output=True)
    pairs = [line.split("=", 1) for line in file.read_text().splitlines()]
    made = dict(pairs)
    assert len(pairs) == len(made)
    assert set(made) == REQUIRED
    assert len(set(made.values())) == len(made)
    assert all(len(value) >= 44 for value in made.values())
    assert file.stat().st_mode & 0o077 == 0


def test_make_env_leaves_a_password_alone_and_fills_in_an_empty_one(tmp_path: Path) -> None:
    file = tmp_path / "old.env"
    file.write_text("POSTGRES_PASSWORD=mine\nMLFLOW_PASSWORD=\n")
    subprocess.run([ROOT / "scripts" / "make-env", file], check=True, capture_output=True)
    lines = file.read_text().splitlines()
    assert lines[0] == "POSTGRES_PASSWORD=mine"
    assert len([line for line in lines if re.match(r"MLFLOW_PASSWORD=\w{40}", line)]) == 1


def test_the_example_names_what_compose_reads() -> None:
    example = {
        line.partition("=")[0] for line in (ROOT / ".env.example").read_text().splitlines() if "=" in line
    }
    read = set(re.findall(r"\$\{(\w+):", TEXT))
    passed_on = {variable for name in SERVICES for variable, value in variables(name) if value is None}
    assert example == read | passed_on
    filled = [line for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"\w+=.", line)]
    assert not [line for line in filled if SECRET.search(line)]


FAKE_PREFECT = """#!/bin/sh
case "$*" in
  *inspect*) exit $KNOWN ;;
  *deploy*) shift 4; cat "$1" ;;
esac
"""


@pytest.mark.parametrize(("known", "schedules"), [("1", 1), ("0", 0)])
def test_a_schedule_is_told_once_and_is_then_a_persons(known: str, schedules: int, tmp_path: Path) -> None:
    """Told again, it would be off again, at its first time, whatever somebody has made of it on the page."""
    for name, text in (("prefect", FAKE_PREFECT), ("python", "#!/bin/sh\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "KNOWN": known}
    done = subprocess.run(
        ["sh", "deployments/deploy.sh"], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    told = yaml.safe_load(done.stdout)["deployments"]
    whole = yaml.safe_load((ROOT / "deployments" / "prefect.yaml").read_text())["deployments"]
    assert sum("schedules" in one for one in told) == schedules
    for deployment in (*told, *whole):
        deployment.pop("schedules", None)
    assert told == whole
