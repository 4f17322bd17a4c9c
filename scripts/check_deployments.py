"""Check deployments/prefect.yaml: Prefect accepts its shape, our config accepts its parameters."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml
from prefect.cli.deploy._models import PrefectYamlModel

from seedwise.config import ExperimentConfig, RunConfig
from seedwise.settings import assemble_config, check

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Print what was checked; exit 1 at the first thing that is wrong."""
    raw = yaml.safe_load((ROOT / "deployments" / "prefect.yaml").read_text(encoding="utf-8"))
    PrefectYamlModel.model_validate(raw)
    for deployment in raw["deployments"]:
        check_deployment(deployment)
    print(f"{len(raw['deployments'])} deployments are sound")


def check_deployment(deployment: dict[str, Any]) -> None:
    """Check that the entrypoint exists, the parameters fit, and a preset's namesake equals the preset."""
    path, function = deployment["entrypoint"].split(":")
    if f"def {function}(" not in (ROOT / path).read_text(encoding="utf-8"):
        sys.exit(f"{deployment['name']}: no flow {function} in {path}")
    parameters = deployment.get("parameters", {})
    config = check(ExperimentConfig, parameters.get("config", {}))
    check(RunConfig, parameters.get("run", {}))
    if "preset" in deployment.get("tags", []) and config != assemble_config(deployment["name"]):
        sys.exit(f"{deployment['name']}: parameters differ from the preset of the same name")


if __name__ == "__main__":
    main()
