"""Check deployments/prefect.yaml: Prefect accepts its shape, the flows accept their parameters."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml
from prefect import Flow
from prefect.cli.deploy._models import DeploymentConfig, PrefectYamlModel
from prefect.exceptions import ParameterTypeError
from prefect.flows import load_flow_from_entrypoint

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Print what was checked; exit 1 at the first thing that is wrong."""
    text = (ROOT / "deployments" / "prefect.yaml").read_text(encoding="utf-8")
    deployments = PrefectYamlModel.model_validate(yaml.safe_load(text)).deployments
    for deployment in deployments:
        check_deployment(deployment)
    print(f"{len(deployments)} deployments are sound")


def check_deployment(deployment: DeploymentConfig) -> None:
    """Check that the flow loads by its path, takes the parameters, and has a queue to wait in."""
    found: Flow[..., object] = load_flow_from_entrypoint(f"{ROOT}/{deployment.entrypoint}")
    try:
        found.validate_parameters(deployment.parameters)
    except ParameterTypeError as exc:
        sys.exit(f"{deployment.name}: {exc}")
    if not (deployment.work_pool and deployment.work_pool.work_queue_name):
        sys.exit(f"{deployment.name}: names no work queue")


if __name__ == "__main__":
    main()
