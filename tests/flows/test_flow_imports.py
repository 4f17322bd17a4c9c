"""What loading the flows costs: every process of a run pays for it, and a cancelled run waits for one."""

from __future__ import annotations

import subprocess
import sys

HEAVY = "mlflow", "litellm", "shap", "skops", "textstat"


def test_loading_the_flows_loads_nothing_that_only_a_stage_needs() -> None:
    code = f"import sys, flows.experiment, flows.sweep; print(sorted({{*{HEAVY}}} & {{*sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert loaded.splitlines()[-1] == "[]"
