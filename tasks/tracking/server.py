"""Where MLflow is, and how it is reached without waiting for minutes.

MLflow, which takes seconds to import, is imported when it is first talked to: Prefect also imports the flows
in processes that only look at them, while a run that was cancelled waits for one.
"""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from seedwise.config import RunConfig
from tasks.tracking.columns import EXPERIMENT_TAGS
from tasks.tracking.database import lay_database

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Experiment as MlflowExperiment

TROUBLES = (Exception,)
"""What talking to MLflow can end in: it hands on whatever its drivers, migrations and file stores raise."""

_SETTINGS = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",  # seconds a try; with MLflow's 120, and 7 tries more, a run would
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",  # wait for a quarter of an hour
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",  # which also costs a request for every run
}
"""MLflow's own settings, where the user has set none."""

_SECRET = re.compile(r"(?<=//)[^/\s]*@|\?[^\s'\"]*=[^\s'\"]*")
"""A user and password before an address's host; what follows it, where a database's password may stand."""

_PROBE_SECONDS = 5
_PORTS = {"http": 80, "https": 443, "postgresql": 5432, "mysql": 3306, "mssql": 1433}


@dataclass(frozen=True, slots=True)
class Store:
    """An MLflow client, and the experiment that it writes to."""

    client: MlflowClient
    experiment_id: str
    is_server: bool


def tracking_uri(run: RunConfig) -> str:
    """Return where runs are recorded: the setting, the environment, else a file in the state folder."""
    given = run.mlflow_uri or os.environ.get("MLFLOW_TRACKING_URI", "")
    return given or f"sqlite:///{(run.state_dir / 'mlflow.db').resolve()}"


def public_uri(uri: str) -> str:
    """Return an address as it may be shown and kept: without a user's name or password."""
    return _SECRET.sub("", uri)


def is_server(uri: str) -> bool:
    """Tell whether an address is that of a server, and no database's."""
    return uri.startswith(("http://", "https://"))


def connect(uri: str) -> MlflowClient:
    """Make a client, and the local database where it is that and missing.

    Raises
    ------
    OSError
        Where nothing listens at the address, or the local database cannot be made.
    Exception
        Whatever else MLflow and its drivers raise: for no such kind of store, a driver that is missing.
    """
    from mlflow import MlflowClient

    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    _knock(uri)
    lay_database(uri)
    return MlflowClient(tracking_uri=uri)


def open_store(uri: str, experiment: str, state_dir: Path) -> Store:
    """Open the experiment of a name, which is made where it is missing.

    Raises
    ------
    Exception
        Where MLflow is away or refuses; MlflowException also where the experiment has been deleted.
    """
    from mlflow.entities import LifecycleStage
    from mlflow.exceptions import MlflowException

    client = connect(uri)
    known = client.get_experiment_by_name(experiment) or _make(client, uri, experiment, state_dir)
    if known.lifecycle_stage == LifecycleStage.DELETED:
        raise MlflowException(
            f"its experiment {experiment!r} has been deleted: restore it in MLflow "
            f"(mlflow experiments restore --experiment-id {known.experiment_id}), or name another with "
            "--mlflow-experiment"
        )
    _dress(client, known)
    return Store(client, str(known.experiment_id), is_server(uri))


def tell_trouble(exc: BaseException) -> str:
    """Say in one line, without a password, what MLflow's trouble was."""
    lines = str(exc).strip().splitlines() or [type(exc).__name__]
    return public_uri(lines[0])[:300]


def is_away(exc: BaseException) -> bool:
    """Tell whether MLflow did not answer at all, so that the next request would wait as long in vain."""
    return isinstance(exc, OSError) or isinstance(exc.__context__, OSError)


def _knock(uri: str) -> None:
    """See within seconds whether anything listens: MLflow's own clients would try for long."""
    parts = urlsplit(uri)
    port = parts.port or _PORTS.get(parts.scheme.partition("+")[0])
    if parts.hostname and port and not _is_proxied(parts.scheme, parts.hostname):
        socket.create_connection((parts.hostname, port), _PROBE_SECONDS).close()


def _is_proxied(scheme: str, host: str) -> bool:
    return scheme in getproxies() and not proxy_bypass(host)


def _make(client: MlflowClient, uri: str, name: str, state_dir: Path) -> MlflowExperiment:
    from mlflow.exceptions import MlflowException

    artifacts = (state_dir / "mlartifacts").resolve().as_uri() if uri.startswith("sqlite") else None
    try:
        return client.get_experiment(client.create_experiment(name, artifacts, dict(EXPERIMENT_TAGS)))
    except MlflowException:
        known = client.get_experiment_by_name(name)  # another has made it meanwhile
        if known is None:
            raise
        return known


def _dress(client: MlflowClient, known: MlflowExperiment) -> None:
    """Give an experiment of an earlier version the tags that its page is made by."""
    for name, value in EXPERIMENT_TAGS.items():
        if name not in known.tags:
            client.set_experiment_tag(known.experiment_id, name, value)
