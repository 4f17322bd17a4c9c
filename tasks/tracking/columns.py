"""What MLflow's page of the experiment shows: its kind, columns, description."""

from __future__ import annotations

import json
from collections.abc import Mapping

VIEW = "seedwise"
"""Name of the shared view: `?viewStateShareKey=seedwise` behind the address of the experiment's runs."""

_COLUMNS = (
    "tags.`kind`",
    "tags.`dataset`",
    "tags.`seed_size`",
    "tags.`llm`",
    "tags.`verdicts`",
    "metrics.`difference/guided_vs_seed_only/xgboost`",
    "metrics.`difference/guided_vs_real/xgboost`",
    "metrics.`gates_failed/guided`",
    "metrics.`macro_f1`",
    "tags.`arm`",
    "tags.`classifier`",
    "tags.`draw`",
    "tags.`sweep`",
)

_STATE = {
    "searchFilter": "",
    "orderByKey": "attributes.start_time",
    "orderByAsc": False,
    "startTime": "ALL",
    "lifecycleFilter": "Active",
    "datasetsFilter": [],
    "modelVersionFilter": "All Runs",
    "selectedColumns": _COLUMNS,
}

_DESCRIPTION = """\
Seedwise grows a few labelled texts with an LLM that a classifier's own explanations prompt, and measures
what that buys. **One run an experiment; below it one run a learning curve** (arm × classifier × draw), `step`
= rows added. A sweep is a run above its experiments.

- **Verdicts**: column `verdicts` (the arms against the seeds alone), and the description of each experiment.
- **Learning curves**: chart view, filter `tags.kind = 'arm' and tags.draw = '0'`, sort by `arm`.
- **Everything else**: `report.html` among an experiment's artifacts.
"""

EXPERIMENT_TAGS: Mapping[str, str] = {
    # Opens the experiment's page on its runs; MLflow takes it for a chat application otherwise.
    "mlflow.experimentKind": "custom_model_development",
    "mlflow.note.content": _DESCRIPTION,
    f"mlflow.sharedViewState.{VIEW}": json.dumps(_STATE),
}
"""Tags of the MLflow experiment."""
