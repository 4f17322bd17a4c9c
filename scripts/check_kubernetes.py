"""Check deployments/kubernetes: a worker makes a job of the template, and Kubernetes knows its fields."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import yaml
from kubernetes_asyncio.client import ApiClient
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect_kubernetes.worker import KubernetesWorkerJobConfiguration

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "deployments" / "kubernetes" / "base-job-template.json"
VALUES = [ROOT / "deployments" / "kubernetes" / f"{name}-values.yaml" for name in ("worker", "conductor")]
_PLACEHOLDER = re.compile(r"\{\{ (\w+) \}\}")


def main() -> None:
    """Print what was checked; exit 1 at the first thing that is wrong."""
    template = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    check_placeholders(template)
    job = asyncio.run(make_job(template))
    check_confinement(job["spec"]["template"]["spec"])
    check_values(*(yaml.safe_load(values.read_text(encoding="utf-8")) for values in VALUES))
    print(f"a Kubernetes job of {len(json.dumps(job))} characters is sound")


def check_placeholders(template: dict[str, Any]) -> None:
    """Check that all variables are declared, and all declared ones used."""
    used = set(_PLACEHOLDER.findall(json.dumps(template["job_configuration"])))
    declared = set(template["variables"]["properties"])
    if used != declared:
        sys.exit(f"{TEMPLATE.name}: used and declared variables differ: {sorted(used ^ declared)}")


async def make_job(template: dict[str, Any]) -> dict[str, Any]:
    """Make a flow run's job as the worker does, and read it as Kubernetes' client does."""
    nobody = PrefectClient("http://127.0.0.1:9/api")  # asked for blocks only, of which there are none
    filled = await KubernetesWorkerJobConfiguration.from_template_and_values(
        template, {"name": "check", "env": {"SEEDWISE_EXAMPLE": "1"}}, client=nobody
    )
    filled.prepare_for_flow_run(FlowRun(id=uuid4(), flow_id=uuid4(), name="check"))
    job: dict[str, Any] = json.loads(json.dumps(filled.job_manifest))
    async with ApiClient() as client:
        known = client.sanitize_for_serialization(
            client.deserialize(SimpleNamespace(data=json.dumps(job)), "V1Job")
        )
    if lost := sorted(set(_paths(job)) - set(_paths(known))):
        sys.exit(f"{TEMPLATE.name}: Kubernetes knows no {lost[0]}")
    return job


def check_confinement(pod: dict[str, Any]) -> None:
    """Check that the pod runs as nobody special, and writes to its volumes alone."""
    (container,) = pod["containers"]
    confined = (
        pod["securityContext"]["runAsNonRoot"] is True,
        pod["automountServiceAccountToken"] is False,
        container["securityContext"]["readOnlyRootFilesystem"] is True,
        container["securityContext"]["allowPrivilegeEscalation"] is False,
        container["securityContext"]["capabilities"] == {"drop": ["ALL"]},
    )
    if not all(confined):
        sys.exit(f"{TEMPLATE.name}: the pod is not confined")
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    if mounted != {volume["name"] for volume in pod["volumes"]}:
        sys.exit(f"{TEMPLATE.name}: volumes and mounts differ")


def check_values(worker: dict[str, Any], conductor: dict[str, Any]) -> None:
    """Check that each queue of deployments/prefect.yaml's pool has a worker of its own."""
    deployments = yaml.safe_load((ROOT / "deployments" / "prefect.yaml").read_text(encoding="utf-8"))
    pools = [deployment["work_pool"] for deployment in deployments["deployments"]]
    config = worker["worker"]["config"]
    if {pool["name"] for pool in pools} != {config["workPool"]}:
        sys.exit(f"{VALUES[0].name}: another work pool than in prefect.yaml")
    asked = [*config["workQueues"], *conductor["worker"]["config"]["workQueues"]]
    if sorted(asked) != sorted({pool.get("work_queue_name", "default") for pool in pools}):
        sys.exit(f"{VALUES[0].parent.name}: the queues asked are {asked}, others than those of prefect.yaml")


def _paths(value: Any, path: str = "") -> list[str]:
    """List the places of all plain values: ``.spec.backoffLimit=0``."""
    if isinstance(value, dict) and value:
        return [line for key, part in value.items() for line in _paths(part, f"{path}.{key}")]
    if isinstance(value, list) and value:
        return [line for index, part in enumerate(value) for line in _paths(part, f"{path}[{index}]")]
    return [f"{path}={value}"]


if __name__ == "__main__":
    main()
