"""Where Prefect keeps its things when everything runs on one machine."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

from seedwise.errors import ConfigError


def local_environment(state_dir: Path) -> dict[str, str]:
    """Return the environment under which Prefect and MLflow keep to the state folder and to themselves.

    Prefect's part of the folder is made: Prefect itself makes no parents, and then starts no server.

    Raises
    ------
    ConfigError
        Where the folder cannot be made.
    """
    home = (state_dir / "prefect").resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise ConfigError(
            found=f"{home} cannot be made ({exc.strerror})",
            expected="a state folder that can be written",
            remedy="name another with --state-dir",
        ) from exc
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        # Kept in files, leases outlive the server: in memory, slots lent before a restart stay taken.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        # By their silence the server knows runs whose process is gone; an outage of minutes ends none.
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_CLIENT_MAX_RETRIES": "8",
        "PREFECT_WORKER_QUERY_SECONDS": "2",  # how often a worker asks for work; 10 make every start wait
        # What is told to whoever watches stands in the run's log, too.
        "PREFECT_LOGGING_EXTRA_LOGGERS": "seedwise.progress",
        "PREFECT_CLI_COLORS": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # eight processes, 3 GB, for what is not used here
        "MLFLOW_LOGGING_LEVEL": "WARNING",
        "DO_NOT_TRACK": "1",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }


def pages_file(state_dir: Path) -> Path:
    """Return the file in which running pages note their addresses."""
    return state_dir / "pages.json"


def live_api_url(state_dir: Path) -> str:
    """Return the API address of a Prefect server that `seedwise ui` runs here; empty where none answers."""
    try:
        url = str(json.loads(pages_file(state_dir).read_text())["prefect_api"])
        with urllib.request.urlopen(f"{url}/health", timeout=2):
            return url
    except (OSError, ValueError, KeyError):
        return ""
